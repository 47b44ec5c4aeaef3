//! Interfaces that outsiders call: REST, HTTP, WebSocket and GraphQL APIs with routes and stages.

use iam_policy::Policy;
use source_text::{Node, Place, SmolStr};
use value::{Reference, When};

use crate::{Setting, Text};

/// One interface.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, not a state")]
pub struct Api {
    /// Logical name in the input.
    pub name: SmolStr,
    /// Kind.
    pub kind: ApiKind,
    /// Where its name is written; of an implicit API, the first event that causes it.
    pub place: Place,
    /// When it exists.
    pub when: When,
    /// Whether only private networks reach it (`PRIVATE` endpoint).
    pub is_private: bool,
    /// Routes.
    pub routes: Vec<Route>,
    /// Stages.
    pub stages: Vec<Stage>,
    /// Authorizers that it defines.
    pub authorizers: Vec<Authorizer>,
    /// Cross-origin settings.
    pub cors: Option<Cors>,
    /// Policy on the interface itself.
    pub resource_policy: Option<Policy>,
    /// Whether a web firewall stands before it.
    pub has_firewall: bool,
    /// Whether the default `execute-api` address is switched off.
    pub default_endpoint_disabled: bool,
    /// Whether its definition was not available (a file in a bucket): routes are then not known.
    pub definition_unread: bool,
    /// Own answers of the gateway to errors.
    pub gateway_responses: Vec<GatewayResponse>,
    /// `GraphQL`: kinds of authentication, the default one first: `API_KEY`, `AWS_IAM` …
    pub graphql_auth: Vec<Setting<SmolStr>>,
    /// `GraphQL`: the schema, when it could be read.
    pub schema: Option<Schema>,
    /// `GraphQL`: `ENABLED` (the default) or `DISABLED`.
    pub introspection: Option<Setting<SmolStr>>,
    /// `GraphQL`: deepest query; 0 or absent is without limit.
    pub query_depth_limit: Option<Setting<i64>>,
    /// `GraphQL`: resolvers at most per query.
    pub resolver_count_limit: Option<Setting<i64>>,
    /// `GraphQL`: level of field logs (`NONE`, `ERROR`, `ALL` …).
    pub field_log_level: Option<Setting<SmolStr>>,
    /// `GraphQL`: whether headers and contexts are left out of the logs.
    pub excludes_verbose_content: Option<Setting<bool>>,
    /// `GraphQL`: tracing.
    pub tracing: Option<Setting<bool>>,
}

/// Kind of interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ApiKind {
    /// API Gateway REST API.
    #[default]
    Rest,
    /// API Gateway HTTP API.
    Http,
    /// API Gateway WebSocket API.
    WebSocket,
    /// `AppSync` `GraphQL` API.
    GraphQl,
}

impl ApiKind {
    /// Words for messages: `REST API`.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Rest => "REST API",
            Self::Http => "HTTP API",
            Self::WebSocket => "WebSocket API",
            Self::GraphQl => "GraphQL API",
        }
    }
}

/// The types of a `GraphQL` API.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schema {
    /// Name of the type whose fields are queries.
    pub query: SmolStr,
    /// Name of the type whose fields are mutations.
    pub mutation: SmolStr,
    /// Types; one that is extended stands here several times.
    pub types: Vec<SchemaType>,
}

/// A type of a `GraphQL` API with fields, or a choice of such types.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchemaType {
    /// Name.
    pub name: SmolStr,
    /// Directives that say who may ask for it: `aws_iam`; none is the default of the interface.
    pub auth: Vec<SmolStr>,
    /// Fields.
    pub fields: Vec<SchemaField>,
    /// Types that may stand for it: those of a union, or that implement an interface.
    pub members: Vec<SmolStr>,
}

/// A field of a type of a `GraphQL` API.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchemaField {
    /// Name.
    pub name: SmolStr,
    /// What it leads to, whether once or as a list.
    pub type_name: SmolStr,
    /// Directives that say who may ask for it; none is what holds for its type.
    pub auth: Vec<SmolStr>,
}

/// One route of an interface.
#[derive(Clone, Debug, Default)]
pub struct Route {
    /// `GET`, `ANY`; empty for WebSocket routes.
    pub method: SmolStr,
    /// `/orders/{id}`, `$default`, `$connect`.
    pub path: SmolStr,
    /// Where it is written: the event, the path of the definition, or the resource.
    pub place: Place,
    /// How it is written, which says how it is changed.
    pub form: RouteForm,
    /// When it exists.
    pub when: When,
    /// Who must prove what.
    pub auth: Auth,
    /// Whether an API key must be sent.
    pub api_key_required: bool,
    /// Whether a validator checks body or parameters before the integration.
    pub validated: bool,
    /// Fields of the body that its schema describes; nothing when no schema is known.
    pub body_fields: Option<Vec<SmolStr>>,
    /// JSON Schema of the body, closed: what it refers to stands under its `$defs`.
    pub body_schema: Option<Node>,
    /// What it leads to.
    pub integration: Integration,
    /// Own limit of this route.
    pub throttle: Option<Throttle>,
}

/// How a route is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum RouteForm {
    /// As an event of a function.
    Event,
    /// As a resource of its own: a method, a route, a resolver.
    #[default]
    Resource,
    /// As a path of an `OpenAPI` definition.
    Definition,
    /// As the one target of an interface that is made together with its route.
    Target,
}

impl Route {
    /// `POST /orders`, or `$connect`.
    #[must_use]
    pub fn label(&self) -> String {
        if self.method.is_empty() {
            self.path.to_string()
        } else {
            format!("{} {}", self.method, self.path)
        }
    }

    /// Whether this answers a browser's pre-flight question and nothing else.
    #[must_use]
    pub fn is_preflight(&self) -> bool {
        self.method.eq_ignore_ascii_case("OPTIONS")
    }
}

/// What a caller must prove.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Auth {
    /// Nothing.
    None,
    /// Signed with IAM credentials.
    Iam,
    /// A token that a Lambda authorizer decides on; its logical or given name.
    Custom(SmolStr),
    /// A JSON Web Token of a named issuer; the authorizer's name.
    Jwt(SmolStr),
    /// A Cognito user pool; the authorizer's name.
    Cognito(SmolStr),
    /// An API key only.
    ApiKey,
    /// The interface's own resource policy restricts who may call.
    ResourcePolicy,
    /// Every address of the interface asks for a client certificate.
    ClientCertificate,
    /// The service that calls (S3, SQS …) is checked by AWS.
    Service,
    /// Conditional: none in some deployments (the condition), the other in the rest.
    NoneWhen(When, Box<Auth>),
    /// Cannot be told.
    #[default]
    Unknown,
}

impl Auth {
    /// When nobody has to prove anything: always, under a condition, or never (`None`).
    #[must_use]
    pub fn open(&self) -> Option<&When> {
        static ALWAYS: When = When::ALWAYS;
        match self {
            Self::None => Some(&ALWAYS),
            Self::NoneWhen(when, _) => Some(when),
            _ => None,
        }
    }

    /// The word in the JSON result.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Iam => "iam",
            Self::Custom(_) => "custom",
            Self::Jwt(_) => "jwt",
            Self::Cognito(_) => "cognito",
            Self::ApiKey => "api-key",
            Self::ResourcePolicy => "resource-policy",
            Self::ClientCertificate => "client-certificate",
            Self::Service => "service",
            Self::NoneWhen(..) => "conditional",
            Self::Unknown => "unknown",
        }
    }
}

/// An authorizer that an interface defines.
#[derive(Clone, Debug, Default)]
pub struct Authorizer {
    /// Name in the definition, or logical name.
    pub name: SmolStr,
    /// Where.
    pub place: Place,
    /// When it exists.
    pub when: When,
    /// Kind.
    pub kind: AuthorizerKind,
    /// Function that decides, for Lambda authorizers, when in the template.
    pub function: Option<SmolStr>,
    /// Seconds for which a decision is kept; API Gateway's default is 300.
    pub cache_ttl_s: Option<Setting<i64>>,
    /// What the decision is kept under: `method.request.header.Authorization`, `$context.path`.
    pub identity_sources: Vec<Text>,
    /// Audiences that a token may have.
    pub audiences: Vec<Text>,
    /// Issuer of tokens.
    pub issuer: Option<Text>,
    /// Regular expression that a token must match first.
    pub token_pattern: Option<Text>,
    /// Resources that it trusts: user pools, and functions that decide.
    pub references: Vec<Reference>,
}

/// Kind of an authorizer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum AuthorizerKind {
    /// A Lambda function that sees one token.
    Token,
    /// A Lambda function that sees the request.
    Request,
    /// A JSON Web Token.
    Jwt,
    /// A Cognito user pool.
    Cognito,
    /// IAM.
    Iam,
    /// Something else.
    #[default]
    Other,
}

/// What a route leads to.
#[derive(Clone, Debug, Default)]
pub struct Integration {
    /// Kind.
    pub kind: IntegrationKind,
    /// Address or ARN as text.
    pub uri: Option<Text>,
    /// Mapping templates (VTL) of requests.
    pub request_templates: Vec<Setting<SmolStr>>,
    /// Mapping templates (VTL) of answers.
    pub response_templates: Vec<Setting<SmolStr>>,
    /// Headers of answers as the gateway sets them: `method.response.header.X` and the value.
    pub response_headers: Vec<(SmolStr, Setting<SmolStr>)>,
    /// Logical name of the role that the gateway uses.
    pub role: Option<SmolStr>,
    /// Logical name of the resource that a direct integration acts on.
    pub target: Option<SmolStr>,
    /// Milliseconds that the gateway waits.
    pub timeout_ms: Option<Setting<i64>>,
    /// Whether it goes through a VPC link, to a backend in a private network.
    pub via_vpc_link: bool,
    /// What the gateway puts into its request: `integration.request.header.X` and the value.
    pub request_parameters: Vec<(SmolStr, Setting<SmolStr>)>,
    /// Whether the gateway hands on the answer while it is made, for longer than it waits for others.
    pub streams: bool,
}

/// Kind of an integration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum IntegrationKind {
    /// A function of the template, by logical name.
    Function(SmolStr),
    /// A function elsewhere.
    ForeignFunction,
    /// Another AWS service, by its service name in ARNs (`sqs`, `states`, `dynamodb`).
    Service(SmolStr),
    /// An HTTP address.
    Http,
    /// A fixed answer.
    Mock,
    /// Nothing, or not known.
    #[default]
    Unknown,
}

/// A stage of an interface.
#[derive(Clone, Debug, Default)]
pub struct Stage {
    /// Logical name.
    pub name: SmolStr,
    /// Where.
    pub place: Place,
    /// When it exists.
    pub when: When,
    /// Limit for every route of the stage.
    pub throttle: Option<Throttle>,
    /// Where access is logged.
    pub access_log: Option<Setting<SmolStr>>,
    /// Format of the access log.
    pub access_log_format: Option<Setting<SmolStr>>,
    /// Level of execution logs: `OFF`, `ERROR`, `INFO`.
    pub execution_log_level: Option<Setting<SmolStr>>,
    /// Whether whole requests and answers are logged.
    pub data_trace: Option<Setting<bool>>,
    /// Whether requests are traced.
    pub tracing: Option<Setting<bool>>,
    /// Whether answers are cached.
    pub cache: Option<Setting<bool>>,
    /// Whether the cache is encrypted.
    pub cache_encrypted: Option<Setting<bool>>,
    /// Stage variables.
    pub variables: Vec<crate::Variable>,
    /// Whether the gateway shows its backends a client certificate.
    pub shows_certificate: bool,
}

impl Stage {
    /// Whether a deployment makes it: its settings then stand under `StageDescription`.
    #[must_use]
    pub fn is_of_deployment(&self) -> bool {
        // Logical names have no dot.
        self.name.ends_with(".Stage")
    }
}

/// A limit on requests.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Throttle {
    /// Requests per second, steady state.
    pub rate: Option<Setting<f64>>,
    /// Requests at once.
    pub burst: Option<Setting<f64>>,
    /// Where it is written.
    pub place: Place,
}

/// Cross-origin settings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cors {
    /// Where.
    pub place: Place,
    /// Origins allowed.
    pub origins: Vec<Text>,
    /// Headers allowed.
    pub headers: Vec<Text>,
    /// Methods allowed.
    pub methods: Vec<Text>,
    /// Whether browsers may send cookies and authorisation.
    pub credentials: Option<Setting<bool>>,
}

/// An own answer of the gateway to an error.
#[derive(Clone, Debug, Default)]
pub struct GatewayResponse {
    /// `DEFAULT_5XX`, `UNAUTHORIZED` …
    pub kind: SmolStr,
    /// Where.
    pub place: Place,
    /// Bodies.
    pub templates: Vec<Setting<SmolStr>>,
    /// Headers with their values.
    pub headers: Vec<(SmolStr, Setting<SmolStr>)>,
}
