//! AppSync `GraphQL` APIs: authentication, limits, logs; resolvers that call functions.

use std::collections::HashMap;

use app_model::{
    Api, ApiKind, Auth, Authorizer, AuthorizerKind, Integration, IntegrationKind, Route, Setting,
};
use source_text::{Node, SmolStr};

use super::{authorizers::trusted, schema, stages::belongs};
use model_builder::{Builder, Item, Properties};

/// Every `GraphQL` API of the template.
pub(super) fn read(builder: &Builder<'_>) -> Vec<Api> {
    builder.of_type("AWS::AppSync::GraphQLApi").map(|item| api(builder, item)).collect()
}

fn api(builder: &Builder<'_>, item: &Item<'_>) -> Api {
    let properties = builder.properties(item);
    let auth = kinds_of_auth(properties);
    let visibility = properties.text(&["Visibility"]);
    let mut api = Api {
        name: item.name(),
        kind: ApiKind::GraphQl,
        place: item.place(),
        when: item.when.clone(),
        is_private: visibility.is_some_and(|word| word.value.may_be("PRIVATE")),
        introspection: properties.text(&["IntrospectionConfig"]),
        query_depth_limit: properties.integer(&["QueryDepthLimit"]),
        resolver_count_limit: properties.integer(&["ResolverCountLimit"]),
        field_log_level: properties.text(&["LogConfig", "FieldLogLevel"]),
        excludes_verbose_content: properties.boolean(&["LogConfig", "ExcludeVerboseContent"]),
        tracing: properties.boolean(&["XrayEnabled"]),
        ..Api::default()
    };
    api.routes = routes(builder, &api.name, &auth_of(&auth));
    api.graphql_auth = auth;
    api.schema = schema::of_api(builder, &api.name);
    api.authorizers = authorizers(builder, item, properties);
    api
}

/// The default authorizer, then the additional ones, as far as they decide by a token.
fn authorizers(
    builder: &Builder<'_>,
    item: &Item<'_>,
    properties: Properties<'_>,
) -> Vec<Authorizer> {
    let additional = properties.items(&["AdditionalAuthenticationProviders"]);
    let mut found: Vec<Authorizer> = authorizer(builder, item, properties).into_iter().collect();
    found.extend(additional.iter().filter_map(|(_, provider)| {
        authorizer(builder, item, Properties::new(properties.evaluator, provider))
    }));
    found
}

fn authorizer(
    builder: &Builder<'_>,
    item: &Item<'_>,
    properties: Properties<'_>,
) -> Option<Authorizer> {
    let word = properties.at(&["AuthenticationType"])?;
    let (kind, config) = match word.as_str()? {
        "OPENID_CONNECT" => (AuthorizerKind::Jwt, "OpenIDConnectConfig"),
        "AWS_LAMBDA" => (AuthorizerKind::Token, "LambdaAuthorizerConfig"),
        "AMAZON_COGNITO_USER_POOLS" => (AuthorizerKind::Cognito, "UserPoolConfig"),
        _ => return None,
    };
    let config = properties.below(&[config])?;
    let uri = config.at(&["AuthorizerUri"]);
    Some(Authorizer {
        name: SmolStr::new(word.as_str()?),
        place: config.node.place,
        when: item.when.clone(),
        kind,
        function: uri.and_then(|node| builder.function_behind(node)),
        cache_ttl_s: config.integer(&["AuthorizerResultTtlInSeconds"]),
        audiences: config.text(&["ClientId"]).map(|setting| setting.value).into_iter().collect(),
        issuer: config.text(&["Issuer"]).map(|setting| setting.value),
        references: trusted(builder, config, &[&["UserPoolId"], &["Issuer"], &["AuthorizerUri"]]),
        ..Authorizer::default()
    })
}

/// The default kind of authentication, then the additional ones.
fn kinds_of_auth(properties: Properties<'_>) -> Vec<Setting<SmolStr>> {
    let mut kinds: Vec<Setting<SmolStr>> =
        properties.text(&["AuthenticationType"]).into_iter().collect();
    for (_, provider) in properties.items(&["AdditionalAuthenticationProviders"]) {
        let provider = Properties::new(properties.evaluator, &provider);
        kinds.extend(provider.text(&["AuthenticationType"]));
    }
    kinds
}

/// The weakest kind decides: fields are open to the default one unless the schema says otherwise.
fn auth_of(kinds: &[Setting<SmolStr>]) -> Auth {
    let Some(default) = kinds.first() else { return Auth::Unknown };
    match default.value.display() {
        "API_KEY" => Auth::ApiKey,
        "AWS_IAM" => Auth::Iam,
        "AMAZON_COGNITO_USER_POOLS" => Auth::Cognito(SmolStr::default()),
        "OPENID_CONNECT" => Auth::Jwt(SmolStr::default()),
        "AWS_LAMBDA" => Auth::Custom(SmolStr::default()),
        _ => Auth::Unknown,
    }
}

/// One route a resolver whose data source is a function.
fn routes(builder: &Builder<'_>, api: &str, auth: &Auth) -> Vec<Route> {
    let sources: HashMap<SmolStr, SmolStr> = builder
        .of_type("AWS::AppSync::DataSource")
        .filter(|item| belongs(builder, item, api))
        .flat_map(|item| {
            let function = item
                .properties
                .at(&["LambdaConfig", "LambdaFunctionArn"])
                .and_then(|node| builder.function_behind(node));
            let name = item.properties.get("Name").and_then(Node::scalar_text);
            [Some(item.name()), name]
                .into_iter()
                .flatten()
                .filter_map(move |name| Some((name, function.clone()?)))
        })
        .collect();
    let mut routes = Vec::new();
    for type_ in ["AWS::AppSync::Resolver", "AWS::AppSync::FunctionConfiguration"] {
        for item in builder.of_type(type_).filter(|item| belongs(builder, item, api)) {
            let Some(source) = item.properties.get("DataSourceName") else { continue };
            let name = builder.referent(source).or_else(|| source.as_str().map(SmolStr::new));
            let Some(function) = name.and_then(|name| sources.get(&name)) else { continue };
            let text = |key: &str| item.properties.get(key).and_then(Node::as_str).unwrap_or("?");
            let path = if type_.ends_with("Resolver") {
                format!("{}.{}", text("TypeName"), text("FieldName"))
            } else {
                format!("function {}", text("Name"))
            };
            routes.push(Route {
                path: SmolStr::new(path),
                place: item.place(),
                when: item.when.clone(),
                auth: auth.clone(),
                integration: Integration {
                    kind: IntegrationKind::Function(function.clone()),
                    ..Integration::default()
                },
                ..Route::default()
            });
        }
    }
    routes
}
