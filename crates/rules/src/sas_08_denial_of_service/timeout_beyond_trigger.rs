//! SAS-8.5 `timeout-beyond-trigger`: a function runs on, and costs, after its caller was sent away.

use app_model::{Application, Function, IntegrationKind, Place, Setting, Trigger, TriggerKind};
use finding::{Audience, Confidence, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    deeds::may,
    demand::{largest, smallest, subject, triggers_by_function},
    grants::list_of,
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
    /// The route or hook whose caller waits for so long.
    trigger: &'a Trigger,
    /// Whether something else starts the function, too, and may need more time.
    has_longer: bool,
}

impl Late<'_> {
    /// One setting for all functions is one flaw; those with longer work have another mend.
    fn group(&self) -> (Place, bool) {
        (self.timeout.place, self.has_longer)
    }
}

fn check(app: &Application) -> Vec<Finding> {
    let triggers = triggers_by_function(app);
    let late: Vec<Late<'_>> = app
        .functions
        .iter()
        .filter_map(|function| late(app, function, triggers.get(function.name.as_str())?))
        .collect();
    let mut groups: Vec<(Place, bool)> = late.iter().map(Late::group).collect();
    groups.sort_unstable();
    groups.dedup();
    groups.into_iter().filter_map(|group| finding(app, &late, group)).collect()
}

fn finding(app: &Application, late: &[Late<'_>], group: (Place, bool)) -> Option<Finding> {
    let here = || late.iter().filter(|late| late.group() == group);
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
    let confidence = if first.has_longer { Confidence::Medium } else { Confidence::High };
    Some(
        RULE.info
            .finding(group.0, message)
            .about(app, function, None)
            .severity(RULE.info.severity)
            .property("Timeout")
            .confidence(confidence)
            .under(&when)
            .fix(fix(app, first, &functions)),
    )
}

fn fix(app: &Application, first: &Late<'_>, functions: &[&Function]) -> String {
    let limit = first.limit;
    if first.has_longer {
        let route = first.trigger.route.as_deref().unwrap_or("the interface");
        return format!(
            "Give `{route}` a function of its own with a `Timeout` of {limit} or less, or drop it: \
             what else starts this function may need longer"
        );
    }
    let shares_line = |other: &Function| {
        other.timeout_s.as_ref().is_some_and(|timeout| timeout.place == first.timeout.place)
    };
    if app.functions.iter().filter(|other| shares_line(other)).count() > functions.len() {
        let names: Vec<String> = functions.iter().map(|one| one.name.to_string()).collect();
        return format!(
            "Set `Timeout` to {limit} or less on {} alone, as others share this line, and hand \
             longer work to a queue",
            list_of(&names)
        );
    }
    format!("Set `Timeout` to {limit} or less, and hand longer work to a queue")
}

fn late<'a>(
    app: &Application,
    function: &'a Function,
    triggers: &[&'a Trigger],
) -> Option<Late<'a>> {
    let timeout = function.timeout_s.as_ref()?;
    let (_, seconds) = largest(Some(timeout))?;
    let limits: Vec<_> = triggers
        .iter()
        .map(|trigger| {
            (*trigger, limit_of(app, trigger).filter(|_| !pushes(app, function, trigger)))
        })
        .collect();
    let has_longer = limits.iter().any(|(_, limit)| limit.is_none());
    let (trigger, (limit, caller)) = limits
        .into_iter()
        .filter_map(|(trigger, limit)| Some((trigger, limit?)))
        .min_by_key(|(_, (limit, _))| *limit)?;
    // Half a minute for a limit of 29 s is a habit and costs a second.
    (seconds > limit + 1).then_some(Late {
        function,
        timeout,
        seconds,
        limit,
        caller,
        trigger,
        has_longer,
    })
}

/// Whether the caller of a WebSocket gets its answer as a message of its own, for which it stays
/// connected. Who only wants to connect waits.
fn pushes(app: &Application, function: &Function, trigger: &Trigger) -> bool {
    trigger.kind == TriggerKind::WebSocket
        && trigger.route.as_deref() != Some("$connect")
        && may(app, function, "execute-api:ManageConnections")
}

/// Seconds that the caller of a function waits, and its name; `None` when it waits for longer than a
/// function runs, or for nothing.
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

/// The limit that the integration of the route sets itself, in seconds, or the default; none when
/// the answer is handed on while it is made.
fn own_limit(app: &Application, trigger: &Trigger, default: i64) -> Option<i64> {
    let api = app.api(trigger.api.as_ref()?)?;
    let route = api.routes.iter().find(|route| {
        route.place == trigger.place
            && route.integration.kind == IntegrationKind::Function(trigger.function.clone())
    });
    let own = route.and_then(|route| smallest(route.integration.timeout_ms.as_ref()));
    match own {
        Some((_, milliseconds)) => Some((milliseconds + 999) / 1000),
        None if route.is_some_and(|route| route.integration.streams) => None,
        None => Some(default),
    }
}
