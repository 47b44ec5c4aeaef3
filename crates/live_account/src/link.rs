//! ARNs, addresses and names of what is in the snapshot, as references.

use std::collections::{BTreeSet, HashMap};

use source_text::{Kind, Map, Node, Place, SmolStr};

use crate::{
    resource::{Resources, reference},
    snapshot::Account,
};

/// What an ARN, an address or an id stands for.
#[derive(Clone, Debug)]
struct Target {
    resource: usize,
    /// The attribute that the text is the value of; `None` for what `Ref` gives.
    attribute: Option<&'static str>,
    /// What stands before the value in the text.
    before: usize,
}

/// Every text that names a resource of an account.
#[derive(Debug, Default)]
pub(crate) struct Links {
    by_text: HashMap<SmolStr, Vec<Target>>,
    /// Names that variables of functions hold.
    by_name: HashMap<SmolStr, Vec<Target>>,
    /// The account itself, as policies name it.
    root: SmolStr,
    /// The same without its number, as a template writes it.
    written_root: SmolStr,
}

/// Types whose `Ref` is their name, which functions are told in variables.
const NAMED: [&str; 8] = [
    "AWS::DynamoDB::Table",
    "AWS::S3::Bucket",
    "AWS::Kinesis::Stream",
    "AWS::Events::EventBus",
    "AWS::SSM::Parameter",
    "AWS::Cognito::UserPool",
    "AWS::Lambda::Function",
    "AWS::Logs::LogGroup",
];

impl Links {
    pub(crate) fn of(account: &Account<'_>, resources: &Resources) -> Self {
        let (partition, id) = (&account.partition, &account.id);
        let mut links = Self {
            root: SmolStr::new(format!("arn:{partition}:iam::{id}:root")),
            written_root: SmolStr::new(format!("arn:{partition}:iam::${{AWS::AccountId}}:root")),
            ..Self::default()
        };
        for (index, resource) in resources.all.iter().enumerate() {
            if resource.type_.is_empty() {
                continue;
            }
            for id in &resource.ids {
                let attribute = attribute_of(resource.type_, id);
                if let Some(attribute) = attribute {
                    let before = before(id);
                    let target = Target { resource: index, attribute, before };
                    links.by_text.entry(id.clone()).or_default().push(target);
                } else if NAMED.contains(&resource.type_) && id.len() > 2 {
                    let target = Target { resource: index, attribute: None, before: 0 };
                    links.by_name.entry(id.clone()).or_default().push(target);
                }
            }
        }
        links
    }

    /// The properties of a resource with references where texts name resources; the resources that
    /// they lead to are noted.
    pub(crate) fn properties(
        &self,
        index: usize,
        region: Option<&SmolStr>,
        resources: &Resources,
        used: &mut BTreeSet<usize>,
    ) -> Map {
        let Some(resource) = resources.all.get(index) else { return Map::new() };
        let view = View { links: self, region, resources, itself: index };
        let mut map = Map::new();
        for (key, entry) in resource.properties.entries() {
            let value = view.node(&entry.value, key == "Environment", used);
            map.insert_at(key.clone(), entry.key_place, value);
        }
        map
    }
}

/// What an id of a resource of a type is the value of; `None` when it is a name only.
#[expect(clippy::option_option, reason = "a name has no value, and `Ref` no attribute")]
fn attribute_of(type_: &str, id: &str) -> Option<Option<&'static str>> {
    // The address of a database is its endpoint.
    if matches!(type_, "AWS::RDS::DBInstance" | "AWS::RDS::DBCluster") && id.contains(".rds.") {
        return Some(Some("Endpoint.Address"));
    }
    if id.starts_with("cognito-idp.") {
        return Some(Some("ProviderName"));
    }
    if id.starts_with("https://") || id.starts_with("http://") {
        return Some(if type_ == "AWS::Lambda::Url" { Some("FunctionUrl") } else { None });
    }
    if !id.starts_with("arn:") {
        return None;
    }
    Some(match type_ {
        // Their `Ref` is the ARN.
        "AWS::SNS::Topic"
        | "AWS::SNS::Subscription"
        | "AWS::StepFunctions::StateMachine"
        | "AWS::SecretsManager::Secret"
        | "AWS::IAM::ManagedPolicy"
        | "AWS::Lambda::Alias"
        | "AWS::Lambda::LayerVersion"
        | "AWS::ElasticLoadBalancingV2::LoadBalancer"
        | "AWS::ElasticLoadBalancingV2::Listener"
        | "AWS::ElasticLoadBalancingV2::TargetGroup"
        | "AWS::ApiGateway::RestApi"
        | "AWS::ApiGateway::Stage"
        | "AWS::ApiGatewayV2::Api" => None,
        "AWS::Lambda::CodeSigningConfig" => Some("CodeSigningConfigArn"),
        "AWS::DynamoDB::Table" if id.contains("/stream/") => Some("StreamArn"),
        "AWS::Lambda::Url" => Some("FunctionArn"),
        _ => Some("Arn"),
    })
}

/// The part of the text before the id that `Ref` of an interface gives.
fn before(id: &str) -> usize {
    let is_issuer = id.starts_with("https://cognito-idp.");
    if !id.contains(":execute-api:") && !id.contains(":apigateway:") && !is_issuer {
        return 0;
    }
    id.rfind([':', '/']).map_or(0, |at| at + 1)
}

/// One region's view of the links.
struct View<'a> {
    links: &'a Links,
    region: Option<&'a SmolStr>,
    resources: &'a Resources,
    itself: usize,
}

impl View<'_> {
    fn node(&self, node: &Node, in_variables: bool, used: &mut BTreeSet<usize>) -> Node {
        let kind = match &node.kind {
            Kind::Text(text) => {
                return self
                    .text(node.place, text, in_variables, used)
                    .unwrap_or_else(|| node.clone());
            }
            Kind::List(items) => {
                Kind::List(items.iter().map(|item| self.node(item, in_variables, used)).collect())
            }
            Kind::Map(map) => {
                if let Some(name) = map.get("Ref").and_then(Node::as_str) {
                    self.note(name, used);
                    return node.clone();
                }
                let mut linked = Map::new();
                for (key, entry) in map.entries() {
                    let value = self.node(&entry.value, in_variables, used);
                    linked.insert_at(key.clone(), entry.key_place, value);
                }
                Kind::Map(linked)
            }
            other => other.clone(),
        };
        Node::new(node.place, kind)
    }

    /// A reference that a table made already.
    fn note(&self, logical: &str, used: &mut BTreeSet<usize>) {
        used.extend(self.resources.global(logical));
    }

    fn text(
        &self,
        place: Place,
        text: &SmolStr,
        in_variables: bool,
        used: &mut BTreeSet<usize>,
    ) -> Option<Node> {
        // Rules ask whether a principal is the own account or another one.
        if *text == self.links.root {
            let written = Node::text(place, self.links.written_root.clone());
            return Some(Node::map(place, [("Fn::Sub", written)]));
        }
        let whole = self.links.by_text.get(text).filter(|_| !text.starts_with("arn:"));
        if let Some(target) = whole.and_then(|targets| self.choose(targets)) {
            let value = self.value(place, target, used)?;
            let before = text.get(..target.before).filter(|before| !before.is_empty());
            let before = before.map(|before| Node::text(place, before));
            return Some(joined(place, before.into_iter().chain([value]).collect()));
        }
        if in_variables
            && let Some(target) =
                self.links.by_name.get(text).and_then(|targets| self.only(targets))
        {
            return Some(self.write(place, text, target, used));
        }
        if !text.contains("arn:") {
            return None;
        }
        let mut parts: Vec<Node> = Vec::new();
        let mut plain = String::new();
        let mut rest = text.as_str();
        while let Some(start) = rest.find("arn:") {
            let (before, from) = rest.split_at(start);
            plain.push_str(before);
            let end = from.find(|c: char| c.is_whitespace() || "\"'`,;()<>".contains(c));
            let token = from.get(..end.unwrap_or(from.len())).unwrap_or(from);
            if let Some((length, target)) = self.longest(token) {
                let known = token.get(..length).unwrap_or(token);
                plain.push_str(known.get(..target.before).unwrap_or_default());
                if !plain.is_empty() {
                    parts.push(Node::text(place, std::mem::take(&mut plain)));
                }
                parts.push(self.value(place, target, used)?);
                rest = from.get(length..).unwrap_or_default();
            } else {
                plain.push_str("arn:");
                rest = from.get("arn:".len()..).unwrap_or_default();
            }
        }
        if parts.is_empty() {
            return None;
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            parts.push(Node::text(place, plain));
        }
        Some(joined(place, parts))
    }

    /// The longest start of a token that names a resource, ending where a part of an ARN ends.
    fn longest(&self, token: &str) -> Option<(usize, &Target)> {
        let mut length = token.len();
        loop {
            let start = token.get(..length)?;
            let targets = self.links.by_text.get(start);
            if let Some(target) = targets.and_then(|targets| self.choose(targets)) {
                return Some((length, target));
            }
            length = start.rfind(['/', ':']).filter(|at| *at > "arn:".len())?;
        }
    }

    /// The first of the targets that is in this region.
    fn choose<'t>(&self, targets: &'t [Target]) -> Option<&'t Target> {
        targets.iter().find(|target| self.is_here(target))
    }

    /// The target, when there is only one here.
    fn only<'t>(&self, targets: &'t [Target]) -> Option<&'t Target> {
        let mut here = targets.iter().filter(|target| self.is_here(target));
        here.next().filter(|first| here.all(|other| other.resource == first.resource))
    }

    fn is_here(&self, target: &Target) -> bool {
        target.resource != self.itself
            && self.resources.all.get(target.resource).is_some_and(|resource| {
                resource.region.is_none() || resource.region.as_ref() == self.region
            })
    }

    fn write(&self, place: Place, text: &str, target: &Target, used: &mut BTreeSet<usize>) -> Node {
        let whole = || Node::text(place, text);
        self.value(place, target, used).unwrap_or_else(whole)
    }

    fn value(&self, place: Place, target: &Target, used: &mut BTreeSet<usize>) -> Option<Node> {
        let resource = self.resources.all.get(target.resource)?;
        used.insert(target.resource);
        Some(reference(place, &resource.logical, target.attribute))
    }
}

/// One part as it is, several as one text.
fn joined(place: Place, mut parts: Vec<Node>) -> Node {
    if parts.len() == 1
        && let Some(only) = parts.pop()
    {
        return only;
    }
    let arguments = vec![Node::text(place, ""), Node::list(place, parts)];
    Node::map(place, [("Fn::Join", Node::list(place, arguments))])
}
