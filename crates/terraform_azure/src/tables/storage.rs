//! Storage accounts and what lies in them.

use terraform_tables::row::{
    At, Owner, Row,
    Turn::{As, By, Named, One, Words},
    Type, nothing, part,
};

use super::{ENABLED, arm};
use crate::turns;

const ACCOUNT: &str = "azurerm_storage_account";

static ACCESS: &[(&str, &str)] =
    &[("private", "None"), ("blob", "Blob"), ("container", "Container")];

pub(super) static TYPES: &[Type] = &[
    arm(
        ACCOUNT,
        "Microsoft.Storage/storageAccounts",
        &[
            ("account_kind", "^kind", As),
            // One word of two arguments.
            ("account_tier", "", As),
            ("account_replication_type", "", As),
            ("https_traffic_only_enabled", "supportsHttpsTrafficOnly", As),
            ("enable_https_traffic_only", "supportsHttpsTrafficOnly", As),
            ("min_tls_version", "minimumTlsVersion", As),
            ("allow_nested_items_to_be_public", "allowBlobPublicAccess", As),
            ("allow_blob_public_access", "allowBlobPublicAccess", As),
            ("shared_access_key_enabled", "allowSharedKeyAccess", As),
            ("public_network_access_enabled", "publicNetworkAccess", Words(ENABLED)),
            ("default_to_oauth_authentication", "defaultToOAuthAuthentication", As),
            ("cross_tenant_replication_enabled", "allowCrossTenantReplication", As),
            ("local_user_enabled", "isLocalUserEnabled", As),
            ("sftp_enabled", "isSftpEnabled", As),
            ("nfsv3_enabled", "isNfsV3Enabled", As),
            ("is_hns_enabled", "isHnsEnabled", As),
            ("infrastructure_encryption_enabled", "encryption.requireInfrastructureEncryption", As),
            ("network_rules", "networkAcls", By(turns::network_rules)),
            ("customer_managed_key", "encryption", By(turns::customer_key)),
            ("sas_policy", "sasPolicy", One(&[])),
            ("identity", "identity", By(turns::identity)),
            // Services of the account: resources of their own.
            ("blob_properties", "", As),
            ("queue_properties", "", As),
            ("share_properties", "", As),
            ("static_website", "", As),
        ],
    ),
    part(
        "azurerm_storage_account_network_rules",
        Owner::In("storage_account_id", ACCOUNT),
        At::Below("properties"),
        NETWORK_RULES,
    ),
    part(
        "azurerm_storage_account_customer_managed_key",
        Owner::In("storage_account_id", ACCOUNT),
        At::Below("properties"),
        &[
            ("storage_account_id", "", As),
            ("key_vault_id", "encryption.keyvaultproperties.keyvaulturi", As),
            ("key_vault_uri", "encryption.keyvaultproperties.keyvaulturi", As),
            ("key_name", "encryption.keyvaultproperties.keyname", As),
            ("key_version", "encryption.keyvaultproperties.keyversion", As),
            ("user_assigned_identity_id", "encryption.identity.userAssignedIdentity", As),
        ],
    ),
    arm(
        "azurerm_storage_container",
        "Microsoft.Storage/storageAccounts/blobServices/containers",
        &[
            ("storage_account_name", "^parent", Named(ACCOUNT)),
            ("storage_account_id", "^parent", As),
            ("container_access_type", "publicAccess", Words(ACCESS)),
        ],
    ),
    arm(
        "azurerm_storage_queue",
        "Microsoft.Storage/storageAccounts/queueServices/queues",
        &[
            ("storage_account_name", "^parent", Named(ACCOUNT)),
            ("storage_account_id", "^parent", As),
        ],
    ),
    arm(
        "azurerm_storage_table",
        "Microsoft.Storage/storageAccounts/tableServices/tables",
        &[("storage_account_name", "^parent", Named(ACCOUNT)), ("acl", "", As)],
    ),
    arm(
        "azurerm_storage_share",
        "Microsoft.Storage/storageAccounts/fileServices/shares",
        &[
            ("storage_account_name", "^parent", Named(ACCOUNT)),
            ("storage_account_id", "^parent", As),
            ("acl", "", As),
        ],
    ),
    arm(
        "azurerm_storage_account_queue_properties",
        "Microsoft.Storage/storageAccounts/queueServices",
        &[("storage_account_id", "^parent", As), ("logging", "logging", One(&[]))],
    ),
    nothing("azurerm_storage_blob"),
    nothing("azurerm_storage_table_entity"),
    nothing("azurerm_storage_management_policy"),
    nothing("azurerm_storage_account_static_website"),
];

static NETWORK_RULES: &[Row] = &[
    ("storage_account_id", "", As),
    ("storage_account_name", "", As),
    ("resource_group_name", "", As),
    ("default_action", "networkAcls.defaultAction", As),
    ("bypass", "networkAcls.bypass", By(turns::commas)),
    ("ip_rules", "networkAcls.ipRules", By(turns::addresses)),
    ("virtual_network_subnet_ids", "networkAcls.virtualNetworkRules", By(turns::subnets)),
];
