//! Routes in an OpenAPI or Swagger definition.

use std::collections::HashMap;

use app_model::{Api, ApiKind, Auth, Cors, GatewayResponse, Route, RouteForm, When};
use source_text::{Node, Place, SmolStr};

use super::{
    authorizers::{Scheme, auth_of, scheme},
    body_schema, integration,
};
use model_builder::{Builder, Properties};

use crate::policies;

const METHODS: [&str; 9] = [
    "get",
    "put",
    "post",
    "delete",
    "options",
    "head",
    "patch",
    "trace",
    "x-amazon-apigateway-any-method",
];

/// Reads everything that `definition` says of `api` into it.
pub(super) fn read(builder: &Builder<'_>, definition: &Node, api: &mut Api) {
    let definition = Properties::new(builder.evaluator, definition);
    let schemes = schemes(builder, definition);
    let form = super::form(builder, &api.name);
    let validated = definition.at(&["x-amazon-apigateway-request-validator"]).is_some();
    for (when, paths) in definition.mappings(&["paths"]) {
        for (path, entry) in paths.as_map().into_iter().flat_map(source_text::Map::entries) {
            let reader = PathReader { builder, definition, schemes: &schemes, validated, form };
            for (branch, methods) in builder.evaluator.alternatives(&entry.value) {
                if let Some(when) = builder.evaluator.both(&when, &branch) {
                    reader.read(path, &methods, &when, &mut api.routes);
                }
            }
        }
    }
    for scheme in schemes.into_values() {
        if let Scheme::Authorizer(authorizer) = scheme {
            api.authorizers.push(*authorizer);
        }
    }
    api.authorizers.sort_by_key(|authorizer| authorizer.place);
    if let Some(node) = definition.at(&["x-amazon-apigateway-policy"]) {
        api.resource_policy = Some(policies::document_of(builder, node).0);
    }
    // A REST API does not know this extension.
    if let Some(cors) = definition.below(&["x-amazon-apigateway-cors"])
        && api.kind == ApiKind::Http
    {
        api.cors = Some(self::cors(cors));
    }
    let servers = definition.items(&["servers"]);
    api.default_endpoint_disabled |= is_default_endpoint_disabled(definition)
        || servers.iter().any(|(_, server)| {
            is_default_endpoint_disabled(Properties::new(builder.evaluator, server))
        });
    let responses = definition.at(&["x-amazon-apigateway-gateway-responses"]);
    for (kind, entry) in
        responses.and_then(Node::as_map).into_iter().flat_map(source_text::Map::entries)
    {
        let response = Properties::new(builder.evaluator, &entry.value);
        api.gateway_responses.push(gateway_response(kind, entry.key_place, response));
    }
}

/// Whether a definition, or a server of it, shuts the default address.
fn is_default_endpoint_disabled(at: Properties<'_>) -> bool {
    at.boolean(&["x-amazon-apigateway-endpoint-configuration", "disableExecuteApiEndpoint"])
        .is_some_and(|set| set.value.all(|on| *on))
}

/// The `x-amazon-apigateway-cors` or `CorsConfiguration` of an HTTP API; keys differ in case only.
pub(crate) fn cors(properties: Properties<'_>) -> Cors {
    let texts = |keys: [&str; 2]| {
        keys.iter().flat_map(|key| properties.texts(&[key])).map(|setting| setting.value).collect()
    };
    Cors {
        place: properties.node.place,
        origins: texts(["allowOrigins", "AllowOrigins"]),
        headers: texts(["allowHeaders", "AllowHeaders"]),
        methods: texts(["allowMethods", "AllowMethods"]),
        credentials: ["allowCredentials", "AllowCredentials"]
            .iter()
            .find_map(|key| properties.boolean(&[key])),
    }
}

/// An own answer of the gateway: keys of OpenAPI and of the resource differ in case only.
pub(super) fn gateway_response(
    kind: &SmolStr,
    place: Place,
    properties: Properties<'_>,
) -> GatewayResponse {
    let maps = |keys: [&str; 2]| -> Vec<(SmolStr, Node)> {
        keys.iter()
            .filter_map(|key| properties.at(&[key])?.as_map())
            .flat_map(source_text::Map::iter)
            .map(|(name, node)| (name.clone(), node.clone()))
            .collect()
    };
    let setting = |node: &Node| properties.setting(node, When::ALWAYS, &|e, n| e.text(n));
    GatewayResponse {
        kind: kind.clone(),
        place,
        templates: maps(["responseTemplates", "ResponseTemplates"])
            .iter()
            .filter_map(|(_, node)| setting(node))
            .collect(),
        headers: maps(["responseParameters", "ResponseParameters"])
            .iter()
            .filter_map(|(name, node)| Some((name.clone(), setting(node)?)))
            .collect(),
    }
}

/// Security schemes by name.
fn schemes(builder: &Builder<'_>, definition: Properties<'_>) -> HashMap<SmolStr, Scheme> {
    let mut found = HashMap::new();
    let places: [&[&str]; 2] = [&["securityDefinitions"], &["components", "securitySchemes"]];
    for path in places {
        for (_, mapping) in definition.mappings(path) {
            for (name, entry) in mapping.as_map().into_iter().flat_map(source_text::Map::entries) {
                let properties = Properties::new(builder.evaluator, &entry.value);
                let scheme = scheme(builder, name, entry.key_place, properties);
                found.insert(name.clone(), scheme);
            }
        }
    }
    found
}

struct PathReader<'a, 't> {
    builder: &'a Builder<'t>,
    definition: Properties<'a>,
    schemes: &'a HashMap<SmolStr, Scheme>,
    /// Whether the definition names a validator for every method.
    validated: bool,
    /// Whether the author wrote the paths, or they come from events.
    form: RouteForm,
}

impl PathReader<'_, '_> {
    fn read(&self, path: &SmolStr, methods: &Node, when: &When, routes: &mut Vec<Route>) {
        for (method, entry) in methods.as_map().into_iter().flat_map(source_text::Map::entries) {
            let lower = method.to_ascii_lowercase();
            if !METHODS.contains(&lower.as_str()) {
                continue;
            }
            for (branch, operation) in self.builder.evaluator.alternatives(&entry.value) {
                let Some(when) = self.builder.evaluator.both(when, &branch) else { continue };
                let operation = Properties::new(self.builder.evaluator, &operation);
                let method = if lower.starts_with("x-") {
                    SmolStr::new_static("ANY")
                } else {
                    SmolStr::new(lower.to_ascii_uppercase())
                };
                // HTTP APIs write their catch-all as the path `/$default`.
                let is_default = path == "/$default" || path == "$default";
                let (auth, api_key_required) = self.auth(operation);
                routes.push(Route {
                    method: if is_default { SmolStr::default() } else { method },
                    path: if is_default { SmolStr::new_static("$default") } else { path.clone() },
                    place: entry.key_place,
                    form: self.form,
                    when,
                    auth,
                    api_key_required,
                    validated: self.validated
                        || operation.at(&["x-amazon-apigateway-request-validator"]).is_some(),
                    body_fields: self.body_fields(operation),
                    body_schema: self
                        .body_schema(operation)
                        .and_then(|schema| body_schema::closed(schema, self.definition)),
                    integration: operation
                        .below(&["x-amazon-apigateway-integration"])
                        .map(|node| integration(self.builder, node))
                        .unwrap_or_default(),
                    throttle: None,
                });
            }
        }
    }

    /// Fields that the schema of a body describes: its own, or one that it refers to. A schema that
    /// is made of others is not looked into.
    fn body_fields(&self, operation: Properties<'_>) -> Option<Vec<SmolStr>> {
        let evaluator = self.builder.evaluator;
        let own = self.body_schema(operation)?;
        let mut schema = Properties::new(evaluator, &own);
        if let Some(reference) = schema.at(&["$ref"]).and_then(Node::as_str) {
            let name = reference.rsplit('/').next()?;
            let found = self.definition.at(&["definitions", name]);
            let found = found.or_else(|| self.definition.at(&["components", "schemas", name]))?;
            schema = Properties::new(evaluator, found);
        }
        let properties = schema.at(&["properties"])?.as_map()?;
        Some(properties.keys().cloned().collect())
    }

    /// The schema of a body, as the operation writes it.
    fn body_schema(&self, operation: Properties<'_>) -> Option<Node> {
        let evaluator = self.builder.evaluator;
        let parameters = operation.items(&["parameters"]);
        let of_parameter = parameters.iter().find_map(|(_, parameter)| {
            let parameter = Properties::new(evaluator, parameter);
            let is_body = parameter.at(&["in"]).and_then(Node::as_str) == Some("body");
            parameter.at(&["schema"]).filter(|_| is_body).cloned()
        });
        let content = ["requestBody", "content", "application/json", "schema"];
        of_parameter.or_else(|| operation.at(&content).cloned())
    }

    /// What a caller must prove, and whether a key must be sent. OpenAPI takes the requirements of
    /// `security` for alternatives; API Gateway cannot choose, and asks for the first authorizer and
    /// for the key when one of them names it.
    fn auth(&self, operation: Properties<'_>) -> (Auth, bool) {
        let by_extension = operation
            .at(&["x-amazon-apigateway-auth", "type"])
            .and_then(Node::as_str)
            .is_some_and(|text| text.eq_ignore_ascii_case("AWS_IAM"));
        let own = operation.at(&["security"]).or_else(|| self.definition.at(&["security"]));
        let list = own.map_or_else(Vec::new, |node| self.builder.evaluator.list(node));
        let found: Vec<_> = list.iter().map(|(_, one)| self.requirement(one)).collect();
        let key = found.iter().any(|(_, key)| *key);
        let proof = found
            .into_iter()
            .map(|(auth, _)| auth)
            .find(|auth| !matches!(auth, Auth::None | Auth::ApiKey));
        match proof {
            Some(auth) => (auth, key),
            None if by_extension => (Auth::Iam, key),
            None if key => (Auth::ApiKey, true),
            None => (Auth::None, false),
        }
    }

    /// One requirement: every scheme in it must be passed.
    fn requirement(&self, node: &Node) -> (Auth, bool) {
        let (mut auth, mut key) = (Auth::None, false);
        for name in node.as_map().into_iter().flat_map(source_text::Map::keys) {
            match self.schemes.get(name) {
                Some(Scheme::Authorizer(authorizer)) => auth = auth_of(authorizer),
                Some(Scheme::Iam) => auth = Auth::Iam,
                Some(Scheme::ApiKey) => key = true,
                Some(Scheme::Decoration) => {}
                // `NONE` is SAM's word for nothing; another unknown name may be defined elsewhere.
                None if name.eq_ignore_ascii_case("NONE") => {}
                None => auth = Auth::Unknown,
            }
        }
        if key && auth == Auth::None { (Auth::ApiKey, true) } else { (auth, key) }
    }
}
