//! Where a template, or a service of the Serverless Framework, says a property.

use finding::Finding;
use source_edit::Step;
use source_text::{Kind, Node, Place};

use crate::{carrier::Carrier, written::node_at};

/// The sections of `Globals`, and the types that they speak for.
const GLOBALS: [(&str, &str); 7] = [
    ("Function", "AWS::Serverless::Function"),
    ("Api", "AWS::Serverless::Api"),
    ("HttpApi", "AWS::Serverless::HttpApi"),
    ("SimpleTable", "AWS::Serverless::SimpleTable"),
    ("StateMachine", "AWS::Serverless::StateMachine"),
    ("LayerVersion", "AWS::Serverless::LayerVersion"),
    ("CapacityProvider", "AWS::Serverless::CapacityProvider"),
];

/// APIs that SAM makes by itself, and the section of `Globals` that speaks of them.
const IMPLICIT: [(&str, &str); 2] =
    [("ServerlessRestApi", "Api"), ("ServerlessHttpApi", "HttpApi")];

/// The REST API that the Serverless Framework makes, which its provider speaks of.
const OF_PROVIDER: &str = "ApiGatewayRestApi";

/// The steps to the value that stands at a place, or whose key does.
pub(crate) fn path_at(document: &Node, place: Place) -> Option<Vec<Step>> {
    let is_at = |other: Place| (other.line, other.column) == (place.line, place.column);
    let within = |step: Step, node: &Node| {
        path_at(node, place).map(|mut path| {
            path.insert(0, step);
            path
        })
    };
    match &document.kind {
        Kind::Map(map) => {
            // A key tells more than the mapping that begins with it.
            let key = map.entries().find(|(_, entry)| is_at(entry.key_place));
            if let Some((key, _)) = key {
                return Some(vec![Step::Key(key.clone())]);
            }
            let deeper = map.iter().find_map(|(key, node)| within(Step::Key(key.clone()), node));
            deeper.or_else(|| {
                let (key, _) = map.iter().find(|(_, node)| is_at(node.place))?;
                Some(vec![Step::Key(key.clone())])
            })
        }
        Kind::List(items) => {
            let deeper = items.iter().enumerate();
            let mut deeper = deeper.filter_map(|(at, node)| within(Step::Index(at), node));
            let found = deeper.next();
            found.or_else(|| {
                items.iter().position(|it| is_at(it.place)).map(|at| vec![Step::Index(at)])
            })
        }
        _ => None,
    }
}

/// What the flaw may be of: what stands around its place, then what it names.
pub(crate) fn carriers(document: &Node, at: Option<&[Step]>, finding: &Finding) -> Vec<Carrier> {
    let around = at.into_iter().flat_map(|path| {
        (1..=path.len()).rev().filter_map(|count| carrier(document, path.get(..count)?))
    });
    let named = [finding.resource.as_deref(), finding.function.as_deref()];
    let named = named.into_iter().flatten().flat_map(|name| {
        let implicit = IMPLICIT.iter().find(|(own, _)| *own == name);
        let paths = [
            Some(vec![Step::from("Resources"), Step::from(name)]),
            Some(vec![Step::from("resources"), Step::from("Resources"), Step::from(name)]),
            implicit.map(|(_, section)| vec![Step::from("Globals"), Step::from(*section)]),
        ];
        paths.into_iter().flatten().filter_map(|path| {
            let is_global = path.first() == Some(&Step::from("Globals"));
            if is_global { of_globals(document, &path) } else { carrier(document, &path) }
        })
    });
    if finding.resource.as_deref() == Some(OF_PROVIDER) && document.get("provider").is_some() {
        let base = vec![Step::from("provider")];
        return vec![Carrier { of: "serverless:rest-api".to_owned(), base, has: Vec::new() }];
    }
    // What SAM makes by itself stands where a function caused it, which is not where it is set.
    let is_implicit = IMPLICIT.iter().any(|(own, _)| finding.resource.as_deref() == Some(*own));
    if is_implicit { named.collect() } else { around.chain(named).collect() }
}

/// The keys of a path; nothing when a step is none.
fn keys(path: &[Step]) -> Option<Vec<&str>> {
    path.iter()
        .map(|step| match step {
            Step::Key(key) => Some(key.as_str()),
            Step::Index(_) => None,
        })
        .collect()
}

/// The type of a resource of a deployment template of Azure: that of a child stands behind its parent's.
fn azure_type(document: &Node, path: &[Step]) -> Option<String> {
    let (_, above) = path.split_last()?;
    let (list, above) = above.split_last()?;
    let own = node_at(document, path)?.get("type")?.as_str()?;
    if *list != Step::from("resources") || own.starts_with('[') {
        return None;
    }
    if own.contains('.') {
        return Some(own.to_owned());
    }
    Some(format!("{}/{own}", azure_type(document, above)?))
}

/// What stands at the end of a path, when properties can be set on it.
fn carrier(document: &Node, path: &[Step]) -> Option<Carrier> {
    if let Some(of) = azure_type(document, path) {
        return Some(Carrier { of, base: path.to_vec(), has: Vec::new() });
    }
    let keys = keys(path)?;
    match keys.as_slice() {
        ["Resources", _] | ["resources", "Resources", _] => {
            let type_ = node_at(document, path)?.get("Type")?.as_str()?;
            let mut has = names(node_at(document, path)?.get("Properties"));
            let section = GLOBALS.iter().find(|(_, of)| *of == type_);
            if let Some((section, _)) = section {
                has.extend(names(document.at(&["Globals", section])));
            }
            Some(Carrier { of: type_.to_owned(), base: below(path, "Properties"), has })
        }
        ["Resources", _, "Properties", "Events", _] => {
            let type_ = node_at(document, path)?.get("Type")?.as_str()?;
            let of = format!("event:{type_}");
            Some(Carrier { of, base: below(path, "Properties"), has: Vec::new() })
        }
        ["Parameters", _] => {
            Some(Carrier { of: "parameter".to_owned(), base: path.to_vec(), has: Vec::new() })
        }
        ["Globals", _] => of_globals(document, path),
        ["functions", _] => {
            let mut has = names(node_at(document, path));
            let provider = document.get("provider");
            // A role of the provider is the role of its functions.
            let role = provider.and_then(|it| it.get("role").or_else(|| it.at(&["iam", "role"])));
            if role.is_some_and(|role| role.as_map().is_none() || role.single().is_some()) {
                has.push("role".to_owned());
            }
            Some(Carrier { of: "serverless:function".to_owned(), base: path.to_vec(), has })
        }
        _ => None,
    }
}

fn of_globals(document: &Node, path: &[Step]) -> Option<Carrier> {
    let keys = keys(path)?;
    let (_, type_) = GLOBALS.iter().find(|(section, _)| keys.last() == Some(section))?;
    let mut has = names(node_at(document, path));
    // What is set for all must hold for each of them.
    let resources = document.get("Resources").and_then(Node::as_map);
    for resource in resources.into_iter().flat_map(source_text::Map::values) {
        if resource.get("Type").and_then(Node::as_str) == Some(*type_) {
            has.extend(names(resource.get("Properties")));
        }
    }
    Some(Carrier { of: (*type_).to_owned(), base: path.to_vec(), has })
}

fn below(path: &[Step], key: &str) -> Vec<Step> {
    path.iter().cloned().chain([Step::from(key)]).collect()
}

fn names(node: Option<&Node>) -> Vec<String> {
    let map = node.and_then(Node::as_map);
    map.into_iter().flat_map(|map| map.keys().map(ToString::to_string)).collect()
}
