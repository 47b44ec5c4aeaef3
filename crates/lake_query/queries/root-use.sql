-- title: Use of root
-- question: What did the root users of accounts do?
-- parameter since day 0001-01-01: from this day on
-- parameter until day 9999-12-31: up to this day
SELECT
  account,
  event_source,
  event_name,
  source_ip,
  SUM(1) AS calls,
  MIN(time) AS first_time,
  MAX(time) AS last_time
FROM events
WHERE actor_type = 'Root'
  AND day BETWEEN :since AND :until
GROUP BY account, event_source, event_name, source_ip
ORDER BY last_time DESC, account NULLS LAST,
  event_source NULLS LAST, event_name NULLS LAST, source_ip NULLS LAST
