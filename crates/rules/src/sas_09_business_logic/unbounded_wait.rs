//! SAS-9.9 `unbounded-wait`: a workflow waits for an answer from outside without a time limit.

use app_model::{Application, Details, Resource, Task};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 9, rule: 9 },
        name: "unbounded-wait",
        summary: "A workflow waits for a callback without a time limit",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[841, 400],
        since: "0.1.0",
        docs: include_str!("unbounded_wait.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for resource in &app.resources {
        if let Details::StateMachine(machine) = &resource.details {
            findings.extend(machine.tasks.iter().filter_map(|task| finding(resource, task)));
        }
    }
    findings
}

fn finding(resource: &Resource, task: &Task) -> Option<Finding> {
    if task.has_timeout || !task.resource.display().ends_with(".waitForTaskToken") {
        return None;
    }
    let message = format!(
        "the task `{}` of `{}` waits up to a year for its token: a lost or withheld answer holds \
         the workflow open",
        task.name, resource.name
    );
    Some(
        RULE.info
            .finding(task.place, message)
            .resource(&resource.name)
            .property(task.name.as_str())
            .under(&resource.when)
            .fix("Set `TimeoutSeconds` or `HeartbeatSeconds` on the task"),
    )
}
