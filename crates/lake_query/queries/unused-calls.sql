-- title: Calls no longer made
-- question: Which calls did roles make before this day, and not since? Their grants may be dead.
-- parameter since day 2026-01-01: not made from this day on, by roles that made others
SELECT
  calls.role,
  calls.event_source,
  calls.event_name,
  calls.made,
  calls.last_time
FROM (
  SELECT session_issuer_arn AS role, event_source, event_name,
    SUM(1) AS made, MAX(day) AS last_day, MAX(time) AS last_time
  FROM events
  WHERE session_issuer_arn IS NOT NULL AND day IS NOT NULL
  GROUP BY session_issuer_arn, event_source, event_name
) calls
JOIN (
  SELECT session_issuer_arn AS role, MAX(day) AS last_day
  FROM events
  WHERE session_issuer_arn IS NOT NULL AND day IS NOT NULL
  GROUP BY session_issuer_arn
) roles ON roles.role = calls.role
WHERE calls.last_day < :since
  AND roles.last_day >= :since
ORDER BY calls.role, calls.event_source NULLS LAST, calls.event_name NULLS LAST
