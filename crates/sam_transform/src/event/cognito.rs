//! Event `Cognito`: triggers of a user pool of the same template.

use sam_core::context::Context;
use sam_core::intrinsic::argument;
use sam_core::property::{Property, Shape, required};
use sam_core::resource::Expansion;
use source_text::{Diagnostic, Kind, Map, Node, SmolStr};

use super::Event;

const PROPERTIES: [Property; 2] =
    [required("UserPool", Shape::Text), required("Trigger", Shape::Any)];

/// Expands the event: the permission, and the user pool that names the function.
pub(super) fn expand(context: &mut Context<'_>, event: &Event<'_>) -> Expansion {
    event.check("Cognito", &PROPERTIES)?;
    let pool_id = pool_id(context, event)?;
    let here = event.here();
    let id = format!("{}CognitoPermission", event.target().id);
    let source = here.get_att(pool_id.clone(), "Arn");
    let permission = event.permission(id, "cognito-idp.amazonaws.com", Some(source));
    let arn = event.target_arn();
    let triggers = triggers(event)?;
    let Some(pool) = context.source_mut(&pool_id) else { return Ok(vec![permission]) };
    let config = lambda_config(event, pool)?;
    for trigger in triggers {
        if config.contains(&trigger) {
            let message = format!("the trigger `{trigger}` is set twice; remove one");
            return Err(event.error(event.place, message));
        }
        config.insert(trigger, arn.clone());
    }
    context.changed.insert(pool_id);
    Ok(vec![permission])
}

fn pool_id(context: &Context<'_>, event: &Event<'_>) -> Result<SmolStr, Diagnostic> {
    let pool = event.get("UserPool");
    let id = pool.and_then(|node| argument(node, "Ref")).and_then(Node::as_str);
    if let Some(id) = id.filter(|id| context.source_type(id) == Some("AWS::Cognito::UserPool")) {
        return Ok(SmolStr::new(id));
    }
    let place = pool.map_or(event.place, |node| node.place);
    Err(event.error(place, "`UserPool` must be `!Ref` to a user pool of the same template"))
}

fn triggers(event: &Event<'_>) -> Result<Vec<SmolStr>, Diagnostic> {
    let wrong = |place| event.error(place, "`Trigger` is neither text nor a list of texts");
    match event.get("Trigger") {
        Some(Node { kind: Kind::Text(text), .. }) => Ok(vec![text.clone()]),
        Some(Node { kind: Kind::List(items), .. }) => items
            .iter()
            .map(|item| item.as_str().map(SmolStr::new).ok_or_else(|| wrong(item.place)))
            .collect(),
        node => Err(wrong(node.map_or(event.place, |node| node.place))),
    }
}

fn lambda_config<'p>(event: &Event<'_>, pool: &'p mut Node) -> Result<&'p mut Map, Diagnostic> {
    let place = pool.place;
    let wrong = || event.error(place, "`LambdaConfig` of the user pool is not a mapping");
    child(pool, "Properties")
        .and_then(|node| child(node, "LambdaConfig"))
        .and_then(Node::as_map_mut)
        .ok_or_else(wrong)
}

/// The mapping under `key`, made when it is missing.
pub(super) fn child<'n>(node: &'n mut Node, key: &str) -> Option<&'n mut Node> {
    let place = node.place;
    let map = node.as_map_mut()?;
    if map.get(key).is_none_or(Node::is_null) {
        map.insert(key, Node::new(place, Kind::Map(Map::new())));
    }
    map.get_mut(key)
}
