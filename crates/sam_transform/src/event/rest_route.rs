//! Events `Api` of functions.

use sam_api::openapi::{
    RequestParameter, RestIntegration, add_request_model, add_request_parameters,
    add_request_validator, add_rest_integration, conditional, normalize_method, set_timeout,
    truthy, wildcard_path,
};
use sam_api::route::{
    GuardedRoute, LinkedApi, edit_definition, function_uri, guard_route, linked_rest_api,
    route_arn, without_last_slash,
};
use sam_api::{Apis, REST, skeleton};
use sam_core::context::Context;
use sam_core::identifier::hash;
use sam_core::intrinsic::is_intrinsic;
use sam_core::property::{Property, Shape, check, optional, required};
use sam_core::resource::{Expansion, Resource};
use source_text::{Diagnostic, Kind, Map, Node, Place, SmolStr};

use super::Event;

const PROPERTIES: [Property; 9] = [
    required("Path", Shape::Text),
    required("Method", Shape::Text),
    required("RestApiId", Shape::Text),
    optional("Stage", Shape::Text),
    optional("Auth", Shape::Map),
    optional("RequestModel", Shape::Map),
    optional("RequestParameters", Shape::List),
    optional("TimeoutInMillis", Shape::Integer),
    optional("ResponseTransferMode", Shape::Text),
];

/// Expands an event of type `Api`.
pub(super) fn expand(context: &mut Context<'_>, apis: &mut Apis, event: &Event<'_>) -> Expansion {
    let owner = format!("the event `{}`", event.name);
    check(event.sam, &owner, event.place, &event.properties, &PROPERTIES)?;
    let error = |place: Place, message: String| event.error(place, message);
    let text = |name: &str| {
        let node = event.get(name);
        node.and_then(Node::as_str).map(SmolStr::new).ok_or_else(|| {
            let place = node.map_or(event.place, |node| node.place);
            event.error(place, format!("`{name}` must be text"))
        })
    };
    let (path, method) = (text("Path")?, SmolStr::from(text("Method")?.to_lowercase()));
    let Some(reference) = event.get("RestApiId") else { return Ok(Vec::new()) };
    let api = linked_rest_api(context, apis, reference, &error)?;
    note_function_name(context, apis, event, &api);
    let permission = permission(context, event, &api, (&path, &method));
    let merges = context
        .source(&api.id)
        .and_then(|source| source.at(&["Properties", "MergeDefinitions"]))
        .is_some_and(truthy);
    if merges {
        merge_route(context, event, &api, (&path, &method))?;
    } else if api.is_managed {
        edit_definition(context, &api.id, |context, body| {
            write_route(context, event, &api, (&path, &method), body)
        })?;
    }
    override_auth(context, event, &api, (&path, &method))?;
    Ok(vec![permission])
}

/// A function that gets another name needs a new deployment of its APIs.
fn note_function_name(context: &Context<'_>, apis: &mut Apis, event: &Event<'_>, api: &LinkedApi) {
    let name = event.sam.get("FunctionName").map(|name| context.resolved(name));
    if let Some(name) = name.filter(truthy) {
        apis.note_function_name(&api.id, &name);
    }
}

fn permission(
    context: &Context<'_>,
    event: &Event<'_>,
    api: &LinkedApi,
    (path, method): (&str, &str),
) -> Resource {
    let here = event.here();
    let verb = if method == "any" { "*".to_owned() } else { method.to_uppercase() };
    let route = format!("/{verb}{}", wildcard_path(without_last_slash(path)));
    let reference = event.get("RestApiId").cloned().unwrap_or_else(|| Node::null(event.place));
    let arn = route_arn(&context.partition(), &reference, &route, here);
    let suffix = if api.stage.chars().all(char::is_alphanumeric) {
        api.stage.to_string()
    } else {
        hash(&api.stage)
    };
    let id = format!("{}Permission{suffix}", event.id);
    event.permission(id, "apigateway.amazonaws.com", Some(arn))
}

/// Everything that the event says about its method, written into the definition.
fn write_route(
    context: &Context<'_>,
    event: &Event<'_>,
    api: &LinkedApi,
    (path, method): (&str, &str),
    body: &mut Node,
) -> Result<(), Diagnostic> {
    let no_auth = Map::new();
    let auth = match event.truthy("Auth") {
        None => &no_auth,
        Some(auth) => {
            auth.as_map().ok_or_else(|| event.error(auth.place, "`Auth` must be a mapping"))?
        }
    };
    if let Some(api_auth) = api.auth.as_ref().filter(|auth| auth.as_map().is_none()) {
        return Err(event.error(api_auth.place, "`Auth` of the API must be a mapping"));
    }
    let integration = lambda_integration(context, event, auth, api.auth.as_ref());
    add_rest_integration(body, path, method, &integration)?;
    if !auth.is_empty() {
        guard(context, event, api, (path, method), auth, body)?;
    }
    if let Some(timeout) = event.truthy("TimeoutInMillis") {
        set_timeout(body, path, method, timeout)?;
    }
    if let Some(model) = event.truthy("RequestModel") {
        write_model(context, event, api, (path, method), model, body)?;
    }
    if let Some(parameters) = event.truthy("RequestParameters") {
        let parameters = request_parameters(event, parameters)?;
        add_request_parameters(body, (path, method), &parameters)?;
    }
    Ok(())
}

fn guard(
    context: &Context<'_>,
    event: &Event<'_>,
    api: &LinkedApi,
    (path, method): (&str, &str),
    auth: &Map,
    body: &mut Node,
) -> Result<(), Diagnostic> {
    let error = |place: Place, message: String| event.error(place, message);
    let stage = event.here().text(api.stage.clone());
    let api_auth = api.auth.as_ref();
    let route = GuardedRoute { path, method, auth, api_auth, stage };
    guard_route(context, body, &route, &error)
}

fn lambda_integration(
    context: &Context<'_>,
    event: &Event<'_>,
    auth: &Map,
    api_auth: Option<&Node>,
) -> RestIntegration {
    let here = event.here();
    let streams =
        event.get("ResponseTransferMode").and_then(Node::as_str) == Some("RESPONSE_STREAM");
    let condition = event.sam.attribute("Condition").and_then(Node::as_str).map(SmolStr::new);
    let uri = function_uri(&context.partition(), &event.target_arn(), streams, here);
    let uri = match &condition {
        Some(condition) => conditional(condition, uri),
        None => uri,
    };
    let mut call = Map::new();
    call.insert("type", here.text("aws_proxy"));
    call.insert("httpMethod", here.text("POST"));
    call.insert("uri", uri);
    if streams {
        call.insert("responseTransferMode", here.text("STREAM"));
    }
    if let Some(credentials) = credentials(context, event, auth, api_auth) {
        call.insert("credentials", credentials);
    }
    RestIntegration {
        call: Node::new(here.0, Kind::Map(call)),
        responses: Node::new(here.0, Kind::Map(Map::new())),
        condition,
        place: here.0,
    }
}

/// As whom the function is called when IAM knows the caller; `NONE` leaves it to the permission.
fn credentials(
    context: &Context<'_>,
    event: &Event<'_>,
    auth: &Map,
    api_auth: Option<&Node>,
) -> Option<Node> {
    let is_iam = |node: Option<&Node>| node.and_then(Node::as_str) == Some("AWS_IAM");
    let by_default = is_iam(api_auth.and_then(|auth| auth.get("DefaultAuthorizer")));
    let applies = is_iam(auth.get("Authorizer")) || (by_default && auth.is_empty());
    if !applies {
        return None;
    }
    // An empty role on the event switches the role of the API off.
    let role = auth.get("InvokeRole").or_else(|| api_auth?.get("InvokeRole"));
    match role {
        Some(role) if !truthy(role) || role.as_str() == Some("NONE") => None,
        Some(role) if role.as_str() != Some("CALLER_CREDENTIALS") => Some(role.clone()),
        _ => Some(event.here().text(format!("arn:{}:iam::*:user/*", context.partition()))),
    }
}

fn write_model(
    context: &Context<'_>,
    event: &Event<'_>,
    api: &LinkedApi,
    at: (&str, &str),
    model: &Node,
    body: &mut Node,
) -> Result<(), Diagnostic> {
    let Some(properties) = model.as_map() else {
        return Err(event.error(model.place, "`RequestModel` must be a mapping"));
    };
    let Some(name) = properties.get("Model").filter(|name| truthy(name)) else { return Ok(()) };
    let models = context
        .source(&api.id)
        .and_then(|source| source.at(&["Properties", "Models"]))
        .filter(|models| truthy(models));
    let known = name
        .as_str()
        .filter(|text| models.is_some_and(|models| models.get(text).is_some_and(truthy)));
    let Some(text) = known else {
        let words = name.as_str().unwrap_or("…");
        let message = format!("the API has no model `{words}`; add it to its `Models`");
        return Err(event.error(name.place, message));
    };
    let required = properties.get("Required").filter(|node| !node.is_null());
    add_request_model(body, at, text, required, model.place)?;
    let flag = |key: &str| match properties.get(key).map(|node| (&node.kind, node.place)) {
        None | Some((Kind::Null, _)) => Ok(None),
        Some((Kind::Bool(value), _)) => Ok(Some(*value)),
        Some((_, place)) => Err(event.error(place, format!("`{key}` must be `true` or `false`"))),
    };
    match (flag("ValidateBody")?, flag("ValidateParameters")?) {
        (None, None) => Ok(()),
        (of_body, of_parameters) => add_request_validator(
            body,
            at,
            of_body.unwrap_or(false),
            of_parameters.unwrap_or(false),
            model.place,
        ),
    }
}

fn request_parameters(
    event: &Event<'_>,
    parameters: &Node,
) -> Result<Vec<RequestParameter>, Diagnostic> {
    let broken =
        |place: Place, message: &str| event.error(place, format!("`RequestParameters`: {message}"));
    let items = parameters.as_list().ok_or_else(|| {
        broken(parameters.place, "write a list of names such as `method.request.header.Accept`")
    })?;
    let mut read = Vec::new();
    for item in items {
        let first = item.as_map().and_then(|map| map.iter().next());
        let (name, settings) = match (item.as_str(), first) {
            (Some(name), _) => (SmolStr::new(name), None),
            (None, Some((name, settings))) => (name.clone(), Some(settings)),
            (None, None) => return Err(broken(item.place, "an entry is text or a mapping")),
        };
        let place = item.place;
        let is_known = ["querystring", "path", "header"]
            .iter()
            .any(|part| name.starts_with(&format!("method.request.{part}.")));
        if !is_known {
            let message = "a name starts with `method.request.` and `querystring.`, `path.` or \
                           `header.`";
            return Err(broken(place, message));
        }
        let mut parameter =
            RequestParameter { name, required: Node::bool(place, false), caching: false, place };
        if let Some(settings) = settings {
            let known = |key: &SmolStr| matches!(key.as_str(), "Required" | "Caching");
            let Some(map) = settings.as_map().filter(|map| map.keys().all(known)) else {
                return Err(broken(settings.place, "settings are `Required` and `Caching`"));
            };
            if let Some(required) = map.get("Required") {
                parameter.required = required.clone();
            }
            parameter.caching = map.get("Caching").is_some_and(truthy);
        }
        read.push(parameter);
    }
    Ok(read)
}

/// Writes the route beside what the author wrote in `DefinitionBody`; generated values win.
fn merge_route(
    context: &mut Context<'_>,
    event: &Event<'_>,
    api: &LinkedApi,
    (path, method): (&str, &str),
) -> Result<(), Diagnostic> {
    let mut generated = skeleton(REST, event.place);
    write_route(context, event, api, (path, method), &mut generated)?;
    let normal = normalize_method(method);
    let Some(route) = generated.at(&["paths", path, &normal]).and_then(Node::as_map).cloned()
    else {
        return Ok(());
    };
    edit_definition(context, &api.id, |_, body| {
        let broken = |place: Place| {
            let message = format!(
                "the path `{path}` of `DefinitionBody` must be a mapping of methods to merge into"
            );
            event.error(place, message)
        };
        let Some(paths) = body.as_map_mut().and_then(|body| body.get_mut("paths")) else {
            return Ok(());
        };
        if !truthy(paths) {
            return Ok(());
        }
        let place = paths.place;
        let paths = paths.as_map_mut().ok_or_else(|| broken(place))?;
        if paths.get(path).is_none_or(Node::is_null) {
            paths.insert(SmolStr::new(path), Node::new(event.place, Kind::Map(Map::new())));
        }
        let item = paths.get_mut(path).and_then(Node::as_map_mut).ok_or_else(|| broken(place))?;
        if !item.get(method).is_some_and(truthy) {
            item.insert(SmolStr::new(method), Node::new(event.place, Kind::Map(Map::new())));
        }
        let own = item.get_mut(method).and_then(Node::as_map_mut).ok_or_else(|| broken(place))?;
        for (key, entry) in route.into_entries() {
            own.insert_at(key, entry.key_place, entry.value);
        }
        Ok(())
    })?;
    Ok(())
}

/// `OverrideApiAuth`: the event's `Auth` also changes a definition that the author wrote.
fn override_auth(
    context: &mut Context<'_>,
    event: &Event<'_>,
    api: &LinkedApi,
    at: (&str, &str),
) -> Result<(), Diagnostic> {
    let Some(auth) = event.truthy("Auth").and_then(Node::as_map) else { return Ok(()) };
    let Some(overrides) = auth.get("OverrideApiAuth").filter(|node| truthy(node)) else {
        return Ok(());
    };
    edit_definition(context, &api.id, |context, body| {
        let says = |key: &str| auth.get(key).is_some_and(truthy);
        if !(says("Authorizer") || says("ApiKeyRequired") || says("ResourcePolicy")) {
            let message =
                "`OverrideApiAuth` needs `Authorizer`, `ApiKeyRequired` or `ResourcePolicy`";
            return Err(event.error(overrides.place, message));
        }
        if is_intrinsic(body) {
            return Ok(());
        }
        guard(context, event, api, at, auth, body)
    })?;
    Ok(())
}
