//! Event `S3`: notifications of a bucket of the same template.

use sam_core::context::Context;
use sam_core::intrinsic::{Here, argument};
use sam_core::property::{Property, Shape, optional, required};
use sam_core::resource::{Expansion, Resource};
use source_text::{Diagnostic, Kind, Map, Node, SmolStr};

use super::Event;
use super::cognito::child;

const PROPERTIES: [Property; 3] = [
    required("Bucket", Shape::Text),
    required("Events", Shape::Any),
    optional("Filter", Shape::Map),
];

/// Expands the event: the permission, and the bucket that notifies the function.
pub(super) fn expand(context: &mut Context<'_>, event: &Event<'_>) -> Expansion {
    event.check("S3", &PROPERTIES)?;
    let here = event.here();
    let bucket_id = bucket_id(context, event)?;
    let notifications = notifications(event)?;
    let id = SmolStr::from(format!("{}Permission", event.id));
    let mut permission = event.permission(id.clone(), "s3.amazonaws.com", None);
    permission.set("SourceAccount", here.reference("AWS::AccountId"));
    let condition = event.sam.attribute("Condition").and_then(Node::scalar_text);
    let Some(bucket) = context.source_mut(&bucket_id) else { return Ok(vec![permission]) };
    match condition {
        Some(condition) => depend_by_tag(event, bucket, &condition, &id)?,
        None => depend(event, bucket, &id)?,
    }
    notify(event, bucket, notifications)?;
    context.changed.insert(bucket_id);
    Ok(vec![permission])
}

fn bucket_id(context: &Context<'_>, event: &Event<'_>) -> Result<SmolStr, Diagnostic> {
    let bucket = event.get("Bucket");
    let id = bucket.and_then(|node| argument(node, "Ref")).and_then(Node::as_str);
    if let Some(id) = id.filter(|id| context.source_type(id) == Some("AWS::S3::Bucket")) {
        return Ok(SmolStr::new(id));
    }
    let place = bucket.map_or(event.place, |node| node.place);
    Err(event.error(place, "`Bucket` must be `!Ref` to a bucket of the same template"))
}

/// One notification for each event type, under the condition of the function.
fn notifications(event: &Event<'_>) -> Result<Vec<Node>, Diagnostic> {
    let events = event.get("Events");
    let wrong = |place| event.error(place, "`Events` is neither text nor a list of texts");
    let types: &[Node] = match events {
        Some(Node { kind: Kind::List(items), .. }) => items,
        Some(node @ Node { kind: Kind::Text(_), .. }) => std::slice::from_ref(node),
        node => return Err(wrong(node.map_or(event.place, |node| node.place))),
    };
    let condition = event.sam.attribute("Condition").and_then(Node::scalar_text);
    let mut notifications = Vec::new();
    for type_ in types {
        if type_.as_str().is_none() {
            return Err(wrong(type_.place));
        }
        let here = Here(type_.place);
        let mut made = Resource::new("", "", type_.place);
        made.set("Function", event.target_arn());
        made.copy(&event.properties, &["Filter"]);
        made.set("Event", type_.clone());
        let node = Node::new(type_.place, Kind::Map(made.properties));
        notifications.push(match &condition {
            Some(condition) => here.if_(condition.clone(), node, here.no_value()),
            None => node,
        });
    }
    Ok(notifications)
}

/// Makes the bucket wait for the permission, which S3 checks when the notification is set.
fn depend(event: &Event<'_>, bucket: &mut Node, id: &SmolStr) -> Result<(), Diagnostic> {
    let (here, place) = (event.here(), bucket.place);
    let Some(map) = bucket.as_map_mut() else { return Ok(()) };
    match map.get_mut("DependsOn").map(|node| &mut node.kind) {
        Some(Kind::List(ids)) => {
            if !ids.iter().any(|node| node.as_str() == Some(id)) {
                ids.push(here.text(id.clone()));
            }
        }
        Some(Kind::Text(text)) => {
            let ids = here.texts([text.clone(), id.clone()]);
            map.insert("DependsOn", ids);
        }
        None | Some(Kind::Null) => {
            map.insert("DependsOn", here.texts([id.clone()]));
        }
        Some(_) => {
            let message = "`DependsOn` of the bucket is neither text nor a list";
            return Err(event.error(place, message));
        }
    }
    Ok(())
}

/// The same under a condition: `DependsOn` knows none, but a reference in a tag makes the bucket
/// wait as well.
fn depend_by_tag(
    event: &Event<'_>,
    bucket: &mut Node,
    condition: &SmolStr,
    id: &SmolStr,
) -> Result<(), Diagnostic> {
    let here = event.here();
    let place = bucket.place;
    let wrong = || event.error(place, "`Tags` of the bucket is not a list");
    let properties = child(bucket, "Properties").and_then(Node::as_map_mut).ok_or_else(wrong)?;
    let value = here.if_(condition.clone(), here.reference(id.clone()), here.text("no dependency"));
    let key = here.text(format!("sam:ConditionalDependsOn:{id}"));
    let tag = here.map([("Key", key), ("Value", value)]);
    match properties.get_mut("Tags").map(|node| &mut node.kind) {
        Some(Kind::List(tags)) => tags.push(tag),
        None | Some(Kind::Null) => {
            properties.insert("Tags", here.list([tag]));
        }
        Some(_) => return Err(wrong()),
    }
    Ok(())
}

fn notify(
    event: &Event<'_>,
    bucket: &mut Node,
    notifications: Vec<Node>,
) -> Result<(), Diagnostic> {
    let place = bucket.place;
    let wrong =
        |name: &str| event.error(place, format!("`{name}` of the bucket is of a wrong kind"));
    let properties = child(bucket, "Properties").filter(|node| node.as_map().is_some());
    let properties = properties.ok_or_else(|| wrong("Properties"))?;
    let config = child(properties, "NotificationConfiguration").and_then(Node::as_map_mut);
    let config: &mut Map = config.ok_or_else(|| wrong("NotificationConfiguration"))?;
    if config.get("LambdaConfigurations").is_none_or(Node::is_null) {
        config.insert("LambdaConfigurations", event.here().list([]));
    }
    match config.get_mut("LambdaConfigurations").map(|node| &mut node.kind) {
        Some(Kind::List(list)) => {
            for notification in notifications {
                if !list.iter().any(|known| known.same(&notification)) {
                    list.push(notification);
                }
            }
            Ok(())
        }
        _ => Err(wrong("LambdaConfigurations")),
    }
}
