//! What several answers together tell of one resource, and turns that no row can say.

use source_text::{Kind, Map, Node, SmolStr};

use crate::{
    buckets, neighbours,
    resource::{Resource, Resources, reference, unseen},
    shape::{items, member, text},
    snapshot::Account,
};

/// Completes resources with what rows only noted.
pub(crate) fn complete(account: &Account<'_>, resources: &mut Resources) {
    for index in 0..resources.all.len() {
        let Some(resource) = resources.all.get_mut(index) else { continue };
        match resource.type_ {
            "AWS::Lambda::Function" => layers(resource),
            "AWS::SQS::Queue" => queue(resource),
            "AWS::KMS::Key" => key(resource),
            "AWS::ApiGateway::Stage" => stage(resource),
            "AWS::ApiGatewayV2::Route" => route(index, resources),
            "AWS::ApiGateway::UsagePlan" => plan(index, resources),
            "AWS::Cognito::UserPool" => pool(resource),
            "AWS::SecretsManager::Secret" => rotation(index, resources),
            "AWS::Cognito::IdentityPool" => pool_roles(index, resources),
            "AWS::Events::EventBus" => bus(index, resources),
            _ => {}
        }
    }
    buckets::complete(account, resources);
    neighbours::read(account, resources);
    firewalls(account, resources);
    drop_own(resources);
}

/// Layers are mappings with an ARN; templates list the ARNs.
fn layers(resource: &mut Resource) {
    let Some(layers) = resource.properties.get_mut("Layers") else { return };
    let arns = items(layers)
        .into_iter()
        .map(|layer| member(layer, "Arn").unwrap_or(layer).clone())
        .collect();
    *layers = Node::list(layers.place, arns);
}

fn queue(resource: &mut Resource) {
    let name = Node::text(resource.place, resource.name.clone());
    resource.properties.insert("QueueName", name);
}

fn key(resource: &mut Resource) {
    if resource.name.is_empty()
        && let Some(id) = resource.ids.iter().find(|id| !id.starts_with("arn:"))
    {
        resource.name = id.clone();
    }
}

/// Settings of methods are a mapping by path: `*/*`, `orders/POST`.
fn stage(resource: &mut Resource) {
    let Some(settings) = resource.live.get("methods") else { return };
    let mut written = Vec::new();
    for (key, setting) in settings.as_map().into_iter().flat_map(Map::iter) {
        let (path, method) = key.rsplit_once('/').unwrap_or((key, "*"));
        let path = if path == "*" {
            "/*".to_owned()
        } else {
            format!("/{}", path.trim_start_matches('/'))
        };
        let mut map = Map::new();
        map.insert("ResourcePath", Node::text(setting.place, path));
        map.insert("HttpMethod", Node::text(setting.place, method));
        for (name, value) in setting.as_map().into_iter().flat_map(Map::iter) {
            // No limit of its own is written as a negative one or as the limit of the account.
            let is_none = value.as_f64().is_some_and(|number| number < 0.0);
            let name = match name.as_str() {
                "dataTraceEnabled" => "DataTraceEnabled",
                "loggingLevel" => "LoggingLevel",
                "metricsEnabled" => "MetricsEnabled",
                "throttlingRateLimit" => "ThrottlingRateLimit",
                "throttlingBurstLimit" => "ThrottlingBurstLimit",
                "cacheDataEncrypted" => "CacheDataEncrypted",
                "cachingEnabled" => "CachingEnabled",
                other => other,
            };
            if !is_none {
                map.insert(name, value.clone());
            }
        }
        written.push(Node::new(setting.place, Kind::Map(map)));
    }
    let node = Node::list(settings.place, written);
    resource.properties.insert("MethodSettings", node);
}

/// A route names its integration as `integrations/ID`.
fn route(index: usize, resources: &mut Resources) {
    let Some(resource) = resources.all.get(index) else { return };
    let Some(target) = resource.live.get("target").cloned() else { return };
    let Some(id) = target.as_str().and_then(|text| text.strip_prefix("integrations/")) else {
        return;
    };
    let type_ = "AWS::ApiGatewayV2::Integration";
    let found = resources.find(type_, id, resource.region.as_ref());
    let Some(reference) = found.and_then(|it| resources.reference(it, target.place)) else {
        return;
    };
    let parts = vec![Node::text(target.place, "integrations"), reference];
    let join = Node::list(
        target.place,
        vec![Node::text(target.place, "/"), Node::list(target.place, parts)],
    );
    if let Some(resource) = resources.all.get_mut(index) {
        resource.properties.insert("Target", Node::map(target.place, [("Fn::Join", join)]));
    }
}

fn plan(index: usize, resources: &mut Resources) {
    let Some(resource) = resources.all.get(index) else { return };
    let Some(stages) = resource.live.get("stages") else { return };
    let region = resource.region.clone();
    let written = items(stages)
        .into_iter()
        .map(|stage| {
            let mut map = Map::new();
            let api = text(stage, "apiId").unwrap_or_default();
            let found = resources
                .find("AWS::ApiGateway::RestApi", &api, region.as_ref())
                .and_then(|it| resources.reference(it, stage.place));
            map.insert("ApiId", found.unwrap_or_else(|| Node::text(stage.place, api)));
            if let Some(name) = member(stage, "stage") {
                map.insert("Stage", name.clone());
            }
            if let Some(throttle) = member(stage, "throttle") {
                map.insert("Throttle", throttle.clone());
            }
            Node::new(stage.place, Kind::Map(map))
        })
        .collect();
    let node = Node::list(stages.place, written);
    if let Some(resource) = resources.all.get_mut(index) {
        resource.properties.insert("ApiStages", node);
    }
}

/// What a pool that sets nothing answers is what a template that sets nothing leaves.
fn pool(resource: &mut Resource) {
    if resource.properties.get("DeletionProtection").and_then(Node::as_str) == Some("INACTIVE") {
        resource.properties.remove("DeletionProtection");
    }
}

fn rotation(index: usize, resources: &mut Resources) {
    let Some(resource) = resources.all.get(index) else { return };
    let rotates = resource.live.get("rotates").and_then(Node::as_bool) == Some(true);
    if !rotates {
        return;
    }
    let type_ = "AWS::SecretsManager::RotationSchedule";
    let mut schedule = Resource::new(type_, resource.place);
    schedule.region.clone_from(&resource.region);
    schedule.logical = SmolStr::new(format!("{}/RotationSchedule", resource.logical));
    schedule.ids.push(schedule.logical.clone());
    schedule.parent = Some(index);
    schedule.properties.insert("SecretId", reference(resource.place, &resource.logical, None));
    if let Some(function) = resource.live.get("rotation") {
        schedule.properties.insert("RotationLambdaARN", function.clone());
    }
    resources.add(schedule);
}

fn pool_roles(index: usize, resources: &mut Resources) {
    let Some(resource) = resources.all.get(index) else { return };
    let Some(roles) = resource.live.get("roles") else { return };
    let mut attachment = Resource::new("AWS::Cognito::IdentityPoolRoleAttachment", roles.place);
    attachment.region.clone_from(&resource.region);
    attachment.logical = SmolStr::new(format!("{}/Roles", resource.logical));
    attachment.ids.push(attachment.logical.clone());
    attachment.parent = Some(index);
    let pool = reference(roles.place, &resource.logical, None);
    attachment.properties.insert("IdentityPoolId", pool);
    attachment.properties.insert("Roles", roles.clone());
    resources.add(attachment);
}

/// The policy of a bus is a resource of its own; the bus `default` is nobody's.
fn bus(index: usize, resources: &mut Resources) {
    let Some(resource) = resources.all.get(index) else { return };
    let Some(policy) = resource.live.get("policy") else { return };
    let (place, region) = (policy.place, resource.region.clone());
    let is_default = resource.name == "default";
    let logical = resource.logical.clone();
    let statements = member(policy, "Statement").map_or_else(Vec::new, items);
    let mut made = Vec::new();
    for (number, statement) in (1..).zip(statements) {
        let mut own = Resource::new("AWS::Events::EventBusPolicy", place);
        own.region.clone_from(&region);
        own.parent = Some(index);
        own.logical = SmolStr::new(format!("{logical}/EventBusPolicy{number}"));
        own.ids.push(own.logical.clone());
        if !is_default {
            own.properties.insert("EventBusName", reference(place, &logical, None));
        }
        let id = text(statement, "Sid").unwrap_or_default();
        own.properties.insert("StatementId", Node::text(place, id));
        own.properties.insert("Statement", statement.clone());
        made.push(own);
    }
    for own in made {
        resources.add(own);
    }
}

/// Firewalls that interfaces and stages name, and those that name what they guard.
fn firewalls(account: &Account<'_>, resources: &mut Resources) {
    let mut guarded: Vec<(usize, Node)> = Vec::new();
    for (index, resource) in resources.all.iter().enumerate() {
        if let Some(firewall) = resource.live.get("firewall").filter(|node| !is_blank(node)) {
            guarded.push((index, firewall.clone()));
        }
    }
    for answer in account.asked("waf", "GetWebACLForResource") {
        let Some(of) = &answer.of else { continue };
        let Some(firewall) = crate::shape::at(answer.node, "WebACL.ARN") else { continue };
        guarded.extend(resources.called(of).next().map(|(index, _)| (index, firewall.clone())));
    }
    for answer in account.asked("waf", "ListResourcesForWebACL") {
        for arn in crate::shape::items_at(answer.node, "ResourceArns") {
            let Some(text) = arn.as_str() else { continue };
            // What was asked for stands behind the firewall: `arn:…/API_GATEWAY`.
            let of = answer.of.as_deref().unwrap_or_default();
            let of = of.rsplit_once('/').filter(|(_, kind)| is_kind(kind)).map_or(of, |it| it.0);
            let of = Node::text(arn.place, of);
            guarded.extend(resources.called(text).next().map(|(index, _)| (index, of.clone())));
        }
    }
    for (index, resource) in resources.all.iter().enumerate() {
        if let Some(gap) = unseen_firewalls(account, resource) {
            guarded.push((index, gap));
        }
    }
    let mut known = std::collections::HashSet::new();
    for (index, firewall) in guarded {
        if !known.insert(index) {
            continue;
        }
        let Some(resource) = resources.all.get(index) else { continue };
        let mut own = Resource::new("AWS::WAFv2::WebACLAssociation", firewall.place);
        own.region.clone_from(&resource.region);
        own.parent = Some(index);
        own.logical = SmolStr::new(format!("{}/WebACLAssociation", resource.logical));
        own.ids.push(own.logical.clone());
        let guarded = reference(firewall.place, &resource.logical, None);
        own.properties.insert("ResourceArn", guarded);
        own.properties.insert("WebACLArn", firewall);
        resources.add(own);
    }
}

/// `API_GATEWAY`
fn is_kind(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|it| it.is_ascii_uppercase() || it == b'_')
}

/// A firewall that nobody knows, before what one may stand when it was not told what stands before what.
fn unseen_firewalls(account: &Account<'_>, resource: &Resource) -> Option<Node> {
    let kind = match resource.type_ {
        "AWS::ApiGateway::Stage" => "API_GATEWAY",
        "AWS::AppSync::GraphQLApi" => "APPSYNC",
        "AWS::Cognito::UserPool" => "COGNITO_USER_POOL",
        "AWS::ElasticLoadBalancingV2::LoadBalancer" => "APPLICATION_LOAD_BALANCER",
        _ => return None,
    };
    let is_unseen = account.unseen.iter().any(|gap| {
        let of_kind = gap.of.as_ref().is_none_or(|of| of.ends_with(&format!("/{kind}")));
        let asked = match gap.operation.as_str() {
            "ListWebACLs" | "" | "*" => true,
            "ListResourcesForWebACL" => of_kind,
            _ => false,
        };
        gap.service == "waf" && asked && gap.region == resource.region
    });
    is_unseen.then(|| unseen(resource.place, "wafv2", "ListResourcesForWebACL"))
}

fn is_blank(node: &Node) -> bool {
    node.is_null() || node.as_str().is_some_and(str::is_empty)
}

/// What AWS made itself is nobody's to mend: its own keys, the bus of each account.
fn drop_own(resources: &mut Resources) {
    for resource in &mut resources.all {
        let of_aws = resource.live.get("manager").and_then(Node::as_str) == Some("AWS");
        let is_gone = resource
            .live
            .get("state")
            .and_then(Node::as_str)
            .is_some_and(|state| state.starts_with("Pending"));
        let is_default_bus =
            resource.type_ == "AWS::Events::EventBus" && resource.name == "default";
        if of_aws || is_gone || is_default_bus {
            resource.type_ = "";
        }
    }
}
