-- title: Denied calls
-- question: Who was denied what, how often?
-- parameter since day 0001-01-01: from this day on
-- parameter until day 9999-12-31: up to this day
SELECT
  principal,
  event_source,
  event_name,
  error_code,
  SUM(1) AS denied,
  MIN(time) AS first_time,
  MAX(time) AS last_time
FROM (
  SELECT COALESCE(session_issuer_arn, actor_arn) AS principal, event_source, event_name, error_code, time
  FROM events
  WHERE day BETWEEN :since AND :until
    AND (error_code LIKE '%AccessDenied%' OR error_code LIKE '%UnauthorizedOperation%')
) calls
GROUP BY principal, event_source, event_name, error_code
ORDER BY denied DESC, principal NULLS LAST, event_source NULLS LAST, event_name NULLS LAST, error_code
