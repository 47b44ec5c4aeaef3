//! Authorizers, as resources and as security schemes of an OpenAPI definition.

use app_model::{Auth, Authorizer, AuthorizerKind};
use source_text::{Node, Place, SmolStr};

use model_builder::{Builder, Item, Properties};

/// `AWS::ApiGateway::Authorizer` and `AWS::ApiGatewayV2::Authorizer`.
pub(super) fn resource(builder: &Builder<'_>, item: &Item<'_>) -> Authorizer {
    let properties = builder.properties(item);
    let kind = ["Type", "AuthorizerType"]
        .iter()
        .find_map(|key| properties.at(&[key]).and_then(Node::as_str))
        .unwrap_or_default();
    let uri = properties.at(&["AuthorizerUri"]);
    Authorizer {
        name: item.name(),
        place: item.place(),
        when: item.when.clone(),
        kind: kind_of(kind),
        function: uri.and_then(|node| builder.function_behind(node)),
        cache_ttl_s: properties.integer(&["AuthorizerResultTtlInSeconds"]),
        identity_sources: texts(properties, &["IdentitySource"]),
        audiences: texts(properties, &["JwtConfiguration", "Audience"]),
        issuer: properties.text(&["JwtConfiguration", "Issuer"]).map(|setting| setting.value),
        token_pattern: properties
            .text(&["IdentityValidationExpression"])
            .map(|setting| setting.value),
        references: trusted(
            builder,
            properties,
            &[&["ProviderARNs"], &["JwtConfiguration", "Issuer"], &["AuthorizerUri"]],
        ),
    }
}

/// What the properties under `paths` refer to.
pub(super) fn trusted(
    builder: &Builder<'_>,
    properties: Properties<'_>,
    paths: &[&[&str]],
) -> Vec<app_model::Reference> {
    paths
        .iter()
        .filter_map(|path| properties.at(path))
        .flat_map(|node| builder.referents(node))
        .collect()
}

fn texts(properties: Properties<'_>, path: &[&str]) -> Vec<app_model::Text> {
    properties.texts(path).into_iter().map(|setting| setting.value).collect()
}

fn kind_of(word: &str) -> AuthorizerKind {
    match word.to_ascii_uppercase().as_str() {
        "TOKEN" => AuthorizerKind::Token,
        "REQUEST" => AuthorizerKind::Request,
        "JWT" => AuthorizerKind::Jwt,
        "COGNITO_USER_POOLS" => AuthorizerKind::Cognito,
        _ => AuthorizerKind::Other,
    }
}

/// A security scheme of a definition.
#[derive(Debug)]
pub(super) enum Scheme {
    /// Callers must pass it.
    Authorizer(Box<Authorizer>),
    /// IAM signature.
    Iam,
    /// An API key in `x-api-key`.
    ApiKey,
    /// Describes a token that nobody checks.
    Decoration,
}

/// Reads one entry of `securityDefinitions` or `components.securitySchemes`.
pub(super) fn scheme(
    builder: &Builder<'_>,
    name: &SmolStr,
    place: Place,
    properties: Properties<'_>,
) -> Scheme {
    let auth_type = properties.at(&["x-amazon-apigateway-authtype"]).and_then(Node::as_str);
    if auth_type.is_some_and(|text| text.eq_ignore_ascii_case("awsSigv4")) {
        return Scheme::Iam;
    }
    let Some(details) = properties.below(&["x-amazon-apigateway-authorizer"]) else {
        let header = properties.at(&["name"]).and_then(Node::as_str).unwrap_or_default();
        let is_key = properties.at(&["type"]).and_then(Node::as_str) == Some("apiKey");
        return if is_key && header.eq_ignore_ascii_case("x-api-key") {
            Scheme::ApiKey
        } else {
            Scheme::Decoration
        };
    };
    let kind = details.at(&["type"]).and_then(Node::as_str).unwrap_or_default();
    if kind.eq_ignore_ascii_case("awsSigv4") {
        return Scheme::Iam;
    }
    let uri = details.at(&["authorizerUri"]);
    Scheme::Authorizer(Box::new(Authorizer {
        name: name.clone(),
        place,
        when: app_model::When::ALWAYS,
        kind: kind_of(kind),
        function: uri.and_then(|node| builder.function_behind(node)),
        cache_ttl_s: details.integer(&["authorizerResultTtlInSeconds"]),
        identity_sources: identity_sources(properties, details),
        audiences: texts(details, &["jwtConfiguration", "audience"]),
        issuer: details.text(&["jwtConfiguration", "issuer"]).map(|setting| setting.value),
        token_pattern: details.text(&["identityValidationExpression"]).map(|setting| setting.value),
        references: trusted(
            builder,
            details,
            &[&["providerARNs"], &["jwtConfiguration", "issuer"], &["authorizerUri"]],
        ),
    }))
}

/// Several sources stand in one text, parted by commas; a token authorizer's source is its header.
fn identity_sources(scheme: Properties<'_>, details: Properties<'_>) -> Vec<app_model::Text> {
    let mut sources = Vec::new();
    for text in texts(details, &["identitySource"]) {
        match text.known() {
            Some(list) => sources.extend(
                list.split(',').map(|one| app_model::Value::Known(SmolStr::new(one.trim()))),
            ),
            None => sources.push(text),
        }
    }
    if sources.is_empty()
        && let Some(header) = scheme.at(&["name"]).and_then(Node::as_str)
        && !header.eq_ignore_ascii_case("unused")
    {
        let source = format!("method.request.header.{header}");
        sources.push(app_model::Value::Known(SmolStr::new(source)));
    }
    sources
}

/// What passing an authorizer proves.
pub(super) fn auth_of(authorizer: &Authorizer) -> Auth {
    let name = authorizer.name.clone();
    match authorizer.kind {
        AuthorizerKind::Jwt => Auth::Jwt(name),
        AuthorizerKind::Cognito => Auth::Cognito(name),
        AuthorizerKind::Iam => Auth::Iam,
        AuthorizerKind::Token | AuthorizerKind::Request | AuthorizerKind::Other => {
            Auth::Custom(name)
        }
    }
}
