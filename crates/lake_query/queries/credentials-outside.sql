-- title: Credentials of functions used elsewhere
-- question: Whose credentials, handed to a function by Lambda, are used by another client than its runtime?
-- parameter since day 0001-01-01: from this day on
-- parameter until day 9999-12-31: up to this day
SELECT
  outside.actor_arn,
  outside.source_ip,
  outside.user_agent,
  SUM(1) AS calls,
  MIN(outside.time) AS first_time,
  MAX(outside.time) AS last_time
FROM events outside
JOIN (
  SELECT actor_arn
  FROM events
  WHERE user_agent LIKE '%AWS_Lambda_%'
    AND actor_arn LIKE '%:assumed-role/%'
    AND day BETWEEN :since AND :until
  GROUP BY actor_arn
) functions ON functions.actor_arn = outside.actor_arn
WHERE outside.day BETWEEN :since AND :until
  AND outside.user_agent NOT LIKE '%AWS_Lambda_%'
  AND outside.user_agent NOT LIKE 'awslambda-worker/%'
  AND outside.user_agent NOT LIKE '%.amazonaws.com'
  AND outside.user_agent <> 'AWS Internal'
  AND outside.source_ip NOT LIKE '%.amazonaws.com'
  AND outside.source_ip <> 'AWS Internal'
GROUP BY outside.actor_arn, outside.source_ip, outside.user_agent
ORDER BY first_time, outside.actor_arn, outside.source_ip, outside.user_agent
