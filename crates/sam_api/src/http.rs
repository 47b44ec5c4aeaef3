//! `AWS::Serverless::HttpApi`: an HTTP API with its stage, domain and permissions.

use sam_core::context::Context;
use sam_core::property::{Property, Shape, check_resource, optional, passed};
use sam_core::resource::{Expansion, Resource, Sam};
use source_text::{Diagnostic, Node};

use crate::http_definition::{CREATED_BY, HttpDefinition};
use crate::openapi::DEFAULT_PATH;
use crate::{
    Apis, body_location, hash_of, http_authorizer, http_definition, http_domain, resolved,
};

const PROPERTIES: [Property; 16] = [
    passed("Name"),
    optional("StageName", Shape::TextOrMap),
    optional("Tags", Shape::Map),
    optional("PropagateTags", Shape::Bool),
    optional("DefinitionBody", Shape::Map),
    optional("DefinitionUri", Shape::TextOrMap),
    optional("StageVariables", Shape::Map),
    // A truth value or a mapping; the mapping is checked where it is read.
    passed("CorsConfiguration"),
    optional("AccessLogSettings", Shape::Map),
    optional("DefaultRouteSettings", Shape::Map),
    optional("Auth", Shape::Map),
    optional("RouteSettings", Shape::Map),
    optional("Domain", Shape::Map),
    optional("FailOnWarnings", Shape::Bool),
    optional("Description", Shape::Text),
    optional("DisableExecuteApiEndpoint", Shape::Bool),
];

/// Expands the resource.
///
/// # Errors
/// A property, or the definition of the API, that is missing or malformed.
pub fn expand(context: &mut Context<'_>, apis: &mut Apis, sam: &Sam) -> Expansion {
    check_resource(sam, "AWS::Serverless::HttpApi", &PROPERTIES)?;
    let (api, tags) = http_api(context, sam)?;
    let mut resources = vec![api];
    if let Some(auth) = sam.truthy("Auth").and_then(Node::as_map) {
        let authorizers = http_authorizer::read(sam, auth)?;
        resources.extend(authorizers.iter().filter_map(|authorizer| authorizer.permission(sam)));
    }
    if let Some(domain) = sam.get("Domain") {
        let domain = resolved(context, sam, domain)?;
        let own = sam.here().map([(CREATED_BY, sam.here().text("SAM"))]);
        let given = sam.truthy("Tags").and(tags.clone());
        let tags = given.unwrap_or(own);
        resources.extend(http_domain::expand(apis, sam, &domain, Some(&tags))?);
    }
    resources.push(stage(sam, tags.as_ref()));
    Ok(resources)
}

fn http_api(context: &Context<'_>, sam: &Sam) -> Result<(Resource, Option<Node>), Diagnostic> {
    if let (Some(uri), Some(_)) = (sam.truthy("DefinitionUri"), sam.truthy("DefinitionBody")) {
        let message = "`DefinitionUri` and `DefinitionBody` exclude each other";
        return Err(sam.error(uri.place, message));
    }
    let HttpDefinition { body, tags } = http_definition::complete(context, sam)?;
    let mut api = sam.main(sam.id.clone(), "AWS::ApiGatewayV2::Api");
    if let Some(uri) = sam.truthy("DefinitionUri") {
        api.set("BodyS3Location", body_location(context, sam, uri)?);
    } else if let Some(body) = body {
        api.set("Body", body);
    } else {
        let message = "an HTTP API needs `DefinitionUri`, `DefinitionBody` or an event `HttpApi`";
        return Err(sam.error(sam.place, message));
    }
    api.set_some("FailOnWarnings", sam.truthy("FailOnWarnings"));
    Ok((api, tags))
}

fn stage(sam: &Sam, tags: Option<&Node>) -> Resource {
    let given = sam.truthy("StageName").cloned();
    let name = given.unwrap_or_else(|| sam.here().text(DEFAULT_PATH));
    let text = name.as_str().unwrap_or_default();
    let id = if text == DEFAULT_PATH {
        format!("{}ApiGatewayDefaultStage", sam.id)
    } else if !text.is_empty() && text.chars().all(char::is_alphanumeric) {
        format!("{}{text}Stage", sam.id)
    } else {
        format!("{}Stage{}", sam.id, hash_of(&sam.here().text(text)))
    };
    let mut stage = sam.child(id, "AWS::ApiGatewayV2::Stage");
    stage.set("ApiId", sam.here().reference(sam.id.clone()));
    stage.set("StageName", name.clone());
    stage.copy(
        &sam.properties,
        &["StageVariables", "AccessLogSettings", "DefaultRouteSettings", "RouteSettings"],
    );
    stage.set_some("Tags", tags);
    stage.set("AutoDeploy", sam.here().bool(true));
    stage
}
