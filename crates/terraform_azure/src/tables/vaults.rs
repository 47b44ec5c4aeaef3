//! Key vaults, settings stores, registries.

use terraform_tables::row::{
    At, Owner, Row,
    Turn::{As, By, Many, One, Words},
    Type, nothing, part,
};

use super::{ENABLED, NOT, arm};
use crate::turns;

const VAULT: &str = "azurerm_key_vault";

static POLICY: &[Row] = &[
    ("key_vault_id", "", As),
    ("key_permissions", "permissions.keys", As),
    ("secret_permissions", "permissions.secrets", As),
    ("certificate_permissions", "permissions.certificates", As),
    ("storage_permissions", "permissions.storage", As),
];

static STATUS: &[(&str, &str)] = &[("true", "enabled"), ("false", "disabled")];

pub(super) static TYPES: &[Type] = &[
    arm(
        VAULT,
        "Microsoft.KeyVault/vaults",
        &[
            ("sku_name", "sku.name", As),
            ("purge_protection_enabled", "enablePurgeProtection", As),
            ("soft_delete_enabled", "enableSoftDelete", As),
            ("soft_delete_retention_days", "softDeleteRetentionInDays", As),
            ("enable_rbac_authorization", "enableRbacAuthorization", As),
            ("rbac_authorization_enabled", "enableRbacAuthorization", As),
            ("public_network_access_enabled", "publicNetworkAccess", Words(ENABLED)),
            ("access_policy", "accessPolicies", Many(POLICY)),
            ("network_acls", "networkAcls", By(turns::network_rules)),
            ("contact", "", As),
        ],
    ),
    part(
        "azurerm_key_vault_access_policy",
        Owner::In("key_vault_id", VAULT),
        At::Item("properties.accessPolicies"),
        POLICY,
    ),
    arm(
        "azurerm_key_vault_secret",
        "Microsoft.KeyVault/vaults/secrets",
        &[
            ("key_vault_id", "^parent", As),
            ("expiration_date", "attributes.exp", As),
            ("not_before_date", "attributes.nbf", As),
        ],
    ),
    arm(
        "azurerm_key_vault_key",
        "Microsoft.KeyVault/vaults/keys",
        &[
            ("key_vault_id", "^parent", As),
            ("key_type", "kty", As),
            ("key_opts", "keyOps", As),
            ("expiration_date", "attributes.exp", As),
            ("not_before_date", "attributes.nbf", As),
            ("rotation_policy", "rotationPolicy", One(&[])),
        ],
    ),
    nothing("azurerm_key_vault_certificate"),
    nothing("azurerm_key_vault_certificate_issuer"),
    arm(
        "azurerm_app_configuration",
        "Microsoft.AppConfiguration/configurationStores",
        &[
            ("sku", "^sku.name", As),
            ("local_auth_enabled", "disableLocalAuth", Words(NOT)),
            ("public_network_access", "publicNetworkAccess", As),
            ("purge_protection_enabled", "enablePurgeProtection", As),
            ("soft_delete_retention_days", "softDeleteRetentionInDays", As),
            (
                "encryption",
                "encryption.keyVaultProperties",
                One(&[("key_vault_key_identifier", "keyIdentifier", As)]),
            ),
            ("identity", "identity", By(turns::identity)),
            ("replica", "", As),
        ],
    ),
    arm(
        "azurerm_app_configuration_key",
        "Microsoft.AppConfiguration/configurationStores/keyValues",
        &[("configuration_store_id", "^parent", As)],
    ),
    arm(
        "azurerm_container_registry",
        "Microsoft.ContainerRegistry/registries",
        &[
            ("sku", "^sku.name", As),
            ("admin_enabled", "adminUserEnabled", As),
            ("public_network_access_enabled", "publicNetworkAccess", Words(ENABLED)),
            ("quarantine_policy_enabled", "policies.quarantinePolicy.status", Words(STATUS)),
            ("trust_policy_enabled", "policies.trustPolicy.status", Words(STATUS)),
            ("retention_policy_in_days", "policies.retentionPolicy.days", As),
            ("export_policy_enabled", "policies.exportPolicy.status", Words(STATUS)),
            ("trust_policy", "policies.trustPolicy", One(&[("enabled", "status", Words(STATUS))])),
            (
                "retention_policy",
                "policies.retentionPolicy",
                One(&[("enabled", "status", Words(STATUS))]),
            ),
            ("zone_redundancy_enabled", "zoneRedundancy", Words(ENABLED)),
            ("network_rule_set", "networkRuleSet", One(&[("ip_rule", "ipRules", Many(&[]))])),
            ("encryption", "encryption", One(&[])),
            ("identity", "identity", By(turns::identity)),
        ],
    ),
];
