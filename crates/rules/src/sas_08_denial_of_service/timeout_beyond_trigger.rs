//! SAS-8.5 `timeout-beyond-trigger`: a function runs on, and costs, after its caller was sent away.

use app_model::{Application, Function, IntegrationKind, Place, Setting, Trigger, TriggerKind};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    demand::{largest, smallest, subject, triggers_by_function},
    rank::AboutFunction,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 8, rule: 5 },
        name: "timeout-beyond-trigger",
        summary: "A function runs on, and costs, after its caller was sent away",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[400, 770],
        since: "0.1.0",
        docs: include_str!("timeout_beyond_trigger.md"),
    },
    check: Check::Application(check),
};

/// A function whose time limit is longer than that of one of its callers.
struct Late<'a> {
    function: &'a Function,
    timeout: &'a Setting<i64>,
    seconds: i64,
    limit: i64,
    caller: &'static str,
}

fn check(app: &Application) -> Vec<Finding> {
    let triggers = triggers_by_function(app);
    let late: Vec<Late<'_>> = app
        .functions
        .iter()
        .filter_map(|function| late(app, function, triggers.get(function.name.as_str())?))
        .collect();
    let mut places: Vec<Place> = late.iter().map(|late| late.timeout.place).collect();
    places.sort_unstable();
    places.dedup();
    // One setting for all functions is one flaw.
    places.into_iter().filter_map(|place| finding(app, &late, place)).collect()
}

fn finding(app: &Application, late: &[Late<'_>], place: Place) -> Option<Finding> {
    let here = || late.iter().filter(|late| late.timeout.place == place);
    let mut functions: Vec<&Function> = here().map(|late| late.function).collect();
    let names = subject(app, &mut functions);
    let function = *functions.first()?;
    let first = here().find(|late| late.function.name == function.name)?;
    let message = format!(
        "{names} may run {} s, but {} gives up after {} s: slow requests are paid for and \
         occupy concurrency when nobody waits for them",
        first.seconds, first.caller, first.limit
    );
    let (when, _) = largest(Some(first.timeout))?;
    Some(
        RULE.info
            .finding(place, message)
            .about(app, function, None)
            .severity(RULE.info.severity)
            .property("Timeout")
            .under(&when)
            .fix(format!(
                "Set `Timeout` to {} or less, and hand longer work to a queue",
                first.limit
            )),
    )
}

fn late<'a>(app: &Application, function: &'a Function, triggers: &[&Trigger]) -> Option<Late<'a>> {
    let timeout = function.timeout_s.as_ref()?;
    let (_, seconds) = largest(Some(timeout))?;
    let (limit, caller) = triggers
        .iter()
        .filter_map(|trigger| limit_of(app, trigger))
        .min_by_key(|(limit, _)| *limit)?;
    // Half a minute for a limit of 29 s is a habit and costs a second.
    (seconds > limit + 1).then_some(Late { function, timeout, seconds, limit, caller })
}

/// Seconds that the caller of a function waits, and its name.
fn limit_of(app: &Application, trigger: &Trigger) -> Option<(i64, &'static str)> {
    let (default, caller) = match trigger.kind {
        TriggerKind::RestApi => (29, "the REST API"),
        TriggerKind::HttpApi => (30, "the HTTP API"),
        TriggerKind::WebSocket => (29, "the WebSocket API"),
        TriggerKind::GraphQl => (30, "the GraphQL API"),
        TriggerKind::Authorizer => (29, "the interface that asks it"),
        TriggerKind::Cognito => (5, "the user pool"),
        _ => return None,
    };
    // An interface that stands elsewhere may wait longer, or stream.
    let is_hook = trigger.kind == TriggerKind::Cognito;
    let limit = if is_hook { default } else { own_limit(app, trigger, default)? };
    Some((limit, caller))
}

/// The limit that the integration of the route sets itself, in seconds, or the default.
fn own_limit(app: &Application, trigger: &Trigger, default: i64) -> Option<i64> {
    let api = app.api(trigger.api.as_ref()?)?;
    let route = api.routes.iter().find(|route| {
        route.place == trigger.place
            && route.integration.kind == IntegrationKind::Function(trigger.function.clone())
    });
    let own = route.and_then(|route| smallest(route.integration.timeout_ms.as_ref()));
    Some(own.map_or(default, |(_, milliseconds)| (milliseconds + 999) / 1000))
}
