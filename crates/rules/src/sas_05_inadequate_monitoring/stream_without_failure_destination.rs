//! SAS-5.5 `stream-without-failure-destination`: records of a stream that a function fails on are lost without a trace.

use app_model::{Application, EventSource, Setting, TriggerKind};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction, settings::missing};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 5, rule: 5 },
        name: "stream-without-failure-destination",
        summary: "Records of a stream that a function fails on are lost",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[391, 778],
        since: "0.1.0",
        docs: include_str!("stream_without_failure_destination.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    app.triggers
        .iter()
        .filter(|trigger| matches!(trigger.kind, TriggerKind::Kinesis | TriggerKind::DynamoDb))
        .filter_map(|trigger| {
            let function = app.function(&trigger.function)?;
            let polling = trigger.polling.as_ref().filter(|polling| gives_up(polling))?;
            let destination = polling.failure_destination.as_ref();
            let spot = missing(destination, &trigger.when, trigger.place)?;
            let message = format!(
                "a record that `{}` fails on is dropped after its retries, and nobody is told",
                function.name
            );
            let found = RULE.info.finding(spot.place, message).about(app, function, None);
            let fix = "Set `DestinationConfig.OnFailure` to a queue or topic that somebody watches";
            Some(found.resource(&polling.name).under(&spot.when).fix(fix))
        })
        .collect()
}

/// Whether retries or age end the attempts. Endless ones are another flaw: SAS-8.8.
fn gives_up(polling: &EventSource) -> bool {
    let is_bounded = |setting: Option<&Setting<i64>>| {
        setting.is_some_and(|set| set.absent.is_none() && !set.value.any(|value| *value < 0))
    };
    is_bounded(polling.maximum_retries.as_ref())
        || is_bounded(polling.maximum_record_age_s.as_ref())
}
