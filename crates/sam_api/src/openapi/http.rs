//! Edits of the OpenAPI 3 definition of an HTTP API.

use sam_core::intrinsic::{Here, is_intrinsic};
use source_text::{Diagnostic, Kind, Map, Node, Place, SmolStr};

use super::INTEGRATION;
use super::document::{
    ANY_METHOD, add_path, branches, branches_mut, has_integration, is_http_definition, list_of,
    method_definitions_mut, normalize_method, path_items_mut, section_mut, truthy,
};
use super::integration::{conditional, method_map};
use super::upgrade::set_on_servers;

/// Path that answers what no other path does.
pub const DEFAULT_PATH: &str = "$default";

/// How a method of an HTTP API calls its function.
#[derive(Debug)]
pub struct HttpIntegration {
    /// Address of the function's invocation.
    pub uri: Node,
    /// Condition under which the function exists.
    pub condition: Option<SmolStr>,
    /// The event that asked for it.
    pub place: Place,
}

/// Demands OpenAPI 3 with paths, and mappings where edits will go.
///
/// # Errors
/// It is no OpenAPI 3 document, or `components` or `info` is no mapping.
pub fn check_http_definition(definition: &Node) -> Result<(), Diagnostic> {
    if !is_http_definition(definition) {
        let message = "the API definition is no OpenAPI 3 document; it needs `openapi: 3.0.1` and \
                       a mapping `paths`";
        return Err(Diagnostic::error(definition.place, message));
    }
    for key in ["components", "info"] {
        if let Some(found) = definition.get(key)
            && !found.is_null()
            && found.as_map().is_none()
        {
            let message = format!("`{key}` of the API definition must be a mapping");
            return Err(Diagnostic::error(found.place, message));
        }
    }
    Ok(())
}

/// Puts the integration on a method that has none yet.
///
/// # Errors
/// The definition has no `paths`, or what stands at the path or method is no mapping.
pub fn add_http_integration(
    definition: &mut Node,
    path: &str,
    method: &str,
    integration: &HttpIntegration,
) -> Result<(), Diagnostic> {
    if has_integration(definition, path, method)? {
        return Ok(());
    }
    let here = Here(integration.place);
    add_path(definition, path, method, integration.place)?;
    let method = normalize_method(method);
    let mut uri = integration.uri.clone();
    if let Some(condition) = &integration.condition {
        uri = conditional(condition, uri);
    }
    for item in path_items_mut(definition, path)? {
        let Some(found) = item.get_mut(&method) else { continue };
        let entry = method_map(found, integration.place, path, &method)?;
        let call = here.map([
            ("type", here.text("aws_proxy")),
            ("httpMethod", here.text("POST")),
            ("payloadFormatVersion", here.text("2.0")),
            ("uri", uri.clone()),
        ]);
        entry.insert(INTEGRATION, call);
        if path == DEFAULT_PATH && method == ANY_METHOD {
            entry.insert("isDefaultRoute", here.bool(true));
        }
        if !entry.contains("responses") {
            entry.insert("responses", Node::new(here.0, Kind::Map(Map::new())));
        }
        if let Some(condition) = &integration.condition {
            *found = conditional(condition, found.clone());
        }
    }
    Ok(())
}

/// Whether the default route already calls the function (or alias) with this logical id.
///
/// # Errors
/// A path item or a method is no mapping, or an `Fn::If` no list.
pub fn default_route_is_for(definition: &Node, id: &str) -> Result<bool, Diagnostic> {
    if !has_integration(definition, DEFAULT_PATH, ANY_METHOD)? {
        return Ok(false);
    }
    let Some(item) = definition.at(&["paths", DEFAULT_PATH]) else { return Ok(false) };
    for branch in branches(item)? {
        let Some(method) = branch.get(ANY_METHOD) else { continue };
        for part in branches(method)? {
            let uri = part.at(&[INTEGRATION, "uri"]).filter(|uri| uri.as_map().is_some());
            let Some(uri) = uri else { return Ok(false) };
            for address in branches(uri)? {
                let text = address.get("Fn::Sub").and_then(Node::as_str).unwrap_or_default();
                if called_function(text) != Some(id) {
                    return Ok(false);
                }
            }
        }
    }
    Ok(true)
}

/// `Orders` of `…/functions/${Orders.Arn}/invocations`.
fn called_function(address: &str) -> Option<&str> {
    let (before, _) = address.split_once(".Arn")?;
    let start = before.rfind(|c: char| !c.is_ascii_alphanumeric()).map_or(0, |index| index + 1);
    before.get(start..).filter(|name| !name.is_empty())
}

/// Declares the parameters of the path of a method.
///
/// # Errors
/// The method is not there, or its `parameters` are no list.
pub fn add_path_parameters(
    definition: &mut Node,
    path: &str,
    method: &str,
    place: Place,
) -> Result<(), Diagnostic> {
    let names = parameters_of(path);
    if names.is_empty() {
        return Ok(());
    }
    let here = Here(place);
    for found in method_definitions_mut(definition, path, method)? {
        let mut parameters = list_of(found, "parameters", "`parameters` of a method")?;
        for name in &names {
            let known = parameters
                .iter_mut()
                .find(|parameter| parameter.get("name").and_then(Node::as_str) == Some(name))
                .and_then(Node::as_map_mut);
            if let Some(known) = known {
                known.insert("in", here.text("path"));
                known.insert("required", here.bool(true));
            } else {
                parameters.push(here.map([
                    ("name", here.text(*name)),
                    ("in", here.text("path")),
                    ("required", here.bool(true)),
                ]));
            }
        }
        found.insert("parameters", Node::list(place, parameters));
    }
    Ok(())
}

fn parameters_of(path: &str) -> Vec<&str> {
    let parts = path.split('{').skip(1);
    parts.filter_map(|part| part.split_once('}').map(|(name, _)| name)).collect()
}

/// Sets a security scheme.
pub(crate) fn ensure_scheme(
    definition: &mut Node,
    name: &str,
    scheme: Node,
) -> Result<(), Diagnostic> {
    let place = scheme.place;
    let Some(map) = definition.as_map_mut() else { return Ok(()) };
    let components = section_mut(map, "components", place)?;
    section_mut(components, "securitySchemes", place)?.insert(SmolStr::new(name), scheme);
    Ok(())
}

/// Puts the default authorizer on every method of a path that has no security of its own.
pub(crate) fn set_http_default_authorizer(
    definition: &mut Node,
    path: &str,
    (default, scopes): (&str, &Node),
    place: Place,
) -> Result<(), Diagnostic> {
    let entry = Node::map(place, [(SmolStr::new(default), scopes.clone())]);
    for item in path_items_mut(definition, path)? {
        let known: Vec<SmolStr> = item.keys().cloned().collect();
        for (name, value) in item.iter_mut() {
            let normal = normalize_method(name);
            if matches!(normal.as_str(), "parameters" | "options") {
                continue;
            }
            if !known.contains(&normal) {
                let message =
                    format!("write the method `{name}` of the path `{path}` as `{normal}`");
                return Err(Diagnostic::error(value.place, message));
            }
            for branch in branches_mut(value)? {
                let at = branch.place;
                let Some(method) = branch.as_map_mut() else {
                    let message =
                        format!("the method `{name}` of the path `{path}` must be a mapping");
                    return Err(Diagnostic::error(at, message));
                };
                let integrated = method.get(INTEGRATION).is_some_and(truthy);
                if integrated && !method.get("security").is_some_and(truthy) {
                    method.insert("security", Node::list(place, vec![entry.clone()]));
                }
            }
        }
    }
    Ok(())
}

/// Adds an authorizer with its scopes to the security of one method.
///
/// # Errors
/// The method is not there, or its `security` is no list.
pub fn set_http_method_authorizer(
    definition: &mut Node,
    (path, method): (&str, &str),
    (authorizer, scopes): (&str, &Node),
    place: Place,
) -> Result<(), Diagnostic> {
    let what = format!("`security` of the method `{method}` of the path `{path}`");
    for found in method_definitions_mut(definition, path, method)? {
        let mut security = list_of(found, "security", &what)?;
        security.push(Node::map(place, [(SmolStr::new(authorizer), scopes.clone())]));
        found.insert("security", Node::list(place, security));
    }
    Ok(())
}

/// Adds tags with their values; a tag that is there gets the new value.
pub(crate) fn add_http_tags(definition: &mut Node, tags: &Map) -> Result<(), Diagnostic> {
    const VALUE: &str = "x-amazon-apigateway-tag-value";
    let Some(map) = definition.as_map_mut() else { return Ok(()) };
    let mut known = match map.get("tags").filter(|tags| truthy(tags)) {
        None => Vec::new(),
        Some(tags) => tags.as_list().map(<[Node]>::to_vec).ok_or_else(|| {
            let found = tags.kind_name();
            let message = format!("`tags` of the API definition must be a list, not {found}");
            Diagnostic::error(tags.place, message)
        })?,
    };
    for (name, value) in tags.iter() {
        let same = known
            .iter_mut()
            .find(|tag| tag.get("name").and_then(Node::as_str) == Some(name))
            .and_then(Node::as_map_mut);
        if let Some(tag) = same {
            tag.insert(VALUE, value.clone());
        } else {
            let here = Here(value.place);
            known.push(here.map([("name", here.text(name.clone())), (VALUE, value.clone())]));
        }
    }
    let place = map.get("tags").map_or_else(
        || tags.values().next().map_or_else(Place::default, |value| value.place),
        |tags| tags.place,
    );
    if !known.is_empty() {
        map.insert("tags", Node::list(place, known));
    }
    Ok(())
}

/// Says whether the default `execute-api` address answers.
pub(crate) fn set_http_endpoint(definition: &mut Node, disabled: &Node) -> Result<(), Diagnostic> {
    definition.as_map_mut().map_or(Ok(()), |map| set_on_servers(map, disabled))
}

/// Merges `CorsConfiguration` into the definition; `configuration` has SAM's property names.
pub(crate) fn add_http_cors(definition: &mut Node, configuration: &Node) -> Result<(), Diagnostic> {
    const CORS: &str = "x-amazon-apigateway-cors";
    const NAMES: [(&str, &str); 6] = [
        ("AllowOrigins", "allowOrigins"),
        ("AllowHeaders", "allowHeaders"),
        ("AllowMethods", "allowMethods"),
        ("ExposeHeaders", "exposeHeaders"),
        ("MaxAge", "maxAge"),
        ("AllowCredentials", "allowCredentials"),
    ];
    let Some(map) = definition.as_map_mut() else { return Ok(()) };
    let cors = section_mut(map, CORS, configuration.place)?;
    if configuration.get("AllowOrigins").is_some_and(is_intrinsic)
        && let Some(intrinsic) = configuration.get("AllowOrigins")
    {
        let renamed = rename(intrinsic, &NAMES);
        for (key, value) in renamed.as_map().into_iter().flat_map(Map::iter) {
            cors.insert(key.clone(), value.clone());
        }
        return Ok(());
    }
    for (property, name) in NAMES {
        let Some(value) = configuration.get(property) else { continue };
        let counts = match property {
            "MaxAge" => !value.is_null(),
            "AllowCredentials" => value.kind == Kind::Bool(true),
            _ => truthy(value),
        };
        if counts {
            cors.insert(name, value.clone());
        }
    }
    Ok(())
}

/// The tree with the names replaced in every key and text.
fn rename(node: &Node, names: &[(&str, &str)]) -> Node {
    let replace = |text: &SmolStr| {
        names.iter().fold(text.clone(), |text, (from, to)| {
            if text.contains(from) { SmolStr::from(text.replace(from, to)) } else { text }
        })
    };
    let kind = match &node.kind {
        Kind::Text(text) => Kind::Text(replace(text)),
        Kind::List(items) => Kind::List(items.iter().map(|item| rename(item, names)).collect()),
        Kind::Map(map) => {
            Kind::Map(map.iter().map(|(key, value)| (replace(key), rename(value, names))).collect())
        }
        other => other.clone(),
    };
    Node::new(node.place, kind)
}

#[cfg(test)]
mod tests {
    use super::{called_function, parameters_of};

    #[test]
    fn the_called_function_is_read_off_the_address() {
        let address = "arn:x:lambda:path/2015-03-31/functions/${Orders.Arn}/invocations";
        assert_eq!(called_function(address), Some("Orders"));
        assert_eq!(called_function("arn:x:lambda:path/functions/${OrdersAliaslive}"), None);
    }

    #[test]
    fn a_greedy_parameter_keeps_its_plus() {
        assert_eq!(parameters_of("/a/{id}/{proxy+}"), ["id", "proxy+"]);
    }
}
