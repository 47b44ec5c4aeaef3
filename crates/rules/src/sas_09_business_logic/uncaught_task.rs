//! SAS-9.4 `uncaught-task`: tasks of a workflow fail without being tried again or made good.

use app_model::{Application, Details, Resource, StateMachine, Task};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, grants::list_of, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 9, rule: 4 },
        name: "uncaught-task",
        summary: "A task of a workflow has neither `Catch` nor `Retry`",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[755, 841],
        since: "0.1.0",
        docs: include_str!("uncaught_task.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    app.resources
        .iter()
        .filter_map(|resource| match &resource.details {
            Details::StateMachine(machine) => finding(resource, machine),
            _ => None,
        })
        .collect()
}

fn finding(resource: &Resource, machine: &StateMachine) -> Option<Finding> {
    let is_express = machine.kind.as_ref().is_some_and(|kind| kind.value.may_be("EXPRESS"));
    if is_express || machine.tasks.len() < 2 {
        return None;
    }
    let uncaught: Vec<&Task> =
        machine.tasks.iter().filter(|task| !task.has_catch && !task.has_retry).collect();
    let first = uncaught.first()?;
    let names: Vec<String> = uncaught.iter().map(|task| task.name.to_string()).collect();
    let message = format!(
        "a failure of {} ends the workflow `{}` half-way: what earlier steps did is not undone",
        list_of(&names),
        resource.name
    );
    Some(
        RULE.info
            .finding(first.place, message)
            .resource(&resource.name)
            .property("States")
            .under(&resource.when)
            .fix("Add `Retry` for passing faults and `Catch` with a step that makes good"),
    )
}
