//! Events `HttpApi` of functions.

use sam_api::Apis;
use sam_api::openapi::{
    ANY_METHOD, DEFAULT_PATH, HttpIntegration, add_http_integration, add_path_parameters,
    check_http_definition, default_route_is_for, has_integration, is_parameter, replace_parameters,
    set_http_method_authorizer, set_on_integration, set_timeout, truthy,
};
use sam_api::route::{edit_definition, function_uri, route_arn, without_last_slash};
use sam_core::context::Context;
use sam_core::property::{Property, Shape, check, optional};
use sam_core::resource::{Expansion, Resource};
use source_text::{Diagnostic, Kind, Map, Node, Place, SmolStr};

use super::Event;

const PROPERTIES: [Property; 8] = [
    optional("Path", Shape::Text),
    optional("Method", Shape::Text),
    optional("ApiId", Shape::Text),
    optional("Stage", Shape::Text),
    optional("Auth", Shape::Map),
    optional("TimeoutInMillis", Shape::Integer),
    optional("RouteSettings", Shape::Map),
    optional("PayloadFormatVersion", Shape::Text),
];

/// Expands an event of type `HttpApi`.
pub(super) fn expand(context: &mut Context<'_>, apis: &Apis, event: &Event<'_>) -> Expansion {
    let owner = format!("the event `{}`", event.name);
    check(event.sam, &owner, event.place, &event.properties, &PROPERTIES)?;
    // Path and method were filled in when the routes were collected.
    let text = |name: &str, default: &str| {
        let node = event.get(name);
        SmolStr::new(node.and_then(Node::as_str).unwrap_or(default))
    };
    let path = text("Path", DEFAULT_PATH);
    let method = SmolStr::from(text("Method", ANY_METHOD).to_lowercase());
    let reference = event.get("ApiId").cloned().unwrap_or_else(|| Node::null(event.place));
    let id = reference.get("Ref").unwrap_or(&reference).as_str().map(SmolStr::new);
    let Some(id) = id.filter(|id| context.source(id).is_some()) else {
        let message = "`ApiId` must be a `Ref` to an API of this template";
        return Err(event.error(reference.place, message));
    };
    let mut resources = Vec::new();
    let is_managed = apis.is_managed(&id);
    let auth = context.source(&id).and_then(|api| api.at(&["Properties", "Auth"])).cloned();
    let edited = edit_definition(context, &id, |context, body| {
        check_http_definition(body)?;
        if path == DEFAULT_PATH || !default_route_is_for(body, &event.target().id)? {
            resources.push(permission(event, &reference, (&path, &method)));
        }
        if is_managed && has_integration(body, &path, &method)? {
            let message = format!("the method `{method}` of the path `{path}` is defined twice");
            return Err(event.error(event.place, message));
        }
        write_route(context, event, auth.as_ref(), (&path, &method), body)
    })?;
    if edited.is_none() {
        resources.push(permission(event, &reference, (&path, &method)));
    }
    Ok(resources)
}

fn permission(event: &Event<'_>, api: &Node, (path, method): (&str, &str)) -> Resource {
    let path = without_last_slash(path);
    let path = if path == DEFAULT_PATH { "" } else { path };
    let path = replace_parameters(path, |name| name == "proxy+" || is_parameter(name));
    let is_any = method == "any" || method == ANY_METHOD;
    // The default route has no method in its ARN.
    let route = if method == "any" && path.strip_prefix('/') == Some(DEFAULT_PATH) {
        path.to_string()
    } else if is_any {
        format!("/*{path}")
    } else {
        format!("/{}{path}", method.to_uppercase())
    };
    let arn = route_arn("${AWS::Partition}", api, &route, event.here());
    event.permission(format!("{}Permission", event.id), "apigateway.amazonaws.com", Some(arn))
}

fn write_route(
    _context: &Context<'_>,
    event: &Event<'_>,
    api_auth: Option<&Node>,
    (path, method): (&str, &str),
    body: &mut Node,
) -> Result<(), Diagnostic> {
    let here = event.here();
    let integration = HttpIntegration {
        uri: function_uri("${AWS::Partition}", &event.target_arn(), false, here),
        condition: event.sam.attribute("Condition").and_then(Node::as_str).map(SmolStr::new),
        place: event.place,
    };
    add_http_integration(body, path, method, &integration)?;
    if let Some(auth) = event.truthy("Auth") {
        guard_route(event, auth, api_auth, (path, method), body)?;
    }
    if let Some(timeout) = event.truthy("TimeoutInMillis") {
        set_timeout(body, path, method, timeout)?;
    }
    add_path_parameters(body, path, method, event.place)?;
    if let Some(version) = event.truthy("PayloadFormatVersion") {
        set_on_integration(body, path, method, "payloadFormatVersion", version)?;
    }
    Ok(())
}

fn guard_route(
    event: &Event<'_>,
    auth: &Node,
    api_auth: Option<&Node>,
    at: (&str, &str),
    body: &mut Node,
) -> Result<(), Diagnostic> {
    let fail = |place: Place, message: String| Err(event.error(place, message));
    let no_auth = Map::new();
    let api_auth = match api_auth {
        None => &no_auth,
        Some(node) => node
            .as_map()
            .ok_or_else(|| event.error(node.place, "`Auth` of the API must be a mapping"))?,
    };
    let default = api_auth.get("DefaultAuthorizer").filter(|node| truthy(node));
    let Some(authorizer) = auth.get("Authorizer").filter(|node| truthy(node)).or(default) else {
        let message = "`Auth` needs an `Authorizer`, or the API a `DefaultAuthorizer`".to_owned();
        return fail(auth.place, message);
    };
    let configured = api_auth.get("Authorizers").filter(|node| truthy(node));
    let iam = api_auth.get("EnableIamAuthorizer").is_some_and(|n| n.kind == Kind::Bool(true));
    let Some(name) = authorizer.as_str() else {
        return fail(authorizer.place, "`Authorizer` must be the name of an authorizer".to_owned());
    };
    let own = configured.and_then(|all| all.get(name)).filter(|own| truthy(own));
    match name {
        "NONE" if default.is_none() => {
            let message =
                "`Authorizer: NONE` needs a `DefaultAuthorizer` on the API that it switches off";
            return fail(authorizer.place, message.to_owned());
        }
        "NONE" => {}
        "AWS_IAM" if iam => {}
        _ if own.is_none() => {
            let message = format!("the API has no authorizer `{name}`; add it to its `Auth`");
            return fail(authorizer.place, message);
        }
        _ => {}
    }
    let scopes = auth.get("AuthorizationScopes").filter(|scopes| truthy(scopes));
    if let Some(scopes) = scopes.filter(|scopes| scopes.as_list().is_none()) {
        return fail(scopes.place, "`AuthorizationScopes` must be a list of texts".to_owned());
    }
    if let Some(own) = own.filter(|own| own.as_map().is_none()) {
        return fail(own.place, format!("the authorizer `{name}` must be a mapping"));
    }
    let none = Node::list(authorizer.place, Vec::new());
    let scopes = if matches!(name, "NONE" | "AWS_IAM") {
        &none
    } else {
        let of_authorizer = own.and_then(|own| own.get("AuthorizationScopes"));
        scopes.or_else(|| of_authorizer.filter(|scopes| truthy(scopes))).unwrap_or(&none)
    };
    set_http_method_authorizer(body, at, (name, scopes), authorizer.place)
}
