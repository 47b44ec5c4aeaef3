//! Resources and their properties out of answers, by the tables.

use source_text::{Kind, Map, Node, Place, SmolStr};

use crate::{
    resource::{Resource, Resources, reference, unseen},
    shape::{at, document, is_set, items, placed, set, text},
    snapshot::{Account, Answer},
    table::{Find, Form, Row, Turn},
    tables::FORMS,
};

/// A part of an answer that tells of a resource, with the rows to read it by.
#[derive(Clone, Copy)]
struct Fact<'a> {
    resource: usize,
    node: &'a Node,
    rows: &'static [Row],
    /// Its service answers in XML: truth values are texts there.
    in_xml: bool,
}

/// Services that answer in XML.
const IN_XML: [&str; 9] = [
    "cloudfront",
    "cloudwatch",
    "ec2",
    "elasticache",
    "elasticloadbalancing",
    "iam",
    "rds",
    "s3",
    "sns",
];

/// Reads every resource that tables know.
pub(crate) fn collect(account: &Account<'_>) -> Resources {
    let mut resources = Resources::default();
    let mut facts = Vec::new();
    for form in FORMS {
        for find in form.finds {
            for answer in account.asked(form.service, find.operation) {
                found(account, form, find, answer, &mut resources, &mut facts);
            }
        }
    }
    resources.assign_names();
    for form in FORMS.iter().filter(|form| !form.reads.is_empty()) {
        for index in 0..resources.all.len() {
            let Some(resource) = resources.all.get(index) else { continue };
            if resource.type_ != form.type_ {
                continue;
            }
            for read in form.reads {
                let region = resource.region.as_ref();
                let about = account.about(form.service, read.operation, &resource.ids, region);
                for answer in about {
                    if let Some(node) = at(answer.node, read.at) {
                        let in_xml = IN_XML.contains(&form.service);
                        facts.push(Fact { resource: index, node, rows: read.rows, in_xml });
                    }
                }
            }
        }
    }
    for fact in facts {
        apply(fact, &mut resources);
    }
    note_unseen(account, &mut resources);
    resources
}

/// The resources that an answer names.
fn found<'a>(
    account: &Account<'_>,
    form: &'static Form,
    find: &'static Find,
    answer: &Answer<'a>,
    resources: &mut Resources,
    facts: &mut Vec<Fact<'a>>,
) {
    let Some(list) = at(answer.node, find.items) else { return };
    let list = if find.items.is_empty() { vec![list] } else { items(list) };
    for node in list {
        let mut resource = Resource::new(form.type_, node.place);
        resource.region.clone_from(&answer.region);
        if find.name == "@" {
            resource.name = answer.of.as_ref().map(|of| last_part(of)).unwrap_or_default();
            resource.ids.extend(answer.of.clone());
        } else {
            resource.name =
                text(node, find.name).map(|it| last_part_of_address(&it)).unwrap_or_default();
        }
        for path in find.ids {
            resource.ids.extend(text(node, path).map(|id| whole(&id)));
        }
        if find.ids.is_empty()
            && let Some(id) = text(node, find.name)
        {
            resource.ids.push(id);
        }
        if !resource.name.is_empty() {
            resource.ids.push(resource.name.clone());
        }
        if let Some((_, type_)) = find.parent {
            let of = answer.of.as_deref().unwrap_or_default();
            resource.parent = resources
                .find(type_, of, answer.region.as_ref())
                .or_else(|| resources.find(type_, parent_id(of), answer.region.as_ref()));
            let Some(parent) = resource.parent.and_then(|parent| resources.all.get(parent)) else {
                // What belongs to nothing that is in the snapshot says nothing.
                continue;
            };
            resource.region.clone_from(&parent.region);
            let below: Vec<SmolStr> = resource
                .ids
                .iter()
                .filter(|id| !id.starts_with("arn:"))
                .map(|id| SmolStr::new(format!("{of}/{id}")))
                .collect();
            resource.ids.extend(below);
            resource.ids.dedup();
        }
        resource.ids.extend(arn_of(&resource, account));
        if resource.ids.is_empty() {
            continue;
        }
        let index = resources.add(resource);
        let in_xml = IN_XML.contains(&form.service);
        facts.push(Fact { resource: index, node, rows: find.rows, in_xml });
        if let Some((property, _)) = find.parent {
            set_parent(index, property, node.place, resources);
        }
    }
}

/// A question about a part names the whole first: `abc123/prod`.
fn parent_id(of: &str) -> &str {
    of.split('/').next().unwrap_or(of)
}

/// The parent's name is not known yet: the property is filled when names are given.
fn set_parent(index: usize, property: &'static str, place: Place, resources: &mut Resources) {
    if let Some(resource) = resources.all.get_mut(index) {
        resource.properties.insert(property, Node::map(place, [(PARENT, Node::null(place))]));
    }
}

/// Stands where a reference to the owner will.
pub(crate) const PARENT: &str = "live:parent";

/// A function's ARN without a version; a log group's without its streams.
fn whole(id: &str) -> SmolStr {
    let id = id.strip_suffix(":$LATEST").unwrap_or(id);
    let id = id.strip_suffix(":*").unwrap_or(id);
    SmolStr::new(id)
}

fn last_part(id: &str) -> SmolStr {
    if id.starts_with("arn:") {
        let name = id.splitn(6, ':').nth(5).unwrap_or(id);
        return SmolStr::new(name.rsplit(['/', ':']).next().unwrap_or(name));
    }
    last_part_of_address(id)
}

/// `orders` of `https://sqs.eu-west-1.amazonaws.com/111122223333/orders` and of a topic's ARN.
fn last_part_of_address(id: &str) -> SmolStr {
    if id.starts_with("http") {
        return SmolStr::new(id.rsplit('/').next().unwrap_or(id));
    }
    if id.starts_with("arn:") {
        return SmolStr::new(id.rsplit([':', '/']).next().unwrap_or(id));
    }
    SmolStr::new(id)
}

/// The ARN of what answers tell no ARN of.
fn arn_of(resource: &Resource, account: &Account<'_>) -> Vec<SmolStr> {
    if resource.type_ == "AWS::Cognito::UserPool" {
        return issuers(resource);
    }
    if resource.type_ == "AWS::Events::Rule" {
        return rule_of_bus(resource);
    }
    if resource.arn().is_some() && !resource.type_.contains("ApiGateway") {
        return Vec::new();
    }
    let (partition, id) = (&account.partition, &account.id);
    let region = resource.region.as_deref().unwrap_or_default();
    let name = &resource.name;
    let first = resource.ids.first().map_or("", SmolStr::as_str);
    let regional = |service: &str, rest: &str| {
        SmolStr::new(format!("arn:{partition}:{service}:{region}:{id}:{rest}"))
    };
    let own = |rest: String| SmolStr::new(format!("arn:{partition}:apigateway:{region}::{rest}"));
    match resource.type_ {
        "AWS::S3::Bucket" => vec![SmolStr::new(format!("arn:{partition}:s3:::{name}"))],
        "AWS::SQS::Queue" => vec![regional("sqs", name)],
        "AWS::DynamoDB::Table" => vec![regional("dynamodb", &format!("table/{name}"))],
        "AWS::Kinesis::Stream" => vec![regional("kinesis", &format!("stream/{name}"))],
        "AWS::Lambda::Function" => vec![regional("lambda", &format!("function:{name}"))],
        "AWS::SSM::Parameter" => {
            vec![regional("ssm", &format!("parameter/{}", name.trim_start_matches('/')))]
        }
        "AWS::Logs::LogGroup" => vec![regional("logs", &format!("log-group:{name}"))],
        "AWS::Events::EventBus" => vec![regional("events", &format!("event-bus/{name}"))],
        "AWS::KMS::Key" => vec![regional("kms", &format!("key/{first}"))],
        "AWS::ApiGateway::RestApi" => {
            vec![own(format!("/restapis/{first}")), regional("execute-api", first)]
        }
        "AWS::ApiGatewayV2::Api" => {
            vec![own(format!("/apis/{first}")), regional("execute-api", first)]
        }
        "AWS::ApiGateway::Stage" => {
            let path = resource.ids.iter().find_map(|id| id.split_once('/'));
            path.map(|(api, stage)| own(format!("/restapis/{api}/stages/{stage}")))
                .into_iter()
                .collect()
        }
        _ => Vec::new(),
    }
}

/// Questions about a rule name its bus first: `orders/created`.
fn rule_of_bus(rule: &Resource) -> Vec<SmolStr> {
    let path = rule.arn().and_then(|arn| Some(arn.split_once(":rule/")?.1));
    let path = path.map(|it| if it.contains('/') { it.into() } else { format!("default/{it}") });
    path.map(SmolStr::new).into_iter().collect()
}

/// What those who trust the tokens of a user pool call it.
fn issuers(pool: &Resource) -> Vec<SmolStr> {
    let region = pool.region.as_deref().unwrap_or_default();
    // An id begins with the region: `eu-west-1_aBcDeFgHi`.
    let Some(id) = pool.ids.iter().find(|id| id.starts_with(region) && id.contains('_')) else {
        return Vec::new();
    };
    let name = format!("cognito-idp.{region}.amazonaws.com/{id}");
    vec![SmolStr::new(format!("https://{name}")), SmolStr::new(name)]
}

/// Sets the properties that a part of an answer tells.
fn apply(fact: Fact<'_>, resources: &mut Resources) {
    for (to, from, turn) in fact.rows {
        let Some(value) = at(fact.node, from).filter(|node| !is_empty(node)) else { continue };
        if let Turn::Policy(type_, property) = turn {
            companion(fact.resource, type_, property, value, resources);
            continue;
        }
        let Some(value) = turned(*turn, value, fact.resource, resources) else { continue };
        let value = if fact.in_xml { with_truth(&value) } else { value };
        let Some(resource) = resources.all.get_mut(fact.resource) else { return };
        match to.strip_prefix('#') {
            Some(name) => {
                resource.live.insert(name, value);
            }
            None => set(&mut resource.properties, to, value),
        }
    }
}

/// The same tree with the texts `true` and `false` as what they say.
fn with_truth(node: &Node) -> Node {
    let kind = match &node.kind {
        Kind::Text(text) if text == "true" => return Node::bool(node.place, true),
        Kind::Text(text) if text == "false" => return Node::bool(node.place, false),
        Kind::List(list) => Kind::List(list.iter().map(with_truth).collect()),
        Kind::Map(map) => Kind::Map(
            map.iter().map(|(key, value)| (key.clone(), with_truth(value))).collect::<Map>(),
        ),
        other => other.clone(),
    };
    Node::new(node.place, kind)
}

/// Interfaces write what is not set as an empty text, list or mapping.
fn is_empty(node: &Node) -> bool {
    match &node.kind {
        Kind::Null => true,
        Kind::Text(text) => text.is_empty(),
        Kind::List(items) => items.is_empty(),
        Kind::Map(map) => map.is_empty(),
        _ => false,
    }
}

fn turned(turn: Turn, value: &Node, resource: usize, resources: &Resources) -> Option<Node> {
    let place = value.place;
    let one_of = |words: &str, text: &str| words.split('|').any(|word| word == text);
    Some(match turn {
        Turn::Same => value.clone(),
        Turn::List => Node::list(place, items(value).into_iter().cloned().collect()),
        Turn::Document => document(value)?,
        Turn::Is(words) => Node::bool(place, one_of(words, &value.scalar_text()?)),
        Turn::Unless(words) => {
            let text = value.scalar_text()?;
            if one_of(words, &text) {
                return None;
            }
            value.clone()
        }
        Turn::Large => large(value),
        Turn::Ref(type_) => {
            let id = value.scalar_text()?;
            let own = resources.all.get(resource)?;
            let below = own.parent.and_then(|parent| {
                let ids = &resources.all.get(parent)?.ids;
                ids.iter().find_map(|it| {
                    resources.find(type_, &format!("{it}/{id}"), own.region.as_ref())
                })
            });
            let found = below.or_else(|| resources.find(type_, &id, own.region.as_ref()));
            match found.and_then(|found| resources.all.get(found)) {
                Some(found) => reference(place, &found.logical, None),
                None => value.clone(),
            }
        }
        Turn::Policy(..) => return None,
    })
}

/// Keys of mappings with their first letter large; texts and values stay.
pub(crate) fn large(node: &Node) -> Node {
    let kind = match &node.kind {
        Kind::Map(map) => {
            Kind::Map(map.iter().map(|(key, value)| (capital(key), large(value))).collect::<Map>())
        }
        Kind::List(list) => Kind::List(list.iter().map(large).collect()),
        other => other.clone(),
    };
    Node::new(node.place, kind)
}

fn capital(key: &str) -> SmolStr {
    let mut letters = key.chars();
    let Some(first) = letters.next() else { return SmolStr::default() };
    SmolStr::new(first.to_uppercase().chain(letters).collect::<String>())
}

/// A policy that stands in an attribute of its owner is a resource of its own in templates.
pub(crate) fn companion(
    owner: usize,
    type_: &'static str,
    property: &'static str,
    value: &Node,
    resources: &mut Resources,
) {
    let Some(policy) = document(value) else { return };
    // Services write a policy of their own where nobody did.
    if text(&policy, "Id").is_some_and(|id| id == "__default_policy_ID") {
        return;
    }
    let place = value.place;
    let Some(own) = resources.all.get(owner) else { return };
    let kind = type_.rsplit("::").next().unwrap_or(type_);
    let mut resource = Resource::new(type_, place);
    resource.region.clone_from(&own.region);
    resource.parent = Some(owner);
    resource.logical = SmolStr::new(format!("{}/{kind}", own.logical));
    let itself = reference(place, &own.logical, None);
    let (property, itself) = match property.strip_suffix("[]") {
        Some(list) => (list, Node::list(place, vec![itself])),
        None => (property, itself),
    };
    if !property.is_empty() {
        resource.properties.insert(property, itself);
    }
    let name = if type_ == "AWS::SecretsManager::ResourcePolicy" {
        "ResourcePolicy"
    } else {
        "PolicyDocument"
    };
    resource.properties.insert(name, placed(policy, place));
    resource.ids.push(resource.logical.clone());
    resources.add(resource);
}

/// What questions without an answer would have told is unresolved.
fn note_unseen(account: &Account<'_>, resources: &mut Resources) {
    if account.unseen.is_empty() {
        return;
    }
    for form in FORMS {
        for resource in resources.all.iter_mut().filter(|it| it.type_ == form.type_) {
            for read in form.reads {
                let region = resource.region.as_ref();
                if !account.is_unseen(form.service, read.operation, &resource.ids, region) {
                    continue;
                }
                for (to, _, turn) in read.rows {
                    let is_property = !to.is_empty() && !to.starts_with('#');
                    if is_property
                        && !matches!(turn, Turn::Policy(..))
                        && !is_set(&resource.properties, to)
                    {
                        let value = unseen(resource.place, form.service, read.operation);
                        set(&mut resource.properties, to, value);
                    }
                }
            }
        }
    }
}

/// Puts the reference to the owner where its property waits for it.
pub(crate) fn fill_parents(resources: &mut Resources) {
    for index in 0..resources.all.len() {
        let parent = resources.all.get(index).and_then(|resource| resource.parent);
        let Some(parent) = parent else { continue };
        let Some(logical) = resources.all.get(parent).map(|it| it.logical.clone()) else {
            continue;
        };
        let Some(resource) = resources.all.get_mut(index) else { continue };
        for (_, node) in resource.properties.iter_mut() {
            if node.get(PARENT).is_some() {
                *node = reference(node.place, &logical, None);
            }
        }
    }
}
