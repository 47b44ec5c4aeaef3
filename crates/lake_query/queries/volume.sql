-- title: Events by day
-- question: How many events, and how many failed calls, has each day, by service?
-- parameter since day 0001-01-01: from this day on
-- parameter until day 9999-12-31: up to this day
SELECT
  day,
  event_source,
  SUM(1) AS made,
  SUM(CASE WHEN error_code IS NULL THEN 0 ELSE 1 END) AS failed
FROM events
WHERE day BETWEEN :since AND :until
GROUP BY day, event_source
ORDER BY day, made DESC, event_source NULLS LAST
