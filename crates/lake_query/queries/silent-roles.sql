-- title: Roles that fell silent
-- question: Which roles made their last call before this day?
-- parameter since day 2026-01-01: silent from this day on
SELECT
  session_issuer_arn AS role,
  SUM(1) AS calls,
  MIN(time) AS first_time,
  MAX(time) AS last_time
FROM events
WHERE session_issuer_arn IS NOT NULL
  AND day IS NOT NULL
GROUP BY session_issuer_arn
HAVING MAX(day) < :since
ORDER BY last_time, role
