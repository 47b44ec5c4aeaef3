-- title: Changes of identities
-- question: Who made users, keys, roles and policies, or changed them?
-- parameter since day 0001-01-01: from this day on
-- parameter until day 9999-12-31: up to this day
SELECT
  time,
  account,
  actor_arn,
  event_name,
  source_ip,
  error_code,
  event_id
FROM events
WHERE event_source = 'iam.amazonaws.com'
  AND day BETWEEN :since AND :until
  AND (event_name LIKE 'Create%'
    OR event_name LIKE 'Attach%'
    OR event_name LIKE 'Put%'
    OR event_name LIKE 'Update%'
    OR event_name LIKE 'Add%'
    OR event_name LIKE 'Delete%'
    OR event_name LIKE 'Detach%'
    OR event_name LIKE 'Set%')
ORDER BY time, event_id NULLS LAST
