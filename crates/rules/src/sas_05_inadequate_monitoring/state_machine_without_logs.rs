//! SAS-5.7 `state-machine-without-logs`: a state machine writes no logs of what it does.

use app_model::{Application, Resource, StateMachine};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    kinds::{state_machines, writes},
    rank::AboutFunction,
    settings::{Spot, missing, written},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 5, rule: 7 },
        name: "state-machine-without-logs",
        summary: "A state machine writes no logs",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[778],
        since: "0.1.0",
        docs: include_str!("state_machine_without_logs.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    state_machines(app)
        .filter_map(|(resource, machine)| of_machine(app, resource, machine))
        .collect()
}

fn of_machine(app: &Application, resource: &Resource, machine: &StateMachine) -> Option<Finding> {
    let spot = unlogged(app, resource, machine)?;
    let is_express = machine.kind.as_ref().is_some_and(|kind| kind.value.may_be("EXPRESS"));
    // The service itself keeps the history of standard workflows, but not of express ones.
    let (severity, loss) = if is_express {
        (Severity::Medium, "no trace of its runs is left anywhere")
    } else {
        (Severity::Low, "its runs cannot be searched, and are forgotten after 90 days")
    };
    let message = format!("`{}` writes no logs: {loss}", resource.name);
    let found = RULE.info.finding(spot.place, message).severity(severity).resource(&resource.name);
    let fix = "Set `Level: ERROR` (`ALL` for express) and `Destinations` under \
               `LoggingConfiguration` (`Logging` in SAM)";
    Some(found.property("LoggingConfiguration").under(&spot.when).fix(fix))
}

fn unlogged(app: &Application, resource: &Resource, machine: &StateMachine) -> Option<Spot> {
    let level = machine.log_level.as_ref();
    if let Some(spot) = written(level, &resource.when, |level| level == "OFF") {
        return Some(spot);
    }
    // The configuration as a whole may come from a parameter.
    if level.is_none() && writes(app, &resource.name, "LoggingConfiguration") {
        return None;
    }
    missing(level, &resource.when, resource.place)
}
