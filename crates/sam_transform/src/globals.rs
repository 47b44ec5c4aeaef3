//! `Globals`: properties that every resource of a type shares.

use sam_core::context::Context;
use sam_core::intrinsic::{is_falsy, is_intrinsic};
use sam_core::limit::{self, size_up_to};
use source_text::{Diagnostic, Entry, Kind, Map, Node, SmolStr};

/// The sections of `Globals` and the properties that each may have.
const SECTIONS: [(&str, &[&str]); 8] = [
    ("Function", &FUNCTION),
    ("Api", &API),
    ("HttpApi", &HTTP_API),
    ("SimpleTable", &["SSESpecification"]),
    ("StateMachine", &["PropagateTags"]),
    ("LayerVersion", &["PublishLambdaVersion"]),
    ("CapacityProvider", &CAPACITY_PROVIDER),
    ("WebSocketApi", &WEB_SOCKET_API),
];

const FUNCTION: [&str; 39] = [
    "Handler",
    "Runtime",
    "CodeUri",
    "DeadLetterQueue",
    "Description",
    "MemorySize",
    "Timeout",
    "VpcConfig",
    "Environment",
    "Tags",
    "PropagateTags",
    "Tracing",
    "KmsKeyArn",
    "AutoPublishAlias",
    "AutoPublishAliasAllProperties",
    "Layers",
    "DeploymentPreference",
    "RolePath",
    "PermissionsBoundary",
    "ReservedConcurrentExecutions",
    "ProvisionedConcurrencyConfig",
    "AssumeRolePolicyDocument",
    "EventInvokeConfig",
    "FileSystemConfigs",
    "CodeSigningConfigArn",
    "Architectures",
    "SnapStart",
    "EphemeralStorage",
    "FunctionUrlConfig",
    "RuntimeManagementConfig",
    "LoggingConfig",
    "RecursiveLoop",
    "SourceKMSKeyArn",
    "TenancyConfig",
    "DurableConfig",
    "CapacityProviderConfig",
    "FunctionScalingConfig",
    "PublishToLatestPublished",
    "VersionDeletionPolicy",
];

const API: [&str; 22] = [
    "Auth",
    "Name",
    "DefinitionUri",
    "CacheClusterEnabled",
    "CacheClusterSize",
    "MergeDefinitions",
    "Variables",
    "EndpointConfiguration",
    "MethodSettings",
    "BinaryMediaTypes",
    "MinimumCompressionSize",
    "Cors",
    "GatewayResponses",
    "AccessLogSetting",
    "CanarySetting",
    "TracingEnabled",
    "OpenApiVersion",
    "Domain",
    "AlwaysDeploy",
    "PropagateTags",
    "SecurityPolicy",
    "EndpointAccessMode",
];

const HTTP_API: [&str; 10] = [
    "Auth",
    "AccessLogSettings",
    "StageVariables",
    "Tags",
    "CorsConfiguration",
    "DefaultRouteSettings",
    "Domain",
    "RouteSettings",
    "FailOnWarnings",
    "PropagateTags",
];

const CAPACITY_PROVIDER: [&str; 7] = [
    "VpcConfig",
    "OperatorRole",
    "Tags",
    "InstanceRequirements",
    "ScalingConfig",
    "KmsKeyArn",
    "PropagateTags",
];

const WEB_SOCKET_API: [&str; 13] = [
    "AccessLogSettings",
    "ApiKeySelectionExpression",
    "DefaultRouteSettings",
    "DisableExecuteApiEndpoint",
    "DisableSchemaValidation",
    "Domain",
    "FailOnWarnings",
    "IpAddressType",
    "PropagateTags",
    "RouteSelectionExpression",
    "RouteSettings",
    "StageVariables",
    "Tags",
];

/// Merges the `Globals` section into the resources: lists are put one after the other, mappings
/// are merged, anything else of the resource wins.
pub(crate) fn merge(context: &mut Context<'_>) {
    let Some(globals) = context.sections.remove("Globals") else { return };
    if globals.is_null() {
        let message = "the section `Globals` is empty; remove it";
        context.diagnostics.push(Diagnostic::warning(globals.place, message));
        return;
    }
    let Kind::Map(sections) = globals.kind else {
        context.fail(
            "Globals",
            globals.place,
            "the section is not a mapping; indent what is in it",
        );
        return;
    };
    for (name, Entry { key_place, value }) in sections.into_entries() {
        let Some((_, known)) = SECTIONS.iter().find(|(section, _)| *section == name) else {
            let names: Vec<_> =
                SECTIONS.iter().map(|(section, _)| format!("`{section}`")).collect();
            let message = format!("there is no section `{name}`; use {}", names.join(", "));
            context.fail("Globals", key_place, message);
            continue;
        };
        let Kind::Map(properties) = value.kind else {
            context.fail("Globals", value.place, format!("`{name}` is not a mapping"));
            continue;
        };
        let properties = keep_known(context, &name, properties, known);
        merge_into(context, &format!("AWS::Serverless::{name}"), &properties);
    }
}

fn keep_known(context: &mut Context<'_>, section: &str, properties: Map, known: &[&str]) -> Map {
    let mut kept = Map::new();
    for (name, Entry { key_place, value }) in properties.into_entries() {
        if known.contains(&name.as_str()) {
            kept.insert_at(name, key_place, value);
        } else {
            let message = format!(
                "`{section}` cannot share the property `{name}`; move it into the resources"
            );
            context.fail("Globals", key_place, message);
        }
    }
    kept
}

fn merge_into(context: &mut Context<'_>, type_: &str, globals: &Map) {
    let ids: Vec<SmolStr> = context
        .sources
        .iter()
        .filter(|(_, node)| node.get("Type").and_then(Node::as_str) == Some(type_))
        .map(|(id, _)| id.clone())
        .collect();
    let size: usize = globals.values().map(|node| size_up_to(node, limit::MERGED_NODES)).sum();
    if size.saturating_mul(ids.len()) > limit::MERGED_NODES {
        let place = globals.values().next().map_or_else(Default::default, |node| node.place);
        let message =
            format!("the section for `{type_}` is too large to be merged; it is left out");
        context.fail("Globals", place, message);
        return;
    }
    for id in ids {
        let Some(globals) = globals_for(context, &id, globals) else { continue };
        let Some(resource) = context.source_mut(&id).and_then(Node::as_map_mut) else { continue };
        let local = resource.get("Properties");
        let place =
            local.map(|node| node.place).or_else(|| resource.get("Type").map(|node| node.place));
        let merged = match local.map(|node| &node.kind) {
            None | Some(Kind::Null) => globals,
            Some(Kind::Map(local)) => merge_maps(&globals, local),
            Some(_) => continue,
        };
        resource.insert("Properties", Node::new(place.unwrap_or_default(), Kind::Map(merged)));
    }
}

/// The globals without those that `IgnoreGlobals` of the resource names.
fn globals_for(context: &mut Context<'_>, id: &SmolStr, globals: &Map) -> Option<Map> {
    let ignored = context.source(id)?.get("IgnoreGlobals").cloned();
    let Some(ignored) = ignored.filter(|node| !is_falsy(node)) else {
        return Some(globals.clone());
    };
    match &ignored.kind {
        Kind::Text(text) if text == "*" => None,
        Kind::List(items) => {
            let mut kept = globals.clone();
            for item in items {
                if item.as_str().and_then(|name| kept.remove(name)).is_none() {
                    let name = item.scalar_text().unwrap_or_default();
                    let message =
                        format!("`IgnoreGlobals` names `{name}`, which Globals do not set");
                    context.fail(id, item.place, message);
                }
            }
            Some(kept)
        }
        _ => {
            let message = "`IgnoreGlobals` is neither `*` nor a list of property names";
            context.fail(id, ignored.place, message);
            Some(globals.clone())
        }
    }
}

fn merge_maps(global: &Map, local: &Map) -> Map {
    let mut merged = global.clone();
    for (name, entry) in local.entries() {
        let value = match merged.get(name) {
            Some(shared) => merge_nodes(shared, &entry.value),
            None => entry.value.clone(),
        };
        merged.insert_at(name.clone(), entry.key_place, value);
    }
    merged
}

fn merge_nodes(global: &Node, local: &Node) -> Node {
    let kind = match (&global.kind, &local.kind) {
        // An intrinsic function stands for one value and is not merged.
        (Kind::Map(shared), Kind::Map(own)) if !is_intrinsic(global) && !is_intrinsic(local) => {
            Kind::Map(merge_maps(shared, own))
        }
        (Kind::List(shared), Kind::List(own)) => {
            Kind::List(shared.iter().chain(own).cloned().collect())
        }
        (_, kind) => kind.clone(),
    };
    Node::new(local.place, kind)
}
