//! `AWS::Serverless::WebSocketApi`: an API Gateway WebSocket API, its routes, stage and domain.

use sam_core::context::Context;
use sam_core::intrinsic::{Here, is_falsy, is_intrinsic};
use sam_core::property::{Property, Shape, check_resource, optional, required};
use sam_core::resource::{Expansion, Resource, Sam};
use source_text::{Diagnostic, Kind, Map, Node, SmolStr};

use crate::{Apis, http_domain};

const PROPERTIES: [Property; 18] = [
    optional("ApiKeySelectionExpression", Shape::Text),
    optional("AccessLogSettings", Shape::Map),
    optional("Auth", Shape::Map),
    optional("DefaultRouteSettings", Shape::Map),
    optional("Description", Shape::Text),
    optional("DisableExecuteApiEndpoint", Shape::Bool),
    optional("Domain", Shape::Map),
    optional("DisableSchemaValidation", Shape::Bool),
    optional("FailOnWarnings", Shape::Bool),
    optional("IpAddressType", Shape::Text),
    optional("Name", Shape::Text),
    optional("PropagateTags", Shape::Bool),
    required("Routes", Shape::Map),
    optional("RouteSettings", Shape::Map),
    required("RouteSelectionExpression", Shape::Text),
    optional("StageName", Shape::TextOrMap),
    optional("StageVariables", Shape::Map),
    optional("Tags", Shape::Map),
];

/// Name of the tag that says who made the API.
const MADE_BY: &str = "websocketapi:createdBy";

/// Name of the stage when the template gives none.
const DEFAULT_STAGE: &str = "default";

/// The parts of one API while it is expanded.
struct Api<'a> {
    sam: &'a Sam,
    /// `Auth`, with parameters resolved.
    auth: Option<Node>,
    /// `Routes`, with parameters resolved.
    routes: Map,
}

/// Expands the resource. What it becomes inherits no `Condition` and no deletion policy.
///
/// # Errors
/// A property, route or authorizer that is missing or malformed.
pub fn expand(context: &mut Context<'_>, apis: &mut Apis, sam: &Sam) -> Expansion {
    check_resource(sam, "AWS::Serverless::WebSocketApi", &PROPERTIES)?;
    let bare = Sam { node: Node::null(sam.node.place), ..sam.clone() };
    let depends_on = sam.attribute("DependsOn");
    let sam = &bare;
    let resolved = |name: &str| sam.get(name).map(|node| context.resolved(node));
    let auth = resolved("Auth").filter(|auth| !is_falsy(auth));
    let routes = resolved("Routes").and_then(|node| node.as_map().cloned()).unwrap_or_default();
    let api = Api { sam, auth, routes };
    let mut main = api.main()?;
    if let Some(depends_on) = depends_on {
        main.attribute("DependsOn", depends_on.clone());
    }
    let domain = api.domain(context, apis)?;
    let mut stage = api.stage()?;
    let mut resources = vec![main];
    let mut route_ids = Vec::new();
    let mut authorizer = None;
    for (key, spec) in api.routes.iter() {
        let (mut route, integration, permission) = api.route(key, spec)?;
        authorizer = api.authorize(key, &mut route)?.or(authorizer);
        route_ids.push(Node::text(spec.place, route.id.clone()));
        resources.extend([route, integration, permission]);
    }
    resources.extend(domain);
    // Settings of a route cannot be deployed before the route.
    if sam.truthy("RouteSettings").is_some() {
        stage.attribute("DependsOn", Node::list(sam.place_of("RouteSettings"), route_ids));
    }
    resources.push(stage);
    if let Some(authorizer) = authorizer {
        resources.push(authorizer);
        resources.extend(api.authorizer_permission());
    }
    propagate_tags(sam, &mut resources);
    Ok(resources)
}

fn propagate_tags(sam: &Sam, resources: &mut [Resource]) {
    if sam.truthy("PropagateTags").is_none() {
        return;
    }
    let Some(mut tags) = sam.truthy("Tags").cloned() else { return };
    if let Some(map) = tags.as_map_mut() {
        map.insert(MADE_BY, sam.here().text("SAM"));
    }
    for resource in resources {
        if matches!(
            resource.type_.as_str(),
            "AWS::ApiGatewayV2::Api" | "AWS::ApiGatewayV2::DomainName" | "AWS::ApiGatewayV2::Stage"
        ) {
            resource.set("Tags", tags.clone());
        }
    }
}

impl Api<'_> {
    fn main(&self) -> Result<Resource, Diagnostic> {
        let sam = self.sam;
        let here = sam.here();
        if self.routes.is_empty() {
            return Err(sam.error(sam.place_of("Routes"), "`Routes` has to have a route"));
        }
        if let Some(type_) = sam.get("IpAddressType")
            && !is_intrinsic(type_)
            && !matches!(type_.as_str(), Some("ipv4" | "dualstack"))
        {
            let message = "`IpAddressType` has to be `ipv4` or `dualstack`";
            return Err(sam.error(type_.place, message));
        }
        if let Some(auth) = self.auth.as_ref().filter(|_| !self.routes.contains("$connect")) {
            let message = "`Auth` is checked when a client connects; add the route `$connect`";
            return Err(sam.error(auth.place, message));
        }
        let mut main = part(sam.id.to_string(), "AWS::ApiGatewayV2::Api", here);
        main.copy(
            &sam.properties,
            &[
                "ApiKeySelectionExpression",
                "Description",
                "DisableExecuteApiEndpoint",
                "DisableSchemaValidation",
                "IpAddressType",
                "Name",
                "RouteSelectionExpression",
            ],
        );
        if !main.properties.contains("Name") {
            main.set("Name", here.text(sam.id.clone()));
        }
        let mut tags = sam.get("Tags").and_then(Node::as_map).cloned().unwrap_or_default();
        tags.insert(MADE_BY, here.text("SAM"));
        main.set("Tags", Node::new(sam.place_of("Tags"), Kind::Map(tags)));
        main.set("ProtocolType", here.text("WEBSOCKET"));
        Ok(main)
    }

    fn domain(&self, context: &Context<'_>, apis: &mut Apis) -> Expansion {
        let Some(domain) = self.sam.get("Domain") else { return Ok(Vec::new()) };
        let domain = context.resolved(domain);
        let mutual = domain.get("MutualTlsAuthentication").filter(|node| !is_falsy(node));
        if let Some(mutual) = mutual {
            let message = "API Gateway has no `MutualTlsAuthentication` for WebSocket APIs";
            return Err(self.sam.error(mutual.place, message));
        }
        let here = Here(domain.place);
        let tags = here.map([(MADE_BY, here.text("SAM"))]);
        http_domain::expand(apis, self.sam, &domain, Some(&tags))
    }

    fn stage_name(&self) -> Node {
        let given = self.sam.get("StageName").cloned();
        given.unwrap_or_else(|| self.sam.here().text(DEFAULT_STAGE))
    }

    fn stage(&self) -> Result<Resource, Diagnostic> {
        let sam = self.sam;
        let name = self.stage_name();
        let prefix = match name.as_str() {
            Some("$default") => {
                let message = "a stage of a WebSocket API cannot be called `$default`";
                return Err(sam.error(name.place, message));
            }
            Some(DEFAULT_STAGE) => "Default",
            Some(text) => text,
            None => "",
        };
        if !prefix.chars().all(|c| c.is_ascii_alphanumeric()) {
            let message = "`StageName` becomes part of a logical id; use letters and digits";
            return Err(sam.error(name.place, message));
        }
        let here = Here(name.place);
        let mut stage = part(format!("{}{prefix}Stage", sam.id), "AWS::ApiGatewayV2::Stage", here);
        stage.set("ApiId", here.reference(sam.id.clone()));
        stage.set("StageName", name);
        stage.copy(
            &sam.properties,
            &["StageVariables", "AccessLogSettings", "DefaultRouteSettings", "RouteSettings"],
        );
        stage.set("Tags", here.map([(MADE_BY, here.text("SAM"))]));
        stage.set("AutoDeploy", here.bool(true));
        Ok(stage)
    }

    /// The route, its integration and the permission to call its function.
    fn route(&self, key: &str, spec: &Node) -> Result<(Resource, Resource, Resource), Diagnostic> {
        let sam = self.sam;
        let here = Here(spec.place);
        let given = spec.as_map().ok_or_else(|| {
            sam.error(spec.place, format!("route `{key}` has to be a mapping with `FunctionArn`"))
        })?;
        let base = format!("{}{}", sam.id, self.route_id(key, spec)?);
        let mut route = part(format!("{base}Route"), "AWS::ApiGatewayV2::Route", here);
        route.set("RouteKey", here.text(key));
        route.set("ApiId", here.reference(sam.id.clone()));
        route.copy(
            given,
            &[
                "ApiKeyRequired",
                "ModelSelectionExpression",
                "OperationName",
                "RequestModels",
                "RouteResponseSelectionExpression",
            ],
        );
        if let Some(parameters) = given.get("RequestParameters").filter(|node| !is_falsy(node)) {
            if key != "$connect" {
                let message = "`RequestParameters` are for the route `$connect` only";
                return Err(sam.error(parameters.place, message));
            }
            route.set("RequestParameters", parameters.clone());
        }
        let function = given.get("FunctionArn").ok_or_else(|| {
            sam.error(spec.place, format!("route `{key}` has no `FunctionArn`; add the function"))
        })?;
        let id = format!("{base}Integration");
        let target = [here.text("integrations"), here.reference(id.clone())];
        route.set("Target", here.join("/", target));
        let mut integration = part(id, "AWS::ApiGatewayV2::Integration", here);
        integration.set("ApiId", here.reference(sam.id.clone()));
        integration.set("IntegrationType", here.text("AWS_PROXY"));
        integration.set("IntegrationUri", invocation(here, "FunctionArn", function));
        integration.set_some("TimeoutInMillis", given.get("IntegrationTimeout"));
        let mut permission = part(format!("{base}Permission"), "AWS::Lambda::Permission", here);
        permission.set("Action", here.text("lambda:InvokeFunction"));
        permission.set("FunctionName", function.clone());
        permission.set("Principal", here.text("apigateway.amazonaws.com"));
        permission.set("SourceArn", self.route_arn(key, here));
        Ok((route, integration, permission))
    }

    /// What stands for the route in logical ids: first letter upper case, the others lower.
    fn route_id(&self, key: &str, spec: &Node) -> Result<String, Diagnostic> {
        let name = match key {
            "$connect" | "$disconnect" | "$default" => key.trim_start_matches('$'),
            _ => key,
        };
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric()) {
            let message = format!(
                "route `{key}` has to consist of letters and digits, or be `$connect`, \
                 `$disconnect` or `$default`"
            );
            return Err(self.sam.error(spec.place, message));
        }
        let (first, rest) = name.split_at_checked(1).unwrap_or((name, ""));
        Ok(first.to_ascii_uppercase() + &rest.to_ascii_lowercase())
    }

    fn route_arn(&self, key: &str, here: Here) -> Node {
        let stage = self.stage_name();
        let arn = |stage: &str| {
            let api = format!("${{{}.ApiId}}", self.sam.id);
            let service = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}";
            format!("{service}:{api}/{stage}/{key}")
        };
        match stage.as_str() {
            Some(name) => here.sub(arn(name)),
            None => here.sub_with(arn("${__StageName__}"), [("__StageName__", stage)]),
        }
    }

    /// Sets how the route authorizes; returns the authorizer that it needs.
    fn authorize(&self, key: &str, route: &mut Resource) -> Result<Option<Resource>, Diagnostic> {
        let Some(auth) = &self.auth else { return Ok(None) };
        self.check_auth(auth)?;
        if key != "$connect" {
            return Ok(None);
        }
        let here = Here(auth.place);
        match auth.get("AuthType").and_then(Node::as_str) {
            Some("CUSTOM") => {
                let authorizer = self.authorizer(auth);
                route.set("AuthorizationType", here.text("CUSTOM"));
                route.set("AuthorizerId", authorizer.reference());
                Ok(Some(authorizer))
            }
            Some("AWS_IAM") => {
                route.set("AuthorizationType", here.text("AWS_IAM"));
                Ok(None)
            }
            _ => {
                route.set("AuthorizationType", here.text("NONE"));
                Ok(None)
            }
        }
    }

    fn check_auth(&self, auth: &Node) -> Result<(), Diagnostic> {
        let wrong = |place, message: &str| Err(self.sam.error(place, message));
        let Some(type_) = auth.get("AuthType").filter(|node| !is_falsy(node)) else {
            return wrong(
                auth.place,
                "`Auth` has no `AuthType`; add `AWS_IAM`, `CUSTOM` or `NONE`",
            );
        };
        let name = type_.as_str().unwrap_or_default().to_ascii_uppercase();
        let more = auth.as_map().is_some_and(|map| map.len() > 1);
        match name.as_str() {
            "CUSTOM" if auth.get("AuthArn").is_none_or(is_falsy) => {
                wrong(auth.place, "`AuthType: CUSTOM` needs `AuthArn`, the function that decides")
            }
            "AWS_IAM" | "NONE" if more => {
                wrong(auth.place, "only `AuthType: CUSTOM` has more properties; remove them")
            }
            "CUSTOM" | "AWS_IAM" | "NONE" => Ok(()),
            _ => wrong(type_.place, "`AuthType` has to be `AWS_IAM`, `CUSTOM` or `NONE`"),
        }
    }

    fn authorizer(&self, auth: &Node) -> Resource {
        let here = Here(auth.place);
        let id = format!("{}ConnectAuthorizer", self.sam.id);
        let mut authorizer = part(id.clone(), "AWS::ApiGatewayV2::Authorizer", here);
        authorizer.set("ApiId", here.reference(self.sam.id.clone()));
        authorizer.set_some("AuthorizerCredentialsArn", auth.get("InvokeRole"));
        authorizer.set("AuthorizerType", here.text("REQUEST"));
        if let Some(function) = auth.get("AuthArn") {
            authorizer.set("AuthorizerUri", invocation(here, "AuthArn", function));
        }
        authorizer.set_some("IdentitySource", auth.get("IdentitySource"));
        let name = auth.get("Name").filter(|name| !is_falsy(name)).cloned();
        authorizer.set("Name", name.unwrap_or_else(|| here.text(id)));
        authorizer
    }

    /// Lets the API call the function that authorizes, unless a role is given for that.
    fn authorizer_permission(&self) -> Option<Resource> {
        let auth = self.auth.as_ref()?;
        if auth.get("InvokeRole").is_some_and(|role| !is_falsy(role)) {
            return None;
        }
        let function = auth.get("AuthArn").filter(|arn| !is_falsy(arn))?;
        let here = Here(auth.place);
        let id = format!("{}AuthorizerPermission", self.sam.id);
        let mut permission = part(id, "AWS::Lambda::Permission", here);
        permission.set("Action", here.text("lambda:InvokeFunction"));
        permission.set("FunctionName", function.clone());
        permission.set("Principal", here.text("apigateway.amazonaws.com"));
        let service = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}";
        let arn = format!("{service}:${{__ApiId__}}/authorizers/*");
        let api: [(SmolStr, Node); 1] =
            [(SmolStr::new_static("__ApiId__"), here.reference(self.sam.id.clone()))];
        permission.set("SourceArn", here.sub_with(arn, api));
        Some(permission)
    }
}

/// A resource caused by what stands at `here`.
fn part(id: String, type_: &str, here: Here) -> Resource {
    Resource::new(id, type_, here.0)
}

/// The URI with which API Gateway calls a function.
fn invocation(here: Here, name: &str, function: &Node) -> Node {
    let path = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions";
    here.sub_with(format!("{path}/${{{name}}}/invocations"), [(name, function.clone())])
}
