//! SAS-2: broken authentication.

use app_model::{Application, Details, Resource, UserPool, UserPoolClient, When};

use crate::Rule;

mod anonymous_http_trigger;
mod anonymous_registry_pull;
mod any_google_account;
mod api_key_only;
mod app_allows_any_origin;
mod app_without_authentication;
mod app_without_client_certificate;
mod authorization_from_request;
mod cache_without_password;
mod cached_authorizer_decision;
mod cors_credentials_any_origin;
mod graphql_api_key;
mod guest_identities;
mod identity_from_request;
mod implicit_oauth_flow;
mod insecure_callback_url;
mod insecure_cookie;
mod jwt_without_audience;
mod local_authentication;
mod long_lived_access_key;
mod missing_ownership_check;
mod mutual_tls_bypass;
mod open_sign_up;
mod optional_mfa;
mod permissive_cors;
mod public_function_url;
mod public_invoke_permission;
mod public_load_balancer_target;
mod shared_url_permission;
mod unauthenticated_route;
mod unscoped_service_permission;
mod unverified_jwt;
mod user_password_auth_flow;
mod weak_password_policy;
mod wide_invoke_permission;
mod wildcard_source_arn;

/// The rules of this risk, ordered by id.
pub(crate) static RULES: &[&Rule] = &[
    &public_function_url::RULE,
    &unauthenticated_route::RULE,
    &api_key_only::RULE,
    &public_invoke_permission::RULE,
    &unscoped_service_permission::RULE,
    &wildcard_source_arn::RULE,
    &permissive_cors::RULE,
    &cors_credentials_any_origin::RULE,
    &graphql_api_key::RULE,
    &weak_password_policy::RULE,
    &optional_mfa::RULE,
    &open_sign_up::RULE,
    &guest_identities::RULE,
    &jwt_without_audience::RULE,
    &cached_authorizer_decision::RULE,
    &wide_invoke_permission::RULE,
    &implicit_oauth_flow::RULE,
    &user_password_auth_flow::RULE,
    &insecure_callback_url::RULE,
    &shared_url_permission::RULE,
    &long_lived_access_key::RULE,
    &public_load_balancer_target::RULE,
    &mutual_tls_bypass::RULE,
    &unverified_jwt::RULE,
    &insecure_cookie::RULE,
    &identity_from_request::RULE,
    &missing_ownership_check::RULE,
    &authorization_from_request::RULE,
    &anonymous_http_trigger::RULE,
    &app_without_authentication::RULE,
    &app_without_client_certificate::RULE,
    &local_authentication::RULE,
    &app_allows_any_origin::RULE,
    &anonymous_registry_pull::RULE,
    &any_google_account::RULE,
    &cache_without_password::RULE,
];

/// The directories of users.
fn user_pools(app: &Application) -> impl Iterator<Item = (&Resource, &UserPool)> {
    app.resources.iter().filter_map(|resource| match &resource.details {
        Details::UserPool(pool) => Some((resource, pool.as_ref())),
        _ => None,
    })
}

/// The applications that sign users in.
fn clients(app: &Application) -> impl Iterator<Item = (&Resource, &UserPoolClient)> {
    app.resources.iter().filter_map(|resource| match &resource.details {
        Details::UserPoolClient(client) => Some((resource, client)),
        _ => None,
    })
}

/// When an application of users uses OAuth; its flows and addresses do nothing without it.
///
/// It is off by default. A value that is not known counts as on.
fn uses_oauth(client: &UserPoolClient) -> Option<When> {
    let on = &client.oauth.as_ref()?.value;
    if on.is_unresolved() {
        return Some(When::ALWAYS);
    }
    on.find(|on| *on).map(|(when, _)| when.clone())
}
