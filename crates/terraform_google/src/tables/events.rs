//! Topics, schedules, queues, events, logs and alarms.

use super::{Type, nothing, plain, with};

pub(super) static TYPES: &[Type] = &[
    plain("google_pubsub_topic", "pubsub.googleapis.com/Topic"),
    plain("google_pubsub_subscription", "pubsub.googleapis.com/Subscription"),
    plain("google_pubsub_lite_topic", "pubsublite.googleapis.com/Topic"),
    plain("google_eventarc_trigger", "eventarc.googleapis.com/Trigger"),
    plain("google_eventarc_channel", "eventarc.googleapis.com/Channel"),
    plain("google_cloud_scheduler_job", "cloudscheduler.googleapis.com/Job"),
    plain("google_cloud_tasks_queue", "cloudtasks.googleapis.com/Queue"),
    plain("google_logging_project_sink", "logging.googleapis.com/LogSink"),
    plain("google_logging_folder_sink", "logging.googleapis.com/LogSink"),
    plain("google_logging_organization_sink", "logging.googleapis.com/LogSink"),
    plain("google_logging_project_bucket_config", "logging.googleapis.com/LogBucket"),
    plain("google_logging_folder_bucket_config", "logging.googleapis.com/LogBucket"),
    plain("google_logging_organization_bucket_config", "logging.googleapis.com/LogBucket"),
    plain("google_logging_billing_account_bucket_config", "logging.googleapis.com/LogBucket"),
    plain("google_logging_metric", "logging.googleapis.com/LogMetric"),
    plain("google_logging_project_exclusion", "logging.googleapis.com/LogExclusion"),
    plain("google_monitoring_alert_policy", "monitoring.googleapis.com/AlertPolicy"),
    with(
        "google_billing_budget",
        "billingbudgets.googleapis.com/Budget",
        &[("all_updates_rule", "notificationsRule")],
    ),
    nothing("google_monitoring_notification_channel"),
    nothing("google_monitoring_dashboard"),
    nothing("google_monitoring_uptime_check_config"),
    nothing("google_pubsub_schema"),
];
