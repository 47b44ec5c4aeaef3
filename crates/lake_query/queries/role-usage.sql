-- title: Use of roles
-- question: Which calls does each role make, how often, and when last? What is granted beside them is not needed.
-- parameter role text %: only roles whose ARN is like this pattern
-- parameter since day 0001-01-01: from this day on
-- parameter until day 9999-12-31: up to this day
SELECT
  session_issuer_arn AS role,
  event_source,
  event_name,
  SUM(1) AS calls,
  SUM(CASE WHEN error_code LIKE '%AccessDenied%' OR error_code LIKE '%UnauthorizedOperation%'
    THEN 1 ELSE 0 END) AS denied,
  MIN(time) AS first_time,
  MAX(time) AS last_time
FROM events
WHERE session_issuer_arn IS NOT NULL
  AND session_issuer_arn LIKE :role
  AND day BETWEEN :since AND :until
GROUP BY session_issuer_arn, event_source, event_name
ORDER BY role, event_source NULLS LAST, event_name NULLS LAST
