//! SAS-5.14 `undelivered-rule-events`: events that a rule cannot deliver are lost without a trace.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, kinds::event_rules, rank::AboutFunction, settings::missing};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 5, rule: 14 },
        name: "undelivered-rule-events",
        summary: "Events that a rule cannot deliver are lost",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[391, 778],
        since: "0.1.0",
        docs: include_str!("undelivered_rule_events.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    event_rules(app)
        .filter_map(|(resource, rule)| {
            let spot = rule.targets.iter().find_map(|target| {
                let place = if resource.is_generated { resource.place } else { target.place };
                missing(target.dead_letter.as_ref(), &resource.when, place)
            })?;
            let name = &resource.name;
            let message = format!(
                "events that the rule `{name}` cannot deliver to a target are dropped, and nobody is told"
            );
            let found = RULE.info.finding(spot.place, message).resource(name);
            let fix = "Set `DeadLetterConfig` of the target to a queue that somebody watches";
            Some(found.property("DeadLetterConfig").under(&spot.when).fix(fix))
        })
        .collect()
}
