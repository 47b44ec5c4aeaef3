-- title: Callers of functions
-- question: Who invokes which functions?
-- parameter function text %: only functions whose name is like this pattern
-- parameter since day 0001-01-01: from this day on
-- parameter until day 9999-12-31: up to this day
SELECT
  function,
  principal,
  SUM(1) AS calls,
  SUM(CASE WHEN error_code IS NULL THEN 0 ELSE 1 END) AS failed,
  MIN(time) AS first_time,
  MAX(time) AS last_time
FROM (
  SELECT function, error_code, time, COALESCE(session_issuer_arn, actor_arn) AS principal
  FROM events
  WHERE event_source = 'lambda.amazonaws.com'
    AND event_name LIKE 'Invoke%'
    AND function LIKE :function
    AND day BETWEEN :since AND :until
) calls
GROUP BY function, principal
ORDER BY function, calls DESC, principal NULLS LAST
