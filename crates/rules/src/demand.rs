//! How much a stranger can ask of an application: routes without a limit, functions without one.

use std::{cmp::Reverse, collections::HashMap};

use app_model::{
    Application, Details, EventSource, Exposure, Function, IntegrationKind, Queue, Resource, Route,
    Setting, Throttle, Trigger, TriggerKind, When, absence,
};

/// Requests per second that an account may make to API Gateway in a region; a limit as high is none.
const ACCOUNT_RATE: f64 = 10_000.0;

/// When a function may run as often at a time as the account allows; never, when a limit is set or
/// its value is not known.
pub(crate) fn unreserved(function: &Function) -> Option<When> {
    absence(function.reserved_concurrency.as_ref())
}

/// When requests to a route meet no limit but the account's.
pub(crate) fn unthrottled(throttle: Option<&Throttle>) -> Option<When> {
    let Some(throttle) = throttle else { return Some(When::ALWAYS) };
    let Some(rate) = &throttle.rate else {
        // A burst alone lets the steady rate of the account through.
        return Some(When::ALWAYS);
    };
    let no_limit = |rate: &f64| *rate >= ACCOUNT_RATE || *rate < 0.0;
    rate.absent.clone().or_else(|| rate.value.find(no_limit).map(|(when, _)| when.clone()))
}

/// Whether a trigger answers anybody's request.
fn is_request(trigger: &Trigger) -> bool {
    let is_preflight = trigger.route.as_ref().is_some_and(|route| route.starts_with("OPTIONS "));
    (trigger.kind.is_http() || trigger.kind == TriggerKind::WebSocket)
        && trigger.exposure == Exposure::Internet
        && !is_preflight
}

/// Whether a web firewall, which can count requests, stands before a trigger.
pub(crate) fn is_guarded(app: &Application, trigger: &Trigger) -> bool {
    trigger.api.as_ref().and_then(|api| app.api(api)).is_some_and(|api| api.has_firewall)
}

/// A way by which callers make a function run as often as they like.
pub(crate) struct Way<'a> {
    pub(crate) trigger: &'a Trigger,
    pub(crate) when: When,
}

/// Ways from the internet into functions that nothing limits: neither a limit on requests, nor a
/// firewall, nor a reservation of the function.
pub(crate) struct Ways<'a> {
    by_function: HashMap<&'a str, Vec<Way<'a>>>,
}

impl<'a> Ways<'a> {
    pub(crate) fn of(app: &'a Application) -> Self {
        let functions: HashMap<&str, &Function> =
            app.functions.iter().map(|it| (it.name.as_str(), it)).collect();
        let mut by_function: HashMap<&str, Vec<Way<'_>>> = HashMap::new();
        for trigger in app.triggers.iter().filter(|trigger| is_request(trigger)) {
            let Some(function) = functions.get(trigger.function.as_str()) else { continue };
            let when = unthrottled(trigger.throttle.as_ref())
                .and_then(|when| when.and(&trigger.when)?.and(&unreserved(function)?))
                .and_then(|when| when.and(&function.when));
            if let Some(when) = when.filter(|_| !is_guarded(app, trigger)) {
                by_function.entry(&function.name).or_default().push(Way { trigger, when });
            }
        }
        Self { by_function }
    }

    /// Those on which nobody proves who they are.
    pub(crate) fn open(&self, function: &str) -> Vec<Way<'a>> {
        self.all(function)
            .filter_map(|way| {
                let when = way.when.and(way.trigger.auth.open()?)?;
                Some(Way { trigger: way.trigger, when })
            })
            .collect()
    }

    /// All of a function.
    pub(crate) fn all(&self, function: &str) -> impl Iterator<Item = &Way<'a>> {
        self.by_function.get(function).into_iter().flatten()
    }
}

/// What starts each function.
pub(crate) fn triggers_by_function(app: &Application) -> HashMap<&str, Vec<&Trigger>> {
    let mut found: HashMap<&str, Vec<&Trigger>> = HashMap::new();
    for trigger in &app.triggers {
        found.entry(&trigger.function).or_default().push(trigger);
    }
    found
}

/// Whether a route can be called by anybody and does something.
pub(crate) fn is_open(route: &Route) -> Option<&When> {
    if route.is_preflight() || route.integration.kind == IntegrationKind::Mock {
        return None;
    }
    route.auth.open()
}

/// The largest number that a setting may be, where one is known.
pub(crate) fn largest(setting: Option<&Setting<i64>>) -> Option<(When, i64)> {
    setting?
        .value
        .possible()
        .max_by_key(|(_, number)| **number)
        .map(|(when, number)| (when.clone(), *number))
}

/// The smallest number that a setting may be, where one is known.
pub(crate) fn smallest(setting: Option<&Setting<i64>>) -> Option<(When, i64)> {
    setting?
        .value
        .possible()
        .min_by_key(|(_, number)| **number)
        .map(|(when, number)| (when.clone(), *number))
}

/// A queue that Lambda polls for a function, with the settings of the mapping.
pub(crate) struct Polling<'a> {
    pub(crate) function: &'a Function,
    pub(crate) trigger: &'a Trigger,
    pub(crate) mapping: &'a EventSource,
    /// The queue, when it stands in the template.
    pub(crate) queue: Option<(&'a Resource, &'a Queue)>,
}

/// Every queue that Lambda polls.
pub(crate) fn polled_queues(app: &Application) -> Vec<Polling<'_>> {
    app.triggers
        .iter()
        .filter(|trigger| trigger.kind == TriggerKind::Sqs)
        .filter_map(|trigger| {
            let mapping = trigger.polling.as_ref()?;
            // A mapping that is switched off starts nothing.
            if mapping.enabled.as_ref().is_some_and(|on| on.value.all(|on| !on)) {
                return None;
            }
            let queue = trigger.source_references.iter().find_map(|reference| {
                let resource = app.resource(&reference.name)?;
                match &resource.details {
                    Details::Queue(queue) => Some((resource, queue)),
                    _ => None,
                }
            });
            Some(Polling { function: app.function(&trigger.function)?, trigger, mapping, queue })
        })
        .collect()
}

/// The route through which anybody puts something into a resource without a function between.
pub(crate) fn fed_by<'a>(app: &'a Application, resource: &str) -> Option<(&'a str, &'a Route)> {
    app.apis.iter().filter(|api| !api.is_private).find_map(|api| {
        let route = api.routes.iter().find(|route| {
            is_open(route).is_some() && route.integration.target.as_deref() == Some(resource)
        })?;
        Some((api.name.as_str(), route))
    })
}

/// Functions as one subject, the one that is easiest to reach first: `` `A` and 2 more ``.
pub(crate) fn subject(app: &Application, functions: &mut [&Function]) -> String {
    functions.sort_by_key(|function| {
        Reverse(app.reach(&function.name).map(|reach| (reach.exposure, reach.unauthenticated)))
    });
    match functions {
        [] => String::new(),
        [one] => format!("`{}`", one.name),
        [first, rest @ ..] => format!("`{}` and {} more", first.name, rest.len()),
    }
}
