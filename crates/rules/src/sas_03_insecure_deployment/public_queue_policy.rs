//! SAS-3.7 `public-queue-policy`: anybody may use a queue.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    open_policies::{OpenStatement, enumerate, open_statements},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 7 },
        name: "public-queue-policy",
        summary: "Anybody on the internet may use a queue",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[284, 732],
        since: "0.1.0",
        docs: include_str!("public_queue_policy.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    open_statements(app, "sqs").filter_map(|open| of_statement(app, &open)).collect()
}

fn of_statement(app: &Application, open: &OpenStatement<'_>) -> Option<Finding> {
    let deeds = open.deeds(&[
        ("sqs:SendMessage", "send messages"),
        ("sqs:ReceiveMessage", "read messages"),
        ("sqs:DeleteMessage", "delete messages"),
        ("sqs:PurgeQueue", "delete messages"),
        ("sqs:SetQueueAttributes", "change the queue"),
    ]);
    let only_sends = deeds.iter().all(|deed| *deed == "send messages");
    let consumer = open.consumer(app);
    let severity = match consumer {
        None if only_sends => Severity::Medium,
        _ => Severity::High,
    };
    let what = if deeds.is_empty() { "use it".to_owned() } else { enumerate(&deeds) };
    let follow = match consumer {
        Some(function) if deeds.contains(&"send messages") => {
            format!(", which `{}` then works on", function.name)
        }
        _ => String::new(),
    };
    let message =
        format!("the policy of the queue `{}` lets anybody {what}{follow}", open.resource());
    let fix = "Name the sender under `Principal`, or pin it with `aws:SourceArn` under `Condition`";
    Some(open.finding(app, &RULE.info, severity, message)?.fix(fix))
}
