//! Who may call a GraphQL API: the default authorization and the additional ones.

use sam_core::context::Context;
use sam_core::intrinsic::Here;
use sam_core::property::{Property, Shape, optional, passed, required};
use sam_core::resource::{Expansion, Resource};
use source_text::{Diagnostic, Map, Node};

use super::{Api, connect};
use crate::Connectors;

const AUTHORIZER: [Property; 4] = [
    required("Type", TYPE).literal(),
    optional("LambdaAuthorizer", Shape::Map).literal(),
    optional("OpenIDConnect", Shape::Map).literal(),
    optional("UserPool", Shape::Map).literal(),
];
const TYPE: Shape = Shape::OneOf(&[
    "AWS_IAM",
    "API_KEY",
    "AWS_LAMBDA",
    "OPENID_CONNECT",
    "AMAZON_COGNITO_USER_POOLS",
]);

const LAMBDA: [Property; 3] = [
    passed("AuthorizerResultTtlInSeconds"),
    required("AuthorizerUri", Shape::Any),
    passed("IdentityValidationExpression"),
];
const OPEN_ID: [Property; 4] =
    [passed("AuthTTL"), passed("ClientId"), passed("IatTTL"), passed("Issuer")];
const USER_POOL: [Property; 4] = [
    passed("AppIdClientRegex"),
    passed("AwsRegion"),
    passed("DefaultAction"),
    required("UserPoolId", Shape::Any),
];

/// One way to authorize: its type, and the property that configures it.
struct Authorizer<'n> {
    type_: &'n Node,
    config: Option<(&'static str, Node)>,
}

impl Authorizer<'_> {
    /// The function that authorizes.
    fn function(&self) -> Option<Node> {
        let (name, config) = self.config.as_ref()?;
        if *name == "LambdaAuthorizerConfig" { config.get("AuthorizerUri").cloned() } else { None }
    }
}

impl Api<'_> {
    /// Sets the authorization; returns the functions that authorize.
    pub(super) fn set_auth(&self, main: &mut Resource) -> Result<Vec<Node>, Diagnostic> {
        let Some(auth) = self.sam.get("Auth") else { return Ok(Vec::new()) };
        let mut first = auth.clone();
        let additional = first.as_map_mut().and_then(|map| map.remove("Additional"));
        let default = self.authorizer("`Auth`", &first, false)?;
        let mut functions: Vec<Node> = default.function().into_iter().collect();
        main.set("AuthenticationType", default.type_.clone());
        if let Some((name, config)) = default.config {
            main.set(name, config);
        }
        let Some(additional) = additional.filter(|node| !node.is_null()) else {
            return Ok(functions);
        };
        let list = additional.as_list().ok_or_else(|| {
            self.sam.error(additional.place, "`Additional` of `Auth` has to be a list")
        })?;
        let mut providers = Vec::new();
        for node in list {
            let authorizer = self.authorizer("an entry of `Additional`", node, true)?;
            functions.extend(authorizer.function());
            let type_ = ("AuthenticationType", authorizer.type_.clone());
            providers.push(Here(node.place).map(std::iter::once(type_).chain(authorizer.config)));
        }
        if !providers.is_empty() {
            main.set("AdditionalAuthenticationProviders", Node::list(additional.place, providers));
        }
        Ok(functions)
    }

    fn authorizer<'n>(
        &self,
        what: &str,
        node: &'n Node,
        additional: bool,
    ) -> Result<Authorizer<'n>, Diagnostic> {
        let given = self.check(what, node, &AUTHORIZER)?;
        let configured = ["LambdaAuthorizer", "OpenIDConnect", "UserPool"]
            .into_iter()
            .filter(|name| given.get(name).is_some_and(|node| !node.is_null()));
        if configured.count() > 1 {
            let message = format!("{what} configures more than one kind of authorization");
            return Err(self.sam.error(node.place, message));
        }
        let type_ = given.get("Type").unwrap_or(node);
        let (from, to, known): (_, _, &[Property]) = match type_.as_str() {
            Some("AWS_LAMBDA") => ("LambdaAuthorizer", "LambdaAuthorizerConfig", &LAMBDA),
            Some("OPENID_CONNECT") => ("OpenIDConnect", "OpenIDConnectConfig", &OPEN_ID),
            Some("AMAZON_COGNITO_USER_POOLS") => ("UserPool", "UserPoolConfig", &USER_POOL),
            _ => return Ok(Authorizer { type_, config: None }),
        };
        let config = given.get(from).filter(|node| !node.is_null()).ok_or_else(|| {
            let message = format!("{what} of this `Type` needs `{from}`, which is missing");
            self.sam.error(type_.place, message)
        })?;
        let map = self.check(&format!("`{from}`"), config, known)?;
        // Only the default authorization of an API decides what happens without a user's group.
        let kept = |name: &str| !(additional && name == "DefaultAction");
        let pairs: Map = map
            .iter()
            .filter(|(name, value)| !value.is_null() && kept(name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let config = Node::new(config.place, source_text::Kind::Map(pairs));
        Ok(Authorizer { type_, config: Some((to, config)) })
    }

    /// The permission for the API to call the function that authorizes.
    pub(super) fn authorizer_permission(
        &self,
        context: &mut Context<'_>,
        connectors: &mut Connectors,
        number: usize,
        function: Node,
    ) -> Expansion {
        let here = Here(function.place);
        let id = &self.sam.id;
        let source = here.map([
            ("Type", here.text("AWS::AppSync::GraphQLApi")),
            ("Arn", here.reference(id.clone())),
            ("ResourceId", here.get_att(id.clone(), "ApiId")),
        ]);
        let destination =
            here.map([("Type", here.text("AWS::Lambda::Function")), ("Arn", function)]);
        let id = format!("{id}ToLambdaAuthConnector{number}");
        connect(context, connectors, id, source, destination, here.texts(["Write"]))
    }
}
