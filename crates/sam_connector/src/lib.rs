//! `AWS::Serverless::Connector` and `Connectors` inside other resources: who may call whom.
//!
//! GraphQL APIs live here, too: they are connected to their data sources in the same way.

#![deny(clippy::disallowed_methods)]

mod embedded;
mod end;
mod grant;
pub mod graphql;
mod profile;

use indexmap::{IndexMap, IndexSet};
use sam_core::context::Context;
use sam_core::intrinsic::logical_id_of;
use sam_core::property::{Property, Shape, check_resource, required as needed};
use sam_core::resource::{Expansion, Resource, Sam};
use source_text::{Diagnostic, Map, Node, SmolStr};

use self::end::Reference;
use self::grant::Grant;

/// Type of the connectors that this crate expands.
const TYPE: &str = "AWS::Serverless::Connector";

const PROPERTIES: [Property; 3] = [
    needed("Source", Shape::Map),
    needed("Destination", Shape::Any),
    needed("Permissions", Shape::List),
];

/// What the connectors of a template share.
#[derive(Debug, Default)]
pub struct Connectors {
    /// Logical ids of what each connector became.
    generated: IndexMap<SmolStr, Vec<SmolStr>>,
    /// Event source mappings by the logical ids of source and function; made when first asked for.
    mappings: Option<IndexMap<(SmolStr, SmolStr), Vec<SmolStr>>>,
}

/// Takes the `Connectors` out of all resources and adds a connector resource for each of them.
pub fn extract_embedded(context: &mut Context<'_>) {
    embedded::take(&mut context.sources, &mut context.diagnostics);
}

/// Expands a connector to the policies and permissions that it stands for.
///
/// Everything but connectors is expanded already. What has to wait for a policy gets a
/// `DependsOn`.
///
/// # Errors
/// An end is not known or malformed, or there are no connectors between these types, or none with
/// these permissions.
pub fn expand(
    context: &mut Context<'_>,
    connectors: &mut Connectors,
    connector: &Sam,
) -> Expansion {
    check_resource(connector, TYPE, &PROPERTIES)?;
    let source = required(connector, "Source")?;
    let destination = required(connector, "Destination")?;
    let permissions = permissions(connector)?;
    let (destinations, numbered) = match destination.as_list() {
        Some(list) => (list, true),
        None => (std::slice::from_ref(destination), false),
    };
    if destinations.is_empty() {
        return Err(connector.error(destination.place, "`Destination` is an empty list"));
    }
    let mut generated = Vec::new();
    for (index, destination) in destinations.iter().enumerate() {
        let to = Reference::read(connector, destination, source, context)?;
        let from = Reference::read(connector, source, destination, context)?;
        let suffix = if numbered { format!("Destination{index}") } else { String::new() };
        let grant = Grant { connector, from: &from, to: &to, permissions: &permissions, suffix };
        let mut granted = grant.resources(context, connectors)?;
        for resource in &mut granted {
            add_metadata(resource, connector, &from, &to, &context.sources);
        }
        generated.extend(granted);
    }
    let ids = generated.iter().map(|resource: &Resource| resource.id.clone()).collect();
    connectors.generated.insert(connector.id.clone(), ids);
    Ok(generated)
}

fn required<'a>(connector: &'a Sam, name: &str) -> Result<&'a Node, Diagnostic> {
    let node = connector.get(name).ok_or_else(|| {
        connector.error(connector.place, format!("`{name}` is missing; a connector needs it"))
    })?;
    let fits = node.as_map().is_some()
        || (name == "Destination"
            && node.as_list().is_some_and(|list| list.iter().all(|item| item.as_map().is_some())));
    if fits {
        return Ok(node);
    }
    let message = format!("`{name}` has to be a mapping, and is {}", node.kind_name());
    Err(connector.error(node.place, message))
}

/// The permissions, each once.
fn permissions(connector: &Sam) -> Result<Vec<&str>, Diagnostic> {
    let node = connector.get("Permissions").ok_or_else(|| {
        connector.error(connector.place, "`Permissions` is missing; name `Read`, `Write` or both")
    })?;
    let list = node.as_list().and_then(|list| list.iter().map(Node::as_str).collect());
    let mut permissions: Vec<&str> = list.ok_or_else(|| {
        connector.error(node.place, "`Permissions` has to be a list of `Read` and `Write`")
    })?;
    permissions.sort_unstable();
    permissions.dedup();
    Ok(permissions)
}

/// Notes on a generated resource which connector it is for, and between which types.
fn add_metadata(
    resource: &mut Resource,
    connector: &Sam,
    from: &Reference,
    to: &Reference,
    written: &Map,
) {
    let here = connector.here();
    let type_of = |reference: &Reference| {
        let original = || written.get(reference.id.as_ref()?)?.get("Type")?.as_str();
        here.map([("Type", here.text(original().unwrap_or(&reference.type_)))])
    };
    let ends = here.map([("Source", type_of(from)), ("Destination", type_of(to))]);
    let note = here.map([(connector.id.clone(), ends)]);
    let mut metadata =
        resource.attributes.get("Metadata").and_then(Node::as_map).cloned().unwrap_or_default();
    metadata.insert("aws:sam:connectors", note);
    resource.attribute("Metadata", Node::new(here.0, source_text::Kind::Map(metadata)));
}

/// Whoever depends on a connector depends on what it became.
pub fn finish(context: &mut Context<'_>, connectors: Connectors) {
    let generated = connectors.generated;
    if generated.is_empty() {
        return;
    }
    for (_, resource) in context.outputs.iter_mut() {
        let Some(node) = resource.get("DependsOn") else { continue };
        let place = node.place;
        let (connectors, mut names): (Vec<Node>, Vec<Node>) = depends_on(node)
            .into_iter()
            .partition(|name| name.as_str().is_some_and(|name| generated.contains_key(name)));
        if connectors.is_empty() {
            continue;
        }
        let mut known: IndexSet<SmolStr> =
            names.iter().filter_map(|name| name.as_str().map(SmolStr::new)).collect();
        for connector in &connectors {
            let ids = connector.as_str().and_then(|name| generated.get(name));
            for id in ids.into_iter().flatten() {
                if known.insert(id.clone()) {
                    names.push(Node::text(connector.place, id.clone()));
                }
            }
        }
        if let Some(map) = resource.as_map_mut() {
            map.insert("DependsOn", Node::list(place, names));
        }
    }
}

impl Connectors {
    /// The only event source mapping from `source` to `function`: more than one cannot be
    /// deployed, so which one has to wait is moot then.
    fn mapping(&mut self, outputs: &Map, source: &str, function: &str) -> Option<&SmolStr> {
        let mappings = self.mappings.get_or_insert_with(|| mappings_of(outputs));
        let found = mappings.get(&(SmolStr::new(source), SmolStr::new(function)))?;
        if let [only] = found.as_slice() { Some(only) } else { None }
    }
}

fn mappings_of(outputs: &Map) -> IndexMap<(SmolStr, SmolStr), Vec<SmolStr>> {
    let mut mappings: IndexMap<_, Vec<SmolStr>> = IndexMap::new();
    for (id, resource) in outputs.iter() {
        if resource.get("Type").and_then(Node::as_str) != Some("AWS::Lambda::EventSourceMapping") {
            continue;
        }
        let end = |property: &str| resource.at(&["Properties", property]).and_then(logical_id_of);
        if let (Some(source), Some(function)) = (end("EventSourceArn"), end("FunctionName")) {
            mappings.entry((source, function)).or_default().push(id.clone());
        }
    }
    mappings
}

/// Makes a resource wait for another one.
fn add_depends_on(resource: &mut Node, id: &str) {
    let place = resource.place;
    let Some(map) = resource.as_map_mut() else { return };
    let mut names = map.get("DependsOn").map(depends_on).unwrap_or_default();
    if !names.iter().any(|name| name.as_str() == Some(id)) {
        names.push(Node::text(place, id));
    }
    let place = map.get("DependsOn").map_or(place, |node| node.place);
    map.insert("DependsOn", Node::list(place, names));
}

/// The names of a `DependsOn`, which is one name or a list.
fn depends_on(node: &Node) -> Vec<Node> {
    match node.as_list() {
        Some(list) => list.to_vec(),
        None => vec![node.clone()],
    }
}
