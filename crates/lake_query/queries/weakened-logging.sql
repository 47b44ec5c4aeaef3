-- title: Weakened logging
-- question: Who stopped, deleted or narrowed trails, logs and detectors?
-- parameter since day 0001-01-01: from this day on
-- parameter until day 9999-12-31: up to this day
SELECT
  time,
  account,
  region,
  actor_arn,
  event_source,
  event_name,
  source_ip,
  error_code,
  event_id
FROM events
WHERE day BETWEEN :since AND :until
  AND ((event_source = 'cloudtrail.amazonaws.com'
      AND event_name IN ('StopLogging', 'DeleteTrail', 'UpdateTrail', 'PutEventSelectors',
        'DeleteEventDataStore', 'StopEventDataStoreIngestion'))
    OR (event_source = 'logs.amazonaws.com'
      AND event_name IN ('DeleteLogGroup', 'DeleteLogStream', 'DeleteRetentionPolicy', 'PutRetentionPolicy',
        'DeleteSubscriptionFilter'))
    OR (event_source = 'guardduty.amazonaws.com'
      AND event_name IN ('DeleteDetector', 'UpdateDetector', 'CreateIPSet', 'DeletePublishingDestination'))
    OR (event_source = 'config.amazonaws.com'
      AND event_name IN ('StopConfigurationRecorder', 'DeleteConfigurationRecorder', 'DeleteDeliveryChannel')))
ORDER BY time, event_id NULLS LAST
