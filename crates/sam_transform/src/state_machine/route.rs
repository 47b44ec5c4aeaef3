//! `Api` events of state machines: a route of a REST API starts executions.

use sam_api::Apis;
use sam_api::openapi::{RestIntegration, add_rest_integration, conditional};
use sam_api::route::{GuardedRoute, edit_definition, guard_route, linked_rest_api};
use sam_core::context::Context;
use sam_core::intrinsic::Here;
use sam_core::property::{Property, Shape, optional, required};
use sam_core::resource::{Expansion, Resource};
use source_text::{Map, Node, Place, SmolStr};

use super::event::Event;

const PROPERTIES: [Property; 6] = [
    required("Path", Shape::Text),
    required("Method", Shape::Text),
    required("RestApiId", Shape::Text),
    optional("Stage", Shape::Text),
    optional("Auth", Shape::Map),
    optional("UnescapeMappingTemplate", Shape::Bool).literal(),
];

/// The role with which the API starts executions; the route goes into the API's definition.
pub(crate) fn expand(context: &mut Context<'_>, apis: &Apis, event: &Event<'_>) -> Expansion {
    event.check(&PROPERTIES)?;
    let error = |place: Place, message: String| event.error(place, message);
    let text = |name: &str| {
        let node = event.get(name);
        node.and_then(Node::as_str).map(SmolStr::new).ok_or_else(|| {
            let place = node.map_or(event.place, |node| node.place);
            event.error(place, format!("`{name}` has to be text"))
        })
    };
    let (path, method) = (text("Path")?, text("Method")?.to_lowercase());
    let Some(reference) = event.get("RestApiId") else { return Ok(Vec::new()) };
    let api = linked_rest_api(context, apis, reference, &error)?;
    let role = event.role("apigateway.amazonaws.com");
    if !api.is_managed {
        return Ok(vec![role]);
    }
    let integration = integration(event, &role);
    let none = Map::new();
    let auth = event.truthy("Auth").and_then(Node::as_map).unwrap_or(&none);
    let stage = event.get("Stage").cloned().unwrap_or_else(|| Node::null(event.place));
    edit_definition(context, &api.id, |context, body| {
        add_rest_integration(body, &path, &method, &integration)?;
        if auth.is_empty() {
            return Ok(());
        }
        let api_auth = api.auth.as_ref();
        let (path, method) = (path.as_str(), method.as_str());
        let route = GuardedRoute { path, method, auth, api_auth, stage };
        guard_route(context, body, &route, &error)
    })?;
    Ok(vec![role])
}

fn integration(event: &Event<'_>, role: &Resource) -> RestIntegration {
    let here = event.here();
    let condition = event.sam.attribute("Condition").and_then(Node::as_str).map(SmolStr::new);
    let action = "arn:${AWS::Partition}:apigateway:${AWS::Region}:states:action/StartExecution";
    let mut uri = here.sub(action);
    if let Some(condition) = &condition {
        uri = conditional(condition, uri);
    }
    let response = |code: &str| here.map([("statusCode", here.text(code))]);
    let described = |text: &str| here.map([("description", here.text(text))]);
    let call = here.map([
        ("type", here.text("aws")),
        ("httpMethod", here.text("POST")),
        ("uri", uri),
        ("responses", here.map([("200", response("200")), ("400", response("400"))])),
        ("credentials", role.get_att("Arn")),
        ("requestTemplates", here.map([("application/json", template(event, here))])),
    ]);
    RestIntegration {
        call,
        responses: here.map([("200", described("OK")), ("400", described("Bad Request"))]),
        condition,
        place: event.place,
    }
}

/// What API Gateway makes of the body of a request: the input of an execution.
fn template(event: &Event<'_>, here: Here) -> Node {
    let target = event.target;
    // `escapeJavaScript` escapes single quotes, which JSON does not know; taking that back is left
    // to the author's choice, since it changes what deployed APIs do.
    let unescape = match event.truthy("UnescapeMappingTemplate") {
        Some(_) => r#".replaceAll("\\'","'")"#,
        None => "",
    };
    let input = format!("$util.escapeJavaScript($input.json('$')){unescape}");
    here.sub(format!(r#"{{"input": "{input}", "stateMachineArn": "${{{target}}}"}}"#))
}
