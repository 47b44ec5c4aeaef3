//! Authorizers of HTTP APIs: JWT, Lambda and IAM.

use sam_core::context::Context;
use sam_core::intrinsic::{Here, is_falsy};
use sam_core::resource::{Resource, Sam};
use source_text::{Diagnostic, Kind, Map, Node, Place, SmolStr};

use crate::authorizer::{authorizer_permission, identity_sources, invocation_uri};
use crate::openapi::truthy;

/// What an authorizer asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asks {
    Iam,
    Jwt,
    Lambda,
}

/// One authorizer of an HTTP API.
#[derive(Clone, Debug)]
pub(crate) struct HttpAuthorizer {
    /// Its name in `Authorizers`; `AWS_IAM` for the built-in one.
    pub(crate) name: SmolStr,
    /// Scopes that methods ask for by default.
    pub(crate) scopes: Node,
    properties: Map,
    asks: Asks,
    place: Place,
}

/// Properties, and which kind of authorizer has them.
const PROPERTIES: [(&str, Asks); 9] = [
    ("AuthorizationScopes", Asks::Jwt),
    ("JwtConfiguration", Asks::Jwt),
    ("IdentitySource", Asks::Jwt),
    ("FunctionArn", Asks::Lambda),
    ("FunctionInvokeRole", Asks::Lambda),
    ("Identity", Asks::Lambda),
    ("AuthorizerPayloadFormatVersion", Asks::Lambda),
    ("EnableSimpleResponses", Asks::Lambda),
    ("EnableFunctionDefaultPermissions", Asks::Lambda),
];

/// Reads `Authorizers`, and the built-in IAM authorizer when it is enabled.
pub(crate) fn read(sam: &Sam, auth: &Map) -> Result<Vec<HttpAuthorizer>, Diagnostic> {
    let mut authorizers = Vec::new();
    if let Some(iam) = auth.get("EnableIamAuthorizer").filter(|n| n.kind == Kind::Bool(true)) {
        authorizers.push(HttpAuthorizer {
            name: SmolStr::new_static("AWS_IAM"),
            scopes: Node::list(iam.place, Vec::new()),
            properties: Map::new(),
            asks: Asks::Iam,
            place: iam.place,
        });
    }
    let Some(configured) = auth.get("Authorizers").filter(|node| truthy(node)) else {
        return Ok(authorizers);
    };
    let map = configured.as_map().ok_or_else(|| {
        sam.error(configured.place, "`Auth.Authorizers` must be a mapping of authorizers")
    })?;
    for (name, entry) in map.entries() {
        let Some(properties) = entry.value.as_map() else {
            let message = format!("the authorizer `{name}` must be a mapping");
            return Err(sam.error(entry.value.place, message));
        };
        let is_jwt = properties.get("JwtConfiguration").is_some_and(truthy);
        let authorizer = HttpAuthorizer {
            name: name.clone(),
            scopes: properties
                .get("AuthorizationScopes")
                .filter(|scopes| !scopes.is_null())
                .cloned()
                .unwrap_or_else(|| Node::list(entry.key_place, Vec::new())),
            properties: properties.clone(),
            asks: if is_jwt { Asks::Jwt } else { Asks::Lambda },
            place: entry.key_place,
        };
        authorizer.check(sam)?;
        authorizers.retain(|known| known.name != authorizer.name);
        authorizers.push(authorizer);
    }
    Ok(authorizers)
}

impl HttpAuthorizer {
    fn get(&self, name: &str) -> Option<&Node> {
        self.properties.get(name).filter(|node| !is_falsy(node))
    }

    fn check(&self, sam: &Sam) -> Result<(), Diagnostic> {
        let name = &self.name;
        if let Some(node) = self.properties.get("OpenIdConnectUrl") {
            let message = format!(
                "the authorizer `{name}` has `OpenIdConnectUrl`, which is no longer supported; \
                 use `JwtConfiguration`"
            );
            return Err(sam.error(node.place, message));
        }
        if self.scopes.as_list().is_none_or(|scopes| scopes.len() > crate::MOST_SCOPES) {
            let message = format!(
                "`AuthorizationScopes` of the authorizer `{name}` must be a list of at most {} scopes",
                crate::MOST_SCOPES
            );
            return Err(sam.error(self.scopes.place, message));
        }
        for (property, asks) in PROPERTIES {
            let Some(node) = self.properties.get(property).filter(|node| !node.is_null()) else {
                continue;
            };
            if asks != self.asks {
                let kind = if asks == Asks::Jwt { "JWT" } else { "Lambda" };
                let message = format!(
                    "the authorizer `{name}` has `{property}`, which only {kind} authorizers have"
                );
                return Err(sam.error(node.place, message));
            }
        }
        self.check_required(sam)
    }

    fn check_required(&self, sam: &Sam) -> Result<(), Diagnostic> {
        let name = &self.name;
        let required: &[&str] = match self.asks {
            Asks::Iam => &[],
            Asks::Jwt => &["IdentitySource"],
            Asks::Lambda => &["FunctionArn", "AuthorizerPayloadFormatVersion"],
        };
        for property in required {
            if self.get(property).is_none() {
                let message = format!("the authorizer `{name}` lacks `{property}`");
                return Err(sam.error(self.place, message));
            }
        }
        for (property, wants_map) in
            [("JwtConfiguration", true), ("EnableFunctionDefaultPermissions", false)]
        {
            let Some(node) = self.properties.get(property).filter(|node| truthy(node)) else {
                continue;
            };
            if wants_map && node.as_map().is_none() {
                let message = format!("`{property}` of the authorizer `{name}` must be a mapping");
                return Err(sam.error(node.place, message));
            }
            if !wants_map && !matches!(node.kind, Kind::Bool(_)) {
                let message =
                    format!("`{property}` of the authorizer `{name}` must be `true` or `false`");
                return Err(sam.error(node.place, message));
            }
        }
        Ok(())
    }

    /// The security scheme of the definition.
    pub(crate) fn scheme(&self, context: &Context<'_>, sam: &Sam) -> Result<Node, Diagnostic> {
        let here = Here(self.place);
        Ok(match self.asks {
            Asks::Iam => here.map([
                ("type", here.text("apiKey")),
                ("name", here.text("Authorization")),
                ("in", here.text("header")),
                ("x-amazon-apigateway-authtype", here.text("awsSigv4")),
            ]),
            Asks::Jwt => here.map([
                ("type", here.text("oauth2")),
                ("x-amazon-apigateway-authorizer", self.jwt()),
            ]),
            Asks::Lambda => here.map([
                ("type", here.text("apiKey")),
                ("name", here.text("Unused")),
                ("in", here.text("header")),
                ("x-amazon-apigateway-authorizer", self.lambda(context, sam)?),
            ]),
        })
    }

    fn jwt(&self) -> Node {
        let here = Here(self.place);
        let configuration = self.get("JwtConfiguration");
        // Authors often write `Issuer` as in the plain resource; OpenAPI wants `issuer`.
        let pairs = configuration.and_then(Node::as_map).into_iter().flat_map(Map::iter);
        let lower = pairs.map(|(key, value)| (SmolStr::from(key.to_lowercase()), value.clone()));
        let source = self.get("IdentitySource").cloned();
        here.map([
            ("jwtConfiguration", here.map(lower)),
            ("identitySource", source.unwrap_or_else(|| Node::null(self.place))),
            ("type", here.text("jwt")),
        ])
    }

    fn lambda(&self, context: &Context<'_>, sam: &Sam) -> Result<Node, Diagnostic> {
        let here = Here(self.place);
        let mut map = Map::new();
        map.insert("type", here.text("request"));
        let function = self.get("FunctionArn").cloned();
        let function = function.unwrap_or_else(|| Node::null(self.place));
        map.insert("authorizerUri", invocation_uri(context, function));
        if let Some(role) = self.get("FunctionInvokeRole").filter(|r| r.as_str() != Some("NONE")) {
            map.insert("authorizerCredentials", role.clone());
        }
        if let Some(identity) = self.get("Identity") {
            let Some(parts) = identity.as_map() else {
                let message =
                    format!("`Identity` of the authorizer `{}` must be a mapping", self.name);
                return Err(sam.error(identity.place, message));
            };
            if let Some(every) = parts.get("ReauthorizeEvery").filter(|every| !every.is_null()) {
                map.insert("authorizerResultTtlInSeconds", every.clone());
            }
            let sources = identity_sources(
                sam,
                parts,
                ["$request.header.", "$request.querystring.", "$stageVariables.", "$context."],
            )?;
            map.insert("identitySource", Here(identity.place).texts(sources));
        }
        if let Some(version) = self.get("AuthorizerPayloadFormatVersion") {
            map.insert("authorizerPayloadFormatVersion", version.clone());
        }
        if let Some(simple) = self.get("EnableSimpleResponses") {
            map.insert("enableSimpleResponses", simple.clone());
        }
        Ok(Node::new(self.place, Kind::Map(map)))
    }

    /// The permission for the API to call the function, when the author asks for it.
    pub(crate) fn permission(&self, sam: &Sam) -> Option<Resource> {
        self.get("EnableFunctionDefaultPermissions")?;
        let function = self.get("FunctionArn")?;
        Some(authorizer_permission(sam, &self.name, function, "${AWS::Partition}", self.place))
    }
}
