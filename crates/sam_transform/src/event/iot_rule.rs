//! Event `IoTRule`: a rule over messages of devices.

use sam_core::context::Context;
use sam_core::property::{Property, Shape, optional, required};
use sam_core::resource::Expansion;

use super::Event;

const PROPERTIES: [Property; 2] =
    [required("Sql", Shape::Text), optional("AwsIotSqlVersion", Shape::Text)];

/// Expands the event: the permission and the rule.
pub(super) fn expand(context: &Context<'_>, event: &Event<'_>) -> Expansion {
    event.check("IoTRule", &PROPERTIES)?;
    let here = event.here();
    let arn = format!(
        "arn:{}:iot:${{AWS::Region}}:${{AWS::AccountId}}:rule/${{RuleName}}",
        context.partition()
    );
    let arn = here.sub_with(arn, [("RuleName", here.reference(event.id.clone()))]);
    let id = format!("{}Permission", event.id);
    let mut permission = event.permission(id, "iot.amazonaws.com", Some(arn));
    permission.set("SourceAccount", here.sub("${AWS::AccountId}"));

    let mut payload = sam_core::resource::Resource::new("", "", event.place);
    payload.copy(&event.properties, &["Sql"]);
    payload.set("RuleDisabled", here.bool(false));
    let invoke = here.map([("FunctionArn", event.target_arn())]);
    payload.set("Actions", here.list([here.map([("Lambda", invoke)])]));
    payload.set_some("AwsIotSqlVersion", event.truthy("AwsIotSqlVersion"));
    let mut rule = event.child(event.id.clone(), "AWS::IoT::TopicRule");
    let payload = source_text::Node::new(event.place, source_text::Kind::Map(payload.properties));
    rule.set("TopicRulePayload", payload);
    Ok(vec![permission, rule])
}
