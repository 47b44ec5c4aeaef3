//! Services that call a function by themselves, and permissions that tell of them.

use std::collections::HashSet;

use app_model::{
    Auth, Details, Exposure, Invocation, Setting, SmolStr, Text, Trigger, TriggerKind,
};
use source_text::Node;

use model_builder::{Builder, Item, Properties};

use crate::services::json;

pub(super) fn read(builder: &Builder<'_>, triggers: &mut Vec<Trigger>) {
    notifications(builder, triggers);
    subscriptions(builder, triggers);
    rules(builder, triggers);
    hooks(builder, triggers);
    tasks(builder, triggers);
    permissions(builder, triggers);
}

fn service_trigger(function: SmolStr, kind: TriggerKind, item: &Item<'_>) -> Trigger {
    Trigger {
        function,
        kind,
        place: item.place(),
        when: item.when.clone(),
        auth: Auth::Service,
        exposure: Exposure::Service,
        invocation: Invocation::Asynchronous,
        ..Trigger::default()
    }
}

/// `LambdaConfigurations` of buckets.
fn notifications(builder: &Builder<'_>, triggers: &mut Vec<Trigger>) {
    for item in builder.of_type("AWS::S3::Bucket") {
        let properties = builder.properties(item);
        for (_, node) in properties.items(&["NotificationConfiguration", "LambdaConfigurations"]) {
            let inner = Properties::new(builder.evaluator, &node);
            let Some(function) =
                inner.at(&["Function"]).and_then(|node| builder.function_behind(node))
            else {
                continue;
            };
            let mut trigger = service_trigger(function, TriggerKind::S3, item);
            trigger.place = node.place;
            trigger.source = Some(itself(item));
            trigger.source_references = vec![reference(item)];
            trigger.filter = json(inner, "Filter");
            trigger.events = inner.texts(&["Event"]).into_iter().map(|s| s.value).collect();
            trigger.exposure = super::source_exposure(builder, &trigger);
            triggers.push(trigger);
        }
    }
}

fn itself(item: &Item<'_>) -> Text {
    app_model::Value::Unresolved(app_model::Expression {
        text: SmolStr::new(format!("${{{}}}", item.name())),
        references: vec![reference(item)],
    })
}

fn reference(item: &Item<'_>) -> app_model::Reference {
    app_model::Reference { name: item.name(), attribute: None }
}

/// Subscriptions of functions to topics, in resources of their own or within the topic.
fn subscriptions(builder: &Builder<'_>, triggers: &mut Vec<Trigger>) {
    for item in builder.of_type("AWS::SNS::Subscription") {
        let properties = builder.properties(item);
        let Some(function) =
            properties.at(&["Endpoint"]).and_then(|node| builder.function_behind(node))
        else {
            continue;
        };
        let topic = properties.at(&["TopicArn"]);
        let mut trigger = service_trigger(function, TriggerKind::Sns, item);
        trigger.source = topic.map(|node| builder.evaluator.text(node));
        trigger.source_references = topic.map_or_else(Vec::new, |node| builder.referents(node));
        trigger.filter = json(properties, "FilterPolicy");
        trigger.exposure = super::source_exposure(builder, &trigger);
        triggers.push(trigger);
    }
    for item in builder.of_type("AWS::SNS::Topic") {
        for (_, node) in builder.properties(item).items(&["Subscription"]) {
            let function = node.get("Endpoint").and_then(|node| builder.function_behind(node));
            let Some(function) = function else { continue };
            let mut trigger = service_trigger(function, TriggerKind::Sns, item);
            trigger.place = node.place;
            trigger.source = Some(itself(item));
            trigger.source_references = vec![reference(item)];
            trigger.exposure = super::source_exposure(builder, &trigger);
            triggers.push(trigger);
        }
    }
    for item in builder.of_type("AWS::Logs::SubscriptionFilter") {
        let properties = builder.properties(item);
        let function =
            properties.at(&["DestinationArn"]).and_then(|node| builder.function_behind(node));
        let Some(function) = function else { continue };
        let group = properties.at(&["LogGroupName"]);
        let mut trigger = service_trigger(function, TriggerKind::Logs, item);
        trigger.source = group.map(|node| builder.evaluator.text(node));
        trigger.source_references = group.map_or_else(Vec::new, |node| builder.referents(node));
        trigger.filter = properties.text(&["FilterPattern"]);
        triggers.push(trigger);
    }
}

/// Rules on event buses, schedules, rules of `IoT` and of mail.
fn rules(builder: &Builder<'_>, triggers: &mut Vec<Trigger>) {
    for item in builder.of_type("AWS::Events::Rule") {
        let properties = builder.properties(item);
        let schedule = properties.text(&["ScheduleExpression"]);
        let kind =
            if schedule.is_some() { TriggerKind::Schedule } else { TriggerKind::EventBridge };
        let bus = properties.at(&["EventBusName"]);
        for (_, target) in properties.items(&["Targets"]) {
            let function = target.get("Arn").and_then(|node| builder.function_behind(node));
            let Some(function) = function else { continue };
            let mut trigger = service_trigger(function, kind, item);
            trigger.route = schedule.as_ref().map(|s| s.value.display().to_owned());
            trigger.source = bus.map(|node| builder.evaluator.text(node));
            trigger.source_references = bus.map_or_else(Vec::new, |node| builder.referents(node));
            trigger.filter = json(properties, "EventPattern");
            trigger.exposure = super::source_exposure(builder, &trigger);
            triggers.push(trigger);
        }
    }
    for item in builder.of_type("AWS::Scheduler::Schedule") {
        let properties = builder.properties(item);
        let function =
            properties.at(&["Target", "Arn"]).and_then(|node| builder.function_behind(node));
        let Some(function) = function else { continue };
        let mut trigger = service_trigger(function, TriggerKind::Schedule, item);
        trigger.route =
            properties.text(&["ScheduleExpression"]).map(|s| s.value.display().to_owned());
        triggers.push(trigger);
    }
    for (type_, path, action, kind) in [
        ("AWS::IoT::TopicRule", ["TopicRulePayload", "Actions"], "Lambda", TriggerKind::Iot),
        ("AWS::SES::ReceiptRule", ["Rule", "Actions"], "LambdaAction", TriggerKind::Ses),
    ] {
        for item in builder.of_type(type_) {
            for (_, node) in builder.properties(item).items(&path) {
                let function = node
                    .at(&[action, "FunctionArn"])
                    .and_then(|node| builder.function_behind(node));
                let Some(function) = function else { continue };
                let mut trigger = service_trigger(function, kind, item);
                // Anybody can send mail; devices of a fleet are known to the account.
                if kind == TriggerKind::Ses {
                    trigger.exposure = Exposure::Internet;
                }
                triggers.push(trigger);
            }
        }
    }
}

/// Hooks of user pools, rotation of secrets, custom resources, Lambda@Edge.
fn hooks(builder: &Builder<'_>, triggers: &mut Vec<Trigger>) {
    for item in builder.of_type("AWS::Cognito::UserPool") {
        let config = item.properties.get("LambdaConfig").and_then(Node::as_map);
        for (hook, node) in config.into_iter().flat_map(source_text::Map::iter) {
            let Some(function) = builder.function_behind(node) else { continue };
            let mut trigger = service_trigger(function, TriggerKind::Cognito, item);
            trigger.place = node.place;
            trigger.route = Some(hook.to_string());
            trigger.invocation = Invocation::Synchronous;
            trigger.source = Some(itself(item));
            trigger.source_references = vec![reference(item)];
            triggers.push(trigger);
        }
    }
    for item in builder.of_type("AWS::SecretsManager::RotationSchedule") {
        let function =
            item.properties.get("RotationLambdaARN").and_then(|node| builder.function_behind(node));
        if let Some(function) = function {
            triggers.push(service_trigger(function, TriggerKind::Rotation, item));
        }
    }
    for item in builder.items.values() {
        let is_custom = item.type_().starts_with("Custom::")
            || item.type_() == "AWS::CloudFormation::CustomResource";
        let function = item
            .properties
            .get("ServiceToken")
            .filter(|_| is_custom)
            .and_then(|node| builder.function_behind(node));
        if let Some(function) = function {
            triggers.push(service_trigger(function, TriggerKind::CustomResource, item));
        }
    }
    for item in builder.of_type("AWS::CloudFront::Distribution") {
        for function in edge_functions(builder, &item.properties, 8) {
            let mut trigger = service_trigger(function, TriggerKind::Edge, item);
            trigger.invocation = Invocation::Synchronous;
            trigger.exposure = Exposure::Internet;
            triggers.push(trigger);
        }
    }
}

fn edge_functions(builder: &Builder<'_>, node: &Node, depth: usize) -> Vec<SmolStr> {
    if depth == 0 {
        return Vec::new();
    }
    if let Some(node) = node.get("LambdaFunctionARN") {
        return builder.function_behind(node).into_iter().collect();
    }
    let children: Vec<&Node> = match (node.as_map(), node.as_list()) {
        (Some(map), _) => map.values().collect(),
        (_, Some(list)) => list.iter().collect(),
        _ => Vec::new(),
    };
    children.into_iter().flat_map(|child| edge_functions(builder, child, depth - 1)).collect()
}

/// Tasks of state machines.
fn tasks(builder: &Builder<'_>, triggers: &mut Vec<Trigger>) {
    for resource in &builder.app.resources {
        let Details::StateMachine(machine) = &resource.details else { continue };
        for task in &machine.tasks {
            let (Some(function), Some(item)) =
                (task.function.clone(), builder.items.get(&resource.name))
            else {
                continue;
            };
            let mut trigger = service_trigger(function, TriggerKind::StepFunctions, item);
            trigger.place = task.place;
            trigger.route = Some(task.name.to_string());
            trigger.invocation = Invocation::Synchronous;
            trigger.source = Some(itself(item));
            trigger.source_references = vec![reference(item)];
            triggers.push(trigger);
        }
    }
}

/// Services named in permissions.
const PRINCIPALS: [(&str, TriggerKind); 16] = [
    ("apigateway.amazonaws.com", TriggerKind::RestApi),
    ("elasticloadbalancing.amazonaws.com", TriggerKind::LoadBalancer),
    ("s3.amazonaws.com", TriggerKind::S3),
    ("sns.amazonaws.com", TriggerKind::Sns),
    ("events.amazonaws.com", TriggerKind::EventBridge),
    ("scheduler.amazonaws.com", TriggerKind::Schedule),
    ("iot.amazonaws.com", TriggerKind::Iot),
    ("cognito-idp.amazonaws.com", TriggerKind::Cognito),
    ("cognito-sync.amazonaws.com", TriggerKind::Cognito),
    ("logs.amazonaws.com", TriggerKind::Logs),
    ("ses.amazonaws.com", TriggerKind::Ses),
    ("alexa-appkit.amazon.com", TriggerKind::Alexa),
    ("alexa-connectedhome.amazon.com", TriggerKind::Alexa),
    ("secretsmanager.amazonaws.com", TriggerKind::Rotation),
    ("states.amazonaws.com", TriggerKind::StepFunctions),
    ("appsync.amazonaws.com", TriggerKind::GraphQl),
];

/// What only a permission tells of: a source outside the template, Alexa, other principals.
fn permissions(builder: &Builder<'_>, triggers: &mut Vec<Trigger>) {
    let known: HashSet<(SmolStr, TriggerKind)> =
        triggers.iter().map(|trigger| (trigger.function.clone(), family(trigger.kind))).collect();
    for permission in &builder.app.permissions {
        let Some(function) = permission.function.clone() else { continue };
        let Some(principal) = &permission.principal else { continue };
        let principal = principal.value.display();
        let kind = PRINCIPALS
            .iter()
            .find(|(name, _)| {
                principal.strip_suffix(".cn").unwrap_or(principal) == *name
                    || principal.starts_with("logs.") && *name == "logs.amazonaws.com"
            })
            .map(|(_, kind)| *kind);
        // A URL's own permissions, and a source that was read already, tell nothing new.
        let of_url = permission.url_auth.is_some()
            || permission.via_url.as_ref().is_some_and(|via| via.value.any(|on| *on));
        if of_url || kind.is_some_and(|kind| known.contains(&(function.clone(), family(kind)))) {
            continue;
        }
        triggers.push(of_permission(permission, function, principal, kind));
    }
}

/// Kinds that one principal of a permission stands for.
fn family(kind: TriggerKind) -> TriggerKind {
    match kind {
        TriggerKind::HttpApi | TriggerKind::WebSocket | TriggerKind::Authorizer => {
            TriggerKind::RestApi
        }
        TriggerKind::Schedule => TriggerKind::EventBridge,
        other => other,
    }
}

fn of_permission(
    permission: &app_model::Permission,
    function: SmolStr,
    principal: &str,
    kind: Option<TriggerKind>,
) -> Trigger {
    let is_pinned = permission.source_arn.is_some()
        || permission.source_account.is_some()
        || permission.organisation.is_some()
        || permission.event_source_token.is_some();
    let kind_or_direct = kind.unwrap_or(TriggerKind::Direct);
    let is_service = principal.ends_with(".amazonaws.com") || principal.ends_with(".amazon.com");
    let exposure = match kind_or_direct {
        TriggerKind::RestApi | TriggerKind::Alexa => Exposure::Internet,
        _ if principal == "*" && !is_pinned => Exposure::Internet,
        _ if is_service => Exposure::Service,
        _ => Exposure::Organisation,
    };
    let auth = match kind_or_direct {
        // The route stands in an interface outside the template: who may call is not told.
        TriggerKind::RestApi => Auth::Unknown,
        _ if principal == "*" && !is_pinned => Auth::None,
        _ if is_service => Auth::Service,
        _ => Auth::Iam,
    };
    let is_synchronous = matches!(
        kind_or_direct,
        TriggerKind::RestApi
            | TriggerKind::LoadBalancer
            | TriggerKind::Cognito
            | TriggerKind::Alexa
            | TriggerKind::GraphQl
            | TriggerKind::StepFunctions
            | TriggerKind::Direct
    );
    Trigger {
        function,
        kind: kind_or_direct,
        place: permission.place,
        when: permission.when.clone(),
        auth,
        exposure,
        invocation: if is_synchronous { Invocation::Synchronous } else { Invocation::Asynchronous },
        source: permission.source_arn.as_ref().map(|arn: &Setting<SmolStr>| arn.value.clone()),
        source_references: permission.source_references.clone(),
        ..Trigger::default()
    }
}
