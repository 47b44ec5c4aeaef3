//! Logs, metrics, alarms.

use terraform_tables::row::{
    Turn::{As, By, Many, One},
    Type, nothing,
};

use super::arm;
use crate::turns;

pub(super) static TYPES: &[Type] = &[
    arm(
        "azurerm_application_insights",
        "Microsoft.Insights/components",
        &[
            ("application_type", "Application_Type", As),
            ("workspace_id", "WorkspaceResourceId", As),
            ("retention_in_days", "RetentionInDays", As),
            ("local_authentication_disabled", "DisableLocalAuth", As),
            ("disable_ip_masking", "DisableIpMasking", As),
            ("sampling_percentage", "SamplingPercentage", As),
        ],
    ),
    arm(
        "azurerm_log_analytics_workspace",
        "Microsoft.OperationalInsights/workspaces",
        &[
            ("sku", "sku.name", As),
            ("daily_quota_gb", "workspaceCapping.dailyQuotaGb", As),
            ("local_authentication_disabled", "features.disableLocalAuth", As),
            ("identity", "identity", By(turns::identity)),
        ],
    ),
    arm(
        "azurerm_monitor_diagnostic_setting",
        "Microsoft.Insights/diagnosticSettings",
        &[
            ("target_resource_id", "^scope", As),
            ("enabled_log", "logs", By(turns::enabled_logs)),
            ("log", "logs", Many(&[("retention_policy", "retentionPolicy", One(&[]))])),
            ("enabled_metric", "metrics", By(turns::enabled_logs)),
            ("metric", "metrics", Many(&[("retention_policy", "retentionPolicy", One(&[]))])),
            ("log_analytics_workspace_id", "workspaceId", As),
            ("eventhub_authorization_rule_id", "eventHubAuthorizationRuleId", As),
            ("eventhub_name", "eventHubName", As),
        ],
    ),
    arm(
        "azurerm_monitor_log_profile",
        "Microsoft.Insights/logprofiles",
        &[("retention_policy", "retentionPolicy", One(&[]))],
    ),
    arm(
        "azurerm_monitor_metric_alert",
        "Microsoft.Insights/metricAlerts",
        &[("criteria", "criteria.allOf", Many(&[])), ("action", "actions", Many(&[]))],
    ),
    arm(
        "azurerm_monitor_activity_log_alert",
        "Microsoft.Insights/activityLogAlerts",
        &[("criteria", "condition", One(&[])), ("action", "actions", Many(&[]))],
    ),
    arm("azurerm_monitor_action_group", "Microsoft.Insights/actionGroups", &[]),
    nothing("azurerm_monitor_smart_detector_alert_rule"),
    nothing("azurerm_monitor_autoscale_setting"),
    nothing("azurerm_log_analytics_solution"),
    nothing("azurerm_application_insights_web_test"),
    nothing("azurerm_portal_dashboard"),
];
