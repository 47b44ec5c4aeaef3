//! `ScheduleV2` events of state machines: EventBridge Scheduler starts executions.

use source_text::{Map, Node};

use super::event::{Event, inline_policy, trust};
use crate::property::{Property, Shape, optional, required};
use crate::resource::Expansion;

const PROPERTIES: [Property; 16] = [
    optional("PermissionsBoundary", Shape::Text),
    required("ScheduleExpression", Shape::Text),
    optional("FlexibleTimeWindow", Shape::Map),
    optional("Name", Shape::Text),
    optional("State", Shape::Text),
    optional("Description", Shape::Text),
    optional("StartDate", Shape::Text),
    optional("EndDate", Shape::Text),
    optional("ScheduleExpressionTimezone", Shape::Text),
    optional("GroupName", Shape::Text),
    optional("KmsKeyArn", Shape::Text),
    optional("Input", Shape::Text),
    optional("RoleArn", Shape::Text),
    optional("DeadLetterConfig", Shape::Map),
    optional("RetryPolicy", Shape::Map),
    optional("OmitName", Shape::Bool).literal(),
];

/// Properties that the schedule takes as they are.
const PASSED: [&str; 7] = [
    "ScheduleExpression",
    "Description",
    "StartDate",
    "EndDate",
    "ScheduleExpressionTimezone",
    "GroupName",
    "KmsKeyArn",
];

/// The schedule, and the role and queue that it needs.
pub(crate) fn expand(event: &Event<'_>) -> Expansion {
    event.check(&PROPERTIES)?;
    let here = event.here();
    let mut schedule = event.child(event.id.clone(), "AWS::Scheduler::Schedule");
    schedule.copy(&event.properties, &PASSED);
    schedule.set_some("State", event.truthy("State"));
    match (event.truthy("OmitName"), event.truthy("Name")) {
        (Some(_), Some(name)) => {
            return Err(event.error(name.place, "`Name` and `OmitName` exclude each other"));
        }
        (Some(_), None) => {}
        (None, name) => {
            let name = name.cloned().unwrap_or_else(|| here.text(event.id.clone()));
            schedule.set("Name", name);
        }
    }
    let off = || here.map([("Mode", here.text("OFF"))]);
    let window = event.truthy("FlexibleTimeWindow").cloned();
    schedule.set("FlexibleTimeWindow", window.unwrap_or_else(off));

    let queue = event.dead_letter_queue()?;
    let queue_arn = queue.as_ref().map(|queue| queue.arn.clone());
    let mut generated: Vec<_> = queue.and_then(|queue| queue.made).into_iter().collect();
    let role_arn = if let Some(arn) = event.truthy("RoleArn") {
        arn.clone()
    } else {
        let mut role = event.child(format!("{}Role", event.id), "AWS::IAM::Role");
        role.set("AssumeRolePolicyDocument", trust(here, "scheduler.amazonaws.com"));
        let send = queue_arn.clone().map(|arn| {
            inline_policy(here, format!("{}SQSPolicy", event.id), "sqs:SendMessage", arn)
        });
        let policies = std::iter::once(event.start_policy(&event.id)).chain(send);
        role.set("Policies", here.list(policies));
        role.set_some("PermissionsBoundary", event.truthy("PermissionsBoundary"));
        let arn = role.get_att("Arn");
        generated.push(role);
        arn
    };

    let mut target = Map::new();
    target.insert("Arn", event.target_arn());
    target.insert("RoleArn", role_arn);
    if let Some(input) = event.get("Input") {
        target.insert("Input", input.clone());
    }
    if let Some(arn) = queue_arn {
        target.insert("DeadLetterConfig", here.map([("Arn", arn)]));
    }
    if let Some(retry) = event.get("RetryPolicy") {
        target.insert("RetryPolicy", retry.clone());
    }
    schedule.set("Target", Node::new(event.place, source_text::Kind::Map(target)));
    Ok(std::iter::once(schedule).chain(generated).collect())
}
