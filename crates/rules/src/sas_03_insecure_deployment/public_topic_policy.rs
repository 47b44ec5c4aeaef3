//! SAS-3.8 `public-topic-policy`: anybody may publish to or subscribe to a topic.

use app_model::{Application, Resource, RoleBinding};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    bindings::{self, Public, open, target_name},
    open_policies::{OpenStatement, enumerate, open_statements},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 8 },
        name: "public-topic-policy",
        summary: "Anybody on the internet may publish to or subscribe to a topic",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[284, 732],
        since: "0.1.0",
        docs: include_str!("public_topic_policy.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let by_policies = open_statements(app, "sns").filter_map(|open| of_statement(app, &open));
    by_policies.chain(open(app, &TOPICS).map(|it| of_binding(app, it))).collect()
}

/// Topics of Google Cloud, and what they are called.
const TOPICS: [(&str, &str); 2] = [
    ("pubsub.googleapis.com/Topic", "topic"),
    ("pubsub.googleapis.com/Subscription", "subscription"),
];

/// A role that everybody has on a topic.
fn of_binding(
    app: &Application,
    (binding, who, known, noun): (&RoleBinding, Public, Option<&Resource>, &str),
) -> Finding {
    let what = match binding.role.display() {
        "roles/pubsub.publisher" => "publish messages to",
        "roles/pubsub.subscriber" => "read messages of",
        "roles/pubsub.viewer" => "look at",
        _ => "use",
    };
    let consumer = known.and_then(|known| {
        app.triggers.iter().find(|trigger| {
            trigger.source_references.iter().any(|source| source.name == known.name)
        })
    });
    let follow = match consumer {
        Some(trigger) if what == "publish messages to" => {
            format!(", which start `{}`", trigger.function)
        }
        _ => String::new(),
    };
    let message =
        format!("{} may {what} the {noun} {}{follow}", who.words(), target_name(known, binding));
    let severity = if consumer.is_some() { Severity::High } else { Severity::Medium };
    let found = bindings::finding(&RULE.info, binding, message).severity(severity);
    found.fix("Give the role to the accounts that need it")
}

fn of_statement(app: &Application, open: &OpenStatement<'_>) -> Option<Finding> {
    let deeds = open.deeds(&[
        ("sns:Publish", "publish messages"),
        ("sns:Subscribe", "subscribe to messages"),
        ("sns:SetTopicAttributes", "change the topic"),
        ("sns:DeleteTopic", "delete the topic"),
    ]);
    let only_publishes = deeds.iter().all(|deed| *deed == "publish messages");
    let consumer = open.consumer(app);
    let severity = match consumer {
        None if only_publishes => Severity::Medium,
        _ => Severity::High,
    };
    let what = if deeds.is_empty() { "use it".to_owned() } else { enumerate(&deeds) };
    let follow = match consumer {
        Some(function) if deeds.contains(&"publish messages") => {
            format!(", which start `{}`", function.name)
        }
        _ => String::new(),
    };
    let message =
        format!("the policy of the topic `{}` lets anybody {what}{follow}", open.resource());
    let fix = "Name the publisher under `Principal`, or pin it with `aws:SourceArn` or \
               `aws:SourceAccount` under `Condition`";
    Some(open.finding(app, &RULE.info, severity, message)?.fix(fix))
}
