//! SAS-5.12 `silent-alarm`: an alarm tells nobody.

use std::collections::BTreeSet;

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, kinds::alarms, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 5, rule: 12 },
        name: "silent-alarm",
        summary: "An alarm has no action",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[778],
        since: "0.1.0",
        docs: include_str!("silent_alarm.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let used = used_elsewhere(app);
    alarms(app)
        .filter(|(resource, alarm)| !alarm.has_action && !used.contains(resource.name.as_str()))
        .map(|(resource, _)| {
            let message = format!("nobody is told when the alarm `{}` goes off", resource.name);
            let found = RULE.info.finding(resource.place, message).resource(&resource.name);
            let fix = "Set `AlarmActions` to a topic that somebody reads";
            found.property("AlarmActions").under(&resource.when).fix(fix)
        })
        .collect()
}

/// Alarms that something else acts on: a deployment that rolls back, a composite alarm, a rule.
fn used_elsewhere(app: &Application) -> BTreeSet<&str> {
    app.literals
        .iter()
        .filter_map(|literal| literal.value.unresolved())
        .flat_map(|expression| expression.references.iter().map(|r| r.name.as_str()))
        .collect()
}
