//! HTTP and WebSocket APIs: by definition (`Body`), by routes and integrations, or quick-created.

use std::collections::HashMap;

use app_model::{Api, ApiKind, Auth, Integration, IntegrationKind, Route, RouteForm, Stage};
use source_text::{Node, SmolStr};

use super::{
    authorizers::{auth_of, resource as authorizer},
    integration, openapi,
    rest::conditional,
    stages,
};
use model_builder::{Builder, Item};

/// Every HTTP and WebSocket API of the template.
pub(super) fn read(builder: &Builder<'_>) -> Vec<Api> {
    builder.of_type("AWS::ApiGatewayV2::Api").map(|item| api(builder, item)).collect()
}

fn api(builder: &Builder<'_>, item: &Item<'_>) -> Api {
    let properties = builder.properties(item);
    let name = item.name();
    let is_websocket = properties.at(&["ProtocolType"]).and_then(Node::as_str) == Some("WEBSOCKET");
    let mut api = Api {
        name: name.clone(),
        kind: if is_websocket { ApiKind::WebSocket } else { ApiKind::Http },
        place: item.place(),
        when: item.when.clone(),
        default_endpoint_disabled: properties
            .boolean(&["DisableExecuteApiEndpoint"])
            .is_some_and(|set| set.value.all(|on| *on)),
        cors: properties.below(&["CorsConfiguration"]).map(openapi::cors),
        ..Api::default()
    };
    if let Some(body) = builder.definitions.get(&name).or_else(|| properties.at(&["Body"])) {
        openapi::read(builder, body, &mut api);
    } else {
        api.definition_unread = properties.at(&["BodyS3Location"]).is_some();
    }
    let authorizers = stages::of_api(builder, "AWS::ApiGatewayV2::Authorizer", &name)
        .map(|item| authorizer(builder, item));
    api.authorizers.extend(authorizers);
    read_routes(builder, &mut api);
    if let Some(node) = properties.at(&["Target"]) {
        let route = quick_route(builder, item, node);
        api.routes.push(route);
    }
    if is_websocket {
        guard_messages(&mut api.routes);
    }
    for item in stages::of_api(builder, "AWS::ApiGatewayV2::Stage", &name) {
        let stage = stages::http(builder, item, &mut api.routes);
        api.stages.push(stage);
    }
    if api.stages.is_empty() && properties.at(&["Target"]).is_some() {
        // A quick-created API has the stage `$default`, which nothing limits.
        let stage =
            Stage { name: SmolStr::new_static("$default"), place: api.place, ..Stage::default() };
        api.stages.push(stage);
    }
    api
}

/// `Target` and `RouteKey` make one route with the API.
fn quick_route(builder: &Builder<'_>, item: &Item<'_>, target: &Node) -> Route {
    let key = item.properties.get("RouteKey").and_then(Node::as_str).unwrap_or("$default");
    let (method, path) = split_key(key);
    let kind =
        builder.function_behind(target).map_or(IntegrationKind::Http, IntegrationKind::Function);
    Route {
        method,
        path,
        place: target.place,
        form: RouteForm::Target,
        when: item.when.clone(),
        auth: Auth::None,
        integration: Integration {
            kind,
            uri: Some(builder.evaluator.text(target)),
            ..Integration::default()
        },
        ..Route::default()
    }
}

/// Only a connection can send messages: who may connect decides who reaches the other routes.
fn guard_messages(routes: &mut [Route]) {
    let connects = routes.iter().find(|route| route.path == "$connect");
    let Some(auth) = connects.map(|route| route.auth.clone()) else { return };
    for route in routes.iter_mut().filter(|route| route.auth == Auth::None) {
        route.auth = auth.clone();
    }
}

fn read_routes(builder: &Builder<'_>, api: &mut Api) {
    let name = api.name.clone();
    let authorizers: HashMap<SmolStr, Auth> = api
        .authorizers
        .iter()
        .map(|authorizer| (authorizer.name.clone(), auth_of(authorizer)))
        .collect();
    let integrations: HashMap<SmolStr, Integration> =
        stages::of_api(builder, "AWS::ApiGatewayV2::Integration", &name)
            .map(|item| (item.name(), integration(builder, builder.properties(item))))
            .collect();
    for item in stages::of_api(builder, "AWS::ApiGatewayV2::Route", &name) {
        let properties = builder.properties(item);
        let key = properties
            .text(&["RouteKey"])
            .map_or_else(SmolStr::default, |key| SmolStr::new(key.value.display()));
        let (method, path) = split_key(&key);
        let named = || {
            properties
                .at(&["AuthorizerId"])
                .and_then(|node| builder.referent(node))
                .and_then(|name| authorizers.get(&name).cloned())
                .unwrap_or_else(|| Auth::Custom(SmolStr::default()))
        };
        let auth = properties.text(&["AuthorizationType"]).map_or(Auth::None, |kind| {
            conditional(&kind.value, |word| match word.to_ascii_uppercase().as_str() {
                "NONE" => Auth::None,
                "AWS_IAM" => Auth::Iam,
                "JWT" | "CUSTOM" => named(),
                _ => Auth::Unknown,
            })
        });
        let api_key_required = properties
            .boolean(&["ApiKeyRequired"])
            .is_some_and(|required| required.value.any(|on| *on));
        api.routes.push(Route {
            method,
            path,
            place: item.place(),
            form: RouteForm::Resource,
            when: item.when.clone(),
            auth: if api_key_required && auth == Auth::None { Auth::ApiKey } else { auth },
            api_key_required,
            validated: properties.at(&["RequestModels"]).is_some(),
            body_fields: None,
            body_schema: None,
            integration: properties
                .at(&["Target"])
                .and_then(|node| builder.referent(node))
                .and_then(|target| integrations.get(&target).cloned())
                .unwrap_or_default(),
            throttle: None,
        });
    }
}

/// `POST /orders` in its two parts; `$default` has no method.
fn split_key(key: &str) -> (SmolStr, SmolStr) {
    match key.split_once(' ') {
        Some((method, path)) => (SmolStr::new(method), SmolStr::new(path)),
        None => (SmolStr::default(), SmolStr::new(key)),
    }
}
