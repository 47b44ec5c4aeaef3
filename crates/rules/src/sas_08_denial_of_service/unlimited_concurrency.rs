//! SAS-8.1 `unlimited-concurrency`: callers from outside can take all of the account's concurrency
//! through one function.

use app_model::{Application, Auth, Exposure, Function, Trigger, TriggerKind, When};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use super::unlimited_api_key;
use crate::{
    Check, Rule,
    demand::{Way, Ways, triggers_by_function, unreserved},
    kinds::of_lambda,
    rank::AboutFunction,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 8, rule: 1 },
        name: "unlimited-concurrency",
        summary: "Callers from outside can take all of the account's concurrency",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[770, 400],
        since: "0.1.0",
        docs: include_str!("unlimited_concurrency.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let (ways, triggers) = (Ways::of(app), triggers_by_function(app));
    of_lambda(app)
        .filter(|function| ways.open(&function.name).is_empty())
        .filter_map(|function| {
            let triggers = triggers.get(function.name.as_str())?;
            let by_key = || ways.all(&function.name).find_map(|way| with_key(app, way));
            let (cause, when) = by_key().or_else(|| fed(function, triggers))?;
            let message = format!(
                "{cause}, and `{}` has no reserved concurrency: one sender can use up the \
                 concurrency that all functions of the account share",
                function.name
            );
            Some(
                RULE.info
                    .finding(function.place, message)
                    .about(app, function, None)
                    .severity(RULE.info.severity)
                    .property("ReservedConcurrentExecutions")
                    .under(&when)
                    .fix(
                        "Set `ReservedConcurrentExecutions` to what the function needs at its \
                         busiest, or limit requests before it",
                    ),
            )
        })
        .collect()
}

/// A route that only an API key guards, which every copy of a client has.
fn with_key(app: &Application, way: &Way<'_>) -> Option<(String, When)> {
    let is_told = way.trigger.api.as_ref().is_some_and(|api| unlimited_api_key::reports(app, api));
    let route = way.trigger.label().unwrap_or_default();
    (way.trigger.auth == Auth::ApiKey && !is_told)
        .then(|| (format!("holders of an API key call `{route}` without limit"), way.when.clone()))
}

/// A source that anybody can write to and that starts the function at once.
fn fed(function: &Function, triggers: &[&Trigger]) -> Option<(String, When)> {
    let unreserved = unreserved(function)?;
    triggers.iter().find_map(|trigger| {
        let starts_at_once = matches!(
            trigger.kind,
            TriggerKind::S3 | TriggerKind::Sns | TriggerKind::EventBridge | TriggerKind::Ses
        );
        if !starts_at_once || trigger.exposure != Exposure::Internet {
            return None;
        }
        let source = trigger
            .label()
            .map_or_else(|| "an event".to_owned(), |source| format!("an event of `{source}`"));
        let when = unreserved.and(&trigger.when)?.and(&function.when)?;
        Some((format!("anybody can send {source}"), when))
    })
}
