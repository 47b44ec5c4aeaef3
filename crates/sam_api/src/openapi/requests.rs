//! What a method of a REST API accepts: model of the body, parameters, validators.

use sam_core::intrinsic::Here;
use source_text::{Diagnostic, Node, Place, SmolStr};

use super::INTEGRATION;
use super::document::{is_openapi_3, list_of, method_definitions_mut, section_mut, truthy};

const VALIDATORS: &str = "x-amazon-apigateway-request-validators";

/// One entry of `RequestParameters`.
#[derive(Debug)]
pub struct RequestParameter {
    /// `method.request.` and `querystring`, `path` or `header` and the name.
    pub name: SmolStr,
    /// Whether a request without it is refused.
    pub required: Node,
    /// Whether it is part of the key of the cache.
    pub caching: bool,
    /// Where it is written.
    pub place: Place,
}

/// Says that the body of a method follows a model of the API.
///
/// # Errors
/// The method is not there, or its `parameters` are no list.
pub fn add_request_model(
    definition: &mut Node,
    (path, method): (&str, &str),
    model: &str,
    required: Option<&Node>,
    place: Place,
) -> Result<(), Diagnostic> {
    let here = Here(place);
    let model = model.to_lowercase();
    let is_swagger = definition.get("swagger").is_some_and(|version| !version.is_null());
    let is_open = definition.get("openapi").is_some_and(is_openapi_3);
    for found in method_definitions_mut(definition, path, method)? {
        if is_swagger {
            let schema = here.map([("$ref", here.text(format!("#/definitions/{model}")))]);
            let mut parameter = here.map([
                ("in", here.text("body")),
                ("name", here.text(model.as_str())),
                ("schema", schema),
            ]);
            if let (Some(map), Some(required)) = (parameter.as_map_mut(), required) {
                map.insert("required", required.clone());
            }
            let mut parameters = list_of(found, "parameters", "`parameters` of a method")?;
            parameters.push(parameter);
            found.insert("parameters", Node::list(place, parameters));
        } else if is_open {
            let schema = here.map([("$ref", here.text(format!("#/components/schemas/{model}")))]);
            let media = here.map([("schema", schema)]);
            let mut body = here.map([("content", here.map([("application/json", media)]))]);
            if let (Some(map), Some(required)) = (body.as_map_mut(), required) {
                map.insert("required", required.clone());
            }
            found.insert("requestBody", body);
        }
    }
    Ok(())
}

/// Names the validator of a method and makes sure that the API defines it.
///
/// # Errors
/// The method is not there, or the validators of the definition are no mapping.
pub fn add_request_validator(
    definition: &mut Node,
    (path, method): (&str, &str),
    validate_body: bool,
    validate_parameters: bool,
    place: Place,
) -> Result<(), Diagnostic> {
    let here = Here(place);
    let name = match (validate_body, validate_parameters) {
        (true, true) => "body-and-params",
        (true, false) => "body-only",
        (false, true) => "params-only",
        (false, false) => "no-validation",
    };
    if let Some(map) = definition.as_map_mut() {
        let validators = section_mut(map, VALIDATORS, place)?;
        if !validators.get(name).is_some_and(truthy) {
            let validator = here.map([
                ("validateRequestBody", here.bool(validate_body)),
                ("validateRequestParameters", here.bool(validate_parameters)),
            ]);
            validators.insert(name, validator);
        }
    }
    for found in method_definitions_mut(definition, path, method)? {
        found.insert("x-amazon-apigateway-request-validator", here.text(name));
    }
    Ok(())
}

/// Declares the parameters of a method, and those by which its answers are cached.
///
/// # Errors
/// The method is not there, or its `parameters` or `cacheKeyParameters` are no list.
pub fn add_request_parameters(
    definition: &mut Node,
    (path, method): (&str, &str),
    parameters: &[RequestParameter],
) -> Result<(), Diagnostic> {
    for found in method_definitions_mut(definition, path, method)? {
        let mut declared = list_of(found, "parameters", "`parameters` of a method")?;
        for parameter in parameters {
            let here = Here(parameter.place);
            let short = parameter.name.replace("method.request.", "");
            let Some((location, name)) = short.split_once('.') else { continue };
            let location = if location == "querystring" { "query" } else { location };
            declared.push(here.map([
                ("in", here.text(location)),
                ("name", here.text(name)),
                ("required", parameter.required.clone()),
                ("type", here.text("string")),
            ]));
            if parameter.caching {
                cache_by(found, parameter)?;
            }
        }
        let place = parameters.first().map_or_else(Place::default, |first| first.place);
        found.insert("parameters", Node::list(place, declared));
    }
    Ok(())
}

fn cache_by(method: &mut source_text::Map, parameter: &RequestParameter) -> Result<(), Diagnostic> {
    let Some(integration) = method.get_mut(INTEGRATION).and_then(Node::as_map_mut) else {
        return Ok(());
    };
    let mut keys = list_of(integration, "cacheKeyParameters", "`cacheKeyParameters`")?;
    keys.push(Node::text(parameter.place, parameter.name.clone()));
    integration.insert("cacheKeyParameters", Node::list(parameter.place, keys));
    Ok(())
}
