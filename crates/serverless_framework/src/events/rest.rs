//! `http`: routes of a REST API.

use source_text::{Kind, Map, Node};

use super::{Event, Used};
use crate::{
    names,
    place_text::{Here, is_on, items, sub},
    template::{Template, properties},
};

/// The REST API.
pub(super) const API: &str = "ApiGatewayRestApi";

/// Method and path: `GET /orders`, or a mapping.
pub(super) fn method_and_path(event: &Event<'_>) -> (Node, String) {
    if let Some(text) = event.node.as_str() {
        let (method, path) = text.trim().split_once(' ').unwrap_or(("any", text));
        return (Node::text(event.node.place, method), path.trim().to_owned());
    }
    let method = event.get("method").cloned().unwrap_or_else(|| event.here().text("any"));
    let path = event.get("path").map_or_else(String::new, |node| {
        node.scalar_text().map_or_else(|| "{unknown}".to_owned(), |text| text.to_string())
    });
    (method, path)
}

pub(super) fn add(event: &Event<'_>, template: &mut Template, used: &mut Used) {
    used.rest.get_or_insert(event.place);
    let here = event.here();
    let (method, path) = method_and_path(event);
    let resource = resources(event, &path, template);
    let word = method.scalar_text().unwrap_or_default().to_uppercase();
    let word = if word == "*" { "ANY".to_owned() } else { word };
    let mut map = properties([
        ("HttpMethod", Node::text(method.place, word.as_str())),
        ("ResourceId", resource.clone()),
        ("RestApiId", api(event)),
        ("Integration", integration(event)),
    ]);
    authorize(event, &mut map, template);
    if is_on(event.get("private")) {
        map.insert("ApiKeyRequired", here.bool(true));
    }
    validate(event, &path, &word, &mut map, template);
    let id = format!("ApiGatewayMethod{}{}", names::path(&path), names::method(&word));
    template.add(id, event.place, "AWS::ApiGateway::Method", map, &event.function.name);
    if let Some(cors) = event.get("cors").filter(|node| is_on(Some(node))) {
        preflight(event, cors, &path, resource, template);
    }
    let permission = format!("{}LambdaPermissionApiGateway", event.function.normalised);
    let source = sub(
        event.place,
        format!(
            "arn:${{AWS::Partition}}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{{API}}}/*/*"
        ),
    );
    let function = &event.function.id;
    template.permit(permission, event.place, function, "apigateway.amazonaws.com", Some(source));
}

/// The API of this service, or one that is shared and lies elsewhere; its routes are here.
fn api(event: &Event<'_>) -> Node {
    event.here().reference(API)
}

/// The resources of a path, each below the one before it; gives the last one.
fn resources(event: &Event<'_>, path: &str, template: &mut Template) -> Node {
    let here = event.here();
    let mut parent = here.get_att(API, "RootResourceId");
    let mut so_far = String::new();
    for part in path.split('/').filter(|part| !part.is_empty()).take(32) {
        so_far.push('/');
        so_far.push_str(part);
        let id = format!("ApiGatewayResource{}", names::path(&so_far));
        let map = properties([
            ("ParentId", parent),
            ("PathPart", here.text(part)),
            ("RestApiId", api(event)),
        ]);
        template.add(
            id.clone(),
            event.place,
            "AWS::ApiGateway::Resource",
            map,
            &event.function.name,
        );
        parent = here.reference(id);
    }
    parent
}

/// The URI with which interfaces call a function.
pub(super) fn invoke_uri(here: Here, function: Node) -> Node {
    let start = here
        .sub("arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/");
    here.join("", [start, function, here.text("/invocations")])
}

fn integration(event: &Event<'_>) -> Node {
    let here = event.here();
    let kind = event.get("integration").and_then(Node::as_str).unwrap_or("lambda-proxy");
    let kind = match kind.to_ascii_lowercase().as_str() {
        "lambda" | "aws" => "AWS",
        "http" => "HTTP",
        "http-proxy" | "http_proxy" => "HTTP_PROXY",
        "mock" => "MOCK",
        _ => "AWS_PROXY",
    };
    let is_function = kind.starts_with("AWS");
    let mut map =
        properties([("Type", here.text(kind)), ("IntegrationHttpMethod", here.text("POST"))]);
    if is_function {
        map.insert("Uri", invoke_uri(here, event.arn()));
    } else if let Some(uri) = event.get("request").and_then(|node| node.get("uri")) {
        map.insert("Uri", uri.clone());
    }
    if let Some(templates) = event.get("request").and_then(|node| node.get("template")) {
        map.insert("RequestTemplates", templates.clone());
    }
    Node::new(event.place, Kind::Map(map))
}

/// `authorizer`: a name, an ARN, or a mapping.
fn authorize(event: &Event<'_>, map: &mut Map, template: &mut Template) {
    let here = event.here();
    let Some(given) = event.get("authorizer") else {
        map.insert("AuthorizationType", here.text("NONE"));
        return;
    };
    let here = Here(given.place);
    let setting = |key: &str| given.get(key).filter(|node| !node.is_null());
    let kind = setting("type").and_then(Node::as_str).unwrap_or_default().to_ascii_uppercase();
    let text = given.as_str().unwrap_or_default();
    if text.eq_ignore_ascii_case("aws_iam") || kind == "AWS_IAM" {
        map.insert("AuthorizationType", here.text("AWS_IAM"));
        return;
    }
    let arn = setting("arn").or_else(|| {
        let is_arn = text.starts_with("arn:")
            || given.single().is_some_and(|(key, _)| key.starts_with("Fn::"));
        is_arn.then_some(given)
    });
    let is_pool = kind == "COGNITO_USER_POOLS"
        || arn.is_some_and(|arn| {
            arn.scalar_text().is_some_and(|text| text.contains(":cognito-idp:"))
        });
    map.insert(
        "AuthorizationType",
        here.text(if is_pool { "COGNITO_USER_POOLS" } else { "CUSTOM" }),
    );
    if let Some(id) = setting("authorizerId") {
        map.insert("AuthorizerId", id.clone());
        return;
    }
    let name = setting("name").and_then(Node::scalar_text).unwrap_or_else(|| text.into());
    let name = if name.is_empty() || name.starts_with("arn:") {
        arn.and_then(Node::scalar_text).map_or_else(
            || "authorizer".into(),
            |arn| arn.rsplit([':', '/']).next().unwrap_or_default().into(),
        )
    } else {
        name
    };
    let id = format!("{}ApiGatewayAuthorizer", names::alphanumeric(&name));
    map.insert("AuthorizerId", here.reference(id.as_str()));
    if let Some(scopes) = setting("scopes") {
        map.insert("AuthorizationScopes", scopes.clone());
    }
    let function = match arn {
        Some(arn) => arn.clone(),
        None => here.get_att(format!("{}LambdaFunction", names::normalised(&name)), "Arn"),
    };
    let mut made = properties([
        ("Name", here.text(name)),
        ("RestApiId", here.reference(API)),
        ("IdentitySource", here.text("method.request.header.Authorization")),
    ]);
    if is_pool {
        made.insert("Type", here.text("COGNITO_USER_POOLS"));
        made.insert("ProviderARNs", here.list([function]));
    } else {
        made.insert("Type", here.text(if kind == "REQUEST" { "REQUEST" } else { "TOKEN" }));
        made.insert("AuthorizerUri", invoke_uri(here, function));
    }
    crate::place_text::copy(
        given,
        &mut made,
        &[
            ("identitySource", "IdentitySource"),
            ("identityValidationExpression", "IdentityValidationExpression"),
            ("resultTtlInSeconds", "AuthorizerResultTtlInSeconds"),
        ],
    );
    template.add(id, given.place, "AWS::ApiGateway::Authorizer", made, &event.function.name);
}

/// `request.schemas` (or `schema`) and required `request.parameters` make a validator.
fn validate(event: &Event<'_>, path: &str, method: &str, map: &mut Map, template: &mut Template) {
    let Some(request) = event.get("request") else { return };
    let here = Here(request.place);
    let schemas = request.get("schemas").or_else(|| request.get("schema"));
    let schemas = schemas.and_then(Node::as_map).filter(|map| !map.is_empty());
    let mut required = Map::new();
    for (kind, place) in [("querystrings", "querystring"), ("headers", "header"), ("paths", "path")]
    {
        let section = request.at(&["parameters", kind]).and_then(Node::as_map);
        for (name, node) in section.into_iter().flat_map(Map::iter) {
            let is_required = node.get("required").unwrap_or(node).clone();
            required.insert(format!("method.request.{place}.{name}"), is_required);
        }
    }
    let asks = required.values().any(|node| node.as_bool() == Some(true));
    if !required.is_empty() {
        map.insert("RequestParameters", Node::new(request.place, Kind::Map(required)));
    }
    if schemas.is_none() && !asks {
        return;
    }
    let normalised = format!("{}{}", names::path(path), names::method(method));
    let mut models = Map::new();
    for (content, entry) in schemas.into_iter().flat_map(Map::entries) {
        let settings = entry.value.get("schema").unwrap_or(&entry.value);
        let shared = settings
            .as_str()
            .and_then(|name| event.service.provider(&["apiGateway", "request", "schemas", name]));
        let schema = shared.map_or(settings, |shared| shared.get("schema").unwrap_or(shared));
        let id = format!("ApiGatewayMethod{normalised}{}Model", names::alphanumeric(content));
        let model = properties([
            ("RestApiId", here.reference(API)),
            ("ContentType", here.text(content.clone())),
            ("Schema", schema.clone()),
        ]);
        template.add(
            id.clone(),
            entry.key_place,
            "AWS::ApiGateway::Model",
            model,
            &event.function.name,
        );
        models.insert(content.clone(), here.reference(id));
    }
    let validator = properties([
        ("RestApiId", here.reference(API)),
        ("ValidateRequestBody", here.bool(!models.is_empty())),
        ("ValidateRequestParameters", here.bool(true)),
    ]);
    let id = format!("ApiGatewayMethod{normalised}Validator");
    let type_ = "AWS::ApiGateway::RequestValidator";
    template.add(id.clone(), request.place, type_, validator, &event.function.name);
    map.insert("RequestValidatorId", here.reference(id));
    if !models.is_empty() {
        map.insert("RequestModels", Node::new(request.place, Kind::Map(models)));
    }
}

/// The fixed answer to the pre-flight question of browsers.
fn preflight(event: &Event<'_>, cors: &Node, path: &str, resource: Node, template: &mut Template) {
    let here = Here(cors.place);
    let list = |keys: &[&str], default: &str| {
        let node = keys.iter().find_map(|key| cors.get(key));
        let texts: Vec<_> = items(node).into_iter().filter_map(Node::scalar_text).collect();
        let text = if texts.is_empty() { default.to_owned() } else { texts.join(",") };
        here.text(format!("'{text}'"))
    };
    let mut headers = vec![
        ("Access-Control-Allow-Origin", list(&["origins", "origin"], "*")),
        (
            "Access-Control-Allow-Headers",
            list(
                &["headers"],
                "Content-Type,X-Amz-Date,Authorization,X-Api-Key,X-Amz-Security-Token",
            ),
        ),
        ("Access-Control-Allow-Methods", list(&["methods"], "OPTIONS,ANY")),
    ];
    if is_on(cors.get("allowCredentials")) {
        headers.push(("Access-Control-Allow-Credentials", here.text("'true'")));
    }
    let parameters =
        headers.into_iter().map(|(name, value)| (format!("method.response.header.{name}"), value));
    let response =
        here.map([("StatusCode", here.text("200")), ("ResponseParameters", here.map(parameters))]);
    let integration =
        here.map([("Type", here.text("MOCK")), ("IntegrationResponses", here.list([response]))]);
    let map = properties([
        ("HttpMethod", here.text("OPTIONS")),
        ("AuthorizationType", here.text("NONE")),
        ("ResourceId", resource),
        ("RestApiId", here.reference(API)),
        ("Integration", integration),
    ]);
    let id = format!("ApiGatewayMethod{}Options", names::path(path));
    template.add(id, cors.place, "AWS::ApiGateway::Method", map, &event.function.name);
}
