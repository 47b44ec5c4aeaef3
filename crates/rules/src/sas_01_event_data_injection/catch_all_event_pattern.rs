//! SAS-1.5 `catch-all-event-pattern`: a rule on an event bus does not name the source of the events that it passes on.

use app_model::{Application, Exposure, Trigger, TriggerKind};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use source_text::{Limits, Node, parse_yaml};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 1, rule: 5 },
        name: "catch-all-event-pattern",
        summary: "An event pattern does not say who sends the event",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[346],
        since: "0.1.0",
        docs: include_str!("catch_all_event_pattern.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    app.triggers
        .iter()
        .filter(|trigger| trigger.kind == TriggerKind::EventBridge)
        .filter_map(|trigger| of_trigger(app, trigger))
        .collect()
}

fn of_trigger(app: &Application, trigger: &Trigger) -> Option<Finding> {
    let pattern = trigger.filter.as_ref()?;
    let parsed = parse_yaml(pattern.place.file, pattern.value.known()?, &Limits::default()).ok()?;
    let document = parsed.documents.into_iter().next()?;
    // Where other accounts may put events on the bus, it is SAS-9.7 `untrusted-event-source`.
    if names_source(&document) || trigger.exposure >= Exposure::Organisation {
        return None;
    }
    let function = app.function(&trigger.function)?;
    let message = format!(
        "the event pattern of `{}` names no `source`: whoever may put events on the bus can forge \
         what starts it",
        function.name
    );
    let finding = RULE.info.finding(pattern.place, message).function(&function.name);
    Some(
        finding
            .property("EventPattern")
            .under(&trigger.when)
            .fix("List the senders that are meant under `source` of the pattern"),
    )
}

/// Whether a pattern names a sender: `source`, or an account, whichever way it is matched, but not
/// by the empty prefix or by mere presence.
fn names_source(pattern: &Node) -> bool {
    let Some(map) = pattern.as_map() else { return true };
    // An intrinsic function in the place of the pattern may say anything.
    if map.keys().any(|key| key.starts_with("Fn::") || key == "Ref") {
        return true;
    }
    ["source", "account", "$or"]
        .iter()
        .filter_map(|key| map.get(key))
        .any(|node| node.as_list().is_none_or(|matchers| !matchers.iter().any(is_catch_all)))
}

fn is_catch_all(matcher: &Node) -> bool {
    let empty_prefix = matcher.get("prefix").and_then(Node::as_str) == Some("");
    let any_text = matcher.get("wildcard").and_then(Node::as_str) == Some("*");
    let present = matcher.get("exists").and_then(Node::as_bool) == Some(true);
    empty_prefix || any_text || present
}
