//! `httpApi`: routes of an HTTP API, and the API.

use source_text::{Kind, Map, Node, Place};

use super::{Event, Used, rest, rest_api};
use crate::{
    names,
    place_text::{Here, copy, is_on, items, map_of, sub},
    service::Service,
    template::{Template, properties},
};

const API: &str = "HttpApi";

/// `httpApi: 'GET /orders'`, `httpApi: '*'`, or a mapping.
pub(super) fn add(event: &Event<'_>, template: &mut Template, used: &mut Used) {
    used.http.get_or_insert(event.place);
    let here = event.here();
    let (key, at) = if event.node.as_str().is_some_and(|text| text.trim() == "*") {
        ("$default".to_owned(), event.node.place)
    } else {
        let (method, path) = rest::method_and_path(event);
        let word = method.scalar_text().unwrap_or_default().to_uppercase();
        let word = if word == "*" || word.is_empty() { "ANY".to_owned() } else { word };
        let path = if path == "*" { "/{proxy+}".to_owned() } else { path };
        let slash = if path.starts_with('/') { "" } else { "/" };
        (format!("{word} {slash}{path}"), method.place)
    };
    let integration = format!("HttpApiIntegration{}", event.function.normalised);
    let map = properties([
        ("ApiId", here.reference(API)),
        ("IntegrationType", here.text("AWS_PROXY")),
        ("IntegrationUri", event.arn()),
        ("PayloadFormatVersion", here.text("2.0")),
    ]);
    let type_ = "AWS::ApiGatewayV2::Integration";
    template.add(integration.clone(), event.place, type_, map, &event.function.name);
    let mut map = properties([
        ("ApiId", here.reference(API)),
        ("RouteKey", Node::text(at, key.as_str())),
        ("Target", here.join("/", [here.text("integrations"), here.reference(integration)])),
    ]);
    authorize(event, &mut map, template);
    let id = if key == "$default" {
        "HttpApiRouteDefault".to_owned()
    } else {
        let (method, path) = key.split_once(' ').unwrap_or(("", &key));
        format!("HttpApiRoute{}{}", names::method(method), names::path(path))
    };
    template.add(id, event.place, "AWS::ApiGatewayV2::Route", map, &event.function.name);
    let permission = format!("{}LambdaPermissionHttpApi", event.function.normalised);
    let source = sub(
        event.place,
        format!(
            "arn:${{AWS::Partition}}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{{API}}}/*"
        ),
    );
    let function = &event.function.id;
    template.permit(permission, event.place, function, "apigateway.amazonaws.com", Some(source));
}

fn authorize(event: &Event<'_>, map: &mut Map, template: &mut Template) {
    let Some(given) = event.get("authorizer") else {
        map.insert("AuthorizationType", event.here().text("NONE"));
        return;
    };
    let here = Here(given.place);
    let setting = |key: &str| given.get(key).filter(|node| !node.is_null());
    let name = given.as_str().or_else(|| setting("name").and_then(Node::as_str));
    let kind = setting("type").and_then(Node::as_str).unwrap_or_default();
    if kind.eq_ignore_ascii_case("aws_iam")
        || name.is_some_and(|n| n.eq_ignore_ascii_case("aws_iam"))
    {
        map.insert("AuthorizationType", here.text("AWS_IAM"));
        return;
    }
    let settings = name.and_then(|name| event.service.provider(&["httpApi", "authorizers", name]));
    let of_settings = settings.and_then(|node| node.get("type")).and_then(Node::as_str);
    let is_request = kind.eq_ignore_ascii_case("request")
        || of_settings.is_some_and(|it| it.eq_ignore_ascii_case("request"));
    if of_settings.is_some_and(|it| it.eq_ignore_ascii_case("aws_iam")) {
        map.insert("AuthorizationType", here.text("AWS_IAM"));
        return;
    }
    map.insert("AuthorizationType", here.text(if is_request { "CUSTOM" } else { "JWT" }));
    if let Some(scopes) = setting("scopes") {
        map.insert("AuthorizationScopes", scopes.clone());
    }
    if let Some(id) = setting("id") {
        map.insert("AuthorizerId", id.clone());
        return;
    }
    if let Some(name) = name {
        if settings.is_none() {
            let message =
                format!("there is no authorizer `{name}` in `provider.httpApi.authorizers`");
            template.warning(given.place, message);
        }
        map.insert("AuthorizerId", here.reference(authorizer_id(name)));
    }
}

fn authorizer_id(name: &str) -> String {
    format!("HttpApiAuthorizer{}", names::alphanumeric(name))
}

/// The API, its stage and authorizers.
pub(super) fn finish(service: &Service, place: Place, template: &mut Template) {
    let here = Here(place);
    let setting = |key: &str| service.provider(&["httpApi", key]);
    let name = format!("{}-{}", service.stage, service.name);
    let name = setting("name").cloned().unwrap_or_else(|| here.text(name));
    let mut map = properties([("Name", name), ("ProtocolType", here.text("HTTP"))]);
    if let Some(off) = setting("disableDefaultEndpoint") {
        map.insert("DisableExecuteApiEndpoint", off.clone());
    }
    if let Some(cors) = setting("cors").filter(|node| is_on(Some(node))) {
        map.insert("CorsConfiguration", cors_of(cors));
    }
    template.add(API, place, "AWS::ApiGatewayV2::Api", map, "provider");
    for (name, entry) in map_of(setting("authorizers")).into_iter().flat_map(Map::entries) {
        authorizer(name, entry.key_place, &entry.value, template);
    }
    // An interface that stands elsewhere has its stage there.
    if setting("id").is_some() {
        return;
    }
    let mut stage = properties([
        ("ApiId", here.reference(API)),
        ("StageName", here.text("$default")),
        ("AutoDeploy", here.bool(true)),
    ]);
    let logs = service.provider(&["logs", "httpApi"]).filter(|node| is_on(Some(node)));
    if let Some(logs) = logs {
        let at = Here(logs.place);
        let group = format!("/aws/http-api/{}-{}", service.name, service.stage);
        let made = properties([("LogGroupName", at.text(group))]);
        rest_api::log_group("HttpApiLogGroup", service, at, made, template);
        let log = rest_api::access_log(at, "HttpApiLogGroup", logs.get("format"));
        stage.insert("AccessLogSettings", log);
    }
    template.add("HttpApiStage", place, "AWS::ApiGatewayV2::Stage", stage, "provider");
}

fn cors_of(cors: &Node) -> Node {
    let here = Here(cors.place);
    if cors.as_map().is_none() {
        return here.map([
            ("AllowOrigins", here.texts(["*"])),
            (
                "AllowHeaders",
                here.texts(["Content-Type", "X-Amz-Date", "Authorization", "X-Api-Key"]),
            ),
            ("AllowMethods", here.texts(["*"])),
        ]);
    }
    let mut map = Map::new();
    copy(
        cors,
        &mut map,
        &[
            ("allowedOrigins", "AllowOrigins"),
            ("allowedHeaders", "AllowHeaders"),
            ("allowedMethods", "AllowMethods"),
            ("allowCredentials", "AllowCredentials"),
            ("exposedResponseHeaders", "ExposeHeaders"),
            ("maxAge", "MaxAge"),
        ],
    );
    if !map.contains("AllowOrigins") {
        map.insert("AllowOrigins", here.texts(["*"]));
    }
    for key in ["AllowOrigins", "AllowHeaders", "AllowMethods", "ExposeHeaders"] {
        if let Some(node) = map.get_mut(key)
            && node.as_str().is_some()
        {
            *node = Here(node.place).list([node.clone()]);
        }
    }
    Node::new(cors.place, Kind::Map(map))
}

fn authorizer(name: &str, place: Place, node: &Node, template: &mut Template) {
    let here = Here(place);
    let kind = node.get("type").and_then(Node::as_str).unwrap_or_default();
    if kind.eq_ignore_ascii_case("aws_iam") {
        return;
    }
    let mut map = properties([("ApiId", here.reference(API)), ("Name", here.text(name))]);
    let sources = node.get("identitySource");
    if let Some(sources) = sources {
        let sources: Vec<Node> = items(Some(sources)).into_iter().cloned().collect();
        map.insert("IdentitySource", here.list(sources));
    }
    if kind.eq_ignore_ascii_case("request") {
        map.insert("AuthorizerType", here.text("REQUEST"));
        let function = node.get("functionArn").cloned().or_else(|| {
            let name = node.get("functionName").and_then(Node::as_str)?;
            Some(here.get_att(format!("{}LambdaFunction", names::normalised(name)), "Arn"))
        });
        if let Some(function) = function {
            map.insert("AuthorizerUri", rest::invoke_uri(here, function));
        }
        copy(
            node,
            &mut map,
            &[
                ("resultTtlInSeconds", "AuthorizerResultTtlInSeconds"),
                ("payloadVersion", "AuthorizerPayloadFormatVersion"),
                ("enableSimpleResponses", "EnableSimpleResponses"),
            ],
        );
    } else {
        map.insert("AuthorizerType", here.text("JWT"));
        let mut config = Map::new();
        copy(node, &mut config, &[("issuerUrl", "Issuer")]);
        if let Some(audience) = node.get("audience") {
            let list: Vec<Node> = items(Some(audience)).into_iter().cloned().collect();
            config.insert("Audience", Here(audience.place).list(list));
        }
        map.insert("JwtConfiguration", Node::new(place, Kind::Map(config)));
    }
    template.add(authorizer_id(name), place, "AWS::ApiGatewayV2::Authorizer", map, "provider");
}
