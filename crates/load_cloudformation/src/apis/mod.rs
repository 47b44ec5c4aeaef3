//! Interfaces that outsiders call: routes, who must prove what, limits and logs.

mod authorizers;
mod body_schema;
mod graphql;
mod http;
mod openapi;
mod rest;
mod schema;
mod stages;

pub(crate) use self::{openapi::cors, rest::conditional};

use app_model::{Api, Auth, Details, Integration, IntegrationKind, RouteForm, Setting, When};
use iam_policy::Policy;
use source_text::{Node, SmolStr};

use model_builder::{Builder, Properties};

/// Reads every interface.
pub(crate) fn read(builder: &mut Builder<'_>) {
    let mut apis = rest::read(builder);
    apis.extend(http::read(builder));
    apis.extend(graphql::read(builder));
    mark_firewalls(builder, &mut apis);
    for api in &mut apis {
        let proof = if api.resource_policy.as_ref().is_some_and(restricts_callers) {
            Auth::ResourcePolicy
        } else if asks_for_certificate(builder, api) {
            Auth::ClientCertificate
        } else {
            continue;
        };
        for route in api.routes.iter_mut().filter(|route| route.auth == Auth::None) {
            route.auth = proof.clone();
        }
    }
    builder.app.apis = apis;
}

/// Whether an interface answers only at domains that ask for a client certificate: its default
/// address is shut, and every domain that leads to it asks.
fn asks_for_certificate(builder: &Builder<'_>, api: &Api) -> bool {
    let mut domains = builder
        .app
        .resources
        .iter()
        .filter_map(|resource| match &resource.details {
            Details::DomainName(domain) if domain.apis.contains(&api.name) => Some(domain),
            _ => None,
        })
        .peekable();
    api.default_endpoint_disabled
        && domains.peek().is_some()
        && domains.all(|domain| domain.mutual_tls)
}

/// Whether a policy on an interface lets only some callers through: nobody is allowed without a
/// pinned source, or everybody is refused who does not come from one.
fn restricts_callers(policy: &Policy) -> bool {
    !policy.statements.is_empty() && policy.public_statements().next().is_none()
}

/// Interfaces before which a web firewall stands.
fn mark_firewalls(builder: &Builder<'_>, apis: &mut [Api]) {
    for type_ in ["AWS::WAFv2::WebACLAssociation", "AWS::WAFRegional::WebACLAssociation"] {
        for item in builder.of_type(type_) {
            let Some(node) = item.properties.get("ResourceArn") else { continue };
            let names: Vec<SmolStr> =
                builder.referents(node).into_iter().map(|reference| reference.name).collect();
            for api in apis.iter_mut() {
                let guarded = names.contains(&api.name)
                    || api.stages.iter().any(|stage| names.contains(&stage.name));
                api.has_firewall |= guarded;
            }
        }
    }
}

/// How the routes of an interface are written that has a definition after the expansion.
pub(super) fn form(builder: &Builder<'_>, api: &str) -> RouteForm {
    let is_defined =
        builder.definitions.contains_key(api) || builder.written.defined_apis.contains(api);
    if is_defined { RouteForm::Definition } else { RouteForm::Event }
}

/// What an integration leads to: `uri` of Lambda proxies holds the ARN of the function, of other
/// services the service's name.
pub(super) fn integration(builder: &Builder<'_>, properties: Properties<'_>) -> Integration {
    let first = |keys: &[&str]| keys.iter().find_map(|key| properties.at(&[key]));
    let kind = first(&["Type", "type", "IntegrationType"])
        .and_then(Node::as_str)
        .map(str::to_ascii_uppercase)
        .unwrap_or_default();
    let subtype = first(&["IntegrationSubtype", "integrationSubtype"]).and_then(Node::as_str);
    let uri_node = first(&["Uri", "uri", "IntegrationUri"]);
    let uri = uri_node.map(|node| builder.evaluator.text(node));
    let text = uri.as_ref().map_or("", |uri| uri.display());
    let kind = if let Some(subtype) = subtype {
        IntegrationKind::Service(service_of_subtype(subtype))
    } else if kind == "MOCK" {
        IntegrationKind::Mock
    } else if let Some(name) = uri_node.and_then(|node| builder.function_behind(node)) {
        IntegrationKind::Function(name)
    } else if let Some(name) = function_in_path(builder, text) {
        IntegrationKind::Function(name)
    } else if text.contains(":lambda:") || text.contains("/functions/") {
        IntegrationKind::ForeignFunction
    } else if kind.starts_with("HTTP") {
        IntegrationKind::Http
    } else if kind.starts_with("AWS") {
        service_of(text).map_or(IntegrationKind::Unknown, IntegrationKind::Service)
    } else {
        IntegrationKind::Unknown
    };
    let credentials = first(&["Credentials", "credentials", "CredentialsArn"]);
    let parameters = first(&["RequestParameters", "requestParameters"]);
    Integration {
        kind,
        target: uri_node.into_iter().chain(parameters).find_map(|node| builder.referent(node)),
        uri,
        request_templates: ["RequestTemplates", "requestTemplates"]
            .iter()
            .filter_map(|key| properties.at(&[key])?.as_map())
            .flat_map(source_text::Map::values)
            .filter_map(|node| properties.setting(node, When::ALWAYS, &|e, n| e.text(n)))
            .collect(),
        response_templates: in_responses(properties, ["ResponseTemplates", "responseTemplates"])
            .into_iter()
            .map(|(_, template)| template)
            .collect(),
        response_headers: in_responses(properties, ["ResponseParameters", "responseParameters"]),
        role: credentials.and_then(|node| builder.referent(node)),
        timeout_ms: ["TimeoutInMillis", "timeoutInMillis"]
            .iter()
            .find_map(|key| properties.integer(&[key])),
        via_vpc_link: ["ConnectionType", "connectionType"]
            .iter()
            .find_map(|key| properties.text(&[key]))
            .is_some_and(|kind| kind.value.may_be("VPC_LINK")),
        request_parameters: parameters
            .and_then(Node::as_map)
            .into_iter()
            .flat_map(source_text::Map::iter)
            .filter_map(|(name, node)| {
                let setting = properties.setting(node, When::ALWAYS, &|e, n| e.text(n))?;
                Some((name.clone(), setting))
            })
            .collect(),
        streams: first(&["ResponseTransferMode", "responseTransferMode"]).and_then(Node::as_str)
            == Some("STREAM"),
    }
}

/// What a mapping of each answer holds: answers stand in a list of resources, or by pattern in a
/// definition.
fn in_responses(properties: Properties<'_>, keys: [&str; 2]) -> Vec<(SmolStr, Setting<SmolStr>)> {
    let listed = properties.items(&["IntegrationResponses"]);
    let by_pattern = properties.mappings(&["responses"]);
    let responses = listed.iter().map(|(_, node)| node).chain(
        by_pattern.iter().filter_map(|(_, node)| node.as_map()).flat_map(source_text::Map::values),
    );
    responses
        .flat_map(|response| keys.iter().filter_map(|key| response.get(key)))
        .filter_map(Node::as_map)
        .flat_map(source_text::Map::iter)
        .filter_map(|(name, node)| {
            let setting = properties.setting(node, When::ALWAYS, &|e, n| e.text(n))?;
            Some((name.clone(), setting))
        })
        .collect()
}

/// The function whose physical name stands in `…/functions/arn:…:function:NAME/invocations`.
fn function_in_path(builder: &Builder<'_>, uri: &str) -> Option<SmolStr> {
    let inner = uri.split_once("/functions/")?.1.split('/').next()?;
    // A version or alias may follow; both sides may hold the same placeholders.
    let named = inner.rsplit_once(":function:")?.1;
    let is_named = |function: &&app_model::Function| {
        function.physical_name.as_ref().map(|own| own.value.display()).is_some_and(|own| {
            named
                .strip_prefix(own)
                .is_some_and(|rest| !own.is_empty() && (rest.is_empty() || rest.starts_with(':')))
        })
    };
    builder.app.functions.iter().find(is_named).map(|function| function.name.clone())
}

/// `sqs` of `SQS-SendMessage`: HTTP APIs name services by their brand.
fn service_of_subtype(subtype: &str) -> SmolStr {
    let brand = subtype.split('-').next().unwrap_or(subtype).to_ascii_lowercase();
    SmolStr::new(match brand.as_str() {
        "eventbridge" => "events",
        "stepfunctions" => "states",
        other => other,
    })
}

/// `sqs` of `arn:aws:apigateway:eu-west-1:sqs:path/…`.
fn service_of(uri: &str) -> Option<SmolStr> {
    let arn = cloud_names::Arn::parse_pattern(uri).ok()?;
    (&*arn.service == "apigateway").then(|| arn.account.clone()).filter(|name| !name.is_empty())
}
