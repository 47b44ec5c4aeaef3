//! What several arguments of a resource tell together, and what the provider sets when the author
//! sets nothing.

use source_text::{Kind, Map, Node, SmolStr};
use terraform_language::Block;
use terraform_tables::{Extra, Row, Scope, reference, row::Turn, turn};

use crate::sites;

/// Keys that stand at the top of an ARM body, whatever the type.
const TOP: [&str; 5] = ["name", "location", "tags", "identity", "zones"];

/// Moves to the top of the body what stands there in ARM, and leaves out what is no property.
pub(crate) fn lift(block: &Block, body: &mut Node) {
    let Some(map) = body.as_map_mut() else { return };
    let Some(Kind::Map(properties)) = map.remove("properties").map(|node| node.kind) else {
        return;
    };
    let mut rest = Map::new();
    for (key, entry) in properties.into_entries() {
        if key == "resourceGroupName" || key == "timeouts" {
        } else if let Some(top) = key.strip_prefix('^') {
            map.insert_at(top, entry.key_place, entry.value);
        } else if TOP.contains(&key.as_str()) {
            map.insert_at(key, entry.key_place, entry.value);
        } else {
            rest.insert_at(key, entry.key_place, entry.value);
        }
    }
    map.insert_at("properties", block.place, Node::new(block.place, Kind::Map(rest)));
}

/// A value of the provider where the author gives none.
enum Default {
    On,
    Word(&'static str),
}

/// Terraform type, path in the body, value: where the provider's default is not ARM's.
const DEFAULTS: [(&str, &str, Default); 11] = [
    ("azurerm_storage_account", "properties.minimumTlsVersion", Default::Word("TLS1_2")),
    ("azurerm_storage_account", "properties.supportsHttpsTrafficOnly", Default::On),
    ("azurerm_storage_account", "properties.allowBlobPublicAccess", Default::On),
    ("azurerm_storage_account", "properties.allowSharedKeyAccess", Default::On),
    ("azurerm_storage_account", "kind", Default::Word("StorageV2")),
    ("azurerm_storage_container", "properties.publicAccess", Default::Word("None")),
    ("azurerm_servicebus_namespace", "properties.minimumTlsVersion", Default::Word("1.2")),
    ("azurerm_mssql_server", "properties.minimalTlsVersion", Default::Word("1.2")),
    ("azurerm_postgresql_server", "properties.minimalTlsVersion", Default::Word("TLS1_2")),
    ("azurerm_mysql_server", "properties.minimalTlsVersion", Default::Word("TLS1_2")),
    ("azurerm_cosmosdb_account", "kind", Default::Word("GlobalDocumentDB")),
];

/// Completes the body of a resource.
pub(crate) fn complete(scope: &Scope<'_>, block: &Block, body: &mut Node) {
    match block.kind.as_str() {
        "azapi_resource" => {
            passed_through(scope, block, body);
            return;
        }
        "azurerm_storage_account" => account_sku(block, body),
        "azurerm_role_definition" => assignable(body),
        kind if kind.ends_with("_authorization_rule") => rights(block, body),
        kind if kind.ends_with("_event_subscription") => destination(scope, block, body),
        _ => sites::complete(scope, block, body),
    }
    for (kind, path, default) in &DEFAULTS {
        let keys: Vec<&str> = path.split('.').collect();
        if *kind != block.kind || body.at(&keys).is_some() {
            continue;
        }
        let value = match default {
            Default::On => Node::bool(block.place, true),
            Default::Word(word) => Node::text(block.place, *word),
        };
        turn::put(body, path, value);
    }
}

/// `Standard` and `LRS` as `Standard_LRS`.
fn account_sku(block: &Block, body: &mut Node) {
    let tier = block.body.get("account_tier");
    let replication = block.body.get("account_replication_type");
    if let Some(name) = replication.and_then(Node::scalar_text) {
        let tier = tier.and_then(Node::scalar_text).unwrap_or(SmolStr::new_static("Standard"));
        let place = replication.map_or(block.place, |node| node.place);
        turn::put(body, "sku.name", Node::text(place, format!("{tier}_{name}")));
    }
}

/// Where a role may be given, when the author does not say so: where it is defined.
fn assignable(body: &mut Node) {
    if body.at(&["properties", "assignableScopes"]).is_none()
        && let Some(scope) = body.get("scope").cloned()
    {
        turn::put(body, "properties.assignableScopes", Node::list(scope.place, vec![scope]));
    }
}

/// What a key of a namespace allows.
fn rights(block: &Block, body: &mut Node) {
    let mut items = Vec::new();
    for (argument, right) in [("listen", "Listen"), ("send", "Send"), ("manage", "Manage")] {
        if let Some(node) = block.body.get(argument).filter(|it| it.as_bool() == Some(true)) {
            items.push(Node::text(node.place, right));
        }
    }
    turn::put(body, "properties.rights", Node::list(block.place, items));
}

/// Argument, or block with the argument, that names a destination of events; ARM's name of its type
/// and of its property.
const DESTINATIONS: [(&str, &str, &str, &str); 7] = [
    ("azure_function_endpoint", "function_id", "AzureFunction", "resourceId"),
    ("webhook_endpoint", "url", "WebHook", "endpointUrl"),
    ("storage_queue_endpoint", "storage_account_id", "StorageQueue", "resourceId"),
    ("eventhub_endpoint_id", "", "EventHub", "resourceId"),
    ("hybrid_connection_endpoint_id", "", "HybridConnection", "resourceId"),
    ("service_bus_queue_endpoint_id", "", "ServiceBusQueue", "resourceId"),
    ("service_bus_topic_endpoint_id", "", "ServiceBusTopic", "resourceId"),
];

fn destination(scope: &Scope<'_>, block: &Block, body: &mut Node) {
    for (argument, inner, type_, property) in DESTINATIONS {
        let Some(node) = block.body.get(argument) else { continue };
        let nested = node.as_list().and_then(<[Node]>::first);
        let value = match (inner, nested) {
            ("", _) => Some(node),
            (inner, Some(nested)) => nested.get(inner),
            _ => None,
        };
        let Some(value) = value else { continue };
        let place = value.place;
        let properties = Node::map(place, [(property, scope.value(value))]);
        let pairs = [("endpointType", Node::text(place, type_)), ("properties", properties)];
        turn::put(body, "properties.destination", Node::map(place, pairs));
        return;
    }
}

/// A resource whose body the author wrote as ARM has it.
fn passed_through(scope: &Scope<'_>, block: &Block, body: &mut Node) {
    let Some(parent) = block.body.get("parent_id") else { return };
    let owner = scope.referred(parent).map(|(block, _)| block.kind.as_str());
    if matches!(owner, None | Some("azurerm_resource_group")) {
        return;
    }
    let is_extension = type_of(block).is_some_and(|type_| {
        type_.starts_with("Microsoft.Authorization/")
            || type_.starts_with("Microsoft.Insights/diag")
    });
    let key = if is_extension { "scope" } else { "parent" };
    turn::put(body, key, scope.value(parent));
}

/// `Microsoft.Web/sites` of `Microsoft.Web/sites@2024-04-01`.
pub(crate) fn type_of(block: &Block) -> Option<SmolStr> {
    if block.kind != "azapi_resource" {
        return None;
    }
    let written = block.body.get("type")?.as_str()?;
    let bare = written.split('@').next().unwrap_or(written);
    Some(arm_template::usual_type(bare))
}

/// Services of a storage account: resources of their own in ARM.
pub(crate) fn services(scope: &Scope<'_>, block: &Block) -> Vec<Extra> {
    let nested = |argument: &str| {
        let node = block.body.get(argument)?.as_list()?.first()?;
        node.as_map().map(|_| node)
    };
    let mut found = Vec::new();
    for (argument, service, rows) in
        [("blob_properties", "blobServices", BLOBS), ("queue_properties", "queueServices", QUEUES)]
    {
        let Some(node) = nested(argument).filter(|_| block.kind == "azurerm_storage_account")
        else {
            continue;
        };
        let mut properties = turn::block(scope, node, rows);
        for policy in ["deleteRetentionPolicy", "containerDeleteRetentionPolicy"] {
            if properties.get(policy).is_some() {
                let path = format!("{policy}.enabled");
                turn::put(&mut properties, &path, Node::bool(node.place, true));
            }
        }
        let pairs = [
            ("name", Node::text(node.place, "default")),
            ("parent", reference::name_of(node.place, &block.address)),
            ("properties", properties),
        ];
        found.push(Extra {
            id: SmolStr::new(format!("{}.{argument}", block.address)),
            type_: SmolStr::new(format!("Microsoft.Storage/storageAccounts/{service}")),
            properties: Node::map(node.place, pairs),
        });
    }
    found
}

const BLOBS: &[Row] = &[
    ("versioning_enabled", "isVersioningEnabled", Turn::As),
    ("change_feed_enabled", "changeFeed.enabled", Turn::As),
    ("delete_retention_policy", "deleteRetentionPolicy", Turn::One(&[])),
    ("container_delete_retention_policy", "containerDeleteRetentionPolicy", Turn::One(&[])),
    ("restore_policy", "restorePolicy", Turn::One(&[])),
    ("cors_rule", "cors.corsRules", Turn::Many(&[])),
];

const QUEUES: &[Row] = &[
    ("logging", "logging", Turn::One(&[])),
    ("hour_metrics", "hourMetrics", Turn::One(&[])),
    ("minute_metrics", "minuteMetrics", Turn::One(&[])),
    ("cors_rule", "cors.corsRules", Turn::Many(&[])),
];
