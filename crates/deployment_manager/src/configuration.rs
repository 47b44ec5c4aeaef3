//! Configurations of Deployment Manager.

use source_text::{Diagnostic, Kind, Map, Node, Place, SmolStr};

use crate::{
    lowered::{Lowered, Writer, reference},
    types::{Meaning, is_known_form, meaning},
};

/// Nesting of values beyond which references are not looked for.
const MAX_DEPTH: usize = 64;

/// A cheap look at a text: whether it may be a configuration or a service.
pub(crate) fn could_be_configuration(text: &str) -> bool {
    (text.contains("resources:") && (text.contains("gcp-types/") || text.contains(".v1.")))
        || (text.contains("resources:") && text.contains(".v1beta4."))
        || text.contains("serving.knative.dev/v1")
}

/// Whether a document is a configuration: a list of resources, one of them of a type of Google.
#[must_use]
pub fn is_configuration(document: &Node) -> bool {
    let resources = document.get("resources").and_then(Node::as_list).unwrap_or_default();
    resources.iter().any(|resource| {
        let type_ = ["type", "action"].iter().find_map(|key| resource.get(key)?.as_str());
        resource.get("name").is_some() && type_.is_some_and(is_known_form)
    })
}

/// Writes a configuration as a template.
#[must_use]
pub fn lower(document: &Node) -> Lowered {
    let mut writer = Writer::default();
    let resources = document.get("resources").and_then(Node::as_list).unwrap_or_default();
    let names: Vec<&str> =
        resources.iter().filter_map(|resource| resource.get("name")?.as_str()).collect();
    for resource in resources {
        add(&mut writer, resource, &names);
    }
    for import in document.get("imports").and_then(Node::as_list).unwrap_or_default() {
        if let Some(path) = import.get("path").and_then(Node::as_str) {
            let message = format!("the template `{path}` is code, which is not run");
            writer.diagnostics.push(Diagnostic::note(import.place, message));
        }
    }
    writer.finish(document.place)
}

fn add(writer: &mut Writer, resource: &Node, names: &[&str]) {
    let told = |key: &str| resource.get(key).and_then(|node| Some((node, node.as_str()?)));
    let (Some((name, text)), Some((type_node, type_))) =
        (told("name"), told("type").or_else(|| told("action")))
    else {
        let message = "a resource needs `name` and `type` as texts; this one was not looked at";
        writer.diagnostics.push(Diagnostic::error(resource.place, message));
        return;
    };
    let type_place = type_node.place;
    let empty = Node::new(name.place, Kind::Map(Map::new()));
    let properties = resource.get("properties").unwrap_or(&empty);
    let mut properties = referring(properties, names, MAX_DEPTH);
    let place = name.place;
    match meaning(type_) {
        Meaning::Asset(asset) => {
            if let Some(map) = properties.as_map_mut()
                && !["name", "function", "topic", "accountId"].iter().any(|key| map.contains(key))
            {
                map.insert("name", name.clone());
            }
            writer.add(text, place, asset, properties);
            policies(writer, resource, text, asset, names);
        }
        Meaning::Binding(asset, property) => {
            let one = |key: &str| properties.get(key).cloned();
            let member = one("member").map(|node| Node::list(node.place, vec![node]));
            let mut binding = Map::new();
            for (key, value) in [("role", one("role")), ("members", member)] {
                if let Some(value) = value {
                    binding.insert(key, value);
                }
            }
            let binding = Node::new(properties.place, Kind::Map(binding));
            let bindings = Node::list(place, vec![binding]);
            policy(writer, text, place, &properties, property, asset, bindings);
        }
        Meaning::Policy(asset, property) => {
            let bindings = properties.at(&["policy", "bindings"]).or(properties.get("bindings"));
            if let Some(bindings) = bindings.cloned() {
                policy(writer, text, place, &properties, property, asset, bindings);
            }
        }
        Meaning::Template => {
            let message = format!(
                "`{text}` is made by the template `{type_}`, which is not run: what it makes was \
                 not looked at"
            );
            writer.diagnostics.push(Diagnostic::warning(type_place, message));
        }
        Meaning::Other => {
            let message = format!("no rule looks at resources of the type `{type_}`");
            writer.diagnostics.push(Diagnostic::note(type_place, message));
            writer.add(text, place, &format!("Deployment::{type_}"), properties);
        }
    }
}

/// `accessControl.gcpIamPolicy.bindings` of a resource: who may use it.
fn policies(writer: &mut Writer, resource: &Node, name: &str, asset: &str, names: &[&str]) {
    let control = resource.at(&["accessControl", "gcpIamPolicy", "bindings"]);
    let Some(bindings) = control else { return };
    let pairs = [
        ("resource", reference(bindings.place, name, "name")),
        ("resourceType", Node::text(bindings.place, asset)),
        ("bindings", referring(bindings, names, MAX_DEPTH)),
    ];
    let properties = Node::map(bindings.place, pairs);
    let own = format!("{name} accessControl");
    writer.add(&own, bindings.place, "iam.googleapis.com/Policy", properties);
}

fn policy(
    writer: &mut Writer,
    name: &str,
    place: Place,
    properties: &Node,
    property: &str,
    asset: &str,
    bindings: Node,
) {
    let mut map = Map::new();
    if let Some(resource) = properties.get(property).or_else(|| properties.get("resource")) {
        map.insert("resource", resource.clone());
    }
    map.insert("resourceType", Node::text(place, asset));
    map.insert("bindings", bindings);
    writer.add(name, place, "iam.googleapis.com/Policy", Node::new(place, Kind::Map(map)));
}

/// The value with `$(ref.NAME.PATH)` and names of resources of the file, alone or at the end of a
/// path, as references.
fn referring(node: &Node, names: &[&str], depth: usize) -> Node {
    let Some(depth) = depth.checked_sub(1) else { return node.clone() };
    let kind = match &node.kind {
        Kind::List(items) => {
            Kind::List(items.iter().map(|item| referring(item, names, depth)).collect())
        }
        Kind::Map(map) => {
            let mut turned = Map::new();
            for (key, entry) in map.entries() {
                let value = referring(&entry.value, names, depth);
                turned.insert_at(key.clone(), entry.key_place, value);
            }
            Kind::Map(turned)
        }
        Kind::Text(text) if text.contains("$(ref.") => return join(text, node.place),
        Kind::Text(text) => {
            let is_path = text.contains('/') || names.contains(&text.as_str());
            let last = text.rsplit('/').next().filter(|_| is_path);
            match last.filter(|last| names.contains(last)) {
                Some(name) if text.contains('/') => return reference(node.place, name, "name"),
                _ => node.kind.clone(),
            }
        }
        other => other.clone(),
    };
    Node::new(node.place, kind)
}

/// `serviceAccount:$(ref.worker.email)` as a join of its parts.
fn join(text: &str, place: Place) -> Node {
    let mut parts = Vec::new();
    for (at, piece) in text.split("$(ref.").enumerate() {
        let rest = match piece.split_once(')') {
            Some((path, rest)) if at > 0 => {
                let (name, attribute) = path.split_once('.').unwrap_or((path, "name"));
                parts.push(reference(place, name, attribute));
                rest
            }
            _ => piece,
        };
        if !rest.is_empty() {
            parts.push(Node::text(place, SmolStr::new(rest)));
        }
    }
    if let [one] = parts.as_slice() {
        return one.clone();
    }
    let arguments = vec![Node::text(place, ""), Node::list(place, parts)];
    Node::map(place, [("Fn::Join", Node::list(place, arguments))])
}
