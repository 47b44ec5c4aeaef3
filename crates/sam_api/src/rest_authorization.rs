//! `Auth` of a REST API: authorizers, API keys and resource policy in the definition.

use sam_core::context::Context;
use sam_core::resource::Sam;
use source_text::{Diagnostic, Map, Node, SmolStr};

use crate::openapi::{
    add_api_key_definition, add_custom_statements, add_resource_policy, section_mut,
    set_default_api_key, set_default_authorizer, truthy,
};
use crate::{authorizer, check_copies};

const KNOWN: [&str; 8] = [
    "Authorizers",
    "DefaultAuthorizer",
    "InvokeRole",
    "AddDefaultAuthorizerToCorsPreflight",
    "AddApiKeyRequiredToCorsPreflight",
    "ApiKeyRequired",
    "ResourcePolicy",
    "UsagePlan",
];

/// Writes what `Auth` says into the definition.
pub(crate) fn apply(
    context: &Context<'_>,
    sam: &Sam,
    body: &mut Node,
    auth: &Map,
) -> Result<(), Diagnostic> {
    if let Some((key, entry)) = auth.entries().find(|(key, _)| !KNOWN.contains(&key.as_str())) {
        return Err(sam.error(entry.key_place, format!("`Auth` has no property `{key}`")));
    }
    let paths: Vec<SmolStr> = body
        .get("paths")
        .and_then(Node::as_map)
        .map(|paths| paths.keys().cloned().collect())
        .unwrap_or_default();
    add_authorizers(context, sam, body, auth, &paths)?;
    let given = |key: &str| auth.get(key).filter(|node| truthy(node));
    if let Some(required) = given("ApiKeyRequired") {
        add_api_key_definition(body, required.place)?;
        let preflight = auth.get("AddApiKeyRequiredToCorsPreflight").is_none_or(truthy);
        for path in &paths {
            set_default_api_key(body, path, (preflight, required.place))?;
        }
    }
    if let Some(policy) = given("ResourcePolicy") {
        let Some(statements) = policy.as_map() else {
            return Err(sam.error(policy.place, "`ResourcePolicy` must be a mapping"));
        };
        let stage = sam.get("StageName").cloned().unwrap_or_else(|| Node::null(sam.place));
        check_copies(sam, policy, paths.len(), "ResourcePolicy")?;
        if !paths.is_empty() {
            add_resource_policy(body, statements, &paths, &stage, policy.place)?;
        }
        if let Some(custom) = statements.get("CustomStatements").filter(|custom| truthy(custom)) {
            add_custom_statements(body, custom)?;
        }
    }
    Ok(())
}

fn add_authorizers(
    context: &Context<'_>,
    sam: &Sam,
    body: &mut Node,
    auth: &Map,
    paths: &[SmolStr],
) -> Result<(), Diagnostic> {
    let default = auth.get("DefaultAuthorizer").filter(|node| truthy(node));
    let authorizers = authorizer::read(sam, auth.get("Authorizers"), default)?;
    if authorizers.is_empty() {
        return Ok(());
    }
    let place = sam.place_of("Auth");
    for authorizer in &authorizers {
        let scheme = authorizer.scheme(context, sam)?;
        if let Some(map) = body.as_map_mut() {
            let definitions = section_mut(map, "securityDefinitions", place)?;
            definitions.insert(authorizer.name.clone(), scheme);
        }
    }
    let Some(default) = default else { return Ok(()) };
    let Some(name) = default.as_str() else {
        return Err(
            sam.error(default.place, "`DefaultAuthorizer` must be the name of an authorizer")
        );
    };
    if name != "AWS_IAM" && !authorizers.iter().any(|authorizer| authorizer.name == name) {
        let message = format!("the `DefaultAuthorizer` `{name}` is not one of `Authorizers`");
        return Err(sam.error(default.place, message));
    }
    let preflight = auth.get("AddDefaultAuthorizerToCorsPreflight").is_none_or(truthy);
    let scopes =
        authorizers.iter().map(|known| (known.name.clone(), known.scopes.clone())).collect();
    for path in paths {
        set_default_authorizer(body, path, name, &scopes, (preflight, default.place))?;
    }
    Ok(())
}
