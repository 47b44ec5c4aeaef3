//! REST, HTTP and WebSocket APIs of AWS SAM: the resources, the implicit ones, and what the events
//! of functions and state machines write into them.
//!
//! The definition that an API serves is an OpenAPI document: [`openapi`] edits it, and [`route`] is
//! how an event gets at that of its API.

#![deny(clippy::disallowed_methods)]

mod authorizer;
mod domain;
pub mod http;
mod http_authorizer;
mod http_definition;
mod http_domain;
pub mod implicit;
pub mod openapi;
pub mod order;
mod private_domain;
mod record_set;
pub mod rest;
mod rest_authorization;
mod rest_definition;
pub mod route;
mod usage_plan;
pub mod websocket;

use indexmap::{IndexMap, IndexSet};
use sam_core::code::s3_parts;
use sam_core::context::Context;
use sam_core::identifier::{canonical_json, hash};
use sam_core::intrinsic::{Here, argument};
use sam_core::resolve::rewrite;
use sam_core::resource::{Resource, Sam};
use source_text::{Diagnostic, Kind, Map, Node, Place, SmolStr};

use crate::openapi::{is_openapi_3, truthy};

/// Type of a REST API in a SAM template.
pub const REST: &str = "AWS::Serverless::Api";
const HTTP: &str = "AWS::Serverless::HttpApi";

/// What the APIs of a template share.
#[derive(Debug, Default)]
pub struct Apis {
    /// APIs whose definition SAM writes: those without a definition, and the implicit ones.
    managed: IndexSet<SmolStr>,
    /// Names of the functions that an API calls; a change of them makes a new deployment.
    function_names: IndexMap<SmolStr, String>,
    /// Groups of Route 53 records, which APIs with the same hosted zone share, and the first API.
    record_sets: IndexMap<SmolStr, (SmolStr, Resource)>,
    /// The usage plan that APIs share.
    plan: usage_plan::SharedPlan,
    /// Local definitions that `DefinitionUri` names, by logical id of the API.
    pub definitions: IndexMap<SmolStr, Node>,
}

impl Apis {
    /// Whether SAM writes the definition of the API with this logical id.
    #[must_use]
    pub fn is_managed(&self, api: &str) -> bool {
        self.managed.contains(api)
    }

    /// Notes that an API calls a function of this `FunctionName`: under another name, the API needs
    /// a new deployment.
    pub fn note_function_name(&mut self, api: &SmolStr, name: &Node) {
        let known = self.function_names.entry(api.clone()).or_default();
        known.push_str(&canonical_json(name));
    }
}

/// Gives APIs without a definition an empty one that events of functions fill.
pub fn add_default_definitions(context: &mut Context<'_>, apis: &mut Apis) {
    for type_ in [REST, HTTP] {
        let without: Vec<(SmolStr, Place)> = context
            .sources
            .entries()
            .filter(|(_, entry)| entry.value.get("Type").and_then(Node::as_str) == Some(type_))
            .filter(|(_, entry)| !has_definition(&entry.value))
            .map(|(id, entry)| (id.clone(), entry.key_place))
            .collect();
        for (id, place) in without {
            if let Some(properties) = source_properties_mut(context, &id, place) {
                properties.insert("DefinitionBody", skeleton(type_, place));
                apis.managed.insert(id);
            }
        }
    }
    read_local_definitions(context, apis);
}

fn has_definition(api: &Node) -> bool {
    ["DefinitionBody", "DefinitionUri"]
        .into_iter()
        .any(|name| api.at(&["Properties", name]).is_some_and(truthy))
}

/// The properties of a resource of the SAM template, made when there are none.
///
/// `None` when there is no such resource or its properties are no mapping.
fn source_properties_mut<'c>(
    context: &'c mut Context<'_>,
    id: &str,
    place: Place,
) -> Option<&'c mut Map> {
    let resource = context.source_mut(id)?.as_map_mut()?;
    if resource.get("Properties").is_none_or(Node::is_null) {
        resource.insert("Properties", Node::new(place, Kind::Map(Map::new())));
    }
    resource.get_mut("Properties")?.as_map_mut()
}

/// An empty definition for an API of this SAM type: Swagger 2 for [`REST`] APIs, else OpenAPI 3.
#[must_use]
pub fn skeleton(type_: &str, place: Place) -> Node {
    let here = Here(place);
    let version = if type_ == REST { ("swagger", "2.0") } else { ("openapi", "3.0.1") };
    let title = here.reference("AWS::StackName");
    let info = here.map([("version", here.text("1.0")), ("title", title)]);
    here.map([
        (version.0, here.text(version.1)),
        ("info", info),
        ("paths", Node::new(place, Kind::Map(Map::new()))),
    ])
}

/// Converts definitions to the version that `OpenApiVersion` asks for, after Globals are merged.
pub fn fix_open_api_versions(context: &mut Context<'_>, apis: &Apis) {
    for id in &apis.managed {
        if context.source_type(id) != Some(REST) {
            continue;
        }
        let place = context.source(id).map_or_else(Place::default, |node| node.place);
        let Some(properties) = source_properties_mut(context, id, place) else { continue };
        let Some(version) = properties.get("OpenApiVersion").filter(|v| is_openapi_3(v)) else {
            continue;
        };
        let text = Node::text(version.place, version.scalar_text().unwrap_or_default());
        properties.insert("OpenApiVersion", text.clone());
        if let Some(body) = properties.get_mut("DefinitionBody").and_then(Node::as_map_mut) {
            body.insert("openapi", text);
            body.remove("swagger");
        }
    }
}

/// Makes what APIs share, once all of them are expanded.
pub fn finish(context: &mut Context<'_>, apis: &mut Apis) {
    usage_plan::finish(context, apis);
    record_set::finish(context, apis);
}

/// Puts a shared resource into the output.
fn emit(context: &mut Context<'_>, api: &SmolStr, resource: Resource) {
    if context.sources.contains(&resource.id) {
        let message = format!(
            "this would create the resource `{}`, but the template has one of that name; rename it",
            resource.id
        );
        context.fail(api, resource.place, message);
        return;
    }
    context.origins.resources.insert(resource.id.clone(), api.clone());
    let (id, place) = (resource.id.clone(), resource.place);
    context.outputs.insert_at(id, place, resource.into_node());
}

/// Reads the definitions that stand in files beside the template, so that their routes are known.
///
/// The expansion itself does not use them: AWS's tool leaves local files to packaging.
fn read_local_definitions(context: &mut Context<'_>, apis: &mut Apis) {
    let Some((files, from)) = context.files else { return };
    let mut found = Vec::new();
    let mut unread = Vec::new();
    for (id, api) in context.sources.iter() {
        let type_ = api.get("Type").and_then(Node::as_str).unwrap_or_default();
        if type_ != REST && type_ != HTTP {
            continue;
        }
        let uri = api.at(&["Properties", "DefinitionUri"]);
        let body = api.at(&["Properties", "DefinitionBody"]);
        let location =
            uri.filter(|uri| uri.as_str().is_some()).or(body.and_then(included_location));
        let Some(location) = location else { continue };
        let path = location.as_str().unwrap_or_default();
        if path.is_empty() || path.contains("://") {
            continue;
        }
        let mut lost = |reason: String| {
            let message = format!("`{id}`: the routes of the API are not known: {reason}");
            unread.push(Diagnostic::warning(location.place, message));
        };
        let file = match files.read(from, path) {
            Ok(file) => file,
            Err(error) => {
                lost(error.to_string());
                continue;
            }
        };
        let text = files.sources().get(file);
        match source_text::parse_yaml(file, &text.text, &source_text::Limits::of_part(&text.text)) {
            Ok(parsed) => {
                let document = parsed.documents.into_iter().next();
                found.extend(document.map(|node| (id.clone(), cfn_template::lower(node).0)));
            }
            Err(error) => lost(format!("`{path}` cannot be parsed: {error}")),
        }
    }
    context.diagnostics.extend(unread);
    apis.definitions.extend(found);
}

/// The file of `Fn::Transform: {Name: AWS::Include, Parameters: {Location: …}}`.
fn included_location(body: &Node) -> Option<&Node> {
    let include = body.get("Fn::Transform")?;
    if include.get("Name")?.as_str()? != "AWS::Include" {
        return None;
    }
    include.at(&["Parameters", "Location"]).filter(|location| location.as_str().is_some())
}

/// A copy of a property with parameters resolved, for decisions and for the output.
///
/// # Errors
/// When a `Fn::Sub` puts a parameter that is a list into text.
fn resolved(context: &Context<'_>, sam: &Sam, node: &Node) -> Result<Node, Diagnostic> {
    let mut listed = None;
    let mut copy = node.clone();
    rewrite(&mut copy, &mut |node| {
        let text = argument(node, "Fn::Sub").and_then(|sub| match sub.as_list() {
            Some(parts) => parts.first()?.as_str(),
            None => sub.as_str(),
        });
        let names = text.into_iter().flat_map(|text| text.split("${").skip(1));
        for name in names.filter_map(|part| part.split_once('}').map(|(name, _)| name)) {
            if context.parameters.get(name).is_some_and(|value| value.as_list().is_some()) {
                listed.get_or_insert((node.place, SmolStr::new(name)));
            }
        }
    });
    match listed {
        None => Ok(context.resolved(node)),
        Some((place, name)) => {
            let message = format!(
                "`Fn::Sub` cannot put the list parameter `{name}` into text; join it first"
            );
            Err(sam.error(place, message))
        }
    }
}

/// Most values that one property may be multiplied to by the paths of an API: far above the quotas
/// of API Gateway, and low enough that a hostile template cannot fill the memory.
const MOST_COPIES: usize = 1_000_000;

/// Most scopes of an authorizer; API Gateway takes ten for a method.
const MOST_SCOPES: usize = 1_000;

/// Refuses a property that, written once for each of `times` paths, would be too large.
fn check_copies(sam: &Sam, node: &Node, times: usize, property: &str) -> Result<(), Diagnostic> {
    if count(node).saturating_mul(times) <= MOST_COPIES {
        return Ok(());
    }
    let message = format!("`{property}` is too large for an API with {times} paths; shorten it");
    Err(sam.error(node.place, message))
}

fn count(node: &Node) -> usize {
    match &node.kind {
        Kind::List(items) => 1 + items.iter().map(count).sum::<usize>(),
        Kind::Map(map) => 1 + map.values().map(count).sum::<usize>(),
        _ => 1,
    }
}

/// Tags as the list of keys and values that most resources take.
fn tag_list(tags: &Node) -> Node {
    let pairs = tags.as_map().into_iter().flat_map(Map::iter).map(|(key, value)| {
        let here = Here(value.place);
        let text = if value.is_null() { here.text("") } else { value.clone() };
        here.map([("Key", here.text(key.clone())), ("Value", text)])
    });
    Node::list(tags.place, pairs.collect())
}

/// What a hashed logical id depends on: text as it is, else canonical JSON.
fn hash_of(node: &Node) -> String {
    match node.as_str() {
        Some("") => String::new(),
        Some(text) => hash(text),
        None => hash(&canonical_json(node)),
    }
}

/// `BodyS3Location` of a `DefinitionUri`: `s3://bucket/key?versionId=…`, a mapping, a local path.
///
/// A local path stays text, as in a template before `aws cloudformation package`, unless the
/// options say that the template is packaged.
fn body_location(context: &Context<'_>, sam: &Sam, uri: &Node) -> Result<Node, Diagnostic> {
    let here = Here(uri.place);
    if let Some(map) = uri.as_map() {
        let given = |key: &str| map.get(key).filter(|part| truthy(part));
        let (Some(bucket), Some(key)) = (given("Bucket"), given("Key")) else {
            return Err(sam.error(uri.place, "`DefinitionUri` needs `Bucket` and `Key`"));
        };
        let mut parts = vec![("Bucket", bucket.clone()), ("Key", key.clone())];
        parts.extend(map.get("Version").map(|version| ("Version", version.clone())));
        return Ok(here.map(parts));
    }
    let text = uri.as_str().unwrap_or_default();
    if let Some((bucket, key, version)) = s3_parts(text) {
        let mut parts = vec![("Bucket", here.text(bucket)), ("Key", here.text(key))];
        parts.extend(version.map(|version| ("Version", here.text(version))));
        return Ok(here.map(parts));
    }
    if context.options.packaged || text.contains("://") {
        let message = "`DefinitionUri` is not a location of the form `s3://bucket/key`; run \
                       `sam package`, or write the definition in `DefinitionBody`";
        return Err(sam.error(uri.place, message));
    }
    Ok(uri.clone())
}
