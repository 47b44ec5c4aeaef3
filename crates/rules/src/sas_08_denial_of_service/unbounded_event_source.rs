//! SAS-8.7 `unbounded-event-source`: a queue that strangers fill starts as many invocations as the
//! account allows.

use std::collections::HashMap;

use app_model::{Application, Exposure, Function, SmolStr, When, absence};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    demand::{Polling, Ways, fed_by, polled_queues, unreserved},
    rank::AboutFunction,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 8, rule: 7 },
        name: "unbounded-event-source",
        summary: "A queue that strangers fill starts as many invocations as the account allows",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[770, 400],
        since: "0.1.0",
        docs: include_str!("unbounded_event_source.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let queues = polled_queues(app);
    if queues.is_empty() {
        return Vec::new();
    }
    let senders = senders(app);
    queues.iter().filter_map(|polling| finding(app, &senders, polling)).collect()
}

fn finding(app: &Application, senders: &Senders<'_>, polling: &Polling<'_>) -> Option<Finding> {
    let function = polling.function;
    let way = way_in(app, senders, polling)?;
    let when = absence(polling.mapping.maximum_concurrency.as_ref())?
        .and(&unreserved(function)?)?
        .and(&polling.trigger.when)?;
    let source = polling.trigger.label().unwrap_or_else(|| "the queue".to_owned());
    let message = format!(
        "anybody fills `{source}` through `{way}` and nothing limits how many invocations of `{}` \
         it starts at a time: a flood takes the concurrency of the whole account",
        function.name
    );
    let mut path = vec!["internet".to_owned(), way];
    path.extend([source, function.name.to_string()]);
    Some(
        RULE.info
            .finding(polling.mapping.place, message)
            .about(app, function, None)
            .severity(RULE.info.severity)
            .path(path)
            .property("MaximumConcurrency")
            .under(&when)
            .fix("Set `ScalingConfig: {MaximumConcurrency: …}` on the event source"),
    )
}

/// The unguarded way by which strangers fill the queue: its own policy, a route that writes to it,
/// or a function that does and that SAS-8.3 does not tell of already.
fn way_in(app: &Application, senders: &Senders<'_>, polling: &Polling<'_>) -> Option<String> {
    if polling.trigger.exposure == Exposure::Internet {
        return Some("the policy of the queue".to_owned());
    }
    let (resource, _) = polling.queue?;
    if let Some((api, route)) = fed_by(app, &resource.name) {
        return Some(format!("{api} {}", route.label()));
    }
    senders.get(&resource.name).map(|sender| sender.name.to_string())
}

/// Functions that anybody can run and that send to a queue, by the queue.
type Senders<'a> = HashMap<SmolStr, &'a Function>;

fn senders(app: &Application) -> Senders<'_> {
    let ways = Ways::of(app);
    let mut found = HashMap::new();
    for function in &app.functions {
        let is_open = app.reach(&function.name).is_some_and(|reach| {
            reach.unauthenticated
                && reach.exposure == Exposure::Internet
                && reach.when == When::ALWAYS
        });
        if !is_open || !ways.open(&function.name).is_empty() {
            continue;
        }
        for (between, trigger) in app.successors(function) {
            if let Some(queue) = between.filter(|_| trigger.function != function.name) {
                found.entry(queue).or_insert(function);
            }
        }
    }
    found
}
