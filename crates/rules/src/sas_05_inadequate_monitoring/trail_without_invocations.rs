//! SAS-5.10 `trail-without-invocations`: a trail does not record who invoked functions.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, kinds::trails, rank::AboutFunction, settings::Spot};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 5, rule: 10 },
        name: "trail-without-invocations",
        summary: "An audit trail does not record invocations of functions",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[778],
        since: "0.1.0",
        docs: include_str!("trail_without_invocations.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    trails(app)
        .filter_map(|(resource, trail)| {
            let spot = Spot { place: resource.place, when: resource.when.clone() };
            if trail.records_invocations {
                return None;
            }
            let message = format!(
                "the trail `{}` does not record who invoked functions directly",
                resource.name
            );
            let found = RULE.info.finding(spot.place, message).resource(&resource.name);
            Some(
                found
                    .under(&spot.when)
                    .fix("Add an event selector for data events of `AWS::Lambda::Function`"),
            )
        })
        .collect()
}
