//! Who may call the methods of a REST API: authorizers and API keys.

use sam_core::intrinsic::Here;
use source_text::{Diagnostic, Map, Node, Place, SmolStr};

use super::document::{all_methods_mut, list_of, method_definitions_mut, section_mut};

const DEFINITIONS: &str = "securityDefinitions";

/// Names of the authorizers of an API, each with the scopes that it asks for.
pub(crate) type AuthorizerScopes = Vec<(SmolStr, Node)>;

fn security_of(method: &Map, path: &str, name: &str) -> Result<Vec<Node>, Diagnostic> {
    let what = format!("`security` of the method `{name}` of the path `{path}`");
    let security = list_of(method, "security", &what)?;
    match security.iter().find(|entry| entry.as_map().is_none()) {
        Some(entry) => {
            let found = entry.kind_name();
            Err(Diagnostic::error(entry.place, format!("an entry of {what} is {found}")))
        }
        None => Ok(security),
    }
}

fn names(entry: &Node, name: &str) -> bool {
    entry.as_map().is_some_and(|map| map.contains(name))
}

/// Puts the default authorizer on every method of a path that has none of its own.
///
/// A method whose security holds the marker `NONE` gets no authorizer and loses the marker.
pub(crate) fn set_default_authorizer(
    definition: &mut Node,
    path: &str,
    default: &str,
    authorizers: &AuthorizerScopes,
    (to_preflight, place): (bool, Place),
) -> Result<(), Diagnostic> {
    let is_authorizer = |entry: &Node| {
        names(entry, "AWS_IAM") || authorizers.iter().any(|(name, _)| names(entry, name))
    };
    let mut needs_iam = false;
    for (name, method) in all_methods_mut(definition, path)? {
        if name == "options" && !to_preflight {
            continue;
        }
        let existing = security_of(method, path, &name)?;
        let (own, mut security): (Vec<_>, Vec<_>) = existing.into_iter().partition(is_authorizer);
        if let Some(index) = security.iter().position(|entry| names(entry, "NONE")) {
            security.remove(index);
        } else if own.is_empty() {
            let scopes = authorizers.iter().find(|(name, _)| name == default);
            let scopes =
                scopes.map_or_else(|| Node::list(place, Vec::new()), |(_, scopes)| scopes.clone());
            security.push(Node::map(place, [(SmolStr::new(default), scopes)]));
        } else {
            security.extend(own);
        }
        if let Some(first) = security.first() {
            needs_iam |= names(first, "AWS_IAM");
            method.insert("security", Node::list(place, security));
        }
    }
    if needs_iam { add_iam_definition(definition, place) } else { Ok(()) }
}

/// Asks for an API key on every method of a path that does not say otherwise.
///
/// A method with the marker `api_key_false` needs none and loses the marker.
pub(crate) fn set_default_api_key(
    definition: &mut Node,
    path: &str,
    (to_preflight, place): (bool, Place),
) -> Result<(), Diagnostic> {
    for (name, method) in all_methods_mut(definition, path)? {
        let existing = security_of(method, path, &name)?;
        let count = existing.len();
        let had_none = existing.is_empty();
        let (own, others): (Vec<_>, Vec<_>) = existing
            .into_iter()
            .partition(|entry| names(entry, "api_key") || names(entry, "api_key_false"));
        let refuses = own.iter().any(|entry| names(entry, "api_key_false"));
        let mut security = others;
        if !refuses && (name != "options" || to_preflight) {
            security.push(Node::map(place, [("api_key", Node::list(place, Vec::new()))]));
        }
        let unchanged = had_none && security.is_empty();
        if !unchanged || count != security.len() {
            method.insert("security", Node::list(place, security));
        }
    }
    Ok(())
}

/// Puts the authorizer that an event names on its method; scopes of the event win.
pub(crate) fn set_method_authorizer(
    definition: &mut Node,
    (path, method): (&str, &str),
    authorizer: &Node,
    scopes: Option<&Node>,
) -> Result<(), Diagnostic> {
    let place = authorizer.place;
    let Some(name) = authorizer.as_str() else {
        return Err(Diagnostic::error(place, "`Authorizer` must be the name of an authorizer"));
    };
    let scopes = scopes.cloned().unwrap_or_else(|| Node::list(place, Vec::new()));
    let mut needs_iam = false;
    for found in method_definitions_mut(definition, path, method)? {
        let mut security = security_of(found, path, method)?;
        security.push(Node::map(place, [(SmolStr::new(name), scopes.clone())]));
        needs_iam |= security.first().is_some_and(|first| names(first, "AWS_IAM"));
        found.insert("security", Node::list(place, security));
    }
    if needs_iam { add_iam_definition(definition, place) } else { Ok(()) }
}

/// Asks for an API key on one method, or marks that it needs none.
pub(crate) fn set_method_api_key(
    definition: &mut Node,
    (path, method): (&str, &str),
    required: bool,
    place: Place,
) -> Result<(), Diagnostic> {
    let key = if required { "api_key" } else { "api_key_false" };
    let mut found_one = false;
    for found in method_definitions_mut(definition, path, method)? {
        let mut security = security_of(found, path, method)?;
        security.push(Node::map(place, [(key, Node::list(place, Vec::new()))]));
        found.insert("security", Node::list(place, security));
        found_one = true;
    }
    if required && found_one { add_api_key_definition(definition, place) } else { Ok(()) }
}

/// Defines the API key as a security scheme, unless the author did.
pub(crate) fn add_api_key_definition(
    definition: &mut Node,
    place: Place,
) -> Result<(), Diagnostic> {
    let here = Here(place);
    let Some(map) = definition.as_map_mut() else { return Ok(()) };
    let definitions = section_mut(map, DEFINITIONS, place)?;
    if !definitions.contains("api_key") {
        let scheme = here.map([
            ("type", here.text("apiKey")),
            ("name", here.text("x-api-key")),
            ("in", here.text("header")),
        ]);
        definitions.insert("api_key", scheme);
    }
    Ok(())
}

fn add_iam_definition(definition: &mut Node, place: Place) -> Result<(), Diagnostic> {
    let here = Here(place);
    let Some(map) = definition.as_map_mut() else { return Ok(()) };
    let definitions = section_mut(map, DEFINITIONS, place)?;
    if !definitions.contains("AWS_IAM") {
        let scheme = here.map([
            ("x-amazon-apigateway-authtype", here.text("awsSigv4")),
            ("type", here.text("apiKey")),
            ("name", here.text("Authorization")),
            ("in", here.text("header")),
        ]);
        definitions.insert("AWS_IAM", scheme);
    }
    Ok(())
}
