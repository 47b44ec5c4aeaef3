//! Event `ScheduleV2`: a schedule of EventBridge Scheduler, which invokes under a role of its own.

use sam_core::intrinsic::{Here, is_falsy};
use sam_core::property::{Property, Shape, optional, required};
use sam_core::resource::{Expansion, Resource};
use sam_core::role::{allow, trust};
use source_text::{Diagnostic, Kind, Map, Node, Place, SmolStr};

use super::{Event, dead_letter};

/// The properties of the event.
pub(crate) const PROPERTIES: [Property; 16] = [
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

/// One call that EventBridge Scheduler makes at its times.
pub(crate) struct Call<'a> {
    /// Logical id of the schedule.
    pub(crate) id: &'a SmolStr,
    /// Place of the event.
    pub(crate) place: Place,
    /// Properties of the event, already checked.
    pub(crate) properties: &'a Map,
    /// Attributes that all generated resources inherit.
    pub(crate) inherited: Map,
    /// ARN of what is called.
    pub(crate) target: Node,
    /// Policy of a generated role that allows the call.
    pub(crate) policy: Node,
    /// Makes the diagnostics.
    pub(crate) error: &'a dyn Fn(Place, &str) -> Diagnostic,
}

/// Expands the event of a function.
pub(super) fn expand(event: &Event<'_>) -> Expansion {
    event.check("ScheduleV2", &PROPERTIES)?;
    let name = format!("{}LambdaPolicy", event.id);
    build(&Call {
        id: &event.id,
        place: event.place,
        properties: &event.properties,
        inherited: event.inherited(),
        target: event.target_arn(),
        policy: allow(event.here(), &name, "lambda:InvokeFunction", event.target_arn()),
        error: &|place, message| event.error(place, message),
    })
}

/// The schedule and, unless they are given, its role and dead-letter queue.
pub(crate) fn build(call: &Call<'_>) -> Expansion {
    let here = Here(call.place);
    let mut schedule = call.child(call.id.clone(), "AWS::Scheduler::Schedule");
    schedule.copy(call.properties, &PASSED);
    schedule.set_some("State", call.truthy("State"));
    match (call.truthy("OmitName"), call.truthy("Name")) {
        (Some(_), Some(name)) => {
            let message = "`Name` and `OmitName: true` exclude each other; remove one";
            return Err((call.error)(name.place, message));
        }
        (Some(_), None) => {}
        (None, Some(name)) => {
            schedule.set("Name", name.clone());
        }
        (None, None) => {
            schedule.set("Name", here.text(call.id.clone()));
        }
    }
    let window = call.truthy("FlexibleTimeWindow").cloned();
    let window = window.unwrap_or_else(|| here.map([("Mode", here.text("OFF"))]));
    schedule.set("FlexibleTimeWindow", window);

    let mut resources = Vec::new();
    let mut queue = None;
    if let Some(config) = call.properties.get("DeadLetterConfig").filter(|node| !node.is_null()) {
        let made = dead_letter::expand(call.id, config, None, &call.inherited, call.error)?;
        queue = Some(made.arn);
        resources = made.resources;
    }
    let role_arn = if let Some(arn) = call.truthy("RoleArn") {
        arn.clone()
    } else {
        let role = call.role(queue.as_ref());
        let arn = role.get_att("Arn");
        resources.push(role);
        arn
    };
    let mut target = Resource::new("", "", call.place);
    target.set("Arn", call.target.clone());
    target.set("RoleArn", role_arn);
    target.copy(call.properties, &["Input"]);
    if let Some(queue) = queue {
        target.set("DeadLetterConfig", here.map([("Arn", queue)]));
    }
    target.copy(call.properties, &["RetryPolicy"]);
    schedule.set("Target", Node::new(call.place, Kind::Map(target.properties)));
    resources.insert(0, schedule);
    Ok(resources)
}

impl Call<'_> {
    /// The property, unless it is absent, empty, `false` or 0.
    fn truthy(&self, name: &str) -> Option<&Node> {
        self.properties.get(name).filter(|node| !is_falsy(node))
    }

    fn child(&self, id: impl Into<SmolStr>, type_: &str) -> Resource {
        Resource { attributes: self.inherited.clone(), ..Resource::new(id, type_, self.place) }
    }

    /// The role under which the schedule calls.
    fn role(&self, queue: Option<&Node>) -> Resource {
        let here = Here(self.place);
        let mut role = self.child(format!("{}Role", self.id), "AWS::IAM::Role");
        role.set("AssumeRolePolicyDocument", trust(here, "scheduler.amazonaws.com"));
        let mut policies = vec![self.policy.clone()];
        if let Some(queue) = queue.filter(|queue| !is_falsy(queue)) {
            let name = format!("{}SQSPolicy", self.id);
            policies.push(allow(here, &name, "sqs:SendMessage", queue.clone()));
        }
        role.set("Policies", here.list(policies));
        role.set_some("PermissionsBoundary", self.truthy("PermissionsBoundary"));
        role
    }
}
