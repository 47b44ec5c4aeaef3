//! Event `Schedule`: a rule of EventBridge that fires at times.

use sam_core::property::{Property, Shape, optional, required};
use sam_core::resource::Expansion;

use super::{Event, rule};

const PROPERTIES: [Property; 9] = [
    required("Schedule", Shape::Text),
    optional("RuleName", Shape::Text),
    optional("Input", Shape::Text),
    optional("Enabled", Shape::Bool),
    optional("State", Shape::Text),
    optional("Name", Shape::Text),
    optional("Description", Shape::Text),
    optional("DeadLetterConfig", Shape::Map),
    optional("RetryPolicy", Shape::Map),
];

/// Expands the event: the rule, the permission and, when asked for, a dead-letter queue.
pub(super) fn expand(event: &Event<'_>) -> Expansion {
    event.check("Schedule", &PROPERTIES)?;
    let mut made = event.child(event.id.clone(), "AWS::Events::Rule");
    made.set_some("ScheduleExpression", event.get("Schedule"));
    made.copy(&event.properties, &["Name", "Description"]);
    let target_id = event.here().text(rule::target_id_of(&event.id));
    rule::finish(event, made, target_id, &["Input"], &[])
}
