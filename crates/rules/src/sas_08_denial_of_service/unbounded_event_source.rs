//! SAS-8.7 `unbounded-event-source`: a queue that strangers fill starts as many invocations as the
//! account allows.

use app_model::{Application, Exposure, When, absence};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    demand::{Polling, fed_by, open_ways, polled_queues, unreserved},
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
    polled_queues(app).iter().filter_map(|polling| finding(app, polling)).collect()
}

fn finding(app: &Application, polling: &Polling<'_>) -> Option<Finding> {
    let function = polling.function;
    let way = way_in(app, polling)?;
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
/// or a function that does and that is not told of by SAS-8.3 already.
fn way_in(app: &Application, polling: &Polling<'_>) -> Option<String> {
    let trigger = polling.trigger;
    if trigger.exposure == Exposure::Internet && trigger.auth.open().is_some() {
        return Some("its policy".to_owned());
    }
    let (resource, _) = polling.queue?;
    if trigger.exposure == Exposure::Internet {
        return Some("the policy of the queue".to_owned());
    }
    if let Some((api, route)) = fed_by(app, &resource.name) {
        return Some(format!("{api} {}", route.label()));
    }
    let is_open = |function: &&app_model::Function| {
        app.reach(&function.name).is_some_and(|reach| {
            reach.unauthenticated
                && reach.exposure == Exposure::Internet
                && reach.when == When::ALWAYS
        })
    };
    app.functions
        .iter()
        .filter(is_open)
        .filter(|sender| sender.name != polling.function.name && open_ways(app, sender).is_empty())
        .find(|sender| {
            app.successors(sender)
                .iter()
                .any(|(between, _)| between.as_ref() == Some(&resource.name))
        })
        .map(|sender| sender.name.to_string())
}
