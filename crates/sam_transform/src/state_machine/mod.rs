//! `AWS::Serverless::StateMachine`: a Step Functions state machine, its role, alias and events.

mod definition;
mod event;
mod route;

use sam_api::Apis;
use sam_core::context::Context;
use sam_core::intrinsic::{Here, is_falsy};
use sam_core::property::{Property, Shape, check_resource, optional, passed};
use sam_core::resource::{Expansion, Resource, Sam};
use sam_core::role::{self, RolePlan};
use sam_core::{code, tags};
use source_text::{Diagnostic, Kind, Map, Node, SmolStr};

const PROPERTIES: [Property; 17] = [
    optional("Definition", Shape::Map),
    optional("DefinitionUri", Shape::TextOrMap),
    optional("Logging", Shape::Map),
    optional("Role", Shape::Text),
    passed("RolePath"),
    optional("DefinitionSubstitutions", Shape::Map),
    optional("Events", Shape::MapOfMap),
    optional("Name", Shape::Text),
    optional("Type", Shape::Text),
    optional("Tags", Shape::Map),
    optional("PropagateTags", Shape::Bool),
    optional("Policies", Shape::TextMapOrList),
    optional("Tracing", Shape::Map),
    optional("PermissionsBoundary", Shape::Text),
    passed("AutoPublishAlias"),
    passed("DeploymentPreference"),
    optional("UseAliasAsEventTarget", Shape::Bool).literal(),
];

/// Expands the resource.
pub(crate) fn expand(context: &mut Context<'_>, apis: &Apis, sam: &Sam) -> Expansion {
    check_resource(sam, "AWS::Serverless::StateMachine", &PROPERTIES)?;
    let mut machine = sam.main(sam.id.clone(), "AWS::StepFunctions::StateMachine");
    set_definition(context, &mut machine, sam)?;
    let role = set_role(context, &mut machine, sam)?;
    machine.set_some("StateMachineName", sam.get("Name"));
    machine.set_some("StateMachineType", sam.get("Type"));
    machine.set_some("LoggingConfiguration", sam.get("Logging"));
    machine.set_some("TracingConfiguration", sam.get("Tracing"));
    machine.set("Tags", tag_list(sam));
    let shifting = version_and_alias(sam)?;

    let target = match &shifting {
        Some((_, alias)) if sam.truthy("UseAliasAsEventTarget").is_some() => alias.id.clone(),
        _ => machine.id.clone(),
    };
    let mut resources = vec![machine];
    resources.extend(role);
    resources.extend(shifting.into_iter().flat_map(|(version, alias)| [version, alias]));
    resources.extend(event::expand_all(context, apis, sam, &target));
    tags::propagate(sam, &mut resources);
    Ok(resources)
}

fn set_definition(
    context: &Context<'_>,
    machine: &mut Resource,
    sam: &Sam,
) -> Result<(), Diagnostic> {
    let mut substitutions = sam
        .truthy("DefinitionSubstitutions")
        .map(|node| (node.place, node.as_map().cloned().unwrap_or_default()));
    match (sam.truthy("Definition"), sam.truthy("DefinitionUri")) {
        (Some(_), Some(uri)) => {
            let message = "`Definition` and `DefinitionUri` exclude each other; remove one";
            return Err(sam.error(uri.place, message));
        }
        (None, None) => {
            let message = "the definition is missing; add `Definition` or `DefinitionUri`";
            return Err(sam.error(sam.place, message));
        }
        (Some(written), None) => {
            let mut definition = written.clone();
            let taken = definition::take_substitutions(&mut definition);
            if !taken.is_empty() {
                let (_, map) = substitutions.get_or_insert((written.place, Map::new()));
                for (name, entry) in taken.into_entries() {
                    map.insert_at(name, entry.key_place, entry.value);
                }
            }
            let here = Here(written.place);
            let lines = definition::json_lines(&definition);
            let lines = lines.into_iter().map(|line| here.text(line));
            machine.set("DefinitionString", here.join("\n", lines));
        }
        (None, Some(uri)) => {
            machine.set("DefinitionS3Location", definition_location(context, sam, uri)?);
        }
    }
    if let Some((place, map)) = substitutions {
        machine.set("DefinitionSubstitutions", Node::new(place, Kind::Map(map)));
    }
    Ok(())
}

/// Bucket, key and version of a definition. A path of a file that is not uploaded yet stays.
fn definition_location(context: &Context<'_>, sam: &Sam, uri: &Node) -> Result<Node, Diagnostic> {
    let here = Here(uri.place);
    if let Some(map) = uri.as_map() {
        let part = |name: &str| map.get(name).filter(|part| !is_falsy(part)).cloned();
        let (Some(bucket), Some(key)) = (part("Bucket"), part("Key")) else {
            return Err(sam.error(uri.place, "`DefinitionUri` needs `Bucket` and `Key`"));
        };
        let version = map.get("Version").map(|version| ("Version", version.clone()));
        return Ok(here.map([("Bucket", bucket), ("Key", key)].into_iter().chain(version)));
    }
    let text = uri.as_str().unwrap_or_default();
    if let Some((bucket, key, version)) = code::s3_parts(text) {
        let version = version.map(|version| ("Version", here.text(version)));
        let parts = [("Bucket", here.text(bucket)), ("Key", here.text(key))];
        return Ok(here.map(parts.into_iter().chain(version)));
    }
    if context.options.packaged || text.starts_with("s3://") {
        return Err(sam.error(uri.place, "`DefinitionUri` has to look like `s3://bucket/key`"));
    }
    Ok(uri.clone())
}

/// Sets `RoleArn`; returns the role that had to be made for it.
fn set_role(
    context: &mut Context<'_>,
    machine: &mut Resource,
    sam: &Sam,
) -> Result<Option<Resource>, Diagnostic> {
    if let Some(role) = sam.truthy("Role") {
        if let Some(policies) = sam.truthy("Policies") {
            let message = "`Role` and `Policies` exclude each other; remove one";
            return Err(sam.error(policies.place, message));
        }
        machine.set("RoleArn", role.clone());
        return Ok(None);
    }
    let policies = policies(context, sam);
    let here = sam.here();
    let plan = RolePlan {
        id: SmolStr::from(format!("{}Role", sam.id)),
        assume_role_policy: Some(role::trust(here, "states.amazonaws.com")),
        policies: policies.as_ref(),
        path: sam.get("RolePath"),
        permissions_boundary: sam.get("PermissionsBoundary"),
        tags: Some(tag_list(sam)),
        attributes: sam.inherited(),
        ..RolePlan::default()
    };
    let role = role::build(context, sam, plan)?;
    machine.set("RoleArn", role.get_att("Arn"));
    Ok(Some(role))
}

/// The policies of the role, and the one that tracing needs.
fn policies(context: &Context<'_>, sam: &Sam) -> Option<Node> {
    let written = sam.truthy("Policies");
    let enabled = sam.get("Tracing").and_then(|tracing| tracing.get("Enabled"));
    let Some(enabled) = enabled.filter(|node| node.kind == Kind::Bool(true)) else {
        return written.cloned();
    };
    // The name in the older partition is kept, so that roles of deployed stacks do not change.
    let name = match context.partition().as_str() {
        "aws" => "AWSXrayWriteOnlyAccess",
        _ => "AWSXRayDaemonWriteAccess",
    };
    let mut list = match written {
        Some(node) => node.as_list().map_or_else(|| vec![node.clone()], <[Node]>::to_vec),
        None => Vec::new(),
    };
    list.push(Node::text(enabled.place, name));
    Some(Node::list(written.map_or(enabled.place, |node| node.place), list))
}

fn tag_list(sam: &Sam) -> Node {
    let here = sam.here();
    let own = [("Key", here.text("stateMachine:createdBy")), ("Value", here.text("SAM"))];
    let given = sam.get("Tags").and_then(Node::as_map);
    let given = given.map(|map| tags::list(here, map)).unwrap_or_default();
    here.list(std::iter::once(here.map(own)).chain(given))
}

/// The version that is published on each change and the alias that points at it.
fn version_and_alias(sam: &Sam) -> Result<Option<(Resource, Resource)>, Diagnostic> {
    let here = sam.here();
    let Some(name) = sam.truthy("AutoPublishAlias") else {
        let wants = ["UseAliasAsEventTarget", "DeploymentPreference"];
        return match wants.into_iter().find(|property| sam.truthy(property).is_some()) {
            Some(property) => {
                let message = format!("`{property}` needs `AutoPublishAlias`, which is missing");
                Err(sam.error(sam.place_of(property), message))
            }
            None => Ok(None),
        };
    };
    let text = match &name.kind {
        Kind::Bool(true) => Some(SmolStr::new_static("True")),
        _ => name.scalar_text(),
    };
    let text = text.filter(|text| text.chars().all(|c| c.is_ascii_alphanumeric()));
    let text = text.ok_or_else(|| {
        let message = "`AutoPublishAlias` becomes part of a logical id and has to be letters and \
                       digits";
        sam.error(name.place, message)
    })?;
    let mut version =
        sam.child(format!("{}Version", sam.id), "AWS::StepFunctions::StateMachineVersion");
    // Without these the version that a gradual deployment comes from would be deleted.
    for attribute in ["DeletionPolicy", "UpdateReplacePolicy"] {
        if !version.attributes.contains(attribute) {
            version.attribute(attribute, here.text("Retain"));
        }
    }
    version.set("StateMachineArn", here.reference(sam.id.clone()));
    version.set("StateMachineRevisionId", here.get_att(sam.id.clone(), "StateMachineRevisionId"));

    let mut preference = match sam.truthy("DeploymentPreference").and_then(Node::as_map) {
        Some(map) => map.clone(),
        None => Map::from_iter([(SmolStr::new_static("Type"), here.text("ALL_AT_ONCE"))]),
    };
    preference.insert("StateMachineVersionArn", version.reference());
    let place = sam.place_of("DeploymentPreference");
    let mut alias =
        sam.child(format!("{}Alias{text}", sam.id), "AWS::StepFunctions::StateMachineAlias");
    alias.set("Name", name.clone());
    alias.set("DeploymentPreference", Node::new(place, Kind::Map(preference)));
    Ok(Some((version, alias)))
}
