//! Event `AlexaSkill`: a skill invokes the function.

use sam_core::property::{Property, Shape, optional};
use sam_core::resource::Expansion;

use super::Event;

const PROPERTIES: [Property; 1] = [optional("SkillId", Shape::Text)];

/// Expands the event: the permission.
pub(super) fn expand(event: &Event<'_>) -> Expansion {
    event.check("AlexaSkill", &PROPERTIES)?;
    let id = format!("{}Permission", event.id);
    let mut permission = event.permission(id, "alexa-appkit.amazon.com", None);
    permission.set_some("EventSourceToken", event.get("SkillId"));
    Ok(vec![permission])
}
