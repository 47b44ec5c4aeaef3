//! Values that need more than a row.

use std::fmt::Write as _;

use source_text::{Kind, Map, Node, SmolStr};
use terraform_tables::{Row, Scope, get_att, reference, row::Turn, turn};

fn blocks(node: &Node) -> &[Node] {
    node.as_list().unwrap_or(std::slice::from_ref(node))
}

fn first(node: &Node) -> Option<&Node> {
    blocks(node).first().filter(|block| block.as_map().is_some())
}

fn mapping(place: source_text::Place, map: Map) -> Node {
    Node::new(place, Kind::Map(map))
}

/// A mapping as a list of `{name, value}`; one that is not known stays.
pub(crate) fn settings(scope: &Scope<'_>, node: &Node) -> Node {
    pairs(scope, node, "value")
}

fn pairs(scope: &Scope<'_>, node: &Node, key: &'static str) -> Node {
    let is_function = node.single().is_some_and(|(key, _)| key == "Ref" || key.starts_with("Fn::"));
    let Some(map) = node.as_map().filter(|_| !is_function) else { return scope.value(node) };
    let items = map.entries().map(|(name, entry)| {
        let name = Node::text(entry.key_place, name.clone());
        Node::map(entry.key_place, [("name", name), (key, scope.value(&entry.value))])
    });
    Node::list(node.place, items.collect())
}

/// `connection_string` blocks.
pub(crate) fn connection_strings(scope: &Scope<'_>, node: &Node) -> Node {
    const ROWS: &[Row] = &[("value", "connectionString", Turn::As)];
    let items = blocks(node).iter().map(|block| turn::block(scope, block, ROWS));
    Node::list(node.place, items.collect())
}

/// `identity` with the identities that it names as keys of a mapping: `${…}` with the logical id of one that
/// the configuration makes, the text of another.
pub(crate) fn identity(scope: &Scope<'_>, node: &Node) -> Node {
    let Some(block) = first(node) else { return scope.value(node) };
    let mut map = Map::new();
    if let Some(kind) = block.get("type") {
        map.insert("type", scope.value(kind));
    }
    if let Some(ids) = block.get("identity_ids") {
        let mut known = Map::new();
        for id in blocks(ids) {
            let value = scope.value(id);
            let key = match (reference::referent(&value), value.as_str()) {
                (Some(address), _) => SmolStr::new(format!("${{{address}}}")),
                (None, Some(text)) => SmolStr::new(text),
                (None, None) => continue,
            };
            known.insert(key, mapping(id.place, Map::new()));
        }
        map.insert("userAssignedIdentities", mapping(ids.place, known));
    }
    mapping(block.place, map)
}

/// `file` blocks of a function, by name.
pub(crate) fn files(scope: &Scope<'_>, node: &Node) -> Node {
    let mut map = Map::new();
    for block in blocks(node) {
        let name = block.get("name").and_then(Node::scalar_text);
        if let (Some(name), Some(content)) = (name, block.get("content")) {
            map.insert(name, scope.value(content));
        }
    }
    mapping(node.place, map)
}

/// A list of words as one text with commas.
pub(crate) fn commas(scope: &Scope<'_>, node: &Node) -> Node {
    let words: Option<Vec<SmolStr>> =
        node.as_list().map(|items| items.iter().filter_map(Node::scalar_text).collect());
    match words {
        Some(words) => {
            let mut text = String::new();
            for word in words {
                let comma = if text.is_empty() { "" } else { ", " };
                let _ = write!(text, "{comma}{word}");
            }
            Node::text(node.place, text)
        }
        None => scope.value(node),
    }
}

/// Addresses that are let in.
pub(crate) fn addresses(scope: &Scope<'_>, node: &Node) -> Node {
    let Some(items) = node.as_list() else { return scope.value(node) };
    let items = items.iter().map(|item| {
        let pairs = [("value", scope.value(item)), ("action", Node::text(item.place, "Allow"))];
        Node::map(item.place, pairs)
    });
    Node::list(node.place, items.collect())
}

/// Networks that are let in.
pub(crate) fn subnets(scope: &Scope<'_>, node: &Node) -> Node {
    let Some(items) = node.as_list() else { return scope.value(node) };
    let items = items.iter().map(|item| Node::map(item.place, [("id", scope.value(item))]));
    Node::list(node.place, items.collect())
}

/// `network_rules` and `network_acls`.
pub(crate) fn network_rules(scope: &Scope<'_>, node: &Node) -> Node {
    const ROWS: &[Row] = &[
        ("default_action", "defaultAction", Turn::As),
        ("bypass", "bypass", Turn::By(commas)),
        ("ip_rules", "ipRules", Turn::By(addresses)),
        ("virtual_network_subnet_ids", "virtualNetworkRules", Turn::By(subnets)),
        ("virtual_network_rules", "virtualNetworkRules", Turn::Many(&[])),
        ("private_link_access", "resourceAccessRules", Turn::Many(&[])),
    ];
    match first(node) {
        Some(block) => turn::block(scope, block, ROWS),
        None => scope.value(node),
    }
}

/// Ranges of addresses, as a list or as one text with commas.
pub(crate) fn ip_rules(scope: &Scope<'_>, node: &Node) -> Node {
    let one = |place, range: &str| {
        Node::map(place, [("ipAddressOrRange", Node::text(place, range.trim()))])
    };
    match &node.kind {
        Kind::Text(text) => {
            let ranges = text.split(',').filter(|range| !range.trim().is_empty());
            Node::list(node.place, ranges.map(|range| one(node.place, range)).collect())
        }
        Kind::List(items) => {
            let ranges = items.iter().map(|item| match item.as_str() {
                Some(range) => one(item.place, range),
                None => Node::map(item.place, [("ipAddressOrRange", scope.value(item))]),
            });
            Node::list(node.place, ranges.collect())
        }
        _ => scope.value(node),
    }
}

/// The key of a customer that encrypts a storage account.
pub(crate) fn customer_key(scope: &Scope<'_>, node: &Node) -> Node {
    const ROWS: &[Row] = &[
        ("key_vault_key_id", "keyvaultproperties.keyvaulturi", Turn::As),
        ("managed_hsm_key_id", "keyvaultproperties.keyvaulturi", Turn::As),
        ("user_assigned_identity_id", "identity.userAssignedIdentity", Turn::As),
    ];
    let Some(block) = first(node) else { return scope.value(node) };
    let mut made = turn::block(scope, block, ROWS);
    turn::put(&mut made, "keySource", Node::text(block.place, "Microsoft.Keyvault"));
    made
}

/// The key of a customer that encrypts a namespace.
pub(crate) fn bus_key(scope: &Scope<'_>, node: &Node) -> Node {
    let Some(block) = first(node) else { return scope.value(node) };
    let mut made = mapping(block.place, Map::new());
    turn::put(&mut made, "keySource", Node::text(block.place, "Microsoft.KeyVault"));
    if let Some(key) = block.get("key_vault_key_id") {
        let key = Node::map(key.place, [("keyVaultUri", scope.value(key))]);
        turn::put(&mut made, "keyVaultProperties", Node::list(block.place, vec![key]));
    }
    if let Some(double) = block.get("infrastructure_encryption_enabled") {
        turn::put(&mut made, "requireInfrastructureEncryption", scope.value(double));
    }
    made
}

/// The account whose name a role of Cosmos DB holds for.
pub(crate) fn cosmos_account(scope: &Scope<'_>, node: &Node) -> Node {
    match get_att(node) {
        Some((address, _)) => reference::name_of(node.place, address),
        None => scope.value(node),
    }
}

/// Where events go that nobody takes.
pub(crate) fn dead_letters(scope: &Scope<'_>, node: &Node) -> Node {
    const ROWS: &[Row] = &[
        ("storage_account_id", "resourceId", Turn::As),
        ("storage_blob_container_name", "blobContainerName", Turn::As),
    ];
    let Some(block) = first(node) else { return scope.value(node) };
    let place = block.place;
    let pairs = [
        ("endpointType", Node::text(place, "StorageBlob")),
        ("properties", turn::block(scope, block, ROWS)),
    ];
    Node::map(place, pairs)
}

/// A block or a word.
pub(crate) fn sku(scope: &Scope<'_>, node: &Node) -> Node {
    match first(node) {
        Some(block) if node.as_list().is_some() => turn::block(scope, block, &[]),
        _ => Node::map(node.place, [("name", scope.value(node))]),
    }
}

/// `Developer_1`.
pub(crate) fn sku_name(scope: &Scope<'_>, node: &Node) -> Node {
    let place = node.place;
    match node.as_str().and_then(|text| text.rsplit_once('_')) {
        Some((name, capacity)) => Node::map(
            place,
            [("name", Node::text(place, name)), ("capacity", Node::text(place, capacity))],
        ),
        None => Node::map(place, [("name", scope.value(node))]),
    }
}

/// Protocols and ciphers of a gateway, by the names of the third and of the fourth version.
pub(crate) fn gateway_security(scope: &Scope<'_>, node: &Node) -> Node {
    const START: &str = "Microsoft.WindowsAzure.ApiManagement.Gateway.Security.";
    const PROTOCOLS: [(&str, &str); 6] = [
        ("backend_ssl30", "Backend.Protocols.Ssl30"),
        ("backend_tls10", "Backend.Protocols.Tls10"),
        ("backend_tls11", "Backend.Protocols.Tls11"),
        ("frontend_ssl30", "Protocols.Ssl30"),
        ("frontend_tls10", "Protocols.Tls10"),
        ("frontend_tls11", "Protocols.Tls11"),
    ];
    let mut map = Map::new();
    let block = first(node);
    for (key, entry) in block.and_then(Node::as_map).into_iter().flat_map(Map::entries) {
        let bare = key.trim_start_matches("enable_").trim_end_matches("_enabled");
        if let Some((_, name)) = PROTOCOLS.iter().find(|(known, _)| *known == bare) {
            let key = SmolStr::new(format!("{START}{name}"));
            map.insert_at(key, entry.key_place, scope.value(&entry.value));
        }
    }
    mapping(node.place, map)
}

/// Logs or metrics that are on because they are named.
pub(crate) fn enabled_logs(scope: &Scope<'_>, node: &Node) -> Node {
    const ROWS: &[Row] = &[("retention_policy", "retentionPolicy", Turn::One(&[]))];
    let items = blocks(node).iter().map(|block| {
        let mut made = turn::block(scope, block, ROWS);
        turn::put(&mut made, "enabled", Node::bool(block.place, true));
        made
    });
    Node::list(node.place, items.collect())
}

/// Rules written within their group.
pub(crate) fn security_rules(scope: &Scope<'_>, node: &Node) -> Node {
    let items = blocks(node).iter().map(|block| {
        let mut properties = turn::block(scope, block, &[]);
        let name = properties.as_map_mut().and_then(|map| map.remove("name"));
        let name = name.unwrap_or_else(|| Node::null(block.place));
        Node::map(block.place, [("name", name), ("properties", properties)])
    });
    Node::list(node.place, items.collect())
}
