//! SAS-5.6 `queue-without-redrive`: messages that a function fails on are lost without a trace.

use std::collections::BTreeSet;

use app_model::{Application, Function, TriggerKind};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    kinds::{WrittenProperties, queues},
    rank::AboutFunction,
    settings::missing,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 5, rule: 6 },
        name: "queue-without-redrive",
        summary: "Messages that a function fails on are lost",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[391, 778],
        since: "0.1.0",
        docs: include_str!("queue_without_redrive.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let last_stops = last_stops(app);
    let written = WrittenProperties::of(app);
    queues(app)
        .filter(|(resource, _)| !last_stops.contains(resource.name.as_str()))
        .filter_map(|(resource, queue)| {
            let function = consumer(app, &resource.name)?;
            let target = queue.redrive_target.as_ref();
            // A policy that comes whole from a parameter is not read.
            if target.is_none() && written.has(&resource.name, "RedrivePolicy") {
                return None;
            }
            let spot = missing(target, &resource.when, resource.place)?;
            let message = format!(
                "a message of `{}` that `{}` fails on is tried again until it expires, and is then lost",
                resource.name, function.name
            );
            let found = RULE.info.finding(spot.place, message).about(app, function, None);
            let fix = "Set `RedrivePolicy` with `deadLetterTargetArn` and a `maxReceiveCount` of 5";
            Some(found.resource(&resource.name).under(&spot.when).fix(fix))
        })
        .collect()
}

/// The function that works on the queue.
fn consumer<'a>(app: &'a Application, queue: &str) -> Option<&'a Function> {
    let trigger = app.triggers.iter().find(|trigger| {
        trigger.kind == TriggerKind::Sqs
            && trigger.source_references.iter().any(|source| source.name == queue)
    })?;
    app.function(&trigger.function)
}

/// Queues that are themselves where failed messages go.
fn last_stops(app: &Application) -> BTreeSet<&str> {
    app.literals
        .iter()
        .filter(|literal| {
            ["deadLetterTargetArn", "DeadLetterConfig.", "OnFailure."]
                .iter()
                .any(|part| literal.path.contains(part))
        })
        .filter_map(|literal| literal.value.unresolved())
        .flat_map(|expression| expression.references.iter().map(|r| r.name.as_str()))
        .collect()
}
