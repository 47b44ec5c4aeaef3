//! Swagger 2 sections moved to where OpenAPI 3 has them, and the endpoint extension.

use source_text::{Diagnostic, Map, Node, Place};

use super::document::{is_openapi_3, path_is_no_map, section_mut, truthy};

const ENDPOINT: &str = "x-amazon-apigateway-endpoint-configuration";

/// Moves what SAM writes in Swagger 2 style to OpenAPI 3, when the API asks for OpenAPI 3.
///
/// `wanted` is `OpenApiVersion`; without it the definition's own `openapi` decides. A definition
/// with `swagger` stays as it is.
pub(crate) fn to_openapi_3(definition: &mut Node, wanted: Option<&Node>) -> Result<(), Diagnostic> {
    let place = definition.place;
    if definition.get("swagger").is_some_and(|version| !version.is_null()) {
        return Ok(());
    }
    let version = wanted.or_else(|| definition.get("openapi"));
    if !version.is_some_and(|version| truthy(version) && is_openapi_3(version)) {
        return Ok(());
    }
    let Some(map) = definition.as_map_mut() else { return Ok(()) };
    for (from, to) in [("securityDefinitions", "securitySchemes"), ("definitions", "schemas")] {
        if map.get(from).is_some_and(truthy)
            && let Some(section) = map.remove(from)
        {
            section_mut(map, "components", place)?.insert(to, section);
        }
    }
    let Some(paths) = map.get_mut("paths").filter(|paths| truthy(paths)) else { return Ok(()) };
    let at = paths.place;
    let paths = paths
        .as_map_mut()
        .ok_or_else(|| Diagnostic::error(at, "`paths` must be a mapping of paths"))?;
    for (path, item) in paths.iter_mut() {
        if item.as_map().is_none() {
            return Err(path_is_no_map(path, item));
        }
        let options = item.as_map_mut().and_then(|item| item.get_mut("options"));
        if let Some(options) = options.filter(|options| truthy(options)) {
            upgrade_preflight(options, path)?;
        }
    }
    Ok(())
}

fn upgrade_preflight(options: &mut Node, path: &str) -> Result<(), Diagnostic> {
    let place = options.place;
    let broken = |what: &str, place: Place| {
        let message =
            format!("{what} of the method `options` of the path `{path}` must be a mapping");
        Diagnostic::error(place, message)
    };
    let options = options.as_map_mut().ok_or_else(|| broken("the definition", place))?;
    options.remove("produces");
    options.remove("consumes");
    let Some(responses) = options.get_mut("responses").filter(|node| !node.is_null()) else {
        return Ok(());
    };
    let place = responses.place;
    let responses = responses.as_map_mut().ok_or_else(|| broken("`responses`", place))?;
    let Some(ok) = responses.get_mut("200").filter(|node| !node.is_null()) else { return Ok(()) };
    let ok = ok.as_map_mut().ok_or_else(|| broken("the response `200`", place))?;
    let Some(headers) = ok.get_mut("headers").filter(|node| truthy(node)) else { return Ok(()) };
    let headers = headers.as_map_mut().ok_or_else(|| broken("`headers`", place))?;
    for (_, header) in headers.iter_mut() {
        *header = Node::map(header.place, [("schema", header.clone())]);
    }
    Ok(())
}

/// Says in the definition whether the default `execute-api` address answers.
pub(crate) fn set_rest_endpoint(definition: &mut Node, disabled: &Node) -> Result<(), Diagnostic> {
    let is_open =
        definition.get("openapi").is_some_and(|version| truthy(version) && is_openapi_3(version));
    let Some(map) = definition.as_map_mut() else { return Ok(()) };
    if is_open { set_on_servers(map, disabled) } else { set_endpoint(map, disabled) }
}

/// The same, on each of the `servers`; one is made when there is none.
pub(crate) fn set_on_servers(map: &mut Map, disabled: &Node) -> Result<(), Diagnostic> {
    let place = disabled.place;
    if !map.contains("servers") {
        let server = Node::new(place, source_text::Kind::Map(Map::new()));
        map.insert("servers", Node::list(place, vec![server]));
    }
    let Some(servers) = map.get_mut("servers") else { return Ok(()) };
    let at = servers.place;
    let source_text::Kind::List(servers) = &mut servers.kind else {
        return Err(Diagnostic::error(at, "`servers` of the API definition must be a list"));
    };
    for server in servers {
        let at = server.place;
        let server = server.as_map_mut().ok_or_else(|| {
            Diagnostic::error(at, "an entry of `servers` of the API definition must be a mapping")
        })?;
        set_endpoint(server, disabled)?;
    }
    Ok(())
}

fn set_endpoint(map: &mut Map, disabled: &Node) -> Result<(), Diagnostic> {
    section_mut(map, ENDPOINT, disabled.place)?
        .insert("disableExecuteApiEndpoint", disabled.clone());
    Ok(())
}
