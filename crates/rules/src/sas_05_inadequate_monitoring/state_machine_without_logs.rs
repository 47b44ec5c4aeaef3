//! SAS-5.7 `state-machine-without-logs`: an express workflow leaves no trace of what it did.

use app_model::{Application, Resource, StateMachine};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    kinds::{WrittenProperties, state_machines},
    rank::AboutFunction,
    settings::{Spot, missing, written},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 5, rule: 7 },
        name: "state-machine-without-logs",
        summary: "An express workflow writes no logs",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[778],
        since: "0.1.0",
        docs: include_str!("state_machine_without_logs.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let written = WrittenProperties::of(app);
    state_machines(app)
        .filter(|(_, machine)| is_express(machine))
        .filter_map(|(resource, machine)| {
            let spot = unlogged(&written, resource, machine)?;
            let message = format!(
                "no trace is left of the runs of `{}`, an express workflow that writes no logs",
                resource.name
            );
            let found = RULE.info.finding(spot.place, message).resource(&resource.name);
            let fix = "Set `Level: ALL` and `Destinations` under `LoggingConfiguration` \
                       (`Logging` in SAM)";
            Some(found.property("LoggingConfiguration").under(&spot.when).fix(fix))
        })
        .collect()
}

/// The service itself keeps the history of standard workflows, but not of express ones.
pub(super) fn is_express(machine: &StateMachine) -> bool {
    machine.kind.as_ref().is_some_and(|kind| kind.value.may_be("EXPRESS"))
}

/// When a state machine writes no logs.
pub(super) fn unlogged(
    properties: &WrittenProperties<'_>,
    resource: &Resource,
    machine: &StateMachine,
) -> Option<Spot> {
    let level = machine.log_level.as_ref();
    if let Some(spot) = written(level, &resource.when, |level| level == "OFF") {
        return Some(spot);
    }
    // The configuration as a whole may come from a parameter.
    if level.is_none() && properties.has(&resource.name, "LoggingConfiguration") {
        return None;
    }
    missing(level, &resource.when, resource.place)
}
