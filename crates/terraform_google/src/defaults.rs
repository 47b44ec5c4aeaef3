//! What the provider sets when the author sets nothing, where that is not what the service does.

use source_text::Node;

use crate::turn::put;

/// A value of the provider.
enum Default {
    On,
    Off,
    Word(&'static str),
}

/// Terraform type, path of the property, value.
const DEFAULTS: [(&str, &str, Default); 15] = [
    ("google_bigquery_table", "deletionProtection", Default::On),
    ("google_bigtable_instance", "deletionProtection", Default::On),
    ("google_cloud_run_v2_service", "deletionProtection", Default::On),
    ("google_cloud_run_v2_service", "ingress", Default::Word("INGRESS_TRAFFIC_ALL")),
    ("google_cloudfunctions_function", "ingressSettings", Default::Word("ALLOW_ALL")),
    (
        "google_cloudfunctions2_function",
        "serviceConfig.ingressSettings",
        Default::Word("ALLOW_ALL"),
    ),
    ("google_compute_firewall", "direction", Default::Word("INGRESS")),
    ("google_container_cluster", "deletionProtection", Default::On),
    ("google_spanner_database", "deletionProtection", Default::On),
    ("google_sql_database_instance", "deletionProtection", Default::On),
    (
        "google_storage_bucket",
        "iamConfiguration.publicAccessPrevention",
        Default::Word("inherited"),
    ),
    ("google_storage_bucket", "iamConfiguration.uniformBucketLevelAccess.enabled", Default::Off),
    ("google_redis_instance", "authEnabled", Default::Off),
    ("google_redis_instance", "transitEncryptionMode", Default::Word("DISABLED")),
    ("google_dns_managed_zone", "visibility", Default::Word("public")),
];

/// Sets what the provider sets. What the author wrote, or what is not decided, stays.
pub(crate) fn set(kind: &str, properties: &mut Node) {
    let place = properties.place;
    for (of, path, default) in &DEFAULTS {
        let keys: Vec<&str> = path.split('.').collect();
        if *of != kind || properties.at(&keys).is_some() {
            continue;
        }
        let value = match default {
            Default::On => Node::bool(place, true),
            Default::Off => Node::bool(place, false),
            Default::Word(word) => Node::text(place, *word),
        };
        put(properties, path, value);
    }
    external_addresses(kind, properties);
}

/// An `access_config {}` without arguments gives a machine an address of the internet.
fn external_addresses(kind: &str, properties: &mut Node) {
    if !kind.starts_with("google_compute_instance") {
        return;
    }
    let interfaces = properties.as_map_mut().and_then(|map| map.get_mut("networkInterfaces"));
    let Some(interfaces) = interfaces else { return };
    let source_text::Kind::List(interfaces) = &mut interfaces.kind else { return };
    for interface in interfaces {
        let configs = interface.as_map_mut().and_then(|map| map.get_mut("accessConfigs"));
        let Some(source_text::Kind::List(configs)) = configs.map(|node| &mut node.kind) else {
            continue;
        };
        for config in configs.iter_mut().filter(|config| config.get("type").is_none()) {
            let place = config.place;
            put(config, "type", Node::text(place, "ONE_TO_ONE_NAT"));
        }
    }
}
