//! SAS-3.9 `open-event-bus`: anybody may put events on a bus.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    open_policies::{OpenStatement, enumerate, open_statements},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 9 },
        name: "open-event-bus",
        summary: "Anybody on the internet may put events on a bus",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[284, 732],
        since: "0.1.0",
        docs: include_str!("open_event_bus.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    open_statements(app, "events").filter_map(|open| of_statement(app, &open)).collect()
}

fn of_statement(app: &Application, open: &OpenStatement<'_>) -> Option<Finding> {
    let deeds = open.deeds(&[
        ("events:PutEvents", "put events on it"),
        ("events:PutRule", "add rules"),
        ("events:PutTargets", "add targets"),
    ]);
    let consumer = open.consumer(app);
    let only_puts = deeds.iter().all(|deed| *deed == "put events on it");
    let severity = match consumer {
        None if only_puts => Severity::Medium,
        _ => Severity::High,
    };
    let what = if deeds.is_empty() { "use it".to_owned() } else { enumerate(&deeds) };
    let follow = match consumer {
        Some(function) if deeds.contains(&"put events on it") => {
            format!(", which can start `{}`", function.name)
        }
        _ => String::new(),
    };
    let message = format!(
        "the policy of the event bus `{}` lets every AWS account {what}{follow}",
        open.resource()
    );
    let fix = "Name accounts under `Principal`, or add a condition on `aws:PrincipalOrgID`";
    Some(open.finding(app, &RULE.info, severity, message)?.fix(fix))
}
