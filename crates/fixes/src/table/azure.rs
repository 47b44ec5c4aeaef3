//! Services of Azure, in deployment templates and in Terraform.

use crate::fix::{
    Fix,
    Value::{Number, Off, On, Word},
    judged, safe, set,
};

/// Apps and their slots.
const SITES: &str = "Microsoft.Web/sites|Microsoft.Web/sites/slots";
const CONFIG: &str = "Microsoft.Web/sites/config";
const APPS: &str = "azurerm_linux_function_app|azurerm_windows_function_app|azurerm_linux_web_app|\
                    azurerm_windows_web_app|azurerm_linux_function_app_slot|\
                    azurerm_windows_function_app_slot|azurerm_linux_web_app_slot|\
                    azurerm_windows_web_app_slot";
const OLD_APPS: &str = "azurerm_function_app|azurerm_app_service|azurerm_function_app_slot|\
                        azurerm_app_service_slot";

const OTHER_NETWORKS: &str = "whatever comes over other networks is shut out";
const KEYS: &str = "clients that hold a key are shut out";

pub(super) static FIXES: &[Fix] = &[
    safe(
        (3, 60),
        "remote-debugging",
        &[
            set(SITES, &[("properties.siteConfig.remoteDebuggingEnabled", Off)]),
            set(CONFIG, &[("properties.remoteDebuggingEnabled", Off)]),
            set(APPS, &[("site_config.remote_debugging_enabled", Off)]),
            set(OLD_APPS, &[("site_config.remote_debugging_enabled", Off)]),
        ],
    ),
    judged(
        (3, 61),
        "plaintext-ftp",
        "who uploads over plain FTP is shut out",
        &[
            set(SITES, &[("properties.siteConfig.ftpsState", Word("FtpsOnly"))]),
            set(CONFIG, &[("properties.ftpsState", Word("FtpsOnly"))]),
            set(APPS, &[("site_config.ftps_state", Word("FtpsOnly"))]),
            set(OLD_APPS, &[("site_config.ftps_state", Word("FtpsOnly"))]),
        ],
    ),
    safe(
        (3, 67),
        "outdated-http-version",
        &[
            set(SITES, &[("properties.siteConfig.http20Enabled", On)]),
            set(CONFIG, &[("properties.http20Enabled", On)]),
            set(APPS, &[("site_config.http2_enabled", On)]),
            set(OLD_APPS, &[("site_config.http2_enabled", On)]),
        ],
    ),
    judged(
        (2, 62),
        "app-without-client-certificate",
        "callers without a certificate are shut out",
        &[
            set(SITES, &[("properties.clientCertEnabled", On)]),
            set(APPS, &[("client_certificate_enabled", On)]),
            set(OLD_APPS, &[("client_cert_enabled", On)]),
        ],
    ),
    judged(
        (3, 6),
        "plaintext-transport",
        "clients that send their requests without TLS must follow a redirection",
        &[
            set(SITES, &[("properties.httpsOnly", On)]),
            set(APPS, &[("https_only", On)]),
            set(OLD_APPS, &[("https_only", On)]),
            set(
                "Microsoft.Storage/storageAccounts",
                &[("properties.supportsHttpsTrafficOnly", On)],
            ),
            set("azurerm_storage_account", &[("https_traffic_only_enabled", On)]),
            set("azurerm_storage_account", &[("enable_https_traffic_only", On)]),
        ],
    ),
    safe((3, 3), "outdated-tls-policy", TLS),
    safe((3, 70), "implicit-tls-version", TLS),
    judged(
        (3, 49),
        "plaintext-data-store",
        "clients that connect without TLS are shut out",
        &[
            set(
                "Microsoft.DBforMySQL/servers|Microsoft.DBforPostgreSQL/servers|\
                 Microsoft.DBforMariaDB/servers",
                &[("properties.sslEnforcement", Word("Enabled"))],
            ),
            set("Microsoft.Cache/Redis", &[("properties.enableNonSslPort", Off)]),
            set(
                "azurerm_mysql_server|azurerm_postgresql_server|azurerm_mariadb_server",
                &[("ssl_enforcement_enabled", On)],
            ),
            set("azurerm_redis_cache", &[("non_ssl_port_enabled", Off)]),
            set("azurerm_redis_cache", &[("enable_non_ssl_port", Off)]),
        ],
    ),
    judged(
        (3, 64),
        "public-blob-container",
        "readers without a role are shut out",
        &[
            set(
                "Microsoft.Storage/storageAccounts/blobServices/containers",
                &[("properties.publicAccess", Word("None"))],
            ),
            set("azurerm_storage_container", &[("container_access_type", Word("private"))]),
        ],
    ),
    judged(
        (3, 65),
        "erasable-vault",
        "a vault that is deleted keeps its name until its time is over; this cannot be undone",
        &[
            set("Microsoft.KeyVault/vaults", &[("properties.enablePurgeProtection", On)]),
            set("Microsoft.KeyVault/vaults", &[("properties.enableSoftDelete", On)]),
            set("azurerm_key_vault", &[("purge_protection_enabled", On)]),
        ],
    ),
    judged((2, 63), "local-authentication", KEYS, WITHOUT_KEYS),
    judged((3, 62), "public-service-network", OTHER_NETWORKS, INSIDE),
    judged(
        (2, 65),
        "anonymous-registry-pull",
        "who pulls images without a role is shut out",
        &[
            set(
                "Microsoft.ContainerRegistry/registries",
                &[("properties.anonymousPullEnabled", Off)],
            ),
            set("azurerm_container_registry", &[("anonymous_pull_enabled", Off)]),
        ],
    ),
    safe(
        (4, 62),
        "service-without-identity",
        &[
            set(
                "Microsoft.Web/sites|Microsoft.Web/sites/slots|Microsoft.EventGrid/topics|\
                 Microsoft.SignalRService/webPubSub|Microsoft.CognitiveServices/accounts",
                &[("identity.type", Word("SystemAssigned"))],
            ),
            set(APPS, IDENTITY),
            set(OLD_APPS, IDENTITY),
            set("azurerm_eventgrid_topic|azurerm_web_pubsub|azurerm_cognitive_account", IDENTITY),
        ],
    ),
    safe(
        (5, 63),
        "short-activity-log",
        &[
            set(
                "Microsoft.Insights/logprofiles",
                &[
                    ("properties.retentionPolicy.enabled", On),
                    ("properties.retentionPolicy.days", Number(365)),
                ],
            ),
            set(
                "azurerm_monitor_log_profile",
                &[("retention_policy.enabled", On), ("retention_policy.days", Number(365))],
            ),
        ],
    ),
];

static IDENTITY: &[(&str, crate::Value)] = &[("identity.type", Word("SystemAssigned"))];

/// What takes nothing older than TLS 1.2.
static TLS: &[crate::Setting] = &[
    set(SITES, &[("properties.siteConfig.minTlsVersion", Word("1.2"))]),
    set(CONFIG, &[("properties.minTlsVersion", Word("1.2"))]),
    set(APPS, &[("site_config.minimum_tls_version", Word("1.2"))]),
    set(OLD_APPS, &[("site_config.min_tls_version", Word("1.2"))]),
    set("Microsoft.Storage/storageAccounts", &[("properties.minimumTlsVersion", Word("TLS1_2"))]),
    set(
        "Microsoft.EventHub/namespaces|Microsoft.ServiceBus/namespaces|Microsoft.Cache/Redis",
        &[("properties.minimumTlsVersion", Word("1.2"))],
    ),
    set("Microsoft.Sql/servers", &[("properties.minimalTlsVersion", Word("1.2"))]),
    set(
        "Microsoft.DBforMySQL/servers|Microsoft.DBforPostgreSQL/servers",
        &[("properties.minimalTlsVersion", Word("TLS1_2"))],
    ),
    set(
        "Microsoft.DocumentDB/databaseAccounts",
        &[("properties.minimalTlsVersion", Word("Tls12"))],
    ),
    set("azurerm_storage_account", &[("min_tls_version", Word("TLS1_2"))]),
    set(
        "azurerm_eventhub_namespace|azurerm_servicebus_namespace|azurerm_redis_cache|\
         azurerm_mssql_server",
        &[("minimum_tls_version", Word("1.2"))],
    ),
    set(
        "azurerm_mysql_server|azurerm_postgresql_server",
        &[("ssl_minimal_tls_version_enforced", Word("TLS1_2"))],
    ),
    set("azurerm_cosmosdb_account", &[("minimal_tls_version", Word("Tls12"))]),
];

/// What takes identities only.
static WITHOUT_KEYS: &[crate::Setting] = &[
    set(
        "Microsoft.EventGrid/topics|Microsoft.EventGrid/domains|\
         Microsoft.CognitiveServices/accounts|Microsoft.AppConfiguration/configurationStores|\
         Microsoft.ServiceBus/namespaces|Microsoft.EventHub/namespaces|\
         Microsoft.DocumentDB/databaseAccounts",
        &[("properties.disableLocalAuth", On)],
    ),
    set("Microsoft.Storage/storageAccounts", &[("properties.allowSharedKeyAccess", Off)]),
    set("Microsoft.ContainerRegistry/registries", &[("properties.adminUserEnabled", Off)]),
    set(
        "azurerm_eventgrid_topic|azurerm_eventgrid_domain|azurerm_servicebus_namespace|\
         azurerm_app_configuration|azurerm_cognitive_account",
        &[("local_auth_enabled", Off)],
    ),
    set("azurerm_eventhub_namespace", &[("local_authentication_enabled", Off)]),
    set("azurerm_cosmosdb_account", &[("local_authentication_disabled", On)]),
    set("azurerm_cosmosdb_account", &[("local_authentication_enabled", Off)]),
    set("azurerm_storage_account", &[("shared_access_key_enabled", Off)]),
    set("azurerm_container_registry", &[("admin_enabled", Off)]),
];

/// What takes nothing from other networks.
static INSIDE: &[crate::Setting] = &[
    set(
        "Microsoft.Storage/storageAccounts|Microsoft.KeyVault/vaults",
        &[("properties.networkAcls.defaultAction", Word("Deny"))],
    ),
    set(
        "Microsoft.DocumentDB/databaseAccounts|Microsoft.EventGrid/topics|\
         Microsoft.EventGrid/domains|Microsoft.ContainerRegistry/registries|\
         Microsoft.CognitiveServices/accounts|Microsoft.Cache/Redis|Microsoft.Sql/servers|\
         Microsoft.DBforPostgreSQL/servers|Microsoft.DBforMySQL/servers|\
         Microsoft.DBforMariaDB/servers|Microsoft.ApiManagement/service|\
         Microsoft.AppConfiguration/configurationStores|Microsoft.ServiceBus/namespaces|\
         Microsoft.EventHub/namespaces|Microsoft.Web/sites|Microsoft.Web/sites/slots|\
         Microsoft.Web/sites/config",
        &[("properties.publicNetworkAccess", Word("Disabled"))],
    ),
    set(
        "Microsoft.DBforMySQL/flexibleServers|Microsoft.DBforPostgreSQL/flexibleServers",
        &[("properties.network.publicNetworkAccess", Word("Disabled"))],
    ),
    set("azurerm_storage_account", &[("network_rules.default_action", Word("Deny"))]),
    set("azurerm_storage_account", &[("public_network_access_enabled", Off)]),
    // A new list of networks would have to say more.
    set("azurerm_key_vault", &[("public_network_access_enabled", Off)]),
    set("azurerm_key_vault", &[("network_acls.default_action", Word("Deny"))]),
    set("azurerm_app_configuration", &[("public_network_access", Word("Disabled"))]),
    set(APPS, PRIVATE),
    set(
        "azurerm_cosmosdb_account|azurerm_eventgrid_topic|azurerm_eventgrid_domain|\
         azurerm_container_registry|azurerm_cognitive_account|azurerm_redis_cache|\
         azurerm_mssql_server|azurerm_postgresql_server|azurerm_mysql_server|\
         azurerm_mariadb_server|azurerm_postgresql_flexible_server|azurerm_api_management|\
         azurerm_servicebus_namespace|azurerm_eventhub_namespace",
        PRIVATE,
    ),
];

static PRIVATE: &[(&str, crate::Value)] = &[("public_network_access_enabled", Off)];
