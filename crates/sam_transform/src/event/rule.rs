//! Events `CloudWatchEvent` and `EventBridgeRule`: a rule on an event bus.

use sam_core::intrinsic::is_falsy;
use sam_core::property::{Property, Shape, optional};
use sam_core::resource::{Expansion, Resource};
use source_text::{Diagnostic, Node, SmolStr};

use super::{Event, dead_letter};

/// Longest id of the target of a rule.
const TARGET_ID_LIMIT: usize = 64;

const PROPERTIES: [Property; 11] = [
    optional("EventBusName", Shape::Text),
    optional("RuleName", Shape::Text),
    optional("Pattern", Shape::Map),
    optional("DeadLetterConfig", Shape::Map),
    optional("RetryPolicy", Shape::Map),
    optional("Input", Shape::Text),
    optional("InputPath", Shape::Text),
    optional("Target", Shape::Map),
    optional("Enabled", Shape::Bool),
    optional("State", Shape::Text),
    optional("InputTransformer", Shape::Map),
];

/// Expands the event: the rule, the permission and, when asked for, a dead-letter queue.
pub(super) fn expand(event: &Event<'_>, type_: &str) -> Expansion {
    event.check(type_, &PROPERTIES)?;
    let mut rule = event.child(event.id.clone(), "AWS::Events::Rule");
    rule.copy(&event.properties, &["EventBusName"]);
    rule.set_some("EventPattern", event.get("Pattern"));
    rule.set_some("Name", event.get("RuleName"));
    let target_id = event.get("Target").and_then(|target| target.get("Id")).cloned();
    let target_id = target_id.unwrap_or_else(|| event.here().text(target_id_of(&event.id)));
    finish(event, rule, target_id, &["Input", "InputPath"], &["InputTransformer"])
}

/// Completes a rule with state, target, dead-letter queue and permission.
pub(super) fn finish(
    event: &Event<'_>,
    mut rule: Resource,
    target_id: Node,
    before: &[&str],
    after: &[&str],
) -> Expansion {
    let here = event.here();
    set_state(event, &mut rule)?;
    let arn = rule.get_att("Arn");
    let mut target = Resource::new("", "", event.place);
    target.set("Arn", event.target_arn());
    target.set("Id", target_id);
    target.copy(&event.properties, before);
    let mut resources = Vec::new();
    if let Some(config) = event.get("DeadLetterConfig") {
        let error = |place, message: &str| event.error(place, message);
        let made =
            dead_letter::expand(&event.id, config, Some(arn.clone()), &event.inherited(), &error)?;
        target.set("DeadLetterConfig", here.map([("Arn", made.arn)]));
        resources = made.resources;
    }
    target.copy(&event.properties, &["RetryPolicy"]);
    target.copy(&event.properties, after);
    let target = Node::new(event.place, source_text::Kind::Map(target.properties));
    rule.set("Targets", here.list([target]));
    let permission =
        event.permission(format!("{}Permission", event.id), "events.amazonaws.com", Some(arn));
    resources.insert(0, rule);
    resources.push(permission);
    Ok(resources)
}

/// `State`, or what `Enabled` says.
fn set_state(event: &Event<'_>, rule: &mut Resource) -> Result<(), Diagnostic> {
    let state = event.truthy("State");
    let Some(enabled) = event.get("Enabled") else {
        rule.set_some("State", state);
        return Ok(());
    };
    if state.is_some() {
        let message = "`State` and `Enabled` exclude each other; remove `Enabled`";
        return Err(event.error(enabled.place, message));
    }
    let word = if is_falsy(enabled) { "DISABLED" } else { "ENABLED" };
    rule.set("State", Node::text(enabled.place, word));
    Ok(())
}

/// Id of the target: the logical id, shortened, and `LambdaTarget`.
pub(super) fn target_id_of(id: &str) -> SmolStr {
    let suffix = "LambdaTarget";
    let kept: String = id.chars().take(TARGET_ID_LIMIT - suffix.len()).collect();
    SmolStr::from(format!("{kept}{suffix}"))
}
