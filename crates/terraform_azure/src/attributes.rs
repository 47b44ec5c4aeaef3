//! What the attributes of resources are in ARM.

use source_text::{Node, Place, SmolStr};
use terraform_language::Block;
use terraform_tables::{
    get_att,
    reference::{get_att as attribute, name_of},
};

/// Attributes that only a deployment tells, and where they stand in the resource.
const STATE: [(&str, &str); 16] = [
    ("default_hostname", "defaultHostName"),
    ("default_site_hostname", "defaultHostName"),
    ("vault_uri", "vaultUri"),
    ("login_server", "loginServer"),
    ("primary_blob_endpoint", "primaryEndpoints.blob"),
    ("primary_queue_endpoint", "primaryEndpoints.queue"),
    ("primary_table_endpoint", "primaryEndpoints.table"),
    ("primary_file_endpoint", "primaryEndpoints.file"),
    ("instrumentation_key", "InstrumentationKey"),
    ("gateway_url", "gatewayUrl"),
    ("endpoint", "endpoint"),
    ("fully_qualified_domain_name", "fullyQualifiedDomainName"),
    ("principal_id", "principalId"),
    ("client_id", "clientId"),
    ("outbound_ip_addresses", "outboundIpAddresses"),
    ("role_definition_resource_id", "id"),
];

/// Keys that a service hands out to whoever may list them.
fn is_key(kind: &str, name: &str) -> bool {
    let is_connection = name.ends_with("connection_string") || name.ends_with("connection_strings");
    // That of Application Insights names where data may be sent, and no more.
    (is_connection && kind != "azurerm_application_insights")
        || name.ends_with("_key") && (name.contains("primary") || name.contains("secondary"))
        || matches!(name, "default_primary_key" | "admin_password" | "site_credential")
}

/// The reference that stands for an attribute of a resource; `None` when it is an argument.
pub(crate) fn of(block: &Block, path: &str, place: Place) -> Option<Node> {
    at(&block.kind, &block.address, path, place)
}

fn at(kind: &str, address: &str, path: &str, place: Place) -> Option<Node> {
    let mut parts = path.split(['.', '[', ']']).filter(|part| !part.is_empty());
    let name = parts.next()?;
    if matches!(name, "id" | "versionless_id" | "resource_id") {
        return Some(name_of(place, address));
    }
    if matches!(name, "identity" | "output") {
        let rest: Vec<&str> = parts.filter(|part| part.parse::<usize>().is_err()).collect();
        let rest = rest.into_iter().map(crate::spelling::camel);
        let rest = rest.collect::<Vec<SmolStr>>().join(".");
        return match (name, rest.as_str()) {
            ("identity", "principalId" | "tenantId") => {
                Some(attribute(place, address, &format!("identity.{rest}")))
            }
            ("output", rest) if !rest.is_empty() => {
                Some(attribute(place, address, rest.trim_start_matches("properties.")))
            }
            _ => None,
        };
    }
    if is_key(kind, name) {
        let text = Node::text(place, format!("${{listKeys('{address}').{name}}}"));
        let parts = vec![text, name_of(place, address)];
        return Some(Node::map(place, [("Fn::Unresolved", Node::list(place, parts))]));
    }
    if name == "connection_string" {
        return Some(attribute(place, address, "ConnectionString"));
    }
    let found = STATE.iter().find(|(known, _)| *known == name)?;
    Some(attribute(place, address, found.1))
}

/// What a data source tells: of a resource that the configuration makes, what that one tells; of
/// a role of the platform, its name.
pub(crate) fn of_data(block: &Block, path: &str, place: Place) -> Option<Node> {
    if !block.address.starts_with("data.") && !block.address.contains(".data.") {
        return None;
    }
    if let Some((address, "name")) = block.body.get("name").and_then(get_att) {
        let kind = address.rsplit('.').nth(1).unwrap_or_default();
        return at(kind, address, path, place);
    }
    let name = path.split(['.', '[']).next().unwrap_or(path);
    match (block.kind.as_str(), name) {
        ("azurerm_role_definition", "id" | "role_definition_id" | "name") => {
            let name = block.body.get("name")?.scalar_text()?;
            Some(Node::text(place, name))
        }
        _ => None,
    }
}
