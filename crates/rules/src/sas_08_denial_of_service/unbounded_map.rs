//! SAS-8.19 `unbounded-map`: a state machine works on all items of a list at once.

use app_model::{Application, Details};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 8, rule: 19 },
        name: "unbounded-map",
        summary: "A state machine works on thousands of items at once",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[770, 400],
        since: "0.1.0",
        docs: include_str!("unbounded_map.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for resource in &app.resources {
        let Details::StateMachine(machine) = &resource.details else { continue };
        for state in machine.states.iter().filter(|state| state.is_distributed) {
            let is_limited =
                state.max_concurrency.as_ref().is_some_and(|most| !most.value.any(|it| *it <= 0));
            if is_limited {
                continue;
            }
            let message = format!(
                "the map `{}` of `{}` works on up to 10000 items at a time: one long list takes \
                 the concurrency of every function of the account",
                state.name, resource.name
            );
            findings.push(
                RULE.info
                    .finding(state.place, message)
                    .resource(&resource.name)
                    .property(state.name.as_str())
                    .under(&resource.when)
                    .fix("Set `MaxConcurrency` of the map to what its steps can bear"),
            );
        }
    }
    findings
}
