//! Buckets: what stands on the wire in other words than in templates, what the account closes for all of
//! them, where each of them is.

use source_text::{Kind, Map, Node, SmolStr};

use crate::{
    collect::{companion, large},
    resource::{Resource, Resources},
    shape::{items, items_at, member, set, text},
    snapshot::Account,
};

/// Settings by which an account closes every bucket.
const CLOSED: [&str; 4] =
    ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];

/// Completes every bucket.
pub(crate) fn complete(account: &Account<'_>, resources: &mut Resources) {
    let closed = closed(account);
    for index in 0..resources.all.len() {
        let Some(resource) = resources.all.get_mut(index) else { continue };
        if resource.type_ != "AWS::S3::Bucket" {
            continue;
        }
        granted(resource);
        notified(resource);
        encrypted(resource);
        shared(resource);
        for (name, place) in &closed {
            let path = format!("PublicAccessBlockConfiguration.{name}");
            set(&mut resource.properties, &path, Node::bool(*place, true));
        }
        if resource.region.is_none() {
            resource.region = region(account, resource);
        }
        let policy = resource.live.get("policy").filter(|it| it.get("Statement").is_some());
        if let Some(policy) = policy.cloned() {
            companion(index, "AWS::S3::BucketPolicy", "Bucket", &policy, resources);
        }
        if let Some(resource) = resources.all.get_mut(index) {
            for name in ["policy", "grants", "functions", "queues", "topics", "encryption", "cors"]
            {
                resource.live.remove(name);
            }
        }
    }
}

fn closed(account: &Account<'_>) -> Vec<(&'static str, source_text::Place)> {
    let answers = account.asked("s3control", "GetPublicAccessBlock");
    let is_true = |node: &Node, name: &str| text(node, name).is_some_and(|it| it == "true");
    let told = answers.into_iter().flat_map(|answer| {
        let own = member(answer.node, "PublicAccessBlockConfiguration").unwrap_or(answer.node);
        CLOSED.into_iter().filter(|name| is_true(own, name)).map(|name| (name, own.place))
    });
    told.collect()
}

/// A bucket without a word for its place is in the first region of all.
fn region(account: &Account<'_>, resource: &Resource) -> Option<SmolStr> {
    let told = resource.live.get("region").and_then(Node::scalar_text);
    match told.as_deref() {
        // The oldest name of `eu-west-1`.
        Some("EU") => return Some(SmolStr::new_static("eu-west-1")),
        Some(_) => return told,
        None => {}
    }
    let answers = account.about("s3", "GetBucketLocation", &resource.ids, None);
    let is_told = answers.iter().any(|answer| !answer.node.is_null());
    is_told.then(|| SmolStr::new_static("us-east-1"))
}

/// Groups of everybody in the list of grants, and the canned list that they are of.
const GROUPS: [(&str, &str, &str); 3] = [
    ("/groups/global/AllUsers", "WRITE", "PublicReadWrite"),
    ("/groups/global/AllUsers", "READ", "PublicRead"),
    ("/groups/global/AuthenticatedUsers", "READ", "AuthenticatedRead"),
];

fn granted(resource: &mut Resource) {
    let Some(grants) = resource.live.get("grants") else { return };
    let listed: Vec<(SmolStr, SmolStr)> = items(grants)
        .into_iter()
        .filter_map(|grant| Some((text(grant, "Grantee.URI")?, text(grant, "Permission")?)))
        .collect();
    let found = GROUPS.iter().find(|(group, permission, _)| {
        listed.iter().any(|(uri, given)| {
            uri.ends_with(group) && (given == permission || given == "FULL_CONTROL")
        })
    });
    if let Some((_, _, canned)) = found {
        let acl = Node::text(grants.place, *canned);
        resource.properties.insert("AccessControl", acl);
    }
}

fn notified(resource: &mut Resource) {
    for (name, list, target, from) in [
        ("functions", "LambdaConfigurations", "Function", ["LambdaFunctionArn", "CloudFunction"]),
        ("queues", "QueueConfigurations", "Queue", ["QueueArn", "Queue"]),
        ("topics", "TopicConfigurations", "Topic", ["TopicArn", "Topic"]),
    ] {
        let Some(configurations) = resource.live.get(name) else { continue };
        let mut written = Vec::new();
        for configuration in items(configurations) {
            let arn = from.iter().find_map(|from| member(configuration, from));
            let Some(arn) = arn else { continue };
            let mut events = items_at(configuration, "Events");
            events.extend(items_at(configuration, "Event"));
            for event in events {
                let mut map = Map::new();
                map.insert("Event", event.clone());
                map.insert(target, arn.clone());
                if let Some(filter) = member(configuration, "Filter") {
                    map.insert("Filter", filter_of(filter));
                }
                written.push(Node::new(configuration.place, Kind::Map(map)));
            }
        }
        let node = Node::list(configurations.place, written);
        set(&mut resource.properties, &format!("NotificationConfiguration.{list}"), node);
    }
}

/// `S3Key.Rules` in templates: on the wire `S3Key.FilterRule`, in kits `Key.FilterRules`.
fn filter_of(filter: &Node) -> Node {
    let key = member(filter, "S3Key").or_else(|| member(filter, "Key"));
    let Some(key) = key else { return large(filter) };
    let mut rules = items_at(key, "FilterRule");
    rules.extend(items_at(key, "FilterRules"));
    let rules = Node::list(filter.place, rules.into_iter().map(large).collect());
    let key = Node::map(filter.place, [("Rules", rules)]);
    Node::map(filter.place, [("S3Key", key)])
}

fn encrypted(resource: &mut Resource) {
    let Some(rules) = resource.live.get("encryption") else { return };
    let written = items(rules)
        .into_iter()
        .map(|rule| {
            let entries = rule.as_map().into_iter().flat_map(Map::iter);
            let map = entries.map(|(key, value)| {
                let key = match key.as_str() {
                    "ApplyServerSideEncryptionByDefault" => "ServerSideEncryptionByDefault",
                    other => other,
                };
                (SmolStr::new(key), value.clone())
            });
            Node::new(rule.place, Kind::Map(map.collect()))
        })
        .collect();
    let node = Node::list(rules.place, written);
    set(&mut resource.properties, "BucketEncryption.ServerSideEncryptionConfiguration", node);
}

/// Which pages of others may use the bucket.
fn shared(resource: &mut Resource) {
    let Some(rules) = resource.live.get("cors") else { return };
    let written = items(rules)
        .into_iter()
        .map(|rule| {
            let mut map = Map::new();
            for (to, from) in [
                ("AllowedMethods", "AllowedMethod"),
                ("AllowedOrigins", "AllowedOrigin"),
                ("AllowedHeaders", "AllowedHeader"),
            ] {
                let mut values = items_at(rule, from);
                values.extend(items_at(rule, to));
                if !values.is_empty() {
                    let values = values.into_iter().cloned().collect();
                    map.insert(to, Node::list(rule.place, values));
                }
            }
            Node::new(rule.place, Kind::Map(map))
        })
        .collect();
    let node = Node::list(rules.place, written);
    set(&mut resource.properties, "CorsConfiguration.CorsRules", node);
}
