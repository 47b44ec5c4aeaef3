//! SAS-5.63 `short-activity-log`: the activity log of a subscription is kept for less than a year.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    azure::{Row, Wrong, findings},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 5, rule: 63 },
        name: "short-activity-log",
        summary: "The activity log of a subscription is kept for less than a year",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[778],
        since: "0.1.0",
        docs: include_str!("short_activity_log.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    findings(app, &RULE.info, ROWS, |subject| {
        format!("{subject} keeps the activity log for less than a year, or not all of it")
    })
}

const ROWS: &[Row] = &[
    Row {
        types: &["Microsoft.Insights/logprofiles"],
        path: "properties.retentionPolicy.enabled",
        wrong: Wrong::IsNotOrMissing(&["true"]),
        unless: &[],
        fix: "Set `retentionPolicy.enabled` to `true` and `days` to `365`",
    },
    Row {
        types: &["Microsoft.Insights/logprofiles"],
        path: "properties.retentionPolicy.days",
        wrong: Wrong::Below(365),
        unless: &[("properties.retentionPolicy.enabled", &["false"])],
        fix: "Set `retentionPolicy.days` to `365`",
    },
];
