//! `AWS::Serverless::Api`: a REST API with its deployment, stage, domain and permissions.

use sam_core::context::Context;
use sam_core::identifier::{canonical_json, hash, hashed_id};
use sam_core::intrinsic::Here;
use sam_core::property::{Property, Shape, check_resource, optional, required};
use sam_core::resource::{Expansion, Resource, Sam};
use source_text::{Diagnostic, Map, Node};

use crate::openapi::{is_version, truthy};
use crate::{
    Apis, authorizer, body_location, domain, hash_of, resolved, rest_definition, tag_list,
    usage_plan,
};

const PROPERTIES: [Property; 32] = [
    optional("Name", Shape::TextOrMap),
    required("StageName", Shape::TextOrMap),
    optional("Tags", Shape::Map),
    optional("PropagateTags", Shape::Bool),
    optional("DefinitionBody", Shape::Map),
    optional("DefinitionUri", Shape::TextOrMap),
    optional("MergeDefinitions", Shape::Bool).literal(),
    optional("CacheClusterEnabled", Shape::Bool),
    optional("CacheClusterSize", Shape::Text),
    optional("Variables", Shape::Map),
    optional("EndpointConfiguration", Shape::TextOrMap),
    optional("MethodSettings", Shape::List),
    optional("BinaryMediaTypes", Shape::List),
    optional("MinimumCompressionSize", Shape::Integer),
    optional("Cors", Shape::TextOrMap),
    optional("Auth", Shape::Map),
    optional("GatewayResponses", Shape::Map),
    optional("AccessLogSetting", Shape::Map),
    optional("CanarySetting", Shape::Map),
    optional("TracingEnabled", Shape::Bool),
    optional("OpenApiVersion", Shape::Text),
    optional("Models", Shape::Map),
    optional("Domain", Shape::Map),
    optional("FailOnWarnings", Shape::Bool),
    optional("Description", Shape::Text),
    optional("Mode", Shape::Text),
    optional("DisableExecuteApiEndpoint", Shape::Bool),
    optional("ApiKeySourceType", Shape::Text),
    optional("AlwaysDeploy", Shape::Bool).literal(),
    optional("Policy", Shape::TextOrMap),
    optional("SecurityPolicy", Shape::Text),
    optional("EndpointAccessMode", Shape::Text),
];

/// Types of generated resources that take tags.
const TAGGED: [&str; 7] = [
    "AWS::ApiGateway::RestApi",
    "AWS::ApiGateway::Stage",
    "AWS::ApiGateway::DomainName",
    "AWS::ApiGateway::DomainNameV2",
    "AWS::ApiGateway::UsagePlan",
    "AWS::ApiGateway::ApiKey",
    "AWS::ApiGateway::DomainNameAccessAssociation",
];

/// Expands the resource.
///
/// # Errors
/// A property, or the definition of the API, that is missing or malformed.
pub fn expand(context: &mut Context<'_>, apis: &mut Apis, sam: &Sam) -> Expansion {
    check_resource(sam, "AWS::Serverless::Api", &PROPERTIES)?;
    let auth = sam.get("Auth").map(|auth| resolved(context, sam, auth)).transpose()?;
    let auth = auth.as_ref().and_then(Node::as_map);
    let api = rest_api(context, sam, auth)?;
    let domain = sam.get("Domain").map(|node| resolved(context, sam, node)).transpose()?;
    let domain = domain::expand_rest(apis, sam, domain)?;
    let mut deployment = sam.child(format!("{}Deployment", sam.id), "AWS::ApiGateway::Deployment");
    deployment.set("RestApiId", sam.here().reference(sam.id.clone()));
    let body = api.properties.get("Body").or_else(|| api.properties.get("BodyS3Location"));
    if let Some(body) = body.filter(|body| truthy(body)) {
        name_deployment(apis, sam, &mut deployment, body, domain.configuration.as_ref());
    }
    // Without a version of OpenAPI, API Gateway makes a stage of its own that is not wanted; the
    // constant name keeps it the same one.
    if sam.truthy("OpenApiVersion").is_none() {
        deployment.set("StageName", sam.here().text("Stage"));
    }
    let stage = stage(sam, &deployment);
    let plan = usage_plan::expand(context, apis, sam, auth, &stage)?;
    let mut resources = vec![api, deployment, stage];
    if let Some(auth) = auth {
        let authorizers = authorizer::read(sam, auth.get("Authorizers"), None)?;
        resources.extend(authorizers.iter().filter_map(|known| known.permission(context, sam)));
    }
    resources.extend(domain.resources);
    resources.extend(plan);
    resources.extend(domain.last);
    if sam.truthy("PropagateTags").is_some()
        && let Some(tags) = sam.truthy("Tags")
    {
        for resource in &mut resources {
            if TAGGED.contains(&resource.type_.as_str()) {
                resource.set("Tags", tag_list(tags));
            }
        }
    }
    Ok(resources)
}

fn rest_api(context: &Context<'_>, sam: &Sam, auth: Option<&Map>) -> Result<Resource, Diagnostic> {
    check_definition(sam)?;
    let mut api = sam.main(sam.id.clone(), "AWS::ApiGateway::RestApi");
    let media_types = sam.get("BinaryMediaTypes");
    let media_types = media_types.map(|node| resolved(context, sam, node)).transpose()?;
    let body = rest_definition::complete(context, sam, auth, media_types.as_ref())?;
    if let Some(uri) = sam.truthy("DefinitionUri") {
        api.set("BodyS3Location", body_location(context, sam, uri)?);
    } else if let Some(body) = body {
        api.set("Body", body);
    }
    api.set_some("BinaryMediaTypes", media_types.as_ref());
    api.set_some("MinimumCompressionSize", sam.get("MinimumCompressionSize"));
    for name in [
        "Name",
        "Description",
        "FailOnWarnings",
        "Mode",
        "ApiKeySourceType",
        "Policy",
        "SecurityPolicy",
        "EndpointAccessMode",
    ] {
        api.set_some(name, sam.truthy(name));
    }
    if let Some(endpoint) = sam.truthy("EndpointConfiguration") {
        set_endpoint(sam, &mut api, endpoint)?;
    } else if context.partition() != "aws" {
        // The other partitions have no edge-optimised endpoints, which are the default.
        set_endpoint(sam, &mut api, &sam.here().text("REGIONAL"))?;
    }
    Ok(api)
}

fn check_definition(sam: &Sam) -> Result<(), Diagnostic> {
    if let Some(uri) = sam.truthy("DefinitionUri") {
        if sam.truthy("DefinitionBody").is_some() {
            let message = "`DefinitionUri` and `DefinitionBody` exclude each other";
            return Err(sam.error(uri.place, message));
        }
        if sam.truthy("MergeDefinitions").is_some() {
            let message = "`MergeDefinitions` needs the definition in `DefinitionBody`, not in \
                           `DefinitionUri`";
            return Err(sam.error(uri.place, message));
        }
    }
    match sam.truthy("OpenApiVersion") {
        Some(version)
            if !version.scalar_text().is_some_and(|text| is_version(&text, &["2", "3"])) =>
        {
            Err(sam.error(version.place, "`OpenApiVersion` must look like `3.0.1`"))
        }
        _ => Ok(()),
    }
}

fn set_endpoint(sam: &Sam, api: &mut Resource, value: &Node) -> Result<(), Diagnostic> {
    let here = Here(value.place);
    let kind = value.get("Type").filter(|kind| truthy(kind)).unwrap_or(value);
    let mut parts = vec![("Types", here.list([kind.clone()]))];
    if let Some(map) = value.as_map().filter(|map| map.get("Type").is_some_and(truthy)) {
        let spellings = (map.get("VPCEndpointIds"), map.get("VpcEndpointIds"));
        if let (Some(one), Some(_)) = spellings {
            let message = "`VPCEndpointIds` and `VpcEndpointIds` mean the same; write one of them";
            return Err(sam.error(one.place, message));
        }
        if let Some(ids) = spellings.0.or(spellings.1) {
            parts.push(("VpcEndpointIds", ids.clone()));
        }
        if let Some(kind) = map.get("IpAddressType") {
            parts.push(("IpAddressType", kind.clone()));
        }
    }
    api.set("EndpointConfiguration", here.map(parts));
    api.set("Parameters", here.map([("endpointConfigurationTypes", kind.clone())]));
    Ok(())
}

/// Gives the deployment an id that changes with what is deployed, so that a change is deployed.
///
/// `AlwaysDeploy` asks for a new id at each deployment. There is no clock here, so the id of such
/// a deployment depends on the definition alone.
fn name_deployment(
    apis: &Apis,
    sam: &Sam,
    deployment: &mut Resource,
    body: &Node,
    domain: Option<&Node>,
) {
    let mut data = canonical_json(body);
    let domain = domain.filter(|domain| truthy(domain));
    for part in sam.truthy("OpenApiVersion").into_iter().chain(domain) {
        data.push_str("||");
        data.push_str(&canonical_json(part));
    }
    if let Some(names) = apis.function_names.get(&sam.id) {
        data.push_str("||");
        data.push_str(names);
    }
    let description = format!("RestApi deployment id: {}", long_hash(&data));
    deployment.id = hashed_id(&deployment.id, &data);
    deployment.set("Description", deployment.here().text(description));
}

/// Forty digits, of which the first ten are those of the logical id.
fn long_hash(data: &str) -> String {
    (0..4).map(|part| if part == 0 { hash(data) } else { hash(&format!("{part}{data}")) }).collect()
}

fn stage(sam: &Sam, deployment: &Resource) -> Resource {
    let name = sam.get("StageName");
    let text = name.and_then(Node::as_str).unwrap_or_default();
    let is_plain = !text.is_empty() && text.chars().all(char::is_alphanumeric);
    let id = if is_plain {
        format!("{}{text}Stage", sam.id)
    } else {
        format!("{}Stage{}", sam.id, hash_of(&sam.here().text(text)))
    };
    let mut stage = sam.child(id, "AWS::ApiGateway::Stage");
    stage.set("RestApiId", sam.here().reference(sam.id.clone()));
    stage.set("DeploymentId", deployment.reference());
    stage.copy(
        &sam.properties,
        &[
            "StageName",
            "CacheClusterEnabled",
            "CacheClusterSize",
            "Variables",
            "MethodSettings",
            "AccessLogSetting",
            "CanarySetting",
            "TracingEnabled",
        ],
    );
    if let Some(tags) = sam.get("Tags") {
        stage.set("Tags", tag_list(tags));
    }
    stage
}
