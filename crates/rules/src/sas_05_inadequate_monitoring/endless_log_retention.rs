//! SAS-5.3 `endless-log-retention`: a log group keeps its lines for ever.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, kinds::log_groups, rank::AboutFunction, settings::missing};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 5, rule: 3 },
        name: "endless-log-retention",
        summary: "A log group keeps its lines for ever",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[1230],
        since: "0.1.0",
        docs: include_str!("endless_log_retention.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    log_groups(app)
        .filter_map(|(resource, group)| {
            let days = group.retention_days.as_ref();
            let spot = missing(days, &resource.when, resource.place)?;
            let message = format!(
                "lines of the log group `{}`, with any personal data in them, are kept for ever",
                resource.name
            );
            let found = RULE.info.finding(spot.place, message).resource(&resource.name);
            let fix = "Set `RetentionInDays` to what the law and an investigation need, such as 90";
            Some(found.under(&spot.when).fix(fix))
        })
        .collect()
}
