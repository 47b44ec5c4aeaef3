//! Authorizers of REST APIs: Cognito, Lambda and IAM.

use sam_core::context::Context;
use sam_core::intrinsic::{Here, is_falsy};
use sam_core::resource::{Resource, Sam};
use source_text::{Diagnostic, Kind, Map, Node, Place, SmolStr};

use crate::openapi::truthy;

const EXTENSION: &str = "x-amazon-apigateway-authorizer";

/// One authorizer of a REST API.
#[derive(Clone, Debug)]
pub(crate) struct Authorizer {
    /// Its name in `Authorizers`; `AWS_IAM` for the built-in one.
    pub(crate) name: SmolStr,
    /// Scopes that methods ask for by default.
    pub(crate) scopes: Node,
    /// Its properties; none for the built-in one.
    properties: Map,
    is_iam: bool,
    place: Place,
}

/// Reads `Authorizers`, and the built-in IAM authorizer when it is the default.
pub(crate) fn read(
    sam: &Sam,
    configured: Option<&Node>,
    default: Option<&Node>,
) -> Result<Vec<Authorizer>, Diagnostic> {
    let mut authorizers = Vec::new();
    if let Some(default) = default.filter(|default| default.as_str() == Some("AWS_IAM")) {
        authorizers.push(Authorizer {
            name: SmolStr::new_static("AWS_IAM"),
            scopes: Node::list(default.place, Vec::new()),
            properties: Map::new(),
            is_iam: true,
            place: default.place,
        });
    }
    let Some(configured) = configured.filter(|node| truthy(node)) else { return Ok(authorizers) };
    let map = configured.as_map().ok_or_else(|| {
        sam.error(configured.place, "`Auth.Authorizers` must be a mapping of authorizers")
    })?;
    for (name, entry) in map.entries() {
        let Some(properties) = entry.value.as_map() else {
            let message = format!("the authorizer `{name}` must be a mapping");
            return Err(sam.error(entry.value.place, message));
        };
        let authorizer = Authorizer {
            name: name.clone(),
            scopes: properties
                .get("AuthorizationScopes")
                .filter(|scopes| !scopes.is_null())
                .cloned()
                .unwrap_or_else(|| Node::list(entry.key_place, Vec::new())),
            properties: properties.clone(),
            is_iam: false,
            place: entry.key_place,
        };
        authorizer.check(sam)?;
        // The built-in authorizer gives way to an own one of the same name.
        authorizers.retain(|known| known.name != authorizer.name);
        authorizers.push(authorizer);
    }
    Ok(authorizers)
}

impl Authorizer {
    fn get(&self, name: &str) -> Option<&Node> {
        self.properties.get(name).filter(|node| !is_falsy(node))
    }

    fn check(&self, sam: &Sam) -> Result<(), Diagnostic> {
        let name = &self.name;
        let payload = self.properties.get("FunctionPayloadType").filter(|node| !node.is_null());
        let payload_text = payload.and_then(Node::as_str);
        if let Some(payload) = payload
            && !matches!(payload_text, Some("TOKEN" | "REQUEST"))
        {
            let message = format!(
                "`FunctionPayloadType` of the authorizer `{name}` must be `TOKEN` or `REQUEST`"
            );
            return Err(sam.error(payload.place, message));
        }
        if payload_text == Some("REQUEST") && self.lacks_identity(sam)? {
            let message = format!(
                "the authorizer `{name}` needs an `Identity` with `Headers`, `QueryStrings`, \
                 `StageVariables` or `Context`"
            );
            return Err(sam.error(self.place, message));
        }
        if self.scopes.as_list().is_none_or(|scopes| scopes.len() > crate::MOST_SCOPES) {
            let message = format!(
                "`AuthorizationScopes` of the authorizer `{name}` must be a list of at most {} scopes",
                crate::MOST_SCOPES
            );
            return Err(sam.error(self.scopes.place, message));
        }
        match self.properties.get("DisableFunctionDefaultPermissions") {
            Some(node) if !matches!(node.kind, Kind::Bool(_) | Kind::Null) => {
                let message = format!(
                    "`DisableFunctionDefaultPermissions` of the authorizer `{name}` must be \
                     `true` or `false`"
                );
                Err(sam.error(node.place, message))
            }
            _ => Ok(()),
        }
    }

    fn lacks_identity(&self, sam: &Sam) -> Result<bool, Diagnostic> {
        let Some(identity) = self.get("Identity") else { return Ok(true) };
        let Some(identity) = identity.as_map() else { return Err(self.broken_identity(sam)) };
        let sources = ["Headers", "QueryStrings", "StageVariables", "Context"];
        let none = !sources.into_iter().any(|source| identity.get(source).is_some_and(truthy));
        let keeps = identity.get("ReauthorizeEvery").and_then(Node::as_i64);
        Ok(none && keeps.is_none_or(|seconds| seconds > 0))
    }

    fn broken_identity(&self, sam: &Sam) -> Diagnostic {
        let place = self.get("Identity").map_or(self.place, |node| node.place);
        let message = format!("`Identity` of the authorizer `{}` must be a mapping", self.name);
        sam.error(place, message)
    }

    /// The security scheme of the definition.
    pub(crate) fn scheme(&self, context: &Context<'_>, sam: &Sam) -> Result<Node, Diagnostic> {
        let here = Here(self.place);
        let is_cognito = !self.is_iam && self.get("UserPoolArn").is_some();
        let is_request = self.get("FunctionPayloadType").and_then(Node::as_str) == Some("REQUEST");
        let identity = match self.get("Identity") {
            Some(identity) => Some(identity.as_map().ok_or_else(|| self.broken_identity(sam))?),
            None => None,
        };
        let of_identity = |key: &str| identity.and_then(|map| map.get(key)).filter(|n| truthy(n));
        let header = if !self.is_iam && !is_cognito && is_request {
            here.text("Unused")
        } else {
            of_identity("Header").cloned().unwrap_or_else(|| here.text("Authorization"))
        };
        let kind = match (self.is_iam, is_cognito) {
            (true, _) => "awsSigv4",
            (false, true) => "cognito_user_pools",
            (false, false) => "custom",
        };
        let mut scheme = Map::new();
        scheme.insert("type", here.text("apiKey"));
        scheme.insert("name", header);
        scheme.insert("in", here.text("header"));
        scheme.insert("x-amazon-apigateway-authtype", here.text(kind));
        let mut extension = Map::new();
        if is_cognito {
            self.cognito(&mut extension);
        } else if !self.is_iam {
            self.lambda(context, sam, identity, &mut extension)?;
        }
        if is_cognito || !(self.is_iam || is_request) {
            let expression = of_identity("ValidationExpression");
            if let Some(expression) = expression {
                extension.insert("identityValidationExpression", expression.clone());
            }
        }
        if !self.is_iam {
            scheme.insert(EXTENSION, Node::new(here.0, Kind::Map(extension)));
        }
        Ok(Node::new(here.0, Kind::Map(scheme)))
    }

    fn cognito(&self, extension: &mut Map) {
        let here = Here(self.place);
        extension.insert("type", here.text("cognito_user_pools"));
        if let Some(pools) = self.get("UserPoolArn") {
            let list = match pools.as_list() {
                Some(_) => pools.clone(),
                None => Node::list(pools.place, vec![pools.clone()]),
            };
            extension.insert("providerARNs", list);
        }
    }

    fn lambda(
        &self,
        context: &Context<'_>,
        sam: &Sam,
        identity: Option<&Map>,
        extension: &mut Map,
    ) -> Result<(), Diagnostic> {
        let here = Here(self.place);
        let is_request = self.get("FunctionPayloadType").and_then(Node::as_str) == Some("REQUEST");
        extension.insert("type", here.text(if is_request { "request" } else { "token" }));
        extension.insert("authorizerUri", invocation_uri(context, self.function()));
        let every = identity.and_then(|map| map.get("ReauthorizeEvery"));
        if let Some(every) = every.filter(|every| !every.is_null()) {
            extension.insert("authorizerResultTtlInSeconds", every.clone());
        }
        if let Some(role) = self.get("FunctionInvokeRole").filter(|r| r.as_str() != Some("NONE")) {
            extension.insert("authorizerCredentials", role.clone());
        }
        if is_request && let Some(identity) = identity {
            let sources = identity_sources(
                sam,
                identity,
                [
                    "method.request.header.",
                    "method.request.querystring.",
                    "stageVariables.",
                    "context.",
                ],
            )?;
            if !sources.is_empty() {
                extension.insert("identitySource", here.text(sources.join(", ")));
            }
        }
        Ok(())
    }

    fn function(&self) -> Node {
        self.properties.get("FunctionArn").cloned().unwrap_or_else(|| Node::null(self.place))
    }

    /// The permission for the API to call the function of this authorizer, when it has one.
    pub(crate) fn permission(&self, context: &Context<'_>, sam: &Sam) -> Option<Resource> {
        let function = self.get("FunctionArn")?;
        if self.is_iam || self.get("DisableFunctionDefaultPermissions").is_some() {
            return None;
        }
        let partition = context.partition();
        Some(authorizer_permission(sam, &self.name, function, &partition, self.place))
    }
}

/// Address at which API Gateway calls the function of an authorizer.
pub(crate) fn invocation_uri(context: &Context<'_>, function: Node) -> Node {
    let text = format!(
        "arn:{}:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/${{__FunctionArn__}}\
         /invocations",
        context.partition()
    );
    Here(function.place).sub_with(text, [("__FunctionArn__", function)])
}

/// The permission for an API to call the function of an authorizer.
pub(crate) fn authorizer_permission(
    sam: &Sam,
    name: &str,
    function: &Node,
    partition: &str,
    place: Place,
) -> Resource {
    let here = Here(place);
    let id = format!("{}{name}AuthorizerPermission", sam.id);
    let mut permission = sam.child(id, "AWS::Lambda::Permission");
    permission.place = place;
    permission.set("Action", here.text("lambda:InvokeFunction"));
    permission.set("FunctionName", function.clone());
    permission.set("Principal", here.text("apigateway.amazonaws.com"));
    let arn = format!(
        "arn:{partition}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{__ApiId__}}\
         /authorizers/*"
    );
    let source = here.sub_with(arn, [("__ApiId__", here.reference(sam.id.clone()))]);
    permission.set("SourceArn", source);
    permission
}

/// Where the caller's identity is read from; `prefixes` are those of headers, query, stage, context.
pub(crate) fn identity_sources(
    sam: &Sam,
    identity: &Map,
    prefixes: [&str; 4],
) -> Result<Vec<String>, Diagnostic> {
    let names = ["Headers", "QueryStrings", "StageVariables", "Context"];
    let mut sources = Vec::new();
    for (name, prefix) in names.into_iter().zip(prefixes) {
        let Some(list) = identity.get(name).filter(|list| truthy(list)) else { continue };
        let broken = |place| sam.error(place, format!("`Identity.{name}` must be a list of texts"));
        for item in list.as_list().ok_or_else(|| broken(list.place))? {
            let text = item.as_str().ok_or_else(|| broken(item.place))?;
            sources.push(format!("{prefix}{text}"));
        }
    }
    Ok(sources)
}
