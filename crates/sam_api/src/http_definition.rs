//! The definition of an HTTP API, completed with what the properties of the API say.

use sam_core::context::Context;
use sam_core::intrinsic::{Here, is_intrinsic, is_no_value};
use sam_core::resource::Sam;
use source_text::{Diagnostic, Kind, Map, Node, SmolStr};

use crate::http_authorizer::{self, HttpAuthorizer};
use crate::openapi::{
    DEFAULT_PATH, add_http_cors, add_http_tags, check_http_definition, ensure_scheme,
    is_http_definition, set_http_default_authorizer, set_http_endpoint, truthy,
};

/// Tag by which AWS knows that SAM made the API.
pub(crate) const CREATED_BY: &str = "httpapi:createdBy";

/// The completed definition, and the tags of the API and its stage.
#[derive(Debug)]
pub(crate) struct HttpDefinition {
    /// The definition; `None` when it is not in the template.
    pub(crate) body: Option<Node>,
    /// Given tags and SAM's own; `None` when the definition is not in the template.
    pub(crate) tags: Option<Node>,
}

/// The definition with CORS, authorizers, tags, endpoint, title and description.
pub(crate) fn complete(context: &Context<'_>, sam: &Sam) -> Result<HttpDefinition, Diagnostic> {
    let mut body = sam.truthy("DefinitionBody").cloned();
    if let Some(cors) = sam.truthy("CorsConfiguration") {
        let cors = crate::resolved(context, sam, cors)?;
        let body = inline(sam, body.as_mut(), "CorsConfiguration", &cors)?;
        add_http_cors(body, &cors_mapping(sam, &cors)?)?;
    }
    if let Some(auth) = sam.truthy("Auth") {
        let body = inline(sam, body.as_mut(), "Auth", auth)?;
        add_auth(context, sam, body, auth)?;
    }
    let tags = add_tags(sam, body.as_mut())?;
    if let Some(disabled) = sam.get("DisableExecuteApiEndpoint") {
        let body = inline(sam, body.as_mut(), "DisableExecuteApiEndpoint", disabled)?;
        set_http_endpoint(body, disabled)?;
    }
    if let Some(name) = sam.truthy("Name") {
        let body = inline(sam, body.as_mut(), "Name", name)?;
        set_info(sam, body, "title", name)?;
    }
    if let Some(description) = sam.truthy("Description") {
        let body = inline(sam, body.as_mut(), "Description", description)?;
        set_info(sam, body, "description", description)?;
    }
    if sam.truthy("FailOnWarnings").is_some() {
        move_default_path(body.as_mut());
    }
    Ok(HttpDefinition { body, tags })
}

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
    check_http_definition(body)?;
    Ok(body)
}

/// `CorsConfiguration` as a mapping: `true` allows all origins.
fn cors_mapping(sam: &Sam, cors: &Node) -> Result<Node, Diagnostic> {
    const KNOWN: [&str; 6] = [
        "AllowMethods",
        "AllowHeaders",
        "AllowOrigins",
        "MaxAge",
        "ExposeHeaders",
        "AllowCredentials",
    ];
    let here = Here(cors.place);
    let map = match &cors.kind {
        Kind::Bool(_) => return Ok(here.map([("AllowOrigins", here.texts(["*"]))])),
        _ if is_intrinsic(cors) => return Ok(here.map([("AllowOrigins", cors.clone())])),
        Kind::Map(map) => map,
        _ => {
            let message = "`CorsConfiguration` must be `true` or a mapping";
            return Err(sam.error(cors.place, message));
        }
    };
    if let Some((key, entry)) = map.entries().find(|(key, _)| !KNOWN.contains(&key.as_str())) {
        let message = format!("`CorsConfiguration` has no property `{key}`");
        return Err(sam.error(entry.key_place, message));
    }
    let credentials = map.get("AllowCredentials").is_some_and(|n| n.kind == Kind::Bool(true));
    let origins = map.get("AllowOrigins").and_then(Node::as_list).unwrap_or_default();
    if credentials && matches!(origins, [one] if one.as_str() == Some("*")) {
        let message = "`AllowCredentials` cannot be true for the origin `*`; name the origins";
        return Err(sam.error(cors.place, message));
    }
    Ok(cors.clone())
}

fn add_auth(
    context: &Context<'_>,
    sam: &Sam,
    body: &mut Node,
    auth: &Node,
) -> Result<(), Diagnostic> {
    const KNOWN: [&str; 3] = ["Authorizers", "DefaultAuthorizer", "EnableIamAuthorizer"];
    let Some(properties) = auth.as_map() else {
        return Err(sam.error(auth.place, "`Auth` must be a mapping"));
    };
    if let Some((key, entry)) = properties.entries().find(|(key, _)| !KNOWN.contains(&key.as_str()))
    {
        return Err(sam.error(entry.key_place, format!("`Auth` has no property `{key}`")));
    }
    let authorizers = http_authorizer::read(sam, properties)?;
    for authorizer in &authorizers {
        ensure_scheme(body, &authorizer.name, authorizer.scheme(context, sam)?)?;
    }
    let default = properties.get("DefaultAuthorizer").filter(|node| truthy(node));
    match default.filter(|default| !is_no_value(default)) {
        Some(default) => set_default(sam, body, default, &authorizers),
        None => Ok(()),
    }
}

fn set_default(
    sam: &Sam,
    body: &mut Node,
    default: &Node,
    authorizers: &[HttpAuthorizer],
) -> Result<(), Diagnostic> {
    let Some(name) = default.as_str() else {
        return Err(
            sam.error(default.place, "`DefaultAuthorizer` must be the name of an authorizer")
        );
    };
    let Some(authorizer) = authorizers.iter().find(|authorizer| authorizer.name == name) else {
        let message = format!("the `DefaultAuthorizer` `{name}` is not one of `Authorizers`");
        return Err(sam.error(default.place, message));
    };
    let paths = body.get("paths").and_then(Node::as_map).map(|paths| paths.keys().cloned());
    let paths: Vec<SmolStr> = paths.into_iter().flatten().collect();
    for path in &paths {
        set_http_default_authorizer(body, path, (name, &authorizer.scopes), default.place)?;
    }
    Ok(())
}

fn add_tags(sam: &Sam, body: Option<&mut Node>) -> Result<Option<Node>, Diagnostic> {
    let given = sam.truthy("Tags");
    let Some(body) = (match given {
        Some(tags) => Some(inline(sam, body, "Tags", tags)?),
        None => body.filter(|body| is_http_definition(body)),
    }) else {
        return Ok(None);
    };
    let place = given.map_or(sam.place, |tags| tags.place);
    let mut tags = given.and_then(Node::as_map).cloned().unwrap_or_default();
    tags.insert(CREATED_BY, Node::text(place, "SAM"));
    add_http_tags(body, &tags)?;
    Ok(Some(Node::new(place, Kind::Map(tags))))
}

/// Sets the title or the description, which the definition must not set itself.
fn set_info(sam: &Sam, body: &mut Node, key: &str, value: &Node) -> Result<(), Diagnostic> {
    let known = body.at(&["info", key]);
    let is_free = if key == "title" {
        known.and_then(|title| title.get("Ref")).and_then(Node::as_str) == Some("AWS::StackName")
    } else {
        !known.is_some_and(truthy)
    };
    if !is_free {
        let message = format!("the definition has a {key} already; remove it there or here");
        return Err(sam.error(value.place, message));
    }
    if let Some(map) = body.as_map_mut() {
        crate::openapi::section_mut(map, "info", value.place)?
            .insert(SmolStr::new(key), value.clone());
    }
    Ok(())
}

/// API Gateway warns of a path without `/`, which fails the import when warnings do.
fn move_default_path(body: Option<&mut Node>) {
    let paths = body
        .and_then(Node::as_map_mut)
        .and_then(|body| body.get_mut("paths"))
        .and_then(Node::as_map_mut);
    if let Some(paths) = paths
        && let Some(item) = Map::remove(paths, DEFAULT_PATH)
    {
        paths.insert(SmolStr::from(format!("/{DEFAULT_PATH}")), item);
    }
}
