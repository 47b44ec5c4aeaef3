//! What the methods of REST APIs call.

use sam_core::intrinsic::Here;
use source_text::{Diagnostic, Kind, Map, Node, Place, SmolStr};

use super::INTEGRATION;
use super::document::{
    add_path, has_integration, method_definitions_mut, normalize_method, path_items_mut, truthy,
};

/// What a method of a REST API calls.
#[derive(Debug)]
pub struct RestIntegration {
    /// The `x-amazon-apigateway-integration`.
    pub call: Node,
    /// `responses` of the method, unless it has some.
    pub responses: Node,
    /// Condition under which what is called exists.
    pub condition: Option<SmolStr>,
    /// The event that asked for it.
    pub place: Place,
}

/// `Fn::If` of a condition, a value and nothing.
#[must_use]
pub fn conditional(condition: &str, value: Node) -> Node {
    let here = Here(value.place);
    here.if_(condition, value, here.no_value())
}

/// Puts the integration on a method; the method must not have one.
///
/// # Errors
/// The method has an integration, or what stands at the path or method is no mapping.
pub fn add_rest_integration(
    definition: &mut Node,
    path: &str,
    method: &str,
    integration: &RestIntegration,
) -> Result<(), Diagnostic> {
    let place = integration.place;
    if has_integration(definition, path, method)? {
        let message = format!("the method `{method}` of the path `{path}` is defined twice");
        return Err(Diagnostic::error(place, message));
    }
    add_path(definition, path, method, place)?;
    let method = normalize_method(method);
    for item in path_items_mut(definition, path)? {
        let Some(found) = item.get_mut(&method) else { continue };
        let entry = method_map(found, place, path, &method)?;
        entry.insert(INTEGRATION, integration.call.clone());
        if !entry.contains("responses") {
            entry.insert("responses", integration.responses.clone());
        }
        if let Some(condition) = &integration.condition {
            *found = conditional(condition, found.clone());
        }
    }
    Ok(())
}

/// The mapping of a method; `null` becomes an empty one.
pub(crate) fn method_map<'a>(
    found: &'a mut Node,
    place: Place,
    path: &str,
    method: &str,
) -> Result<&'a mut Map, Diagnostic> {
    if found.is_null() {
        *found = Node::new(place, Kind::Map(Map::new()));
    }
    let at = found.place;
    found.as_map_mut().ok_or_else(|| {
        let message = format!("the method `{method}` of the path `{path}` must be a mapping");
        Diagnostic::error(at, message)
    })
}

/// Sets the time after which API Gateway gives up on the function.
///
/// # Errors
/// The method is not there or no mapping.
pub fn set_timeout(
    definition: &mut Node,
    path: &str,
    method: &str,
    timeout: &Node,
) -> Result<(), Diagnostic> {
    set_on_integration(definition, path, method, "timeoutInMillis", timeout)
}

/// Sets one key of the integration of a method.
///
/// # Errors
/// The method is not there or no mapping.
pub fn set_on_integration(
    definition: &mut Node,
    path: &str,
    method: &str,
    key: &'static str,
    value: &Node,
) -> Result<(), Diagnostic> {
    for found in method_definitions_mut(definition, path, method)? {
        if let Some(integration) = found.get_mut(INTEGRATION).and_then(Node::as_map_mut)
            && truthy(value)
        {
            integration.insert(key, value.clone());
        }
    }
    Ok(())
}
