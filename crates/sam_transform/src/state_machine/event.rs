//! Events of state machines: schedules, event patterns and routes of REST APIs start executions.

use sam_api::Apis;
use sam_core::context::Context;
use sam_core::intrinsic::{Here, is_falsy};
use sam_core::property::{Property, Shape, check, optional, required};
use sam_core::resource::{Expansion, Resource, Sam};
use sam_core::role::{allow, trust};
use source_text::{Diagnostic, Map, Node, Place, SmolStr};

use super::route;
use crate::event::{dead_letter, scheduler};

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
    optional("RoleArn", Shape::Text).literal(),
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
pub(crate) fn expand_all(
    context: &mut Context<'_>,
    apis: &Apis,
    sam: &Sam,
    target: &SmolStr,
) -> Vec<Resource> {
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
        match expand(context, apis, &event, &entry.value) {
            Ok(generated) => resources.extend(generated),
            Err(diagnostic) => context.diagnostics.push(diagnostic),
        }
    }
    resources
}

fn expand(context: &mut Context<'_>, apis: &Apis, event: &Event<'_>, written: &Node) -> Expansion {
    if let Some(properties) = written.get("Properties").filter(|node| node.as_map().is_none()) {
        let message = "`Properties` is not a mapping; indent the properties below it";
        return Err(event.error(properties.place, message));
    }
    if !event.id.chars().all(|c| c.is_ascii_alphanumeric()) {
        return Err(event.error(event.place, "the name has to consist of letters and digits"));
    }
    match written.get("Type").and_then(Node::as_str) {
        Some("Schedule") => event.schedule(),
        Some("ScheduleV2") => event.scheduler(),
        Some("CloudWatchEvent" | "EventBridgeRule") => event.pattern(),
        Some("Api") => route::expand(context, apis, event),
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
        let name = format!("{id}StartExecutionPolicy");
        let start = allow(here, &name, "states:StartExecution", self.target_arn());
        role.set("AssumeRolePolicyDocument", trust(here, service));
        role.set("Policies", here.list([start]));
        role.set_some("PermissionsBoundary", self.sam.truthy("PermissionsBoundary"));
        role
    }

    fn scheduler(&self) -> Expansion {
        self.check(&scheduler::PROPERTIES)?;
        let name = format!("{}StartExecutionPolicy", self.id);
        let start = allow(self.here(), &name, "states:StartExecution", self.target_arn());
        scheduler::build(&scheduler::Call {
            id: &self.id,
            place: self.place,
            properties: &self.properties,
            inherited: self.sam.inherited(),
            target: self.target_arn(),
            policy: start,
            error: &|place, message| self.error(place, message),
        })
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
        let invoker = self.get("RoleArn").is_none().then(|| self.role("events.amazonaws.com"));
        let role_arn = match (&invoker, self.get("RoleArn")) {
            (Some(invoker), _) => invoker.get_att("Arn"),
            (None, arn) => arn.cloned().unwrap_or_else(|| Node::null(self.place)),
        };
        self.finish_rule(rule, invoker, role_arn, &["Input", "RetryPolicy"])
    }

    fn pattern(&self) -> Expansion {
        self.check(&PATTERN)?;
        let mut rule = self.child(self.id.clone(), "AWS::Events::Rule");
        rule.set_some("EventBusName", self.get("EventBusName"));
        rule.set_some("EventPattern", self.get("Pattern"));
        rule.set_some("Name", self.get("RuleName"));
        rule.set_some("State", self.truthy("State"));
        let invoker = self.role("events.amazonaws.com");
        let role_arn = invoker.get_att("Arn");
        let passed = ["Input", "InputPath", "RetryPolicy", "InputTransformer"];
        self.finish_rule(rule, Some(invoker), role_arn, &passed)
    }

    /// Gives the rule its target, which takes the properties `passed` as they are.
    fn finish_rule(
        &self,
        mut rule: Resource,
        invoker: Option<Resource>,
        role_arn: Node,
        passed: &[&str],
    ) -> Expansion {
        let here = self.here();
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
        for name in passed {
            if let Some(value) = self.get(name) {
                target.insert(*name, value.clone());
            }
        }
        let mut generated = Vec::new();
        if let Some(config) = self.get("DeadLetterConfig") {
            let error = |place, message: &str| self.error(place, message);
            let arn = Some(rule.get_att("Arn"));
            let queue = dead_letter::expand(&self.id, config, arn, &self.sam.inherited(), &error)?;
            target.insert("DeadLetterConfig", here.map([("Arn", queue.arn)]));
            generated = queue.resources;
        }
        let target = Node::new(self.place, source_text::Kind::Map(target));
        rule.set("Targets", here.list([target]));
        Ok(std::iter::once(rule).chain(invoker).chain(generated).collect())
    }
}
