//! Machines and clusters, as far as applications of functions stand beside them.

use super::{Type, nothing, plain, with};
use crate::turn::Row;

static MACHINE: &[Row] = &[
    ("network_interface", "networkInterfaces"),
    ("network_interface.access_config", "accessConfigs"),
    ("network_interface.ipv6_access_config", "ipv6AccessConfigs"),
    ("service_account", "serviceAccounts"),
    ("boot_disk", "bootDisk"),
    ("boot_disk.kms_key_self_link", "diskEncryptionKey.kmsKeyName"),
    ("boot_disk.disk_encryption_key_raw", "diskEncryptionKey.rawKey"),
    ("shielded_instance_config", "shieldedInstanceConfig"),
];

pub(super) static TYPES: &[Type] = &[
    with("google_compute_instance", "compute.googleapis.com/Instance", MACHINE),
    with("google_compute_instance_from_template", "compute.googleapis.com/Instance", MACHINE),
    with("google_compute_instance_template", "compute.googleapis.com/InstanceTemplate", MACHINE),
    with(
        "google_compute_disk",
        "compute.googleapis.com/Disk",
        &[("disk_encryption_key.kms_key_self_link", "kmsKeyName")],
    ),
    plain("google_compute_project_metadata", "compute.googleapis.com/ProjectMetadata"),
    with(
        "google_container_cluster",
        "container.googleapis.com/Cluster",
        &[("enable_legacy_abac", "legacyAbac.enabled"), ("node_pool", "nodePools")],
    ),
    plain("google_container_node_pool", "container.googleapis.com/NodePool"),
    plain("google_tpu_v2_vm", "tpu.googleapis.com/Vm"),
    nothing("google_compute_attached_disk"),
    nothing("google_compute_image"),
    nothing("google_compute_snapshot"),
];
