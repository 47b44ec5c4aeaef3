//! Events of state machines: schedules, event patterns and routes of REST APIs start executions.

use source_text::{Diagnostic, Map, Node, Place, SmolStr};

use super::{route, schedule};
use crate::context::Context;
use crate::intrinsic::{Here, is_falsy};
use crate::property::{Property, Shape, check, optional, required};
use crate::resource::{Expansion, Resource, Sam};

/// EventBridge takes target ids of at most this many characters.
const TARGET_ID_LENGTH: usize = 64;

/// One entry of the `Events` of a state machine.
#[derive(Debug)]
pub(crate) struct Event<'a> {
    /// The SAM state machine.
    pub(crate) sam: &'a Sam,
    /// Logical id of what is started: the state machine or its alias. `Ref` of it is its ARN.
    pub(crate) target: &'a SmolStr,
    /// Name in `Events`.
    pub(crate) name: SmolStr,
    /// Logical id: that of the state machine and the name.
    pub(crate) id: SmolStr,
    /// Where the name is written.
    pub(crate) place: Place,
    /// `Properties` of the event.
    pub(crate) properties: Map,
}

const SCHEDULE: [Property; 10] = [
    required("Schedule", Shape::Text),
    optional("Input", Shape::Text),
    optional("Enabled", Shape::Bool),
    optional("State", Shape::Text),
    optional("Name", Shape::Text),
    optional("Description", Shape::Text),
    optional("DeadLetterConfig", Shape::Map),
    optional("RetryPolicy", Shape::Map),
    optional("Target", Shape::Map).literal(),
    optional("RoleArn", Shape::TextOrMap).literal(),
];

const PATTERN: [Property; 10] = [
    optional("EventBusName", Shape::Text),
    optional("RuleName", Shape::Text),
    optional("Pattern", Shape::Map),
    optional("Input", Shape::Text),
    optional("InputPath", Shape::Text),
    optional("DeadLetterConfig", Shape::Map),
    optional("RetryPolicy", Shape::Map),
    optional("State", Shape::Text),
    optional("Target", Shape::Map).literal(),
    optional("InputTransformer", Shape::Map),
];

/// Resources that the events become; an event with an error is left out.
pub(crate) fn expand_all(context: &mut Context<'_>, sam: &Sam, target: &SmolStr) -> Vec<Resource> {
    let mut resources = Vec::new();
    let Some(events) = sam.get("Events").and_then(Node::as_map) else { return resources };
    for (name, entry) in events.entries() {
        let event = Event {
            sam,
            target,
            name: name.clone(),
            id: SmolStr::from(format!("{}{name}", sam.id)),
            place: entry.key_place,
            properties: entry
                .value
                .get("Properties")
                .and_then(Node::as_map)
                .cloned()
                .unwrap_or_default(),
        };
        match expand(context, &event, &entry.value) {
            Ok(generated) => resources.extend(generated),
            Err(diagnostic) => context.diagnostics.push(diagnostic),
        }
    }
    resources
}

fn expand(context: &mut Context<'_>, event: &Event<'_>, written: &Node) -> Expansion {
    if !event.id.chars().all(|c| c.is_ascii_alphanumeric()) {
        return Err(event.error(event.place, "the name has to consist of letters and digits"));
    }
    match written.get("Type").and_then(Node::as_str) {
        Some("Schedule") => event.schedule(),
        Some("ScheduleV2") => schedule::expand(event),
        Some("CloudWatchEvent" | "EventBridgeRule") => event.pattern(),
        Some("Api") => route::expand(context, event),
        _ => {
            let place = written.get("Type").map_or(event.place, |node| node.place);
            let message = "the type has to be `Api`, `CloudWatchEvent`, `EventBridgeRule`, \
                           `Schedule` or `ScheduleV2`";
            Err(event.error(place, message))
        }
    }
}

impl Event<'_> {
    /// Builds nodes at the place of the event.
    pub(crate) fn here(&self) -> Here {
        Here(self.place)
    }

    /// An error about this event.
    pub(crate) fn error(&self, place: Place, message: impl std::fmt::Display) -> Diagnostic {
        self.sam.error(place, format!("event `{}`: {message}", self.name))
    }

    /// The property, unless it is absent or `null`.
    pub(crate) fn get(&self, name: &str) -> Option<&Node> {
        self.properties.get(name).filter(|node| !node.is_null())
    }

    /// The property, unless it is absent, empty, `false` or 0.
    pub(crate) fn truthy(&self, name: &str) -> Option<&Node> {
        self.properties.get(name).filter(|node| !is_falsy(node))
    }

    /// Checks the properties against those that the event knows.
    pub(crate) fn check(&self, known: &[Property]) -> Result<(), Diagnostic> {
        check(self.sam, &format!("event `{}`", self.name), self.place, &self.properties, known)
    }

    /// A resource of this event, with the attributes that it inherits.
    pub(crate) fn child(&self, id: impl Into<SmolStr>, type_: &str) -> Resource {
        Resource { attributes: self.sam.inherited(), ..Resource::new(id, type_, self.place) }
    }

    /// ARN of what is started.
    pub(crate) fn target_arn(&self) -> Node {
        self.here().reference(self.target.clone())
    }

    /// The role with which a service starts executions.
    pub(crate) fn role(&self, service: &str) -> Resource {
        let here = self.here();
        let id = format!("{}Role", self.id);
        let mut role = self.child(id.clone(), "AWS::IAM::Role");
        role.set("AssumeRolePolicyDocument", trust(here, service));
        role.set("Policies", here.list([self.start_policy(&id)]));
        role.set_some("PermissionsBoundary", self.sam.truthy("PermissionsBoundary"));
        role
    }

    /// The inline policy that allows to start executions.
    pub(crate) fn start_policy(&self, prefix: &str) -> Node {
        let name = format!("{prefix}StartExecutionPolicy");
        inline_policy(self.here(), name, "states:StartExecution", self.target_arn())
    }

    fn schedule(&self) -> Expansion {
        self.check(&SCHEDULE)?;
        let here = self.here();
        let mut rule = self.child(self.id.clone(), "AWS::Events::Rule");
        rule.set_some("ScheduleExpression", self.get("Schedule"));
        if let (Some(_), Some(enabled)) = (self.truthy("State"), self.get("Enabled")) {
            let message = "`State` and `Enabled` exclude each other; remove one";
            return Err(self.error(enabled.place, message));
        }
        rule.set_some("State", self.truthy("State"));
        if let Some(enabled) = self.get("Enabled") {
            let state = if is_falsy(enabled) { "DISABLED" } else { "ENABLED" };
            rule.set("State", here.text(state));
        }
        rule.set_some("Name", self.get("Name"));
        rule.set_some("Description", self.get("Description"));
        let role = self.get("RoleArn").is_none().then(|| self.role("events.amazonaws.com"));
        let role_arn = match (&role, self.get("RoleArn")) {
            (Some(role), _) => role.get_att("Arn"),
            (None, arn) => arn.cloned().unwrap_or_else(|| Node::null(self.place)),
        };
        self.finish_rule(rule, role, role_arn, &["Input"], &["RetryPolicy"])
    }

    fn pattern(&self) -> Expansion {
        self.check(&PATTERN)?;
        let mut rule = self.child(self.id.clone(), "AWS::Events::Rule");
        rule.set_some("EventBusName", self.get("EventBusName"));
        rule.set_some("EventPattern", self.get("Pattern"));
        rule.set_some("Name", self.get("RuleName"));
        rule.set_some("State", self.truthy("State"));
        let role = self.role("events.amazonaws.com");
        let role_arn = role.get_att("Arn");
        let (before, after) = (["Input", "InputPath"], ["RetryPolicy", "InputTransformer"]);
        self.finish_rule(rule, Some(role), role_arn, &before, &after)
    }

    /// Gives the rule its target; `before` and `after` the dead-letter queue stand the properties
    /// that the target takes as they are.
    fn finish_rule(
        &self,
        mut rule: Resource,
        role: Option<Resource>,
        role_arn: Node,
        before: &[&str],
        after: &[&str],
    ) -> Expansion {
        let here = self.here();
        let queue = self.dead_letter_queue()?;
        let own_id = || {
            let suffix = "StepFunctionsTarget";
            let kept = self.id.chars().take(TARGET_ID_LENGTH.saturating_sub(suffix.len()));
            here.text(format!("{}{suffix}", kept.collect::<String>()))
        };
        let id = self.truthy("Target").and_then(|target| target.get("Id"));
        let mut target = Map::new();
        target.insert("Arn", self.target_arn());
        target.insert("Id", id.cloned().unwrap_or_else(own_id));
        target.insert("RoleArn", role_arn);
        let pass = |target: &mut Map, names: &[&str]| {
            for name in names {
                if let Some(value) = self.get(name) {
                    target.insert(*name, value.clone());
                }
            }
        };
        pass(&mut target, before);
        let mut generated = Vec::new();
        if let Some(queue) = queue {
            target.insert("DeadLetterConfig", here.map([("Arn", queue.arn)]));
            if let Some(made) = queue.made {
                let policy = self.queue_policy(&made, &rule);
                generated.extend([made, policy]);
            }
        }
        pass(&mut target, after);
        let target = Node::new(self.place, source_text::Kind::Map(target));
        rule.set("Targets", here.list([target]));
        Ok(std::iter::once(rule).chain(role).chain(generated).collect())
    }

    /// The queue for events that could not be delivered.
    pub(crate) fn dead_letter_queue(&self) -> Result<Option<DeadLetterQueue>, Diagnostic> {
        let Some(config) = self.get("DeadLetterConfig") else { return Ok(None) };
        let type_ = match (config.get("Arn"), config.get("Type")) {
            (Some(_), Some(type_)) => {
                let message = "`Arn` and `Type` of `DeadLetterConfig` exclude each other";
                return Err(self.error(type_.place, message));
            }
            (None, None) => {
                let message = "`DeadLetterConfig` needs the `Arn` of a queue, or `Type: SQS`";
                return Err(self.error(config.place, message));
            }
            (Some(arn), None) => {
                return Ok(Some(DeadLetterQueue { arn: arn.clone(), made: None }));
            }
            (None, Some(type_)) => type_,
        };
        if type_.as_str() != Some("SQS") {
            let message = "`Type` of `DeadLetterConfig` can only be `SQS`";
            return Err(self.error(type_.place, message));
        }
        let id = match config.get("QueueLogicalId").filter(|id| !is_falsy(id)) {
            None => format!("{}Queue", self.id),
            Some(id) => id.as_str().map(str::to_owned).ok_or_else(|| {
                self.error(id.place, "`QueueLogicalId` has to be text, not a function")
            })?,
        };
        let made = self.child(id, "AWS::SQS::Queue");
        Ok(Some(DeadLetterQueue { arn: made.get_att("Arn"), made: Some(made) }))
    }

    /// Lets the rule send to the queue that was made for it.
    fn queue_policy(&self, queue: &Resource, rule: &Resource) -> Resource {
        let here = self.here();
        let source = here.map([("aws:SourceArn", rule.get_att("Arn"))]);
        let statement = here.map([
            ("Action", here.text("sqs:SendMessage")),
            ("Effect", here.text("Allow")),
            ("Principal", here.map([("Service", here.text("events.amazonaws.com"))])),
            ("Resource", queue.get_att("Arn")),
            ("Condition", here.map([("ArnEquals", source)])),
        ]);
        let document =
            [("Version", here.text("2012-10-17")), ("Statement", here.list([statement]))];
        let mut policy = self.child(format!("{}QueuePolicy", self.id), "AWS::SQS::QueuePolicy");
        policy.set("PolicyDocument", here.map(document));
        policy.set("Queues", here.list([queue.reference()]));
        policy
    }
}

/// Where events go that could not be delivered.
#[derive(Debug)]
pub(crate) struct DeadLetterQueue {
    /// ARN of the queue.
    pub(crate) arn: Node,
    /// The queue, when it is made here.
    pub(crate) made: Option<Resource>,
}

/// The trust policy of a role that one service assumes.
pub(crate) fn trust(here: Here, service: &str) -> Node {
    let statement = here.map([
        ("Action", here.texts(["sts:AssumeRole"])),
        ("Effect", here.text("Allow")),
        ("Principal", here.map([("Service", here.texts([service]))])),
    ]);
    here.map([("Version", here.text("2012-10-17")), ("Statement", here.list([statement]))])
}

/// An entry of the `Policies` of a role with one action on one resource.
pub(crate) fn inline_policy(here: Here, name: String, action: &str, resource: Node) -> Node {
    let statement = here.map([
        ("Action", here.text(action)),
        ("Effect", here.text("Allow")),
        ("Resource", resource),
    ]);
    let document = here.map([("Statement", here.list([statement]))]);
    here.map([("PolicyName", here.text(name)), ("PolicyDocument", document)])
}
