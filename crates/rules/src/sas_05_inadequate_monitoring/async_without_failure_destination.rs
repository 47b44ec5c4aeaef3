//! SAS-5.4 `async-without-failure-destination`: events that a function fails on are lost without a trace.

use app_model::{Application, Function, Invocation, Trigger, TriggerKind};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    kinds::of_lambda,
    rank::AboutFunction,
    settings::{Spot, missing},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 5, rule: 4 },
        name: "async-without-failure-destination",
        summary: "Events that a function fails on are lost",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[391, 778],
        since: "0.1.0",
        docs: include_str!("async_without_failure_destination.md"),
    },
    check: Check::Application(check),
};

/// Sources whose events carry work that is lost when the function fails on them.
const SOURCES: [TriggerKind; 6] = [
    TriggerKind::S3,
    TriggerKind::Sns,
    TriggerKind::EventBridge,
    TriggerKind::Iot,
    TriggerKind::Ses,
    TriggerKind::Logs,
];

fn check(app: &Application) -> Vec<Finding> {
    of_lambda(app)
        .filter_map(|function| {
            let trigger = sources(app, function).next()?;
            let spot = unguarded(function)?;
            let when = spot.when.and(&trigger.when)?;
            let message = format!(
                "events of {} that `{}` fails on are dropped after two retries, and nobody is told",
                words(trigger.kind),
                function.name
            );
            let found = RULE.info.finding(spot.place, message).about(app, function, None);
            let fix = "Set `DeadLetterQueue`, or `OnFailure` under `EventInvokeConfig`, to a queue \
                       that somebody watches";
            Some(found.under(&when).fix(fix))
        })
        .collect()
}

/// What starts the function asynchronously and carries work.
pub(super) fn sources<'a>(
    app: &'a Application,
    function: &'a Function,
) -> impl Iterator<Item = &'a Trigger> {
    app.triggers_of(&function.name).filter(|trigger| {
        trigger.invocation == Invocation::Asynchronous
            && SOURCES.contains(&trigger.kind)
            && !is_iot_authorizer(app, trigger)
    })
}

/// Where a permission alone tells of devices, it may be for an authorizer, whose caller waits.
fn is_iot_authorizer(app: &Application, trigger: &Trigger) -> bool {
    trigger.kind == TriggerKind::Iot
        && app.permissions.iter().any(|permission| permission.place == trigger.place)
}

/// When failed events of a function go nowhere.
pub(super) fn unguarded(function: &Function) -> Option<Spot> {
    let without_queue = missing(function.dead_letter.as_ref(), &function.when, function.place)?;
    missing(function.failure_destination.as_ref(), &without_queue.when, function.place)
}

fn words(kind: TriggerKind) -> &'static str {
    match kind {
        TriggerKind::S3 => "S3",
        TriggerKind::Sns => "SNS",
        TriggerKind::Iot => "IoT",
        TriggerKind::Ses => "SES",
        TriggerKind::Logs => "CloudWatch Logs",
        _ => "EventBridge",
    }
}
