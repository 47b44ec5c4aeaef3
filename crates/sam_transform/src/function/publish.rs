//! `AutoPublishAlias`: a version for every change of the code, and an alias that points at it.

use sam_core::context::Context;
use sam_core::identifier::{canonical_json, hashed_id};
use sam_core::intrinsic::{Here, is_falsy, logical_id_of};
use sam_core::resolve::resolve_parameters;
use sam_core::resource::{Resource, Sam};
use source_text::{Diagnostic, Kind, Map, Node, SmolStr};

/// Version and alias, when the function publishes one.
///
/// # Errors
/// The name of the alias or the hash of the code is not known, or not valid.
pub(super) fn publish(
    context: &Context<'_>,
    sam: &Sam,
    function: &mut Resource,
) -> Result<Option<(Resource, Resource)>, Diagnostic> {
    if sam.get("AutoPublishAlias").and_then(Node::as_str) == Some("") {
        let message = "`AutoPublishAlias` is empty; give the alias a name or remove it";
        return Err(sam.error(sam.place_of("AutoPublishAlias"), message));
    }
    let Some(alias) = sam.truthy("AutoPublishAlias") else { return Ok(None) };
    let name = resolved_text(context, sam, "AutoPublishAlias", alias)?;
    check_name(sam, alias, &name)?;
    let mut code_hash = None;
    if let Some(node) = sam.truthy("AutoPublishCodeSha256") {
        let hash = resolved_text(context, sam, "AutoPublishCodeSha256", node)?;
        describe_hash(context, sam, function, node, &hash);
        code_hash = Some(hash);
    }
    let version = version(context, sam, function, code_hash.as_deref());
    let alias = make_alias(sam, alias, &name, function, &version);
    Ok(Some((version, alias)))
}

/// Text, after references to parameters are resolved.
fn resolved_text(
    context: &Context<'_>,
    sam: &Sam,
    name: &str,
    node: &Node,
) -> Result<SmolStr, Diagnostic> {
    let message =
        || format!("`{name}` is neither text nor a reference to a parameter with a value");
    let resolved = context.resolved(node);
    resolved.as_str().map(SmolStr::new).ok_or_else(|| sam.error(node.place, message()))
}

fn check_name(sam: &Sam, node: &Node, name: &str) -> Result<(), Diagnostic> {
    let valid = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if name.is_empty() || !name.chars().all(valid) || name.chars().all(|c| c.is_ascii_digit()) {
        let message = format!(
            "`{name}` cannot name an alias: use letters, digits, `-` and `_`, and not digits only"
        );
        return Err(sam.error(node.place, message));
    }
    Ok(())
}

/// Puts the hash into the description, so that a new hash changes the function.
fn describe_hash(
    context: &Context<'_>,
    sam: &Sam,
    function: &mut Resource,
    node: &Node,
    hash: &SmolStr,
) {
    let here = Here(node.place);
    let description = sam.truthy("Description").map(|node| context.resolved(node));
    let value = match description {
        None => here.text(hash.clone()),
        Some(Node { kind: Kind::Text(text), .. }) => here.text(format!("{text} {hash}")),
        Some(other) => here.join(" ", [other, here.text(hash.clone())]),
    };
    function.set("Description", value);
}

fn version(
    context: &Context<'_>,
    sam: &Sam,
    function: &mut Resource,
    code_hash: Option<&str>,
) -> Resource {
    if let Some(code) = function.properties.get_mut("Code") {
        resolve_parameters(code, &context.parameters);
    }
    let prefix = format!("{}Version", sam.id);
    let id = match code_hash {
        Some(hash) => {
            let digits: String = hash.chars().take(10).collect();
            SmolStr::from(format!("{prefix}{digits}"))
        }
        None => hashed_id(&prefix, &canonical_json(&identity(context, sam, function))),
    };
    let mut version = sam.child(id, "AWS::Lambda::Version");
    if !version.attributes.contains("DeletionPolicy") {
        let policy = match sam.get("VersionDeletionPolicy") {
            Some(policy) => policy.clone(),
            None if sam.get("CapacityProviderConfig").is_some() => sam.here().text("Delete"),
            None => sam.here().text("Retain"),
        };
        version.attribute("DeletionPolicy", policy);
    }
    version.set("FunctionName", function.reference());
    version.set_some("Description", sam.get("VersionDescription"));
    if sam.get("CapacityProviderConfig").is_some() {
        version.set_some("FunctionScalingConfig", sam.get("FunctionScalingConfig"));
    }
    version
}

/// What a new version depends on: the code, environment, memory and snapshots, or all properties.
fn identity(context: &Context<'_>, sam: &Sam, function: &Resource) -> Node {
    let mut parts = Map::new();
    if sam.truthy("AutoPublishAliasAllProperties").is_some() {
        parts = function.properties.clone();
        let layers = function.properties.get("Layers").and_then(Node::as_list).unwrap_or_default();
        for id in layers.iter().filter_map(logical_id_of) {
            let layer = context.source(&id).and_then(|layer| layer.get("Properties"));
            if let Some(properties) = layer.filter(|layer| {
                layer.get("PublishLambdaVersion").is_some_and(|node| !is_falsy(node))
            }) {
                parts.insert(id, properties.clone());
            }
        }
    } else {
        for name in ["Code", "Environment", "MemorySize", "SnapStart"] {
            if let Some(node) = function.properties.get(name) {
                parts.insert(name, node.clone());
            }
        }
    }
    Node::new(sam.place, Kind::Map(parts))
}

fn make_alias(
    sam: &Sam,
    node: &Node,
    name: &SmolStr,
    function: &Resource,
    version: &Resource,
) -> Resource {
    let here = Here(node.place);
    let suffix = name.replace('-', "D").replace('_', "U");
    let mut alias = sam.child(format!("{}Alias{suffix}", sam.id), "AWS::Lambda::Alias");
    alias.set("Name", here.text(name.clone()));
    alias.set("FunctionName", function.reference());
    alias.set("FunctionVersion", version.get_att("Version"));
    alias.set_some("ProvisionedConcurrencyConfig", sam.truthy("ProvisionedConcurrencyConfig"));
    alias
}
