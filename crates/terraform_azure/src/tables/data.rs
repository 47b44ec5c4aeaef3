//! Databases, caches, search.

use terraform_tables::row::{
    Row,
    Turn::{As, By, Many, Named, One, Words},
    Type, nothing,
};

use super::{ENABLED, NOT, arm};
use crate::turns;

const SQL: &str = "azurerm_mssql_server";
const POSTGRES: &str = "azurerm_postgresql_server";
const MYSQL: &str = "azurerm_mysql_server";

static SERVER: &[Row] = &[
    ("sku_name", "^sku.name", As),
    ("minimum_tls_version", "minimalTlsVersion", As),
    ("ssl_minimal_tls_version_enforced", "minimalTlsVersion", As),
    ("ssl_enforcement_enabled", "sslEnforcement", Words(ENABLED)),
    ("infrastructure_encryption_enabled", "infrastructureEncryption", Words(ENABLED)),
    ("public_network_access_enabled", "publicNetworkAccess", Words(ENABLED)),
    ("geo_redundant_backup_enabled", "storageProfile.geoRedundantBackup", Words(ENABLED)),
    ("backup_retention_days", "storageProfile.backupRetentionDays", As),
    ("azuread_administrator", "administrators", One(&[])),
    ("threat_detection_policy", "threatDetectionPolicy", One(&[])),
    ("identity", "identity", By(turns::identity)),
];

static FLEXIBLE: &[Row] = &[
    ("sku_name", "^sku.name", As),
    ("administrator_password", "administratorLoginPassword", As),
    ("public_network_access_enabled", "network.publicNetworkAccess", Words(ENABLED)),
    ("delegated_subnet_id", "network.delegatedSubnetResourceId", As),
    ("geo_redundant_backup_enabled", "backup.geoRedundantBackup", Words(ENABLED)),
    ("backup_retention_days", "backup.backupRetentionDays", As),
    (
        "authentication",
        "authConfig",
        One(&[
            ("active_directory_auth_enabled", "activeDirectoryAuth", Words(ENABLED)),
            ("password_auth_enabled", "passwordAuth", Words(ENABLED)),
        ]),
    ),
    ("high_availability", "highAvailability", One(&[])),
    ("identity", "identity", By(turns::identity)),
];

static SQL_RULE: &[Row] = &[("server_id", "^parent", As), ("server_name", "^parent", Named(SQL))];
static SQL_OLD: &[Row] = &[("server_name", "^parent", Named("azurerm_sql_server"))];
static POSTGRES_RULE: &[Row] = &[("server_name", "^parent", Named(POSTGRES))];
static MYSQL_RULE: &[Row] = &[("server_name", "^parent", Named(MYSQL))];

static STATE: &[(&str, &str)] = &[("true", "Enabled"), ("false", "Disabled")];

pub(super) static TYPES: &[Type] = &[
    arm(SQL, "Microsoft.Sql/servers", SERVER),
    arm("azurerm_sql_server", "Microsoft.Sql/servers", SERVER),
    arm("azurerm_mssql_database", "Microsoft.Sql/servers/databases", DATABASE),
    arm("azurerm_sql_database", "Microsoft.Sql/servers/databases", SQL_OLD),
    arm("azurerm_mssql_firewall_rule", "Microsoft.Sql/servers/firewallRules", SQL_RULE),
    arm("azurerm_sql_firewall_rule", "Microsoft.Sql/servers/firewallRules", SQL_OLD),
    arm(
        "azurerm_mssql_server_security_alert_policy",
        "Microsoft.Sql/servers/securityAlertPolicies",
        SQL_RULE,
    ),
    arm(
        "azurerm_mssql_server_extended_auditing_policy",
        "Microsoft.Sql/servers/auditingSettings",
        &[("server_id", "^parent", As), ("enabled", "state", Words(STATE))],
    ),
    nothing("azurerm_mssql_database_extended_auditing_policy"),
    nothing("azurerm_mssql_virtual_network_rule"),
    nothing("azurerm_mssql_server_vulnerability_assessment"),
    arm(
        "azurerm_sql_active_directory_administrator",
        "Microsoft.Sql/servers/administrators",
        SQL_OLD,
    ),
    arm(POSTGRES, "Microsoft.DBforPostgreSQL/servers", SERVER),
    arm(
        "azurerm_postgresql_flexible_server",
        "Microsoft.DBforPostgreSQL/flexibleServers",
        FLEXIBLE,
    ),
    arm(
        "azurerm_postgresql_configuration",
        "Microsoft.DBforPostgreSQL/servers/configurations",
        POSTGRES_RULE,
    ),
    arm(
        "azurerm_postgresql_firewall_rule",
        "Microsoft.DBforPostgreSQL/servers/firewallRules",
        POSTGRES_RULE,
    ),
    arm(
        "azurerm_postgresql_flexible_server_configuration",
        "Microsoft.DBforPostgreSQL/flexibleServers/configurations",
        &[("server_id", "^parent", As)],
    ),
    arm(
        "azurerm_postgresql_flexible_server_firewall_rule",
        "Microsoft.DBforPostgreSQL/flexibleServers/firewallRules",
        &[("server_id", "^parent", As)],
    ),
    nothing("azurerm_postgresql_database"),
    nothing("azurerm_postgresql_flexible_server_database"),
    arm(MYSQL, "Microsoft.DBforMySQL/servers", SERVER),
    arm("azurerm_mysql_flexible_server", "Microsoft.DBforMySQL/flexibleServers", FLEXIBLE),
    arm("azurerm_mysql_firewall_rule", "Microsoft.DBforMySQL/servers/firewallRules", MYSQL_RULE),
    arm(
        "azurerm_mysql_flexible_server_firewall_rule",
        "Microsoft.DBforMySQL/flexibleServers/firewallRules",
        &[("server_name", "^parent", Named("azurerm_mysql_flexible_server"))],
    ),
    nothing("azurerm_mysql_database"),
    nothing("azurerm_mysql_flexible_database"),
    arm("azurerm_mariadb_server", "Microsoft.DBforMariaDB/servers", SERVER),
    arm(
        "azurerm_cosmosdb_account",
        "Microsoft.DocumentDB/databaseAccounts",
        &[
            ("kind", "^kind", As),
            ("offer_type", "databaseAccountOfferType", As),
            ("public_network_access_enabled", "publicNetworkAccess", Words(ENABLED)),
            ("ip_range_filter", "ipRules", By(turns::ip_rules)),
            ("local_authentication_disabled", "disableLocalAuth", As),
            ("local_authentication_enabled", "disableLocalAuth", Words(NOT)),
            (
                "access_key_metadata_writes_enabled",
                "disableKeyBasedMetadataWriteAccess",
                Words(NOT),
            ),
            ("key_vault_key_id", "keyVaultKeyUri", As),
            ("consistency_policy", "consistencyPolicy", One(&[])),
            ("geo_location", "locations", Many(&[("location", "locationName", As)])),
            ("capabilities", "capabilities", Many(&[])),
            ("virtual_network_rule", "virtualNetworkRules", Many(&[])),
            ("backup", "backupPolicy", One(&[])),
            ("identity", "identity", By(turns::identity)),
        ],
    ),
    nothing("azurerm_cosmosdb_sql_database"),
    nothing("azurerm_cosmosdb_sql_container"),
    nothing("azurerm_cosmosdb_mongo_database"),
    nothing("azurerm_cosmosdb_mongo_collection"),
    nothing("azurerm_cosmosdb_table"),
    nothing("azurerm_cosmosdb_sql_role_definition"),
    arm(
        "azurerm_redis_cache",
        "Microsoft.Cache/Redis",
        &[
            ("sku_name", "sku.name", As),
            ("family", "sku.family", As),
            ("capacity", "sku.capacity", As),
            ("enable_non_ssl_port", "enableNonSslPort", As),
            ("non_ssl_port_enabled", "enableNonSslPort", As),
            ("public_network_access_enabled", "publicNetworkAccess", Words(ENABLED)),
            ("access_keys_authentication_enabled", "disableAccessKeyAuthentication", Words(NOT)),
            ("redis_configuration", "redisConfiguration", One(&[])),
            ("patch_schedule", "", As),
            ("identity", "identity", By(turns::identity)),
        ],
    ),
    arm(
        "azurerm_redis_firewall_rule",
        "Microsoft.Cache/Redis/firewallRules",
        &[
            ("redis_cache_name", "^parent", Named("azurerm_redis_cache")),
            ("start_ip", "startIP", As),
            ("end_ip", "endIP", As),
        ],
    ),
    arm(
        "azurerm_search_service",
        "Microsoft.Search/searchServices",
        &[
            ("sku", "^sku.name", As),
            ("public_network_access_enabled", "publicNetworkAccess", Words(ENABLED)),
            ("local_authentication_enabled", "disableLocalAuth", Words(NOT)),
            ("allowed_ips", "networkRuleSet.ipRules", By(turns::ip_rules)),
            ("identity", "identity", By(turns::identity)),
        ],
    ),
    arm(
        "azurerm_cognitive_account",
        "Microsoft.CognitiveServices/accounts",
        &[
            ("kind", "^kind", As),
            ("sku_name", "^sku.name", As),
            ("public_network_access_enabled", "publicNetworkAccess", Words(ENABLED)),
            ("local_auth_enabled", "disableLocalAuth", Words(NOT)),
            ("outbound_network_access_restricted", "restrictOutboundNetworkAccess", As),
            ("fqdns", "allowedFqdnList", As),
            ("network_acls", "networkAcls", By(turns::network_rules)),
            ("identity", "identity", By(turns::identity)),
        ],
    ),
    nothing("azurerm_cognitive_deployment"),
];

static DATABASE: &[Row] = &[
    ("server_id", "^parent", As),
    ("sku_name", "^sku.name", As),
    ("ledger_enabled", "isLedgerOn", As),
    ("transparent_data_encryption_enabled", "transparentDataEncryption", Words(ENABLED)),
    ("geo_backup_enabled", "geoBackup", Words(ENABLED)),
    ("threat_detection_policy", "threatDetectionPolicy", One(&[])),
];
