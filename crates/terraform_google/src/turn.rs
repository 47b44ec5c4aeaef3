//! Arguments and blocks turned to properties of the interface.

use source_text::{Kind, Map, Node};

use terraform_tables::Scope;

use crate::spelling::camel;

/// Path of a Terraform argument with the blocks around it (`network_interface.access_config`), and
/// the path of the property in the mapping around it; empty: it has none and is left out.
///
/// An argument without a row goes to the property of its name in the interface's spelling.
pub(crate) type Row = (&'static str, &'static str);

/// Nested blocks that may stand several times; of others the provider takes one, and it becomes a
/// mapping.
const REPEATED: [&str; 48] = [
    "access",
    "access_config",
    "accelerator_config",
    "additional_networks",
    "advertised_ip_ranges",
    "allow",
    "api_config",
    "attached_disk",
    "audit_log_config",
    "authorized_networks",
    "binding",
    "cidr_blocks",
    "cluster",
    "conditions",
    "containers",
    "cors",
    "database_flags",
    "default_key_specs",
    "deny",
    "disk",
    "documents",
    "env",
    "env_from",
    "event_filters",
    "exclusions",
    "guest_accelerator",
    "grpc_services",
    "ip_access_types",
    "ipv6_access_config",
    "lifecycle_rule",
    "matching_criteria",
    "network_interface",
    "node_pool",
    "openapi_documents",
    "ports",
    "replica",
    "replicas",
    "rule",
    "scratch_disk",
    "secondary_ip_range",
    "secret_environment_variables",
    "secret_volumes",
    "service_account_scopes",
    "template_disk",
    "traffic",
    "versions",
    "volume_mounts",
    "volumes",
];

/// The arguments of a block as a mapping of properties; `around` is the path of blocks around it.
pub(crate) fn block(scope: &Scope<'_>, body: &Node, rows: &[Row], around: &str) -> Node {
    let mut properties = Node::new(body.place, Kind::Map(Map::new()));
    for (key, entry) in body.as_map().into_iter().flat_map(Map::entries) {
        let path = if around.is_empty() { key.to_string() } else { format!("{around}.{key}") };
        let to = match rows.iter().find(|(from, _)| *from == path) {
            Some((_, "")) => continue,
            Some((_, to)) => (*to).into(),
            None => camel(key),
        };
        let value = value(scope, key, &entry.value, rows, &path);
        let place = entry.key_place;
        if to.contains('.') {
            put(&mut properties, &to, value);
        } else if let Some(map) = properties.as_map_mut() {
            match map.get_mut(&to) {
                // Two arguments that go to one mapping become one.
                Some(known) if known.as_map().is_some() && value.as_map().is_some() => {
                    merge(known, value);
                }
                _ => {
                    map.insert_at(to, place, value);
                }
            }
        }
    }
    properties
}

fn value(scope: &Scope<'_>, key: &str, node: &Node, rows: &[Row], path: &str) -> Node {
    let Some(items) = node.as_list().filter(|items| items.iter().any(is_block)) else {
        return scope.value(node);
    };
    let mut turned: Vec<Node> = items
        .iter()
        .map(|item| if is_block(item) { block(scope, item, rows, path) } else { scope.value(item) })
        .collect();
    if turned.len() == 1
        && !REPEATED.contains(&key)
        && let Some(one) = turned.pop()
    {
        return one;
    }
    Node::list(node.place, turned)
}

/// Whether a value is a nested block and not an expression that is not decided.
pub(crate) fn is_block(node: &Node) -> bool {
    node.as_map().is_some() && node.single().is_none_or(|(key, _)| !is_function(key))
}

fn is_function(key: &str) -> bool {
    key == "Ref" || key.starts_with("Fn::")
}

/// Sets the property at the end of a path parted by dots, when every mapping on the way is one of the
/// author's or is missing.
pub(crate) fn put(node: &mut Node, path: &str, value: Node) {
    let place = value.place;
    let mut node = node;
    let mut path = path;
    while let Some((first, rest)) = path.split_once('.') {
        if !is_block(node) {
            return;
        }
        let Some(map) = node.as_map_mut() else { return };
        if map.get(first).is_none_or(Node::is_null) {
            map.insert(first, Node::new(place, Kind::Map(Map::new())));
        }
        let Some(next) = map.get_mut(first) else { return };
        node = next;
        path = rest;
    }
    if !is_block(node) {
        return;
    }
    let Some(map) = node.as_map_mut() else { return };
    match map.get_mut(path) {
        Some(known) if known.as_map().is_some() && value.as_map().is_some() => merge(known, value),
        _ => {
            map.insert(path, value);
        }
    }
}

/// Adds the entries of a mapping to another; mappings in both become one.
fn merge(node: &mut Node, other: Node) {
    let (Some(map), Kind::Map(more)) = (node.as_map_mut(), other.kind) else { return };
    for (key, entry) in more.into_entries() {
        match map.get_mut(&key) {
            Some(known) if known.as_map().is_some() && entry.value.as_map().is_some() => {
                merge(known, entry.value);
            }
            _ => {
                map.insert_at(key, entry.key_place, entry.value);
            }
        }
    }
}
