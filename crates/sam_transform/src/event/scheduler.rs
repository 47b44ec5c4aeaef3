//! Event `ScheduleV2`: a schedule of EventBridge Scheduler, which invokes under a role of its own.

use source_text::{Kind, Node};

use super::{Event, dead_letter};
use crate::intrinsic::is_falsy;
use crate::property::{Property, Shape, optional, required};
use crate::resource::{Expansion, Resource};
use crate::role::{allow, trust};

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

const PASSED: [&str; 7] = [
    "ScheduleExpression",
    "Description",
    "StartDate",
    "EndDate",
    "ScheduleExpressionTimezone",
    "GroupName",
    "KmsKeyArn",
];

/// Expands the event: the schedule and, unless they are given, its role and dead-letter queue.
pub(super) fn expand(event: &Event<'_>) -> Expansion {
    event.check("ScheduleV2", &PROPERTIES)?;
    let here = event.here();
    let mut schedule = event.child(event.id.clone(), "AWS::Scheduler::Schedule");
    schedule.copy(&event.properties, &PASSED);
    schedule.set_some("State", event.truthy("State"));
    match (event.truthy("OmitName"), event.truthy("Name")) {
        (Some(_), Some(name)) => {
            let message = "`Name` and `OmitName: true` exclude each other; remove one";
            return Err(event.error(name.place, message));
        }
        (Some(_), None) => {}
        (None, Some(name)) => {
            schedule.set("Name", name.clone());
        }
        (None, None) => {
            schedule.set("Name", here.text(event.id.clone()));
        }
    }
    let window = event.truthy("FlexibleTimeWindow").cloned();
    let window = window.unwrap_or_else(|| here.map([("Mode", here.text("OFF"))]));
    schedule.set("FlexibleTimeWindow", window);

    let mut resources = Vec::new();
    let mut queue = None;
    if let Some(config) = event.get("DeadLetterConfig") {
        let error = |place, message: &str| event.error(place, message);
        let made = dead_letter::expand(&event.id, config, None, &event.inherited(), &error)?;
        queue = Some(made.arn);
        resources = made.resources;
    }
    let role_arn = match event.truthy("RoleArn") {
        Some(arn) => arn.clone(),
        None => {
            let role = role(event, queue.as_ref());
            let arn = role.get_att("Arn");
            resources.push(role);
            arn
        }
    };
    let mut target = Resource::new("", "", event.place);
    target.set("Arn", event.target_arn());
    target.set("RoleArn", role_arn);
    target.copy(&event.properties, &["Input"]);
    if let Some(queue) = queue {
        target.set("DeadLetterConfig", here.map([("Arn", queue)]));
    }
    target.copy(&event.properties, &["RetryPolicy"]);
    schedule.set("Target", Node::new(event.place, Kind::Map(target.properties)));
    resources.insert(0, schedule);
    Ok(resources)
}

/// The role under which the schedule invokes the function.
fn role(event: &Event<'_>, queue: Option<&Node>) -> Resource {
    let here = event.here();
    let mut role = event.child(format!("{}Role", event.id), "AWS::IAM::Role");
    role.set("AssumeRolePolicyDocument", trust(here, "scheduler.amazonaws.com"));
    let name = format!("{}LambdaPolicy", event.id);
    let mut policies = vec![allow(here, &name, "lambda:InvokeFunction", event.target_arn())];
    if let Some(queue) = queue.filter(|queue| !is_falsy(queue)) {
        let name = format!("{}SQSPolicy", event.id);
        policies.push(allow(here, &name, "sqs:SendMessage", queue.clone()));
    }
    role.set("Policies", here.list(policies));
    role.set_some("PermissionsBoundary", event.truthy("PermissionsBoundary"));
    role
}
