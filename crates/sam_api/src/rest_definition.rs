//! The definition of a REST API, completed with what the properties of the API say.

use sam_core::context::Context;
use sam_core::intrinsic::{Here, is_intrinsic};
use sam_core::resource::Sam;
use source_text::{Diagnostic, Kind, Map, Node, SmolStr};

use crate::openapi::{
    RestCors, add_rest_cors, check_path_items, is_rest_definition, set_rest_endpoint, to_openapi_3,
    truthy,
};
use crate::{check_copies, rest_authorization};

/// The definition with CORS, authorization, gateway responses, media types and models.
///
/// `None` when the API has no definition in the template.
pub(crate) fn complete(
    context: &Context<'_>,
    sam: &Sam,
    auth: Option<&Map>,
    media_types: Option<&Node>,
) -> Result<Option<Node>, Diagnostic> {
    let mut body = sam.truthy("DefinitionBody").cloned();
    let version = sam.truthy("OpenApiVersion");
    if let Some(cors) = sam.truthy("Cors") {
        let body = inline(sam, body.as_mut(), "Cors", cors)?;
        add_cors(sam, body, cors)?;
    }
    if let Some(auth) = auth.filter(|auth| !auth.is_empty()) {
        let place = sam.place_of("Auth");
        let body = inline(sam, body.as_mut(), "Auth", &Node::null(place))?;
        rest_authorization::apply(context, sam, body, auth)?;
        to_openapi_3(body, version)?;
    }
    if let Some(responses) = sam.truthy("GatewayResponses") {
        let body = inline(sam, body.as_mut(), "GatewayResponses", responses)?;
        add_gateway_responses(sam, body, responses)?;
    }
    if let (Some(types), Some(body)) = (media_types.filter(|types| truthy(types)), body.as_mut()) {
        check_editable(sam, body, "BinaryMediaTypes")?;
        if let Some(map) = body.as_map_mut() {
            map.insert("x-amazon-apigateway-binary-media-types", unescape_slashes(types));
        }
    }
    if let Some(models) = sam.truthy("Models") {
        let body = inline(sam, body.as_mut(), "Models", models)?;
        add_models(sam, body, models)?;
        to_openapi_3(body, version)?;
    }
    if let Some(disabled) = sam.get("DisableExecuteApiEndpoint") {
        let body = inline(sam, body.as_mut(), "DisableExecuteApiEndpoint", disabled)?;
        set_rest_endpoint(body, disabled)?;
    }
    if sam.truthy("DefinitionUri").is_none()
        && let Some(body) = body.as_mut()
    {
        to_openapi_3(body, version)?;
    }
    Ok(body)
}

/// The definition, which `property` changes, if it stands in the template and can be changed.
fn inline<'b>(
    sam: &Sam,
    body: Option<&'b mut Node>,
    property: &str,
    value: &Node,
) -> Result<&'b mut Node, Diagnostic> {
    let Some(body) = body else {
        let message = format!(
            "`{property}` needs the API definition in the template; write it in `DefinitionBody`"
        );
        return Err(sam.error(value.place, message));
    };
    check_editable(sam, body, property)?;
    Ok(body)
}

fn check_editable(sam: &Sam, body: &Node, property: &str) -> Result<(), Diagnostic> {
    if !is_rest_definition(body) {
        let message = format!(
            "`{property}` cannot be applied: `DefinitionBody` is no Swagger 2 or OpenAPI 3 document \
             with a mapping `paths`"
        );
        return Err(sam.error(body.place, message));
    }
    check_path_items(body)
}

fn add_cors(sam: &Sam, body: &mut Node, cors: &Node) -> Result<(), Diagnostic> {
    const KNOWN: [&str; 5] =
        ["AllowMethods", "AllowHeaders", "AllowOrigin", "MaxAge", "AllowCredentials"];
    let here = Here(cors.place);
    let mut rest = RestCors {
        origin: here.text("'*'"),
        headers: None,
        methods: None,
        max_age: None,
        credentials: false,
        place: cors.place,
    };
    match &cors.kind {
        Kind::Text(_) => rest.origin = cors.clone(),
        _ if is_intrinsic(cors) => rest.origin = cors.clone(),
        Kind::Map(map) => {
            if let Some((key, entry)) =
                map.entries().find(|(key, _)| !KNOWN.contains(&key.as_str()))
            {
                let message = format!("`Cors` has no property `{key}`");
                return Err(sam.error(entry.key_place, message));
            }
            let given = |key: &str| map.get(key).filter(|node| !node.is_null()).cloned();
            if let Some(origin) = map.get("AllowOrigin") {
                rest.origin = origin.clone();
            }
            rest.headers = given("AllowHeaders");
            rest.methods = given("AllowMethods");
            rest.max_age = given("MaxAge");
            rest.credentials =
                map.get("AllowCredentials").is_some_and(|n| n.kind == Kind::Bool(true));
        }
        _ => {
            let message = "`Cors` must be the allowed origin or a mapping";
            return Err(sam.error(cors.place, message));
        }
    }
    if rest.credentials && rest.origin.as_str() == Some("'*'") {
        let message = "`AllowCredentials` cannot be true for the origin `'*'`; name the origins";
        return Err(sam.error(cors.place, message));
    }
    let paths = body.get("paths").and_then(Node::as_map).map(|paths| paths.keys().cloned());
    let paths: Vec<SmolStr> = paths.into_iter().flatten().collect();
    check_copies(sam, cors, paths.len(), "Cors")?;
    // API Gateway takes `/orders` and `/orders/` for one resource, which has one OPTIONS method.
    let mut done = std::collections::HashSet::new();
    for path in &paths {
        let resource = if path == "/" { path } else { path.trim_end_matches('/') };
        if done.insert(resource) {
            add_rest_cors(body, path, &rest)?;
        }
    }
    Ok(())
}

fn add_gateway_responses(sam: &Sam, body: &mut Node, responses: &Node) -> Result<(), Diagnostic> {
    let map = responses
        .as_map()
        .ok_or_else(|| sam.error(responses.place, "`GatewayResponses` must be a mapping"))?;
    let mut generated = Vec::new();
    for (type_, entry) in map.entries() {
        let response = &entry.value;
        let Some(properties) = response.as_map().filter(|_| !is_intrinsic(response)) else {
            let message = format!("the gateway response `{type_}` must be a literal mapping");
            return Err(sam.error(response.place, message));
        };
        generated.push((type_.clone(), gateway_response(sam, type_, properties, response)?));
    }
    if let Some(body) = body.as_map_mut() {
        let key = "x-amazon-apigateway-gateway-responses";
        let section = crate::openapi::section_mut(body, key, responses.place)?;
        for (type_, response) in generated {
            section.insert(type_, response);
        }
    }
    Ok(())
}

fn gateway_response(
    sam: &Sam,
    type_: &str,
    properties: &Map,
    node: &Node,
) -> Result<Node, Diagnostic> {
    for (key, entry) in properties.entries() {
        if !matches!(key.as_str(), "ResponseParameters" | "ResponseTemplates" | "StatusCode") {
            let message = format!("the gateway response `{type_}` has no property `{key}`");
            return Err(sam.error(entry.key_place, message));
        }
    }
    let here = Here(node.place);
    let mut parameters = Map::new();
    if let Some(given) = properties.get("ResponseParameters").filter(|node| truthy(node)) {
        let broken = |place| {
            let message =
                format!("`ResponseParameters` of the gateway response `{type_}` must be mappings");
            sam.error(place, message)
        };
        let groups = given.as_map().ok_or_else(|| broken(given.place))?;
        for (group, entry) in groups.entries() {
            let prefix = match group.as_str() {
                "Headers" => "header",
                "Paths" => "path",
                "QueryStrings" => "querystring",
                _ => {
                    let message = format!(
                        "the gateway response `{type_}` has no parameters `{group}`; use \
                         `Headers`, `Paths` or `QueryStrings`"
                    );
                    return Err(sam.error(entry.key_place, message));
                }
            };
            for (name, value) in entry.value.as_map().ok_or_else(|| broken(given.place))?.iter() {
                let key = SmolStr::from(format!("gatewayresponse.{prefix}.{name}"));
                parameters.insert(key, value.clone());
            }
        }
    }
    let templates = properties.get("ResponseTemplates").filter(|node| truthy(node));
    let mut swagger = Map::new();
    swagger.insert("responseParameters", Node::new(here.0, Kind::Map(parameters)));
    let empty = || Node::new(here.0, Kind::Map(Map::new()));
    swagger.insert("responseTemplates", templates.cloned().unwrap_or_else(empty));
    if let Some(code) = properties.get("StatusCode").filter(|code| truthy(code)) {
        let text = code.scalar_text().unwrap_or_default();
        if !(1..=3).contains(&text.len()) || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            let message =
                format!("`StatusCode` of the gateway response `{type_}` must be a number");
            return Err(sam.error(code.place, message));
        }
        swagger.insert("statusCode", Node::text(code.place, text));
    }
    Ok(Node::new(here.0, Kind::Map(swagger)))
}

fn add_models(sam: &Sam, body: &mut Node, models: &Node) -> Result<(), Diagnostic> {
    let map = models
        .as_map()
        .ok_or_else(|| sam.error(models.place, "`Models` must be a mapping of schemas"))?;
    let Some(body) = body.as_map_mut() else { return Ok(()) };
    let definitions = crate::openapi::section_mut(body, "definitions", models.place)?;
    for (name, schema) in map.iter() {
        if schema.as_map().is_none() {
            return Err(sam.error(schema.place, format!("the model `{name}` must be a mapping")));
        }
        if !schema.get("type").is_some_and(truthy) {
            return Err(sam.error(schema.place, format!("the model `{name}` lacks its `type`")));
        }
        definitions.insert(SmolStr::from(name.to_lowercase()), schema.clone());
    }
    Ok(())
}

/// Media types with `/` for the `~1` that stands for it.
fn unescape_slashes(node: &Node) -> Node {
    let unescape = |text: &SmolStr| {
        if text.contains("~1") { SmolStr::from(text.replace("~1", "/")) } else { text.clone() }
    };
    let kind = match &node.kind {
        Kind::Text(text) => Kind::Text(unescape(text)),
        Kind::List(items) => Kind::List(items.iter().map(unescape_slashes).collect()),
        Kind::Map(map) => {
            Kind::Map(map.iter().map(|(k, v)| (unescape(k), unescape_slashes(v))).collect())
        }
        other => other.clone(),
    };
    Node::new(node.place, kind)
}
