//! The APIs that events without `RestApiId` or `ApiId` belong to, and the routes of all events.

use indexmap::{IndexMap, IndexSet};
use sam_core::context::Context;
use sam_core::intrinsic::Here;
use source_text::{Diagnostic, Entry, Kind, Map, Node, Place, SmolStr};

use crate::openapi::{
    ANY_METHOD, DEFAULT_PATH, add_path, conditional, is_http_definition, is_rest_definition,
    paths_mut, truthy,
};
use crate::{Apis, HTTP, REST, skeleton, source_properties_mut};

/// Logical id of the implicit REST API.
pub(crate) const REST_ID: &str = "ServerlessRestApi";

/// Logical id of the implicit HTTP API.
pub(crate) const HTTP_ID: &str = "ServerlessHttpApi";

/// Number of conditions that one `Fn::Or` takes.
const MOST_CONDITIONS: usize = 10;

/// What differs between implicit REST and HTTP APIs.
struct Flavor {
    type_: &'static str,
    id: &'static str,
    condition: &'static str,
    event_type: &'static str,
    api_property: &'static str,
}

const FOR_REST: Flavor = Flavor {
    type_: REST,
    id: REST_ID,
    condition: "ServerlessRestApiCondition",
    event_type: "Api",
    api_property: "RestApiId",
};

const FOR_HTTP: Flavor = Flavor {
    type_: HTTP,
    id: HTTP_ID,
    condition: "ServerlessHttpApiCondition",
    event_type: "HttpApi",
    api_property: "ApiId",
};

/// What is known of the resources behind the routes of one API.
#[derive(Default)]
struct Routes {
    /// Path to method to the condition of the function, if it has one.
    conditions: IndexMap<SmolStr, IndexMap<SmolStr, Option<SmolStr>>>,
    deletion_policies: Vec<SmolStr>,
    update_replace_policies: Vec<SmolStr>,
}

/// Adds `ServerlessRestApi` when an event needs it, and the routes of events to managed REST APIs.
pub fn add_rest(context: &mut Context<'_>, apis: &mut Apis) {
    add(context, apis, &FOR_REST);
}

/// Adds `ServerlessHttpApi` when an event needs it, and the routes of events to managed HTTP APIs.
pub fn add_http(context: &mut Context<'_>, apis: &mut Apis) {
    add(context, apis, &FOR_HTTP);
}

fn add(context: &mut Context<'_>, apis: &mut Apis, flavor: &Flavor) {
    let callers = callers(context, flavor);
    let Some((_, first)) = callers.first() else { return };
    let existing = context.sources.entry(flavor.id).cloned();
    let was_managed = apis.managed.contains(flavor.id);
    // The API is made for the events: the first function with one stands for it.
    let place = first.key_place;
    context.sources.insert_at(flavor.id, place, implicit_resource(flavor, place));
    apis.managed.insert(SmolStr::new_static(flavor.id));
    let mut routes = IndexMap::new();
    for (id, entry) in callers {
        if let Err(diagnostic) = add_events(context, apis, flavor, (&id, &entry), &mut routes) {
            context.diagnostics.push(diagnostic);
        }
    }
    if let Some(own) = routes.get(flavor.id) {
        set_attributes(context, flavor, own, place);
    }
    add_path_conditions(context, apis, flavor, &routes);
    remove_unused(context, apis, flavor, existing, was_managed);
}

/// Functions and state machines with an event of the wanted type.
fn callers(context: &Context<'_>, flavor: &Flavor) -> Vec<(SmolStr, Entry)> {
    let calls = |entry: &Entry| {
        let type_ = entry.value.get("Type").and_then(Node::as_str);
        let events = entry.value.at(&["Properties", "Events"]).and_then(Node::as_map);
        matches!(type_, Some("AWS::Serverless::Function" | "AWS::Serverless::StateMachine"))
            && events.into_iter().flat_map(Map::values).any(|event| is_of(event, flavor))
    };
    let entries = context.sources.entries().filter(|(_, entry)| calls(entry));
    entries.map(|(id, entry)| (id.clone(), entry.clone())).collect()
}

fn is_of(event: &Node, flavor: &Flavor) -> bool {
    event.get("Type").and_then(Node::as_str) == Some(flavor.event_type)
}

fn implicit_resource(flavor: &Flavor, place: Place) -> Node {
    let here = Here(place);
    let mut properties = Map::new();
    if flavor.type_ == REST {
        properties.insert("StageName", here.text("Prod"));
    }
    properties.insert("DefinitionBody", skeleton(flavor.type_, place));
    here.map([
        ("Type", here.text(flavor.type_)),
        ("Properties", Node::new(place, Kind::Map(properties))),
    ])
}

fn add_events(
    context: &mut Context<'_>,
    apis: &Apis,
    flavor: &Flavor,
    (id, caller): (&SmolStr, &Entry),
    routes: &mut IndexMap<SmolStr, Routes>,
) -> Result<(), Diagnostic> {
    let events = caller.value.at(&["Properties", "Events"]).and_then(Node::as_map);
    for (name, entry) in events.into_iter().flat_map(Map::entries) {
        if !is_of(&entry.value, flavor) {
            continue;
        }
        let place = entry.key_place;
        let error = |place: Place, message: &str| {
            Diagnostic::error(place, format!("`{id}`: event `{name}`: {message}"))
        };
        let given = entry.value.get("Properties").filter(|properties| truthy(properties));
        let mut properties = match given {
            Some(node) => node
                .as_map()
                .cloned()
                .ok_or_else(|| error(node.place, "`Properties` must be a mapping"))?,
            None if flavor.type_ == REST => continue,
            None => Map::new(),
        };
        if !properties.contains(flavor.api_property) {
            propagate_tags(context, flavor, &caller.value);
            properties.insert(flavor.api_property, Here(place).reference(flavor.id));
        }
        if flavor.type_ == HTTP {
            set_default_route(&mut properties, place);
        }
        let route = EventRoute::read(flavor, &properties, place, &error)?;
        note_route(routes, &route, &caller.value);
        add_route(context, apis, flavor, &route, &error)?;
        if flavor.type_ == HTTP
            && let Some(settings) = properties.get("RouteSettings")
        {
            add_route_settings(context, &route, settings, &caller.value, &error)?;
        }
        write_back(context, id, name, properties, place);
    }
    Ok(())
}

fn set_default_route(properties: &mut Map, place: Place) {
    let given = |key: &str| properties.get(key).is_some_and(truthy);
    if !given("Path") && !given("Method") {
        properties.insert("Path", Node::text(place, DEFAULT_PATH));
        properties.insert("Method", Node::text(place, ANY_METHOD));
    }
}

/// The route that one event asks for.
struct EventRoute {
    api: SmolStr,
    path: SmolStr,
    method: SmolStr,
    place: Place,
}

impl EventRoute {
    fn read(
        flavor: &Flavor,
        properties: &Map,
        place: Place,
        error: &dyn Fn(Place, &str) -> Diagnostic,
    ) -> Result<Self, Diagnostic> {
        let text = |key: &str| match properties.get(key).filter(|node| !node.is_null()) {
            None => Err(error(place, &format!("`{key}` is missing"))),
            Some(node) => node
                .as_str()
                .map(SmolStr::new)
                .ok_or_else(|| error(node.place, &format!("`{key}` must be text"))),
        };
        let (path, method) = (text("Path")?, text("Method")?);
        let given = properties.get(flavor.api_property);
        let api = given.and_then(|api| api.get("Ref").unwrap_or(api).as_str()).map(SmolStr::new);
        let api = api.ok_or_else(|| {
            let place = given.map_or(place, |api| api.place);
            let message = format!(
                "`{}` must be a `Ref` to an `{}` of this template",
                flavor.api_property, flavor.type_
            );
            error(place, &message)
        })?;
        Ok(Self { api, path, method, place })
    }
}

fn note_route(routes: &mut IndexMap<SmolStr, Routes>, route: &EventRoute, caller: &Node) {
    let text = |name: &str| caller.get(name).and_then(Node::as_str).map(SmolStr::new);
    let known = routes.entry(route.api.clone()).or_default();
    let methods = known.conditions.entry(route.path.clone()).or_default();
    methods.insert(route.method.clone(), text("Condition"));
    known.deletion_policies.extend(text("DeletionPolicy"));
    known.update_replace_policies.extend(text("UpdateReplacePolicy"));
}

/// Adds path and method to the definition of the API, if SAM writes that.
fn add_route(
    context: &mut Context<'_>,
    apis: &Apis,
    flavor: &Flavor,
    route: &EventRoute,
    error: &dyn Fn(Place, &str) -> Diagnostic,
) -> Result<(), Diagnostic> {
    let type_ = context.source_type(&route.api).unwrap_or_default();
    let is_wrong = context.source(&route.api).is_none() || (type_ == HTTP && flavor.type_ != HTTP);
    if is_wrong {
        let message = format!(
            "`{}` names `{}`, which is no `{}` of this template",
            flavor.api_property, route.api, flavor.type_
        );
        return Err(error(route.place, &message));
    }
    if !apis.managed.contains(&route.api) {
        return Ok(());
    }
    let Some(properties) = source_properties_mut(context, &route.api, route.place) else {
        return Ok(());
    };
    let fits = if flavor.type_ == HTTP { is_http_definition } else { is_rest_definition };
    match properties.get_mut("DefinitionBody").filter(|body| fits(body)) {
        Some(body) => add_path(body, &route.path, &route.method, route.place),
        None => Ok(()),
    }
}

/// Merges `RouteSettings` of an event into those of its API.
fn add_route_settings(
    context: &mut Context<'_>,
    route: &EventRoute,
    settings: &Node,
    caller: &Node,
    error: &dyn Fn(Place, &str) -> Diagnostic,
) -> Result<(), Diagnostic> {
    let key = if route.method == ANY_METHOD {
        route.path.clone()
    } else {
        SmolStr::from(format!("{} {}", route.method.to_uppercase(), route.path))
    };
    let settings = match caller.get("Condition").and_then(Node::as_str) {
        Some(condition) => conditional(condition, settings.clone()),
        None => settings.clone(),
    };
    let Kind::Map(settings) = settings.kind else {
        return Err(error(settings.place, "`RouteSettings` must be a mapping"));
    };
    let Some(properties) = source_properties_mut(context, &route.api, route.place) else {
        return Ok(());
    };
    let empty = || Node::new(route.place, Kind::Map(Map::new()));
    if !properties.contains("RouteSettings") {
        properties.insert("RouteSettings", empty());
    }
    let all = properties.get_mut("RouteSettings").and_then(Node::as_map_mut);
    let Some(all) = all else {
        return Err(error(route.place, "`RouteSettings` of the API must be a mapping"));
    };
    if !all.contains(&key) {
        all.insert(key.clone(), empty());
    }
    let Some(known) = all.get_mut(&key).and_then(Node::as_map_mut) else {
        return Err(error(route.place, &format!("`RouteSettings` of `{key}` must be a mapping")));
    };
    for (name, entry) in settings.into_entries() {
        known.insert_at(name, entry.key_place, entry.value);
    }
    Ok(())
}

/// Gives the implicit API the tags of a function that passes its tags on.
fn propagate_tags(context: &mut Context<'_>, flavor: &Flavor, caller: &Node) {
    let type_ = caller.get("Type").and_then(Node::as_str).unwrap_or_default();
    let section = type_.rsplit("::").next().unwrap_or_default();
    let value = |name: &str| {
        let own = caller.at(&["Properties", name]).filter(|node| truthy(node));
        let shared = context.sections.get("Globals").and_then(|all| all.at(&[section, name]));
        own.or(shared).filter(|node| truthy(node)).cloned()
    };
    let (Some(passes), Some(tags)) = (value("PropagateTags"), value("Tags")) else { return };
    let Some(properties) = source_properties_mut(context, flavor.id, passes.place) else { return };
    if !properties.contains("Tags") {
        properties.insert("Tags", Node::new(tags.place, Kind::Map(Map::new())));
    }
    if let Some(known) = properties.get_mut("Tags").and_then(Node::as_map_mut) {
        for (name, value) in tags.as_map().into_iter().flat_map(Map::iter) {
            known.insert(name.clone(), value.clone());
        }
    }
    properties.insert("PropagateTags", Node::bool(passes.place, true));
}

fn write_back(
    context: &mut Context<'_>,
    id: &SmolStr,
    name: &SmolStr,
    properties: Map,
    place: Place,
) {
    let event = source_properties_mut(context, id, place)
        .and_then(|properties| properties.get_mut("Events"))
        .and_then(Node::as_map_mut)
        .and_then(|events| events.get_mut(name))
        .and_then(Node::as_map_mut);
    if let Some(event) = event {
        let place = event.get("Properties").map_or(place, |node| node.place);
        event.insert("Properties", Node::new(place, Kind::Map(properties)));
    }
}

/// Condition and deletion policies of the implicit API, from those of its functions.
fn set_attributes(context: &mut Context<'_>, flavor: &Flavor, own: &Routes, place: Place) {
    let here = Here(place);
    let mut attributes = Vec::new();
    let methods = own.conditions.values().flat_map(IndexMap::values).cloned();
    match common_condition(context, flavor.condition, methods, here) {
        None => {}
        Some(name) => attributes.push(("Condition", name)),
    }
    let strongest = |given: &[SmolStr], order: &[&'static str]| {
        order.iter().copied().find(|policy| given.iter().any(|found| found == policy))
    };
    let deletion = strongest(&own.deletion_policies, &["Retain", "Delete"]);
    let replacement = strongest(&own.update_replace_policies, &["Retain", "Snapshot", "Delete"]);
    attributes.extend(deletion.map(|policy| ("DeletionPolicy", policy.into())));
    attributes.extend(replacement.map(|policy| ("UpdateReplacePolicy", policy.into())));
    if let Some(resource) = context.source_mut(flavor.id).and_then(Node::as_map_mut) {
        for (name, value) in attributes {
            resource.insert(name, here.text(value));
        }
    }
}

/// The condition under which one of `conditions` holds; `None` when one has no condition.
///
/// Several conditions are combined into a new one called `name`.
fn common_condition(
    context: &mut Context<'_>,
    name: &str,
    conditions: impl Iterator<Item = Option<SmolStr>>,
    here: Here,
) -> Option<SmolStr> {
    let mut distinct = IndexSet::new();
    for condition in conditions {
        distinct.insert(condition?);
    }
    if distinct.len() < 2 {
        return distinct.pop();
    }
    distinct.sort();
    let mut rest: Vec<SmolStr> = distinct.into_iter().collect();
    // `Fn::Or` takes ten conditions; each further group is folded into the next one.
    let mut number = (rest.len() - 2) / (MOST_CONDITIONS - 1);
    while rest.len() > 1 {
        let new = match number {
            0 => SmolStr::new(name),
            _ => SmolStr::from(format!("{name}{number}")),
        };
        number = number.saturating_sub(1);
        let group: Vec<SmolStr> = rest.drain(..rest.len().min(MOST_CONDITIONS)).collect();
        context.set_condition(new.clone(), here.conditions("Fn::Or", group));
        rest.push(new);
    }
    rest.pop()
}

/// Makes each path depend on the conditions of its functions, when all of them have one.
fn add_path_conditions(
    context: &mut Context<'_>,
    apis: &Apis,
    flavor: &Flavor,
    routes: &IndexMap<SmolStr, Routes>,
) {
    for (api, known) in routes {
        if !apis.managed.contains(api) || context.source_type(api) != Some(flavor.type_) {
            continue;
        }
        for (path, methods) in &known.conditions {
            let plain = path.replace('/', "SLASH").replace('{', "OB").replace('}', "CB");
            let name = format!("{api}{plain}PathCondition");
            let place = context.source(api).map_or_else(Place::default, |node| node.place);
            let methods = methods.values().cloned();
            let Some(condition) = common_condition(context, &name, methods, Here(place)) else {
                continue;
            };
            let body = source_properties_mut(context, api, place)
                .and_then(|properties| properties.get_mut("DefinitionBody"));
            if let Some(item) = body.and_then(|body| paths_mut(body).ok()?.get_mut(path)) {
                *item = conditional(&condition, item.clone());
            }
        }
    }
}

/// Takes the implicit API away again when no event used it.
fn remove_unused(
    context: &mut Context<'_>,
    apis: &mut Apis,
    flavor: &Flavor,
    existing: Option<Entry>,
    was_managed: bool,
) {
    let paths = context
        .source(flavor.id)
        .and_then(|api| api.at(&["Properties", "DefinitionBody", "paths"]))
        .and_then(Node::as_map);
    if paths.is_some_and(|paths| !paths.is_empty()) {
        return;
    }
    if !was_managed {
        apis.managed.shift_remove(flavor.id);
    }
    match existing {
        Some(Entry { key_place, value }) => {
            context.sources.insert_at(flavor.id, key_place, value);
        }
        None => {
            context.sources.remove(flavor.id);
        }
    }
}
