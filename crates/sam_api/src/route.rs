//! What events of functions and state machines need of their API: its definition, to write a route
//! into, who may call the route, and the addresses of both.

use sam_core::context::Context;
use sam_core::intrinsic::Here;
use source_text::{Diagnostic, Kind, Map, Node, Place, SmolStr};

use crate::openapi::{
    add_custom_statements, add_resource_policy, set_method_api_key, set_method_authorizer, truthy,
};
use crate::{Apis, source_properties_mut};

/// A route of a REST API whose event says who may call it.
#[derive(Debug)]
pub struct GuardedRoute<'a> {
    /// Path of the route.
    pub path: &'a str,
    /// Method of the route, lower case.
    pub method: &'a str,
    /// `Auth` of the event.
    pub auth: &'a Map,
    /// `Auth` of the API, as written.
    pub api_auth: Option<&'a Node>,
    /// Name of the stage, for resource policies.
    pub stage: Node,
}

/// The API that an event routes through.
#[derive(Debug)]
pub struct LinkedApi {
    /// Its logical id.
    pub id: SmolStr,
    /// `Auth` of the API.
    pub auth: Option<Node>,
    /// Its stage, or `Stage` when the name is no text.
    pub stage: SmolStr,
    /// Whether SAM writes its definition.
    pub is_managed: bool,
}

/// The REST API that `RestApiId` of an event names; `error` makes an error about the event.
///
/// # Errors
/// The reference names no resource of the template, or its `StageName` is empty.
pub fn linked_rest_api(
    context: &Context<'_>,
    apis: &Apis,
    reference: &Node,
    error: &dyn Fn(Place, String) -> Diagnostic,
) -> Result<LinkedApi, Diagnostic> {
    let id = reference.get("Ref").unwrap_or(reference).as_str();
    let found = id.and_then(|id| Some((id, context.source(id)?)));
    let Some((id, api)) = found else {
        let message = "`RestApiId` must be a `Ref` to an API of this template".to_owned();
        return Err(error(reference.place, message));
    };
    let none = Map::new();
    let properties = api.get("Properties").and_then(Node::as_map).unwrap_or(&none);
    let stage = match properties.get("StageName").map(|name| &name.kind) {
        Some(Kind::Text(name)) if name.is_empty() => {
            let message = format!("the `StageName` of `{id}` is empty; name the stage");
            return Err(error(reference.place, message));
        }
        Some(Kind::Text(name)) => name.clone(),
        _ => SmolStr::new_static("Stage"),
    };
    Ok(LinkedApi {
        id: SmolStr::new(id),
        auth: properties.get("Auth").filter(|auth| truthy(auth)).cloned(),
        stage,
        is_managed: apis.is_managed(id),
    })
}

/// Edits the definition of an API in the SAM template; `None` when the API has none there.
///
/// The definition is taken out meanwhile, so that large ones are not copied for each event.
///
/// # Errors
/// That of `edit`; what it wrote until then stays.
pub fn edit_definition<T>(
    context: &mut Context<'_>,
    api: &str,
    edit: impl FnOnce(&mut Context<'_>, &mut Node) -> Result<T, Diagnostic>,
) -> Result<Option<T>, Diagnostic> {
    let place = context.source(api).map_or_else(Place::default, |node| node.place);
    let body = source_properties_mut(context, api, place)
        .and_then(|properties| properties.get_mut("DefinitionBody"))
        .filter(|body| !body.is_null());
    let Some(body) = body else { return Ok(None) };
    let mut taken = std::mem::replace(body, Node::null(body.place));
    let result = edit(context, &mut taken);
    if let Some(properties) = source_properties_mut(context, api, place) {
        properties.insert("DefinitionBody", taken);
    }
    result.map(Some)
}

/// Writes `Auth` of an event into the definition of its REST API; `error` makes an error about the
/// event.
///
/// # Errors
/// The event asks for an authorizer that the API has not, or its `Auth` is malformed.
pub fn guard_route(
    context: &Context<'_>,
    definition: &mut Node,
    route: &GuardedRoute<'_>,
    error: &dyn Fn(Place, String) -> Diagnostic,
) -> Result<(), Diagnostic> {
    let resolved = route.api_auth.map(|auth| context.resolved(auth));
    let given = |key: &str| route.auth.get(key).filter(|node| !node.is_null());
    let of_api = |key: &str| resolved.as_ref()?.get(key).filter(|node| truthy(node));
    let at = (route.path, route.method);
    let authorizer = given("Authorizer").filter(|node| truthy(node));
    if let Some(authorizer) = authorizer {
        check_authorizer(error, authorizer, of_api("Authorizers"), of_api("DefaultAuthorizer"))?;
    }
    let scopes = given("AuthorizationScopes");
    if let Some(scopes) = scopes.filter(|scopes| truthy(scopes)) {
        if scopes.as_list().is_none() {
            let message = "`AuthorizationScopes` must be a list".to_owned();
            return Err(error(scopes.place, message));
        }
        if authorizer.is_none() {
            let message = "`AuthorizationScopes` needs an `Authorizer`".to_owned();
            return Err(error(scopes.place, message));
        }
    }
    let api_key = given("ApiKeyRequired");
    if let Some(key) = api_key.filter(|key| !truthy(key) && of_api("ApiKeyRequired").is_none()) {
        let message = "`ApiKeyRequired: false` has no effect: the API requires no key".to_owned();
        return Err(error(key.place, message));
    }
    if let Some(authorizer) = authorizer {
        let name = authorizer.as_str().unwrap_or_default();
        let known = of_api("Authorizers").and_then(|all| all.get(name)).filter(|_| name != "NONE");
        let scopes = known.and_then(|known| {
            scopes.or_else(|| known.get("AuthorizationScopes").filter(|node| !node.is_null()))
        });
        set_method_authorizer(definition, at, authorizer, scopes)?;
    }
    if let Some(key) = api_key {
        set_method_api_key(definition, at, truthy(key), key.place)?;
    }
    if let Some(policy) = given("ResourcePolicy").filter(|policy| truthy(policy)) {
        let Some(statements) = policy.as_map() else {
            let message = "`ResourcePolicy` must be a mapping".to_owned();
            return Err(error(policy.place, message));
        };
        let paths = [SmolStr::new(route.path)];
        add_resource_policy(definition, statements, &paths, &route.stage, policy.place)?;
        if let Some(custom) = statements.get("CustomStatements").filter(|node| truthy(node)) {
            add_custom_statements(definition, custom)?;
        }
    }
    Ok(())
}

fn check_authorizer(
    error: &dyn Fn(Place, String) -> Diagnostic,
    authorizer: &Node,
    configured: Option<&Node>,
    default: Option<&Node>,
) -> Result<(), Diagnostic> {
    let fail = |message: String| Err(error(authorizer.place, message));
    if let Some(configured) = configured.filter(|configured| configured.as_map().is_none()) {
        let message = "`Auth.Authorizers` of the API must be a mapping".to_owned();
        return Err(error(configured.place, message));
    }
    match authorizer.as_str() {
        Some("AWS_IAM") => Ok(()),
        Some("NONE") if default.is_some() => Ok(()),
        Some("NONE") => fail(
            "`Authorizer: NONE` needs a `DefaultAuthorizer` on the API that it switches off"
                .to_owned(),
        ),
        Some(name) if configured.is_some_and(|all| all.get(name).is_some_and(truthy)) => Ok(()),
        Some(name) => fail(format!("the API has no authorizer `{name}`; add it to its `Auth`")),
        None => fail("`Authorizer` must be the name of an authorizer".to_owned()),
    }
}

/// The address at which API Gateway invokes a function.
#[must_use]
pub fn function_uri(partition: &str, target_arn: &Node, streams: bool, here: Here) -> Node {
    let target = match target_arn.single() {
        Some((key, argument)) if key == "Ref" => argument.as_str().unwrap_or_default().to_owned(),
        Some((_, argument)) => {
            let parts = argument.as_list().unwrap_or_default().iter().filter_map(Node::as_str);
            parts.collect::<Vec<_>>().join(".")
        }
        None => String::new(),
    };
    let (version, last) = if streams {
        ("2021-11-15", "response-streaming-invocations")
    } else {
        ("2015-03-31", "invocations")
    };
    here.sub(format!(
        "arn:{partition}:apigateway:${{AWS::Region}}:lambda:path/{version}/functions/${{{target}}}/{last}"
    ))
}

/// The ARN of what callers of one route do, for the permission to invoke the function.
#[must_use]
pub fn route_arn(partition: &str, api: &Node, route: &str, here: Here) -> Node {
    let text = format!(
        "arn:{partition}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{__ApiId__}}\
         /${{__Stage__}}{route}"
    );
    here.sub_with(text, [("__ApiId__", api.clone()), ("__Stage__", here.text("*"))])
}

/// API Gateway drops one slash at the end of a path that is longer than the slash.
#[must_use]
pub fn without_last_slash(path: &str) -> &str {
    match path.strip_suffix('/') {
        Some(rest) if !rest.is_empty() => rest,
        _ => path,
    }
}
