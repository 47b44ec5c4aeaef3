//! The questions that only a graph can answer: who can reach a function, and what it can then do.

use std::collections::{HashMap, VecDeque};

use cloud_names::Pattern;
use iam_policy::{Effect, Statement};
use source_text::{Place, SmolStr};
use value::When;

use crate::{Application, Exposure, Function, Identity, Trigger, TriggerKind};

/// How a function can be reached from outside, over the shortest and least guarded way.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reach {
    /// Who stands at the outer end.
    pub exposure: Exposure,
    /// Whether that somebody has to prove nothing on the way.
    pub unauthenticated: bool,
    /// The way, outermost first: `internet`, `POST /orders`, functions and resources between; the
    /// function itself is the last.
    pub hops: Vec<String>,
    /// Condition of the first trigger of the way.
    pub when: When,
}

/// The way from outside through a function and its role to a resource.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AttackPath {
    /// Outermost first.
    pub hops: Vec<String>,
}

/// A resource of the application that a principal may act on.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// Logical name.
    pub resource: SmolStr,
    /// Action patterns that are allowed on it.
    pub actions: Vec<SmolStr>,
    /// Where the first of them is written.
    pub place: Place,
    /// Whether it is only reached because a statement holds on every resource.
    pub is_wide: bool,
}

/// What the graph was computed to be; filled by [`Application::link`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Links {
    reach: HashMap<SmolStr, Reach>,
    targets: HashMap<SmolStr, Vec<Target>>,
}

/// Actions by which one function's output becomes another function's event.
const HAND_OVER: [&str; 12] = [
    "sqs:SendMessage",
    "sns:Publish",
    "events:PutEvents",
    "s3:PutObject",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
    "dynamodb:BatchWriteItem",
    "kinesis:PutRecord",
    "kinesis:PutRecords",
    "lambda:InvokeFunction",
    "lambda:InvokeAsync",
    "states:StartExecution",
];

impl Application {
    /// Computes the edges. Loaders call it once, when everything else stands.
    pub fn link(&mut self) {
        self.links.targets = self
            .identities
            .iter()
            .map(|identity| (identity.name.clone(), self.targets_of(identity)))
            .collect();
        self.links.reach = self.reach_all();
    }

    /// How a function can be reached from outside; `None` when no trigger in the input leads to it.
    #[must_use]
    pub fn reach(&self, function: &str) -> Option<&Reach> {
        self.links.reach.get(function)
    }

    /// Whether somebody on the internet can cause the function to run, directly or through others.
    #[must_use]
    pub fn is_internet_reachable(&self, function: &str) -> bool {
        self.reach(function).is_some_and(|reach| reach.exposure == Exposure::Internet)
    }

    /// Resources of the template that a role, user or group may act on.
    #[must_use]
    pub fn targets(&self, identity: &str) -> &[Target] {
        self.links.targets.get(identity).map_or(&[], Vec::as_slice)
    }

    /// The way from the internet to a function, then its role and, when it is told, the resource.
    /// Empty when the internet does not reach the function.
    #[must_use]
    pub fn attack_path(&self, function: &Function, resource: Option<&str>) -> AttackPath {
        let Some(reach) =
            self.reach(&function.name).filter(|reach| reach.exposure == Exposure::Internet)
        else {
            return AttackPath::default();
        };
        let mut hops = reach.hops.clone();
        if let Some(role) = &function.role {
            hops.push(role.to_string());
        }
        hops.extend(resource.map(str::to_owned));
        AttackPath { hops }
    }

    /// Functions that a function's output can start, with the resource between (`None`: directly).
    #[must_use]
    pub fn successors(&self, function: &Function) -> Vec<(Option<SmolStr>, &Trigger)> {
        let Some(role) = &function.role else { return Vec::new() };
        let mut found = Vec::new();
        for target in self.targets(role) {
            // Permission to write anywhere is no sign that the function writes here.
            if target.is_wide || !target.actions.iter().any(|action| hands_over(action)) {
                continue;
            }
            if self.function(&target.resource).is_some() && target.resource != function.name {
                found.extend(self.direct(&target.resource).map(|trigger| (None, trigger)));
            }
            for trigger in &self.triggers {
                let from = trigger.source_references.iter().any(|r| r.name == target.resource);
                if from && sends_to(&target.actions, trigger.kind) {
                    found.push((Some(target.resource.clone()), trigger));
                }
            }
        }
        found
    }

    /// Resources that the `Allow` statements of an identity take in, in order, without repetition:
    /// those referred to, and for a statement on every resource those of its services.
    fn targets_of(&self, identity: &Identity) -> Vec<Target> {
        let mut targets = Targets::default();
        for (_, statement) in identity.statements() {
            for (name, place) in referred(statement) {
                targets.add(&name, place, statement, false);
            }
        }
        for (_, statement) in identity.statements().filter(|(_, s)| s.is_allow()) {
            let Some(everything) = statement.every_resource() else { continue };
            for resource in self.resources.iter().filter(|r| takes_in(statement, &r.type_name)) {
                targets.add(&resource.name, everything.place, statement, true);
            }
        }
        targets.list
    }

    /// The triggers through which a function is called directly.
    fn direct<'a>(&'a self, function: &'a str) -> impl Iterator<Item = &'a Trigger> + 'a {
        self.triggers_of(function).filter(|trigger| trigger.kind == TriggerKind::Direct)
    }

    /// Breadth first from every trigger that has an outside, least guarded first, so that the first
    /// way found to a function is the one an attacker would take.
    fn reach_all(&self) -> HashMap<SmolStr, Reach> {
        let mut starts: Vec<&Trigger> = self.triggers.iter().collect();
        starts.sort_by_key(|trigger| {
            (std::cmp::Reverse(trigger.exposure), trigger.auth.open().is_none())
        });
        let mut reach: HashMap<SmolStr, Reach> = HashMap::new();
        let mut queue = VecDeque::new();
        for trigger in starts {
            if !reach.contains_key(&trigger.function) {
                reach.insert(trigger.function.clone(), first_reach(trigger));
                queue.push_back(trigger.function.clone());
            }
        }
        while let Some(name) = queue.pop_front() {
            let (Some(function), Some(here)) = (self.function(&name), reach.get(&name).cloned())
            else {
                continue;
            };
            for (between, trigger) in self.successors(function) {
                let next = next_reach(&here, between.as_ref(), trigger);
                let better = reach.get(&trigger.function).is_none_or(|known| {
                    (next.exposure, next.unauthenticated) > (known.exposure, known.unauthenticated)
                });
                if better && next.hops.len() <= 2 * self.functions.len() + 3 {
                    reach.insert(trigger.function.clone(), next);
                    queue.push_back(trigger.function.clone());
                }
            }
        }
        reach
    }
}

/// The way from the outer end to the function of a trigger.
fn first_reach(trigger: &Trigger) -> Reach {
    let outer = match trigger.exposure {
        Exposure::Internet => "internet".to_owned(),
        Exposure::Organisation => "other accounts".to_owned(),
        Exposure::Account => "account".to_owned(),
        Exposure::Service | Exposure::Unknown => trigger.kind.as_str().to_owned(),
    };
    let mut hops = vec![outer];
    hops.extend(trigger.label());
    hops.push(trigger.function.to_string());
    Reach {
        exposure: trigger.exposure,
        unauthenticated: trigger.auth.open().is_some(),
        hops,
        when: trigger.when.clone(),
    }
}

/// The way one function further.
fn next_reach(here: &Reach, between: Option<&SmolStr>, trigger: &Trigger) -> Reach {
    let mut next = here.clone();
    next.hops.extend(between.map(ToString::to_string));
    next.hops.push(trigger.function.to_string());
    next
}

impl Trigger {
    /// The hop of a path: `HTTP API POST /orders`, `function URL`, a queue's name.
    #[must_use]
    pub fn label(&self) -> Option<String> {
        match (self.kind, &self.route) {
            (TriggerKind::FunctionUrl, _) => Some("function URL".to_owned()),
            (_, Some(route)) => Some(
                self.api.as_ref().map_or_else(|| route.clone(), |api| format!("{api} {route}")),
            ),
            (_, None) => self.source_references.first().map(|source| source.name.to_string()),
        }
    }
}

/// Whether an action pattern allows one of the actions that make another function's event.
fn hands_over(action: &str) -> bool {
    let pattern = Pattern::ignoring_case(action);
    HAND_OVER.iter().any(|action| pattern.matches(action))
}

/// Whether one of the actions makes the events of this kind of trigger.
fn sends_to(actions: &[SmolStr], kind: TriggerKind) -> bool {
    let service = match kind {
        TriggerKind::Sqs => "sqs:SendMessage",
        TriggerKind::Sns => "sns:Publish",
        TriggerKind::EventBridge => "events:PutEvents",
        TriggerKind::S3 => "s3:PutObject",
        TriggerKind::DynamoDb => "dynamodb:PutItem",
        TriggerKind::Kinesis => "kinesis:PutRecord",
        TriggerKind::StepFunctions => "states:StartExecution",
        _ => return false,
    };
    actions.iter().any(|action| Pattern::ignoring_case(action).matches(service))
}

/// Targets while they are collected.
#[derive(Default)]
struct Targets {
    list: Vec<Target>,
    index: HashMap<SmolStr, usize>,
}

impl Targets {
    fn add(&mut self, name: &SmolStr, place: Place, statement: &Statement, is_wide: bool) {
        let at = *self.index.entry(name.clone()).or_insert_with(|| {
            let target = Target { resource: name.clone(), actions: Vec::new(), place, is_wide };
            self.list.push(target);
            self.list.len() - 1
        });
        let Some(target) = self.list.get_mut(at) else { return };
        for action in &statement.actions {
            if !target.actions.contains(&action.text) {
                target.actions.push(action.text.clone());
            }
        }
    }
}

/// Types that hold data or act, and their services in actions.
const SERVICES: [(&str, &str); 11] = [
    ("AWS::S3::Bucket", "s3"),
    ("AWS::DynamoDB::Table", "dynamodb"),
    ("AWS::DynamoDB::GlobalTable", "dynamodb"),
    ("AWS::SQS::Queue", "sqs"),
    ("AWS::SNS::Topic", "sns"),
    ("AWS::Kinesis::Stream", "kinesis"),
    ("AWS::Events::EventBus", "events"),
    ("AWS::StepFunctions::StateMachine", "states"),
    ("AWS::SecretsManager::Secret", "secretsmanager"),
    ("AWS::SSM::Parameter", "ssm"),
    ("AWS::KMS::Key", "kms"),
];

/// Whether a statement on every resource has an action on resources of a type.
fn takes_in(statement: &Statement, type_name: &str) -> bool {
    let Some((_, service)) = SERVICES.iter().find(|(known, _)| *known == type_name) else {
        return false;
    };
    statement.actions.iter().any(|action| {
        action.is_every_action()
            || action.text.split_once(':').is_some_and(|(of, _)| of.eq_ignore_ascii_case(service))
    })
}

/// Logical names that the resources of an `Allow` statement refer to.
fn referred(statement: &Statement) -> impl Iterator<Item = (SmolStr, Place)> {
    let terms =
        if statement.effect == Effect::Allow { statement.resources.as_slice() } else { &[] };
    terms.iter().flat_map(|term| {
        term.references
            .iter()
            .filter(|reference| !reference.name.starts_with("AWS::"))
            .map(|reference| (reference.name.clone(), term.place))
    })
}
