-- title: Secrets read in bulk
-- question: Who read secrets and parameters often in one day?
-- parameter least number 20: reads in a day from which a principal is told
-- parameter since day 0001-01-01: from this day on
-- parameter until day 9999-12-31: up to this day
SELECT
  day,
  principal,
  SUM(1) AS made,
  SUM(CASE WHEN error_code IS NULL THEN 0 ELSE 1 END) AS failed,
  MIN(time) AS first_time,
  MAX(time) AS last_time
FROM (
  SELECT day, time, error_code, COALESCE(session_issuer_arn, actor_arn) AS principal
  FROM events
  WHERE day BETWEEN :since AND :until
    AND ((event_source = 'secretsmanager.amazonaws.com'
        AND event_name IN ('GetSecretValue', 'BatchGetSecretValue'))
      OR (event_source = 'ssm.amazonaws.com'
        AND event_name IN ('GetParameter', 'GetParameters', 'GetParametersByPath', 'GetParameterHistory')))
) reads
GROUP BY day, principal
HAVING SUM(1) >= :least
ORDER BY made DESC, day, principal NULLS LAST
