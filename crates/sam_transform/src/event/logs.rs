//! Event `CloudWatchLogs`: lines of a log group that match a pattern.

use sam_core::context::Context;
use sam_core::property::{Property, Shape, required};
use sam_core::resource::Expansion;

use super::Event;

const PROPERTIES: [Property; 2] =
    [required("LogGroupName", Shape::Text), required("FilterPattern", Shape::Text)];

/// Expands the event: the permission and the subscription filter.
pub(super) fn expand(context: &Context<'_>, event: &Event<'_>) -> Expansion {
    event.check("CloudWatchLogs", &PROPERTIES)?;
    let here = event.here();
    let arn = format!(
        "arn:{}:logs:${{AWS::Region}}:${{AWS::AccountId}}:log-group:${{__LogGroupName__}}:*",
        context.partition()
    );
    let group = event.get("LogGroupName").cloned().unwrap_or_else(|| here.text(""));
    let arn = here.sub_with(arn, [("__LogGroupName__", group)]);
    let id = format!("{}Permission", event.id);
    let permission = event.permission(id.clone(), "logs.amazonaws.com", Some(arn));
    let mut filter = event.child(event.id.clone(), "AWS::Logs::SubscriptionFilter");
    filter.attribute("DependsOn", here.texts([id]));
    filter.copy(&event.properties, &["LogGroupName", "FilterPattern"]);
    filter.set("DestinationArn", event.target_arn());
    Ok(vec![permission, filter])
}
