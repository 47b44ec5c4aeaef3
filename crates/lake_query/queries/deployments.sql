-- title: Deployments
-- question: Who changed the code or the settings of functions, and when?
-- parameter since day 0001-01-01: from this day on
-- parameter until day 9999-12-31: up to this day
SELECT
  account,
  region,
  function,
  event_name,
  actor_arn,
  SUM(1) AS calls,
  SUM(CASE WHEN error_code IS NULL THEN 0 ELSE 1 END) AS failed,
  MIN(time) AS first_time,
  MAX(time) AS last_time
FROM events
WHERE event_source = 'lambda.amazonaws.com'
  AND day BETWEEN :since AND :until
  AND (event_name LIKE 'CreateFunction%'
    OR event_name LIKE 'UpdateFunction%'
    OR event_name LIKE 'DeleteFunction%'
    OR event_name LIKE 'PublishVersion%'
    OR event_name LIKE 'PublishLayerVersion%'
    OR event_name LIKE 'UpdateAlias%'
    OR event_name LIKE 'AddPermission%'
    OR event_name LIKE 'AddLayerVersionPermission%'
    OR event_name LIKE 'CreateEventSourceMapping%'
    OR event_name LIKE 'UpdateEventSourceMapping%'
    OR event_name LIKE 'PutFunction%')
GROUP BY account, region, function, event_name, actor_arn
ORDER BY last_time DESC, function NULLS LAST, event_name, actor_arn NULLS LAST,
  account NULLS LAST, region NULLS LAST
