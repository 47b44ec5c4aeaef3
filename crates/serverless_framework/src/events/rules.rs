//! Schedules, rules on event buses and rules of `IoT`.

use source_text::{Kind, Map, Node};

use super::{Event, Used, put_alike};
use crate::{
    names,
    place_text::{Here, capitalised, items},
    roles,
    template::{Template, properties},
};

/// `ENABLED` unless `enabled: false`.
fn state(event: &Event<'_>) -> Node {
    let off = event.enabled().is_some_and(|node| node.as_bool() == Some(false));
    event.here().text(if off { "DISABLED" } else { "ENABLED" })
}

/// The target of a rule: the function, with its input.
fn target(event: &Event<'_>, id: &str) -> Map {
    let mut map = properties([("Arn", event.arn()), ("Id", event.here().text(id))]);
    if let Some(input) = event.get("input") {
        let input = match input.as_str() {
            Some(_) => input.clone(),
            None => Here(input.place).map([("Fn::ToJsonString", input.clone())]),
        };
        map.insert("Input", input);
    }
    put_alike(event, &mut map, &[("inputPath", "InputPath")]);
    if let Some(transformer) = event.get("inputTransformer") {
        map.insert("InputTransformer", capitalised(transformer, 1));
    }
    if let Some(queue) = event.get("deadLetterQueueArn") {
        map.insert("DeadLetterConfig", Here(queue.place).map([("Arn", queue.clone())]));
    }
    if let Some(retry) = event.get("retryPolicy") {
        let mut policy = Map::new();
        crate::place_text::copy(
            retry,
            &mut policy,
            &[
                ("maximumEventAge", "MaximumEventAgeInSeconds"),
                ("maximumRetryAttempts", "MaximumRetryAttempts"),
            ],
        );
        map.insert("RetryPolicy", Node::new(retry.place, Kind::Map(policy)));
    }
    map
}

fn rule(event: &Event<'_>, id: &str, mut map: Map, template: &mut Template) {
    let here = event.here();
    let target = target(event, "lambda");
    map.insert("State", state(event));
    map.insert("Targets", here.list([Node::new(event.place, Kind::Map(target))]));
    put_alike(event, &mut map, &[("name", "Name"), ("description", "Description")]);
    template.add(id.to_owned(), event.place, "AWS::Events::Rule", map, &event.function.name);
    let source = here.get_att(id, "Arn");
    let permission = format!("{id}LambdaPermission");
    let function = &event.function.id;
    template.permit(permission, event.place, function, "events.amazonaws.com", Some(source));
}

/// `schedule: rate(…)`, or a mapping with `rate` (one or several) and `method`.
pub(super) fn schedule(event: &Event<'_>, template: &mut Template, used: &mut Used) {
    let rates = event.get("rate").unwrap_or(event.node);
    let uses_scheduler = event.get("method").and_then(Node::as_str) == Some("scheduler");
    for rate in items(Some(rates)) {
        let number = used.next(event.function, "schedule");
        let id = format!("{}EventsRuleSchedule{number}", event.function.normalised);
        if !uses_scheduler {
            rule(event, &id, properties([("ScheduleExpression", rate.clone())]), template);
            continue;
        }
        let here = event.here();
        let role = format!("{id}Role");
        let statement = here.map([
            ("Effect", here.text("Allow")),
            ("Action", here.texts(["lambda:InvokeFunction"])),
            ("Resource", event.arn()),
        ]);
        let role_map = roles::service_role(event.place, "scheduler.amazonaws.com", statement);
        template.add(role.clone(), event.place, "AWS::IAM::Role", role_map, &event.function.name);
        let mut target = target(event, "lambda");
        target.remove("Id");
        target.insert("RoleArn", here.get_att(role, "Arn"));
        let map = properties([
            ("ScheduleExpression", rate.clone()),
            ("State", state(event)),
            ("FlexibleTimeWindow", here.map([("Mode", here.text("OFF"))])),
            ("Target", Node::new(event.place, Kind::Map(target))),
        ]);
        template.add(id, event.place, "AWS::Scheduler::Schedule", map, &event.function.name);
    }
}

/// `eventBridge`: a pattern or a schedule on a bus; a bus that is only named is made.
pub(super) fn event_bridge(event: &Event<'_>, template: &mut Template, used: &mut Used) {
    let number = used.next(event.function, "eventBridge");
    let id = format!("{}EventBridgeRule{number}", event.function.normalised);
    let mut map = Map::new();
    if let Some(bus) = event.get("eventBus") {
        let is_made = bus.as_str().is_some_and(|name| {
            name != "default" && !name.starts_with("arn:") && !name.contains("${")
        });
        let name = match bus.as_str().filter(|_| is_made) {
            Some(name) => {
                let bus_id = format!("{}EventBridgeEventBus", names::alphanumeric(name));
                let made = properties([("Name", bus.clone())]);
                template.add(bus_id.clone(), bus.place, "AWS::Events::EventBus", made, name);
                Here(bus.place).reference(bus_id)
            }
            None => bus.clone(),
        };
        map.insert("EventBusName", name);
    }
    put_alike(event, &mut map, &[("pattern", "EventPattern"), ("schedule", "ScheduleExpression")]);
    rule(event, &id, map, template);
}

/// `cloudwatchEvent`: a pattern on the default bus.
pub(super) fn cloudwatch_event(event: &Event<'_>, template: &mut Template, used: &mut Used) {
    let number = used.next(event.function, "cloudwatchEvent");
    let id = format!("{}EventsRuleCloudWatchEvent{number}", event.function.normalised);
    let mut map = Map::new();
    put_alike(event, &mut map, &[("event", "EventPattern")]);
    rule(event, &id, map, template);
}

/// `iot`: a query over messages of devices.
pub(super) fn iot(event: &Event<'_>, template: &mut Template, used: &mut Used) {
    let number = used.next(event.function, "iot");
    let here = event.here();
    let action = here.map([("Lambda", here.map([("FunctionArn", event.arn())]))]);
    let mut payload = properties([("Actions", here.list([action]))]);
    put_alike(
        event,
        &mut payload,
        &[("sql", "Sql"), ("sqlVersion", "AwsIotSqlVersion"), ("description", "Description")],
    );
    let off = event.enabled().is_some_and(|node| node.as_bool() == Some(false));
    payload.insert("RuleDisabled", here.bool(off));
    let mut map = properties([("TopicRulePayload", Node::new(event.place, Kind::Map(payload)))]);
    put_alike(event, &mut map, &[("name", "RuleName")]);
    let id = format!("{}IotTopicRule{number}", event.function.normalised);
    template.add(id.clone(), event.place, "AWS::IoT::TopicRule", map, &event.function.name);
    let source = here.get_att(id.as_str(), "Arn");
    let permission = format!("{}LambdaPermissionIotTopicRule{number}", event.function.normalised);
    let function = &event.function.id;
    template.permit(permission, event.place, function, "iot.amazonaws.com", Some(source));
}
