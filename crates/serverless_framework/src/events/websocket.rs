//! `websocket`: routes of a WebSocket API, and the API.

use source_text::{Map, Node, Place};

use super::{Event, Used, rest, rest_api};
use crate::{
    names,
    place_text::{Here, copy, is_on, sub},
    service::Service,
    template::{Template, properties},
};

const API: &str = "WebsocketsApi";

/// `websocket: $connect`, or a mapping with `route` and `authorizer`.
pub(super) fn add(event: &Event<'_>, template: &mut Template, used: &mut Used) {
    used.websocket.get_or_insert(event.place);
    let here = event.here();
    let normalised = &event.function.normalised;
    let route = event.get("route").unwrap_or(event.node);
    let integration = format!("{normalised}WebsocketsIntegration");
    let map = properties([
        ("ApiId", here.reference(API)),
        ("IntegrationType", here.text("AWS_PROXY")),
        ("IntegrationUri", rest::invoke_uri(here, event.arn())),
    ]);
    let type_ = "AWS::ApiGatewayV2::Integration";
    template.add(integration.clone(), event.place, type_, map, &event.function.name);
    let mut map = properties([
        ("ApiId", here.reference(API)),
        ("RouteKey", route.clone()),
        ("Target", here.join("/", [here.text("integrations"), here.reference(integration)])),
    ]);
    authorize(event, &mut map, template);
    let key = route.scalar_text().unwrap_or_default();
    let id = format!("{}WebsocketsRoute", names::alphanumeric(&key.replace('$', "S")));
    template.add(id, event.place, "AWS::ApiGatewayV2::Route", map, &event.function.name);
    let permission = format!("{normalised}LambdaPermissionWebsockets");
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
    let text = given.as_str().unwrap_or_default();
    if text.eq_ignore_ascii_case("aws_iam") {
        map.insert("AuthorizationType", here.text("AWS_IAM"));
        return;
    }
    let name = given.get("name").and_then(Node::as_str).unwrap_or(text);
    let arn = given.get("arn").or_else(|| text.starts_with("arn:").then_some(given));
    let name = if name.starts_with("arn:") || name.is_empty() {
        arn.and_then(Node::as_str).and_then(|arn| arn.rsplit(':').next()).unwrap_or("authorizer")
    } else {
        name
    };
    let id = format!("{}WebsocketsAuthorizer", names::alphanumeric(name));
    let function = match arn {
        Some(arn) => arn.clone(),
        None => here.get_att(format!("{}LambdaFunction", names::normalised(name)), "Arn"),
    };
    let mut made = properties([
        ("ApiId", here.reference(API)),
        ("Name", here.text(name)),
        ("AuthorizerType", here.text("REQUEST")),
        ("AuthorizerUri", rest::invoke_uri(here, function)),
    ]);
    copy(given, &mut made, &[("identitySource", "IdentitySource")]);
    if !made.contains("IdentitySource") {
        made.insert("IdentitySource", here.texts(["route.request.header.Auth"]));
    }
    template.add(
        id.clone(),
        given.place,
        "AWS::ApiGatewayV2::Authorizer",
        made,
        &event.function.name,
    );
    map.insert("AuthorizationType", here.text("CUSTOM"));
    map.insert("AuthorizerId", here.reference(id));
}

/// The API and its stage.
pub(super) fn finish(service: &Service, place: Place, template: &mut Template) {
    let here = Here(place);
    let name = format!("{}-{}-websockets", service.stage, service.name);
    let name = service.provider(&["websocketsApiName"]).cloned().unwrap_or_else(|| here.text(name));
    let selection = service.provider(&["websocketsApiRouteSelectionExpression"]).cloned();
    let map = properties([
        ("Name", name),
        ("ProtocolType", here.text("WEBSOCKET")),
        (
            "RouteSelectionExpression",
            selection.unwrap_or_else(|| here.text("$request.body.action")),
        ),
    ]);
    template.add(API, place, "AWS::ApiGatewayV2::Api", map, "provider");
    let mut stage = properties([
        ("ApiId", here.reference(API)),
        ("StageName", here.text(service.stage.clone())),
    ]);
    let logs = service.provider(&["logs", "websocket"]).filter(|node| is_on(Some(node)));
    if let Some(logs) = logs {
        let at = Here(logs.place);
        let group = format!("/aws/websocket/{}-{}", service.name, service.stage);
        let made = properties([("LogGroupName", at.text(group))]);
        rest_api::log_group("WebsocketsLogGroup", service, at, made, template);
        let log = rest_api::access_log(at, "WebsocketsLogGroup", logs.get("format"));
        stage.insert("AccessLogSettings", log);
        let level = logs.get("level").cloned().unwrap_or_else(|| at.text("INFO"));
        let data = logs.get("fullExecutionData").cloned().unwrap_or_else(|| at.bool(true));
        let settings = at.map([("LoggingLevel", level), ("DataTraceEnabled", data)]);
        stage.insert("DefaultRouteSettings", settings);
    }
    template.add("WebsocketsDeploymentStage", place, "AWS::ApiGatewayV2::Stage", stage, "provider");
}
