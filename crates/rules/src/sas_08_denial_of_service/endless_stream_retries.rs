//! SAS-8.8 `endless-stream-retries`: one record that cannot be processed stops a stream.

use app_model::{Application, Details, EventSource, Resource, Setting, TriggerKind, When};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 8, rule: 8 },
        name: "endless-stream-retries",
        summary: "One record that cannot be processed stops a stream until it expires",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[400, 835],
        since: "0.1.0",
        docs: include_str!("endless_stream_retries.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    app.triggers
        .iter()
        .filter_map(|trigger| {
            let function = app.function(&trigger.function)?;
            let mapping = trigger.polling.as_ref()?;
            let when = endless(mapping)?.and(&trigger.when)?;
            let source = trigger.source_references.first().map(|source| source.name.as_str());
            let resource = source.and_then(|name| app.resource(name));
            let kind = match trigger.kind {
                TriggerKind::DynamoDb => "table",
                TriggerKind::Kinesis if resource.is_some_and(is_consumer) => "stream consumer",
                TriggerKind::Kinesis => "stream",
                _ => return None,
            };
            let time = if kind == "table" { DAY.to_owned() } else { kept_for(resource) };
            let message = format!(
                "`{}` gets a failing batch of the {kind}{} again until its records expire, \
                 which takes {time}: one bad record stops all behind it",
                function.name,
                source.map(|name| format!(" `{name}`")).unwrap_or_default(),
            );
            Some(
                RULE.info
                    .finding(mapping.place, message)
                    .about(app, function, None)
                    .property("MaximumRetryAttempts")
                    .under(&when)
                    .fix(
                        "Set `MaximumRetryAttempts` (and `BisectBatchOnFunctionError: true`) and \
                         an `OnFailure` destination on the event source",
                    ),
            )
        })
        .collect()
}

/// How long a table's stream keeps its records, and any stream of which nothing else is set.
const DAY: &str = "24 hours";

fn is_consumer(resource: &Resource) -> bool {
    resource.type_name == "AWS::Kinesis::StreamConsumer"
}

/// How long a stream of Kinesis keeps its records, as far as the template tells.
fn kept_for(resource: Option<&Resource>) -> String {
    let Some(Details::Stream(stream)) = resource.map(|resource| &resource.details) else {
        return "a day or up to a year".to_owned();
    };
    match stream.retention_h.as_ref().map(|hours| hours.value.known()) {
        None => DAY.to_owned(),
        Some(Some(hours)) => format!("{hours} hours"),
        Some(None) => "a day or up to a year".to_owned(),
    }
}

/// When neither retries nor age end the attempts.
fn endless(mapping: &EventSource) -> Option<When> {
    unlimited(mapping.maximum_retries.as_ref())?
        .and(&unlimited(mapping.maximum_record_age_s.as_ref())?)
}

/// When a setting is left out or says -1, which is for ever.
fn unlimited(setting: Option<&Setting<i64>>) -> Option<When> {
    let Some(setting) = setting else { return Some(When::ALWAYS) };
    setting
        .absent
        .clone()
        .or_else(|| setting.value.find(|it| *it < 0).map(|(when, _)| when.clone()))
}
