//! Log groups, alarms, trails, budgets.

use terraform_tables::row::{
    At, Owner,
    Turn::{As, Json, Many, Named, One, Pairs, Unless},
    Type, nothing, part, resource,
};

const GROUP: &str = "aws_cloudwatch_log_group";

pub(super) static TYPES: &[Type] = &[
    resource(
        GROUP,
        "AWS::Logs::LogGroup",
        &[
            ("name", "LogGroupName", As),
            // The provider's word for "for ever".
            ("retention_in_days", "RetentionInDays", Unless("0")),
        ],
    ),
    part(
        "aws_cloudwatch_log_data_protection_policy",
        Owner::In("log_group_name", GROUP),
        At::Below(""),
        &[("log_group_name", "", As), ("policy_document", "DataProtectionPolicy", Json)],
    ),
    resource(
        "aws_cloudwatch_log_subscription_filter",
        "AWS::Logs::SubscriptionFilter",
        &[("log_group_name", "LogGroupName", Named(GROUP))],
    ),
    resource(
        "aws_cloudwatch_log_resource_policy",
        "AWS::Logs::ResourcePolicy",
        &[("policy_document", "PolicyDocument", Json)],
    ),
    resource("aws_cloudwatch_log_metric_filter", "AWS::Logs::MetricFilter", &[]),
    nothing("aws_cloudwatch_log_stream"),
    resource(
        "aws_cloudwatch_metric_alarm",
        "AWS::CloudWatch::Alarm",
        &[
            ("dimensions", "Dimensions", Pairs),
            (
                "metric_query",
                "Metrics",
                Many(&[(
                    "metric",
                    "MetricStat.Metric",
                    One(&[("dimensions", "Dimensions", Pairs)]),
                )]),
            ),
        ],
    ),
    nothing("aws_cloudwatch_dashboard"),
    resource(
        "aws_cloudtrail",
        "AWS::CloudTrail::Trail",
        &[
            ("enable_logging", "IsLogging", As),
            ("kms_key_id", "KMSKeyId", As),
            ("cloud_watch_logs_group_arn", "CloudWatchLogsLogGroupArn", As),
            (
                "event_selector",
                "EventSelectors",
                Many(&[("data_resource", "DataResources", Many(&[]))]),
            ),
            (
                "advanced_event_selector",
                "AdvancedEventSelectors",
                Many(&[("field_selector", "FieldSelectors", Many(&[]))]),
            ),
        ],
    ),
    resource(
        "aws_budgets_budget",
        "AWS::Budgets::Budget",
        &[("notification", "NotificationsWithSubscribers", Many(&[]))],
    ),
    resource("aws_xray_sampling_rule", "AWS::XRay::SamplingRule", &[("rule_name", "", As)]),
    nothing("aws_xray_encryption_config"),
    nothing("aws_xray_group"),
    resource(
        "aws_signer_signing_profile",
        "AWS::Signer::SigningProfile",
        &[("signature_validity_period", "SignatureValidityPeriod", One(&[]))],
    ),
];
