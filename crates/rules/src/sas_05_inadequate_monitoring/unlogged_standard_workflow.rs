//! SAS-5.25 `unlogged-standard-workflow`: runs of a standard workflow are forgotten after 90 days.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use super::state_machine_without_logs::{is_express, unlogged};
use crate::{
    Check, Rule,
    kinds::{WrittenProperties, state_machines},
    rank::AboutFunction,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 5, rule: 25 },
        name: "unlogged-standard-workflow",
        summary: "A standard workflow writes no logs",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[778],
        since: "0.1.0",
        docs: include_str!("unlogged_standard_workflow.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let written = WrittenProperties::of(app);
    state_machines(app)
        .filter(|(_, machine)| !is_express(machine))
        .filter_map(|(resource, machine)| {
            let spot = unlogged(&written, resource, machine)?;
            let message = format!(
                "runs of `{}` cannot be searched, and are forgotten after 90 days, as it writes no logs",
                resource.name
            );
            let found = RULE.info.finding(spot.place, message).resource(&resource.name);
            let fix = "Set `Level: ERROR` and `Destinations` under `LoggingConfiguration` \
                       (`Logging` in SAM)";
            Some(found.property("LoggingConfiguration").under(&spot.when).fix(fix))
        })
        .collect()
}
