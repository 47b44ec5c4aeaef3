//! Services that call a function by themselves: buckets, topics, logs, user pools, load balancers,
//! `CloudFront`, Alexa.

use source_text::{Kind, Map, Node, Place};

use super::{Event, Used, put_alike};
use crate::{
    names,
    place_text::{Here, escaped, is_on, items, sub},
    service::Service,
    template::{Template, properties},
};

/// `s3: bucket`, or a mapping with `bucket`, `event`, `rules`, `existing`.
pub(super) fn bucket(event: &Event<'_>, template: &mut Template, used: &mut Used) {
    let here = event.here();
    let bucket = event.get("bucket").unwrap_or(event.node);
    let number = used.next(event.function, "s3");
    let kind = event.get("event").cloned().unwrap_or_else(|| here.text("s3:ObjectCreated:*"));
    let mut configuration = properties([("Event", kind), ("Function", event.arn())]);
    let rules: Vec<Node> = items(event.get("rules"))
        .into_iter()
        .filter_map(|rule| {
            let (name, value) = rule.single()?;
            let here = Here(rule.place);
            Some(here.map([("Name", here.text(name.clone())), ("Value", value.clone())]))
        })
        .collect();
    if !rules.is_empty() {
        let rules = here.map([("Rules", here.list(rules))]);
        configuration.insert("Filter", here.map([("S3Key", rules)]));
    }
    let configuration = Node::new(event.place, Kind::Map(configuration));
    let permission = format!("{}LambdaPermissionS3{number}", event.function.normalised);
    let function = event.function.id.as_str();
    let Some(name) = bucket.as_str() else {
        let principal = "s3.amazonaws.com";
        template.permit(permission, event.place, function, principal, Some(bucket.clone()));
        return;
    };
    let arn = sub(event.place, format!("arn:${{AWS::Partition}}:s3:::{}", escaped(name)));
    template.permit(permission, event.place, function, "s3.amazonaws.com", Some(arn));
    if is_on(event.get("existing")) {
        return;
    }
    // A name of `provider.s3` stands for the settings there.
    let custom = event.service.provider(&["s3", name]);
    let id = format!("S3Bucket{}", names::alphanumeric(name));
    if !template.resources.contains(&id) {
        let mut map = properties([("BucketName", Node::text(bucket.place, name))]);
        let settings = custom.and_then(Node::as_map).into_iter().flat_map(Map::entries);
        for (key, entry) in settings {
            let value = crate::place_text::capitalised(&entry.value, 12);
            map.insert_at(names::upper_first(key), entry.key_place, value);
        }
        template.add(id.clone(), event.place, "AWS::S3::Bucket", map, &event.function.name);
    }
    let Some(map) = template.properties_mut(&id) else { return };
    push(map, &["NotificationConfiguration", "LambdaConfigurations"], configuration);
}

/// Adds an item to the list below a chain of keys.
pub(super) fn push(map: &mut Map, keys: &[&'static str], item: Node) {
    let Some((key, rest)) = keys.split_first() else { return };
    let place = item.place;
    if !map.contains(key) {
        let empty = if rest.is_empty() { Kind::List(Vec::new()) } else { Kind::Map(Map::new()) };
        map.insert(*key, Node::new(place, empty));
    }
    match (map.get_mut(key).map(|node| &mut node.kind), rest) {
        (Some(Kind::List(list)), []) => list.push(item),
        (Some(Kind::Map(map)), rest) if !rest.is_empty() => push(map, rest, item),
        _ => {}
    }
}

/// `sns: topic`, `sns: arn`, or a mapping with `topicName`, `arn`, `filterPolicy`.
pub(super) fn topic(event: &Event<'_>, template: &mut Template, used: &mut Used) {
    let here = event.here();
    let number = used.next(event.function, "sns");
    let given = event.get("arn").or_else(|| {
        let is_arn = event.node.as_str().is_some_and(|text| text.starts_with("arn:"));
        let is_function =
            event.node.single().is_some_and(|(key, _)| key.contains("Fn::") || key == "Ref");
        (is_arn || is_function).then_some(event.node)
    });
    let arn = given.cloned().unwrap_or_else(|| made_topic(event, template));
    let mut map = properties([
        ("TopicArn", arn.clone()),
        ("Protocol", here.text("lambda")),
        ("Endpoint", event.arn()),
    ]);
    put_alike(
        event,
        &mut map,
        &[("filterPolicy", "FilterPolicy"), ("filterPolicyScope", "FilterPolicyScope")],
    );
    if let Some(queue) = event.get("redrivePolicy") {
        let target = queue.get("deadLetterTargetArn").unwrap_or(queue).clone();
        map.insert("RedrivePolicy", Here(queue.place).map([("deadLetterTargetArn", target)]));
    }
    let id = format!("{}SnsSubscription{number}", event.function.normalised);
    template.add(id, event.place, "AWS::SNS::Subscription", map, &event.function.name);
    let permission = format!("{}LambdaPermissionSns{number}", event.function.normalised);
    let function = &event.function.id;
    template.permit(permission, event.place, function, "sns.amazonaws.com", Some(arn));
}

/// The topic that an event only names.
fn made_topic(event: &Event<'_>, template: &mut Template) -> Node {
    let name = event.get("topicName").unwrap_or(event.node);
    let text = name.as_str().unwrap_or_default();
    let id = format!("SNSTopic{}", names::alphanumeric(text));
    let mut map = properties([("TopicName", name.clone())]);
    put_alike(
        event,
        &mut map,
        &[("displayName", "DisplayName"), ("kmsMasterKeyId", "KmsMasterKeyId")],
    );
    template.add(id.clone(), event.place, "AWS::SNS::Topic", map, &event.function.name);
    event.here().reference(id)
}

/// `cloudwatchLog: group`, or a mapping with `logGroup` and `filter`.
pub(super) fn log(event: &Event<'_>, template: &mut Template, used: &mut Used) {
    let here = event.here();
    let number = used.next(event.function, "cloudwatchLog");
    let group = event.get("logGroup").unwrap_or(event.node).clone();
    let filter = event.get("filter").cloned().unwrap_or_else(|| here.text(""));
    let map = properties([
        ("LogGroupName", group),
        ("FilterPattern", filter),
        ("DestinationArn", event.arn()),
    ]);
    let normalised = &event.function.normalised;
    let id = format!("{normalised}LogsSubscriptionFilterCloudWatchLog{number}");
    template.add(id, event.place, "AWS::Logs::SubscriptionFilter", map, &event.function.name);
    let source = sub(
        event.place,
        "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:*:*",
    );
    let permission = format!("{normalised}LambdaPermissionLogs{number}");
    let function = &event.function.id;
    template.permit(permission, event.place, function, "logs.amazonaws.com", Some(source));
}

/// `cognitoUserPool`: a hook of a user pool, made here or already there.
pub(super) fn user_pool(event: &Event<'_>, template: &mut Template) {
    let here = event.here();
    let pool = event.get("pool").unwrap_or(event.node);
    let name = pool.scalar_text().unwrap_or_default();
    let id = format!("CognitoUserPool{}", names::alphanumeric(&name));
    let hook = event.get("trigger").and_then(Node::as_str).unwrap_or("PreSignUp");
    let permission = format!(
        "{}LambdaPermissionCognitoUserPool{}TriggerSource{hook}",
        event.function.normalised,
        names::alphanumeric(&name)
    );
    let principal = "cognito-idp.amazonaws.com";
    if is_on(event.get("existing")) {
        template.permit(permission, event.place, &event.function.id, principal, None);
        return;
    }
    let made = properties([("UserPoolName", pool.clone())]);
    template.add(id.clone(), event.place, "AWS::Cognito::UserPool", made, &event.function.name);
    let arn = event.arn();
    if let Some(map) = template.properties_mut(&id) {
        if !map.contains("LambdaConfig") {
            map.insert("LambdaConfig", here.map::<source_text::SmolStr>([]));
        }
        if let Some(config) = map.get_mut("LambdaConfig").and_then(Node::as_map_mut) {
            config.insert(hook, arn);
        }
    }
    let source = here.get_att(id, "Arn");
    template.permit(permission, event.place, &event.function.id, principal, Some(source));
}

/// `alb`: a target group behind a listener that is there already.
pub(super) fn load_balancer(event: &Event<'_>, template: &mut Template, used: &mut Used) {
    let here = event.here();
    let number = used.next(event.function, "alb");
    let normalised = &event.function.normalised;
    let group = format!("{normalised}AlbTargetGroup{number}");
    let target = here.map([("Id", event.arn())]);
    let map = properties([("TargetType", here.text("lambda")), ("Targets", here.list([target]))]);
    let type_ = "AWS::ElasticLoadBalancingV2::TargetGroup";
    template.add(group.clone(), event.place, type_, map, &event.function.name);
    let mut actions = Vec::new();
    for name in items(event.get("authorizer")) {
        let Some(name) = name.as_str() else { continue };
        let here = Here(event.place);
        let settings = event.service.provider(&["alb", "authorizers", name]);
        let kind = match settings.and_then(|node| node.get("type")).and_then(Node::as_str) {
            Some("oidc") => "authenticate-oidc",
            _ => "authenticate-cognito",
        };
        actions.push(here.map([("Type", here.text(kind)), ("Order", here.integer(1))]));
    }
    actions.push(
        here.map([
            ("Type", here.text("forward")),
            ("TargetGroupArn", here.reference(group.as_str())),
        ]),
    );
    let mut conditions = Vec::new();
    for (key, field) in [
        ("path", "path-pattern"),
        ("host", "host-header"),
        ("method", "http-request-method"),
        ("ip", "source-ip"),
    ] {
        let node = event.get("conditions").and_then(|node| node.get(key));
        if let Some(node) = node.filter(|node| !node.is_null()) {
            let values: Vec<Node> = items(Some(node)).into_iter().cloned().collect();
            let values = here.list(values);
            conditions.push(here.map([("Field", here.text(field)), ("Values", values)]));
        }
    }
    let mut map =
        properties([("Actions", here.list(actions)), ("Conditions", here.list(conditions))]);
    put_alike(event, &mut map, &[("listenerArn", "ListenerArn"), ("priority", "Priority")]);
    let id = format!("{normalised}AlbListenerRule{number}");
    let type_ = "AWS::ElasticLoadBalancingV2::ListenerRule";
    template.add(id, event.place, type_, map, &event.function.name);
    let permission = format!("{normalised}LambdaPermissionAlb{number}");
    let principal = "elasticloadbalancing.amazonaws.com";
    let source = here.reference(group);
    template.permit(permission, event.place, &event.function.id, principal, Some(source));
}

/// `cloudFront`: the function at the edge of one distribution.
pub(super) fn edge(event: &Event<'_>, _template: &mut Template, used: &mut Used) {
    let here = event.here();
    let kind = event.get("eventType").cloned().unwrap_or_else(|| here.text("origin-request"));
    let association = here.map([("EventType", kind), ("LambdaFunctionARN", event.arn())]);
    let mut behavior = properties([
        ("LambdaFunctionAssociations", here.list([association])),
        ("ViewerProtocolPolicy", here.text("allow-all")),
    ]);
    let settings = event.get("behavior").and_then(Node::as_map).into_iter().flat_map(Map::entries);
    for (key, entry) in settings {
        behavior.insert_at(key.clone(), entry.key_place, entry.value.clone());
    }
    let origin = event.get("origin").cloned().unwrap_or_else(|| here.text("origin"));
    let pattern = event.get("pathPattern").cloned();
    let pattern = pattern.unwrap_or_else(|| here.text("*"));
    let whole = here.map([
        ("behavior", Node::new(event.place, Kind::Map(behavior))),
        ("origin", origin),
        ("pattern", pattern),
    ]);
    used.edge.get_or_insert_with(|| (event.place, Vec::new())).1.push(whole);
}

/// The distribution of all events of `CloudFront`.
pub(super) fn distribution(
    service: &Service,
    place: Place,
    events: &[Node],
    template: &mut Template,
) {
    let here = Here(place);
    let mut origins = Vec::new();
    let mut behaviors = Vec::new();
    let mut default = None;
    for (index, event) in events.iter().enumerate() {
        let id = here.text(format!("origin{index}"));
        let origin = event.get("origin").filter(|node| node.as_map().is_some());
        let mut origin = origin.and_then(Node::as_map).cloned().unwrap_or_else(|| {
            let name = event.get("origin").cloned().unwrap_or_else(|| here.text(""));
            properties([("DomainName", name)])
        });
        origin.insert("Id", id.clone());
        origins.push(Node::new(place, Kind::Map(origin)));
        let Some(mut behavior) = event.get("behavior").and_then(Node::as_map).cloned() else {
            continue;
        };
        behavior.insert("TargetOriginId", id);
        let pattern = event.get("pattern");
        if default.is_none() && pattern.and_then(Node::as_str) == Some("*") {
            default = Some(behavior);
        } else {
            if let Some(pattern) = pattern {
                behavior.insert("PathPattern", pattern.clone());
            }
            behaviors.push(Node::new(place, Kind::Map(behavior)));
        }
    }
    let mut config = properties([("Enabled", here.bool(true)), ("Origins", here.list(origins))]);
    if let Some(default) = default {
        config.insert("DefaultCacheBehavior", Node::new(place, Kind::Map(default)));
    }
    config.insert("CacheBehaviors", here.list(behaviors));
    if let Some(settings) = service.provider(&["cloudFront"]).and_then(Node::as_map) {
        for (key, entry) in settings.entries().filter(|(key, _)| *key != "cachePolicies") {
            config.insert_at(key.clone(), entry.key_place, entry.value.clone());
        }
    }
    let map = properties([("DistributionConfig", Node::new(place, Kind::Map(config)))]);
    template.add("CloudFrontDistribution", place, "AWS::CloudFront::Distribution", map, "provider");
}

/// `alexaSkill`, `alexaSmartHome`: only a permission tells of them.
pub(super) fn alexa(kind: &str, event: &Event<'_>, template: &mut Template, used: &mut Used) {
    let here = event.here();
    let is_home = kind == "alexaSmartHome";
    let principal =
        if is_home { "alexa-connectedhome.amazon.com" } else { "alexa-appkit.amazon.com" };
    let number = used.next(event.function, "alexa");
    let token = event.get("appId").or_else(|| event.node.as_str().map(|_| event.node));
    let mut map = properties([
        ("FunctionName", event.arn()),
        ("Action", here.text("lambda:InvokeFunction")),
        ("Principal", here.text(principal)),
    ]);
    if let Some(token) = token {
        map.insert("EventSourceToken", token.clone());
    }
    let word = if is_home { "AlexaSmartHome" } else { "AlexaSkill" };
    let id = format!("{}LambdaPermission{word}{number}", event.function.normalised);
    template.add(id, event.place, "AWS::Lambda::Permission", map, &event.function.name);
}
