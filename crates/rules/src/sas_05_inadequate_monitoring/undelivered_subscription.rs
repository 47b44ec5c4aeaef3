//! SAS-5.15 `undelivered-subscription`: messages that a topic cannot deliver are lost without a trace.

use app_model::{Application, Subscription};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    kinds::{WrittenProperties, subscriptions},
    rank::AboutFunction,
    settings::missing,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 5, rule: 15 },
        name: "undelivered-subscription",
        summary: "Messages that a topic cannot deliver are lost",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[391, 778],
        since: "0.1.0",
        docs: include_str!("undelivered_subscription.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let written = WrittenProperties::of(app);
    subscriptions(app)
        .filter(|(resource, subscription)| {
            delivers_to_programs(subscription) && !written.has(&resource.name, "RedrivePolicy")
        })
        .filter_map(|(resource, subscription)| {
            let redrive = subscription.redrive.as_ref();
            let spot = missing(redrive, &resource.when, resource.place)?;
            let name = &resource.name;
            let message = format!(
                "messages that the subscription `{name}` cannot deliver are dropped, and nobody is told"
            );
            let found = RULE.info.finding(spot.place, message).resource(name);
            let fix = "Set `RedrivePolicy` with `deadLetterTargetArn` of a queue";
            Some(found.property("RedrivePolicy").under(&spot.when).fix(fix))
        })
        .collect()
}

/// People who get mails need no queue for what was not delivered.
fn delivers_to_programs(subscription: &Subscription) -> bool {
    subscription.protocol.as_ref().is_some_and(|protocol| {
        protocol
            .value
            .any(|word| matches!(word.as_str(), "sqs" | "lambda" | "http" | "https" | "firehose"))
    })
}
