//! REST APIs: by definition (`Body`), by resources and methods, or both.

use std::collections::HashMap;

use app_model::{Api, ApiKind, Auth, Cors, Route, RouteForm, Setting, Text};
use source_text::{Node, SmolStr};

use super::{
    authorizers::{auth_of, resource as authorizer},
    body_schema, integration, openapi, stages,
};
use model_builder::{Builder, Item, Properties};

use crate::policies;

/// Resources nested deeper than this have a cut path.
const MAX_PATH_DEPTH: usize = 32;

/// Every REST API of the template.
pub(super) fn read(builder: &Builder<'_>) -> Vec<Api> {
    builder.of_type("AWS::ApiGateway::RestApi").map(|item| api(builder, item)).collect()
}

fn api(builder: &Builder<'_>, item: &Item<'_>) -> Api {
    let properties = builder.properties(item);
    let name = item.name();
    let types = properties.texts(&["EndpointConfiguration", "Types"]);
    let mut api = Api {
        name: name.clone(),
        kind: ApiKind::Rest,
        place: item.place(),
        when: item.when.clone(),
        is_private: types.iter().any(|kind| kind.value.may_be("PRIVATE")),
        default_endpoint_disabled: properties
            .boolean(&["DisableExecuteApiEndpoint"])
            .is_some_and(|set| set.value.all(|on| *on)),
        ..Api::default()
    };
    let body = builder.definitions.get(&name).or_else(|| properties.at(&["Body"]));
    if let Some(body) = body {
        openapi::read(builder, body, &mut api);
    } else {
        api.definition_unread = properties.at(&["BodyS3Location"]).is_some();
    }
    if let Some(node) = properties.at(&["Policy"]) {
        api.resource_policy = Some(policies::document_of(builder, node).0);
    }
    let authorizers = stages::of_api(builder, "AWS::ApiGateway::Authorizer", &name)
        .map(|item| authorizer(builder, item));
    api.authorizers.extend(authorizers);
    for response in stages::of_api(builder, "AWS::ApiGateway::GatewayResponse", &name) {
        let properties = builder.properties(response);
        let kind = properties.at(&["ResponseType"]).and_then(Node::as_str).unwrap_or_default();
        let response = openapi::gateway_response(&SmolStr::new(kind), response.place(), properties);
        api.gateway_responses.push(response);
    }
    read_methods(builder, &mut api);
    read_stages(builder, &mut api);
    api.cors = api.cors.or_else(|| preflight_cors(&api.routes));
    api
}

/// A REST API has no cross-origin setting of its own: the first fixed answer to a pre-flight
/// question that names an origin tells it.
fn preflight_cors(routes: &[Route]) -> Option<Cors> {
    routes.iter().filter(|route| route.is_preflight()).find_map(|route| {
        let headers = &route.integration.response_headers;
        let header = |name: &str| {
            headers.iter().find(|(key, _)| {
                key.rsplit('.').next().is_some_and(|key| key.eq_ignore_ascii_case(name))
            })
        };
        let unquoted =
            |value: Text| value.map(|text: SmolStr| SmolStr::new(text.trim().trim_matches('\'')));
        let list = |name: &str| {
            header(name).into_iter().map(|(_, setting)| unquoted(setting.value.clone())).collect()
        };
        let (_, origin) = header("Access-Control-Allow-Origin")?;
        Some(Cors {
            place: origin.place,
            origins: vec![unquoted(origin.value.clone())],
            headers: list("Access-Control-Allow-Headers"),
            methods: list("Access-Control-Allow-Methods"),
            credentials: header("Access-Control-Allow-Credentials").map(|(_, setting)| Setting {
                value: unquoted(setting.value.clone())
                    .map(|text| text.eq_ignore_ascii_case("true")),
                place: setting.place,
                absent: setting.absent.clone(),
            }),
        })
    })
}

fn read_stages(builder: &Builder<'_>, api: &mut Api) {
    let name = api.name.clone();
    for item in stages::of_api(builder, "AWS::ApiGateway::Stage", &name) {
        let stage = stages::rest(builder, item, &mut api.routes);
        api.stages.push(stage);
    }
    if api.stages.is_empty() {
        for item in stages::of_api(builder, "AWS::ApiGateway::Deployment", &name) {
            api.stages.extend(stages::deployment_stage(builder, item, &mut api.routes));
        }
    }
}

/// The schema of the model that a method asks of JSON bodies.
fn model_schema(builder: &Builder<'_>, method: Properties<'_>) -> Option<Node> {
    let name = builder.referent(method.at(&["RequestModels", "application/json"])?)?;
    let model = builder.of_type("AWS::ApiGateway::Model").find(|it| it.name() == name)?;
    let schema = builder.properties(model).at(&["Schema"])?;
    // Models may refer to each other by the address of the interface, which is not followed.
    body_schema::closed(schema.clone(), Properties::new(builder.evaluator, schema))
}

/// Methods that stand in resources of their own.
fn read_methods(builder: &Builder<'_>, api: &mut Api) {
    let name = api.name.clone();
    let paths = paths(builder, &name);
    let authorizers: HashMap<SmolStr, Auth> = api
        .authorizers
        .iter()
        .map(|authorizer| (authorizer.name.clone(), auth_of(authorizer)))
        .collect();
    for item in stages::of_api(builder, "AWS::ApiGateway::Method", &name) {
        let properties = builder.properties(item);
        let method = properties.at(&["HttpMethod"]).and_then(Node::as_str).unwrap_or("ANY");
        let path = properties
            .at(&["ResourceId"])
            .and_then(|node| builder.referent(node))
            .and_then(|resource| paths.get(&resource).cloned())
            .unwrap_or_else(|| SmolStr::new_static("/"));
        let api_key_required = properties
            .boolean(&["ApiKeyRequired"])
            .is_some_and(|required| required.value.any(|on| *on));
        api.routes.push(Route {
            method: SmolStr::new(method.to_ascii_uppercase()),
            path,
            place: item.place(),
            form: RouteForm::Resource,
            when: item.when.clone(),
            auth: method_auth(builder, properties, &authorizers, api_key_required),
            api_key_required,
            validated: properties.at(&["RequestValidatorId"]).is_some(),
            body_fields: None,
            body_schema: model_schema(builder, properties),
            integration: properties
                .below(&["Integration"])
                .map(|node| integration(builder, node))
                .unwrap_or_default(),
            throttle: None,
        });
    }
}

fn method_auth(
    builder: &Builder<'_>,
    properties: Properties<'_>,
    authorizers: &HashMap<SmolStr, Auth>,
    api_key_required: bool,
) -> Auth {
    let Some(kind) = properties.text(&["AuthorizationType"]) else {
        return if api_key_required { Auth::ApiKey } else { Auth::None };
    };
    let named = || {
        let authorizer = properties.at(&["AuthorizerId"]).and_then(|node| builder.referent(node));
        authorizer
            .and_then(|name| authorizers.get(&name).cloned())
            .unwrap_or_else(|| Auth::Custom(SmolStr::default()))
    };
    let of_word = |word: &str| match word.to_ascii_uppercase().as_str() {
        "NONE" if api_key_required => Auth::ApiKey,
        "NONE" => Auth::None,
        "AWS_IAM" => Auth::Iam,
        "COGNITO_USER_POOLS" => match named() {
            Auth::Custom(name) => Auth::Cognito(name),
            auth => auth,
        },
        "CUSTOM" | "JWT" => named(),
        _ => Auth::Unknown,
    };
    conditional(&kind.value, of_word)
}

/// The auth of a word that may hang on a condition: open in some deployments or in none.
pub(crate) fn conditional(value: &app_model::Text, of_word: impl Fn(&str) -> Auth) -> Auth {
    let found: Vec<_> = value.possible().map(|(when, word)| (when, of_word(word))).collect();
    let open = found.iter().find(|(_, auth)| *auth == Auth::None);
    let closed = found.iter().find(|(_, auth)| *auth != Auth::None);
    match (open, closed) {
        (Some((when, _)), Some((_, auth))) => {
            Auth::NoneWhen((*when).clone(), Box::new(auth.clone()))
        }
        (Some(_), None) => Auth::None,
        (None, Some((_, auth))) => auth.clone(),
        (None, None) => Auth::Unknown,
    }
}

/// Path of every resource of an API by logical id.
fn paths(builder: &Builder<'_>, api: &str) -> HashMap<SmolStr, SmolStr> {
    let parts: HashMap<SmolStr, (Option<SmolStr>, SmolStr)> =
        stages::of_api(builder, "AWS::ApiGateway::Resource", api)
            .map(|item| {
                let parent = item.properties.get("ParentId").and_then(|node| {
                    builder.referents(node).into_iter().map(|r| r.name).find(|name| name != api)
                });
                let part = builder
                    .properties(item)
                    .text(&["PathPart"])
                    .map_or_else(SmolStr::default, |part| SmolStr::new(part.value.display()));
                (item.name(), (parent, part))
            })
            .collect();
    parts
        .keys()
        .map(|name| {
            let mut segments = Vec::new();
            let mut at = Some(name);
            while let Some((parent, part)) = at.and_then(|name| parts.get(name)) {
                segments.push(part.as_str());
                if segments.len() >= MAX_PATH_DEPTH {
                    break;
                }
                at = parent.as_ref();
            }
            segments.reverse();
            (name.clone(), SmolStr::new(format!("/{}", segments.join("/"))))
        })
        .collect()
}
