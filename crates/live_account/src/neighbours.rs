//! What stands beside functions and is told in a form that no row can turn: machines in reservations,
//! rules of networks, origins of distributions, who may use a layer, the schema of a GraphQL interface.

use source_text::{Kind, Map, Node, Place, SmolStr};

use crate::{
    collect::large,
    resource::{Resource, Resources, reference},
    shape::{at, document, items, items_at, member, set, text},
    snapshot::Account,
};

/// Reads what rows only noted, and what stands in no list of its own.
pub(crate) fn read(account: &Account<'_>, resources: &mut Resources) {
    machines(account, resources);
    access_keys(account, resources);
    schemas(account, resources);
    layer_permissions(account, resources);
    let delivered = delivered(account);
    for index in 0..resources.all.len() {
        let Some(resource) = resources.all.get(index) else { continue };
        match resource.type_ {
            "AWS::CloudFront::Distribution" => distribution(index, &delivered, resources),
            "AWS::CloudWatch::CompositeAlarm" => composite(index, resources),
            "AWS::EC2::SecurityGroup" => network_group(index, resources),
            "AWS::ElasticLoadBalancingV2::TargetGroup" => targets(index, resources),
            "AWS::EC2::LaunchTemplate" => user_data(index, resources),
            "AWS::RDS::DBCluster" | "AWS::RDS::DBInstance" => engine(index, resources),
            _ => {}
        }
    }
}

/// Clusters of other engines have types of their own in templates.
fn engine(index: usize, resources: &mut Resources) {
    let Some(resource) = resources.all.get_mut(index) else { return };
    let engine = resource.properties.get("Engine").and_then(Node::as_str).unwrap_or_default();
    resource.type_ = match (engine, resource.type_) {
        ("neptune", "AWS::RDS::DBCluster") => "AWS::Neptune::DBCluster",
        ("neptune", _) => "AWS::Neptune::DBInstance",
        ("docdb", "AWS::RDS::DBCluster") => "AWS::DocDB::DBCluster",
        ("docdb", _) => "AWS::DocDB::DBInstance",
        (_, own) => own,
    };
}

fn machines(account: &Account<'_>, resources: &mut Resources) {
    for answer in account.asked("ec2", "DescribeInstances") {
        let mut reservations = items_at(answer.node, "reservationSet");
        reservations.extend(items_at(answer.node, "Reservations"));
        let mut machines = Vec::new();
        for reservation in reservations {
            machines.extend(items_at(reservation, "instancesSet"));
            machines.extend(items_at(reservation, "Instances"));
        }
        for node in machines {
            let Some(id) = text(node, "instanceId") else { continue };
            let state = at(node, "instanceState").or_else(|| at(node, "State"));
            if state.and_then(|it| text(it, "name")).is_some_and(|it| it == "terminated") {
                continue;
            }
            let mut machine = Resource::new("AWS::EC2::Instance", node.place);
            machine.region.clone_from(&answer.region);
            machine.ids.push(id.clone());
            machine.name = id;
            let properties = &mut machine.properties;
            if let Some(options) = at(node, "metadataOptions") {
                properties.insert("MetadataOptions", large(options));
            }
            if let Some(profile) = at(node, "iamInstanceProfile.arn") {
                properties.insert("IamInstanceProfile", profile.clone());
            }
            if let Some(image) = at(node, "imageId") {
                properties.insert("ImageId", image.clone());
            }
            resources.add_whole(machine);
        }
    }
}

/// Keys of users that are in force.
fn access_keys(account: &Account<'_>, resources: &mut Resources) {
    for answer in account.asked("iam", "ListAccessKeys") {
        for (number, node) in (1..).zip(items_at(answer.node, "AccessKeyMetadata")) {
            let is_active = text(node, "Status").is_none_or(|status| status == "Active");
            let (Some(user), true) = (text(node, "UserName"), is_active) else { continue };
            let Some(owner) = resources.find("AWS::IAM::User", &format!("User:{user}"), None)
            else {
                continue;
            };
            let Some(logical) = resources.all.get(owner).map(|it| it.logical.clone()) else {
                continue;
            };
            let mut key = Resource::new("AWS::IAM::AccessKey", node.place);
            key.parent = Some(owner);
            key.name = SmolStr::new(format!("{user}/AccessKey{number}"));
            key.ids.push(key.name.clone());
            key.properties.insert("UserName", reference(node.place, &logical, None));
            resources.add_whole(key);
        }
    }
}

/// The schema of an interface is told type by type.
fn schemas(account: &Account<'_>, resources: &mut Resources) {
    for answer in account.asked("appsync", "ListTypes") {
        let Some(of) = &answer.of else { continue };
        let owner = resources.find("AWS::AppSync::GraphQLApi", of, answer.region.as_ref());
        let Some(owner) = owner else { continue };
        let Some(logical) = resources.all.get(owner).map(|it| it.logical.clone()) else {
            continue;
        };
        let types = items_at(answer.node, "types");
        let definitions: Vec<SmolStr> =
            types.into_iter().filter_map(|it| text(it, "definition")).collect();
        if definitions.is_empty() {
            continue;
        }
        let place = answer.node.place;
        let mut schema = Resource::new("AWS::AppSync::GraphQLSchema", place);
        schema.region.clone_from(&answer.region);
        schema.parent = Some(owner);
        schema.name = SmolStr::new(format!("{logical}/Schema"));
        schema.ids.push(schema.name.clone());
        let properties = &mut schema.properties;
        properties.insert("ApiId", reference(place, &logical, Some("ApiId")));
        properties.insert("Definition", Node::text(place, definitions.join("\n")));
        resources.add_whole(schema);
    }
}

/// Who may use the newest version of a layer.
fn layer_permissions(account: &Account<'_>, resources: &mut Resources) {
    for answer in account.asked("lambda", "GetLayerVersionPolicy") {
        let Some(name) = answer.of.as_deref().and_then(|of| of.split('/').next()) else { continue };
        let type_ = "AWS::Lambda::LayerVersion";
        let Some(owner) = resources.find(type_, name, answer.region.as_ref()) else { continue };
        let Some(logical) = resources.all.get(owner).map(|it| it.logical.clone()) else {
            continue;
        };
        let Some(policy) = at(answer.node, "Policy").and_then(document) else { continue };
        let statements = member(&policy, "Statement").map_or_else(Vec::new, items);
        for (number, statement) in (1..).zip(statements) {
            let place = answer.node.place;
            let mut permission = Resource::new("AWS::Lambda::LayerVersionPermission", place);
            permission.region.clone_from(&answer.region);
            permission.parent = Some(owner);
            permission.name = SmolStr::new(format!("{logical}/Permission{number}"));
            permission.ids.push(permission.name.clone());
            let properties = &mut permission.properties;
            properties.insert("LayerVersionArn", reference(place, &logical, None));
            let principal =
                member(statement, "Principal").map(|it| member(it, "AWS").unwrap_or(it));
            if let Some(principal) = principal {
                properties.insert("Principal", principal.clone());
            }
            let conditions = member(statement, "Condition").and_then(Node::as_map);
            for keys in conditions.into_iter().flat_map(Map::values) {
                if let Some(organization) = member(keys, "aws:PrincipalOrgID") {
                    properties.insert("OrganizationId", organization.clone());
                }
            }
            resources.add_whole(permission);
        }
    }
}

/// What newer access logs are delivered of: the ARN, and where it is said.
fn delivered(account: &Account<'_>) -> Vec<(SmolStr, Place)> {
    let sources = account.asked("logs", "DescribeDeliverySources").into_iter();
    let sources = sources.flat_map(|answer| items_at(answer.node, "deliverySources"));
    let arns = sources.flat_map(|source| items_at(source, "resourceArns"));
    arns.filter_map(|arn| Some((SmolStr::new(arn.as_str()?), arn.place))).collect()
}

fn distribution(index: usize, delivered: &[(SmolStr, Place)], resources: &mut Resources) {
    let Some(resource) = resources.all.get(index) else { return };
    let list = |name: &str, one: &str| {
        let found = resource.live.get(name).map_or_else(Vec::new, items);
        // On the wire the members stand within one element.
        let inner = found.iter().filter_map(|it| member(it, one)).flat_map(items);
        let inner: Vec<Node> = inner.cloned().collect();
        if inner.is_empty() { found.into_iter().cloned().collect() } else { inner }
    };
    let (origins, behaviors) = (list("origins", "Origin"), list("behaviors", "CacheBehavior"));
    let own = delivered.iter().find(|(arn, _)| resource.ids.contains(arn)).cloned();
    let origins: Vec<Node> = origins.iter().map(|it| origin(it, resources)).collect();
    let Some(resource) = resources.all.get_mut(index) else { return };
    let place = resource.place;
    for (name, list) in [("Origins", origins), ("CacheBehaviors", behaviors)] {
        if !list.is_empty() {
            let path = format!("DistributionConfig.{name}");
            set(&mut resource.properties, &path, Node::list(place, list));
        }
    }
    // Newer logs are delivered from a source that names the distribution, in `us-east-1`.
    if let Some((arn, place)) = own {
        let path = "DistributionConfig.Logging.Bucket";
        set(&mut resource.properties, path, Node::text(place, arn));
    }
    resource.live.remove("origins");
    resource.live.remove("behaviors");
}

/// An origin whose address is that of an interface or function here refers to it.
fn origin(node: &Node, resources: &Resources) -> Node {
    let Some(domain) = text(node, "DomainName") else { return node.clone() };
    let found = domain.split_once('.').and_then(|(id, rest)| {
        let types: &[&str] = if rest.starts_with("execute-api.") {
            &["AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"]
        } else {
            return None;
        };
        let index = types.iter().find_map(|type_| resources.find(type_, id, None))?;
        Some((resources.reference(index, node.place)?, rest))
    });
    let Some((itself, rest)) = found else { return node.clone() };
    let place = node.place;
    let parts = Node::list(place, vec![itself, Node::text(place, format!(".{rest}"))]);
    let join = Node::list(place, vec![Node::text(place, ""), parts]);
    let mut map = node.as_map().cloned().unwrap_or_default();
    map.insert("DomainName", Node::map(place, [("Fn::Join", join)]));
    Node::new(place, Kind::Map(map))
}

/// The alarms that a rule names: `ALARM("orders-errors") OR ALARM(arn:…)`.
fn composite(index: usize, resources: &mut Resources) {
    let Some(resource) = resources.all.get(index) else { return };
    let Some(rule) = resource.live.get("rule").cloned() else { return };
    let region = resource.region.clone();
    let written = rule.as_str().unwrap_or_default();
    let parts: Vec<Node> = written
        .split('"')
        .map(|part| {
            let found = resources.find("AWS::CloudWatch::Alarm", part, region.as_ref());
            let known = found.and_then(|found| resources.reference(found, rule.place));
            known.unwrap_or_else(|| Node::text(rule.place, part))
        })
        .collect();
    let parts = Node::list(rule.place, parts);
    let join = Node::list(rule.place, vec![Node::text(rule.place, "\""), parts]);
    if let Some(resource) = resources.all.get_mut(index) {
        resource.properties.insert("AlarmRule", Node::map(rule.place, [("Fn::Join", join)]));
        resource.live.remove("rule");
    }
}

/// A rule of a template has one range of addresses; an answer has several in one rule.
fn network_group(index: usize, resources: &mut Resources) {
    let Some(resource) = resources.all.get_mut(index) else { return };
    let Some(rules) = resource.live.get("inward").cloned() else { return };
    let mut written = Vec::new();
    for rule in items(&rules) {
        for (list, from, to) in
            [("ipRanges", "cidrIp", "CidrIp"), ("ipv6Ranges", "cidrIpv6", "CidrIpv6")]
        {
            for range in items_at(rule, list) {
                let Some(range) = member(range, from) else { continue };
                let mut map = Map::new();
                map.insert(to, range.clone());
                for (name, from) in
                    [("IpProtocol", "ipProtocol"), ("FromPort", "fromPort"), ("ToPort", "toPort")]
                {
                    if let Some(value) = member(rule, from) {
                        map.insert(name, value.clone());
                    }
                }
                written.push(Node::new(range.place, Kind::Map(map)));
            }
        }
    }
    let node = Node::list(rules.place, written);
    resource.properties.insert("SecurityGroupIngress", node);
    resource.live.remove("inward");
}

fn targets(index: usize, resources: &mut Resources) {
    let Some(resource) = resources.all.get_mut(index) else { return };
    let Some(told) = resource.live.get("targets").cloned() else { return };
    let one = |it: &Node| {
        let id = at(it, "Target.Id")?;
        Some(Node::map(id.place, [("Id", id.clone())]))
    };
    let listed: Vec<Node> = items(&told).into_iter().filter_map(one).collect();
    resource.properties.insert("Targets", Node::list(told.place, listed));
    resource.live.remove("targets");
}

/// What machines run first is packed once more.
fn user_data(index: usize, resources: &mut Resources) {
    use base64::Engine as _;
    let Some(resource) = resources.all.get_mut(index) else { return };
    let data = resource.properties.get("LaunchTemplateData").and_then(|it| it.get("UserData"));
    let Some(data) = data.cloned() else { return };
    let packed = data.as_str().unwrap_or_default();
    let engine = base64::engine::general_purpose::STANDARD;
    let Some(plain) = engine.decode(packed).ok().and_then(|it| String::from_utf8(it).ok()) else {
        return;
    };
    let node = Node::map(data.place, [("Fn::Base64", Node::text(data.place, plain))]);
    set(&mut resource.properties, "LaunchTemplateData.UserData", node);
}
