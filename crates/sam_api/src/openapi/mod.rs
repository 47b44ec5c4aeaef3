//! Edits of the API definitions (Swagger 2 and OpenAPI 3) that SAM generates or completes.
//!
//! A definition may hold `Fn::If` around a path item and around a method; every edit reaches both
//! branches. Nothing here knows SAM resources: the callers say what to write.

mod cors;
mod document;
mod http;
mod integration;
mod requests;
mod resource_policy;
mod security;
mod upgrade;

pub use document::{ANY_METHOD, has_integration, normalize_method, truthy};
pub use http::{
    DEFAULT_PATH, HttpIntegration, add_http_integration, add_path_parameters,
    check_http_definition, default_route_is_for, set_http_method_authorizer,
};
pub use integration::{
    RestIntegration, add_rest_integration, conditional, set_on_integration, set_timeout,
};
pub use requests::{
    RequestParameter, add_request_model, add_request_parameters, add_request_validator,
};
pub use resource_policy::{is_parameter, replace_parameters, wildcard_path};

pub(crate) use cors::{RestCors, add_rest_cors};
pub(crate) use document::{
    add_path, check_path_items, is_http_definition, is_openapi_3, is_rest_definition, is_version,
    paths_mut, section_mut,
};
pub(crate) use http::{
    add_http_cors, add_http_tags, ensure_scheme, set_http_default_authorizer, set_http_endpoint,
};
pub(crate) use resource_policy::{add_custom_statements, add_resource_policy};
pub(crate) use security::{
    add_api_key_definition, set_default_api_key, set_default_authorizer, set_method_api_key,
    set_method_authorizer,
};
pub(crate) use upgrade::{set_rest_endpoint, to_openapi_3};

/// Key of the integration of a method.
pub(crate) const INTEGRATION: &str = "x-amazon-apigateway-integration";
