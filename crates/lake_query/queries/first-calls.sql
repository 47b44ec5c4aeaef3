-- title: Calls never made before
-- question: Which roles and users call what they never called before this day?
-- parameter since day 2026-01-01: calls that are new from this day on; who is new altogether is left out
SELECT
  calls.principal,
  calls.event_source,
  calls.event_name,
  calls.first_time,
  calls.made
FROM (
  SELECT principal, event_source, event_name,
    MIN(day) AS first_day, MIN(time) AS first_time, SUM(1) AS made
  FROM (
    SELECT COALESCE(session_issuer_arn, actor_arn) AS principal, event_source, event_name, day, time
    FROM events
    WHERE day IS NOT NULL
  ) named
  WHERE principal IS NOT NULL
  GROUP BY principal, event_source, event_name
) calls
JOIN (
  SELECT principal, MIN(day) AS first_day
  FROM (
    SELECT COALESCE(session_issuer_arn, actor_arn) AS principal, day
    FROM events
    WHERE day IS NOT NULL
  ) named
  WHERE principal IS NOT NULL
  GROUP BY principal
) principals ON principals.principal = calls.principal
WHERE calls.first_day >= :since
  AND principals.first_day < :since
ORDER BY calls.first_time DESC, calls.principal,
  calls.event_source NULLS LAST, calls.event_name NULLS LAST
