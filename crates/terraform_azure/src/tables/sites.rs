//! Function apps, web apps, their slots, plans and functions.

use terraform_tables::row::{
    Row,
    Turn::{As, By, Json, Many, Named, One, Words},
    Type, nothing,
};

use super::{ENABLED, arm};
use crate::turns;

const SITE: &str = "Microsoft.Web/sites";
const SLOT: &str = "Microsoft.Web/sites/slots";

static RESTRICTION: &[Row] =
    &[("service_tag", "tag", As), ("virtual_network_subnet_id", "vnetSubnetResourceId", As)];

static CONFIG: &[Row] = &[
    ("http2_enabled", "http20Enabled", As),
    ("minimum_tls_version", "minTlsVersion", As),
    ("min_tls_version", "minTlsVersion", As),
    ("scm_minimum_tls_version", "scmMinTlsVersion", As),
    ("scm_min_tls_version", "scmMinTlsVersion", As),
    ("cors", "cors", One(&[])),
    ("ip_restriction", "ipSecurityRestrictions", Many(RESTRICTION)),
    ("ip_restriction_default_action", "ipSecurityRestrictionsDefaultAction", As),
    ("scm_ip_restriction", "scmIpSecurityRestrictions", Many(RESTRICTION)),
    ("scm_ip_restriction_default_action", "scmIpSecurityRestrictionsDefaultAction", As),
    ("scm_use_main_ip_restriction", "scmIpSecurityRestrictionsUseMain", As),
    ("websockets_enabled", "webSocketsEnabled", As),
    ("use_32_bit_worker", "use32BitWorkerProcess", As),
    ("use_32_bit_worker_process", "use32BitWorkerProcess", As),
    ("worker_count", "numberOfWorkers", As),
    ("app_scale_limit", "functionAppScaleLimit", As),
    ("elastic_instance_minimum", "minimumElasticInstanceCount", As),
    ("container_registry_use_managed_identity", "acrUseManagedIdentityCreds", As),
    ("container_registry_managed_identity_client_id", "acrUserManagedIdentityID", As),
    ("api_definition_url", "apiDefinition.url", As),
    ("api_management_api_id", "apiManagementConfig.id", As),
    ("dotnet_framework_version", "netFrameworkVersion", As),
    // Told by what `sites` makes of them: settings of the app, the language.
    ("application_stack", "", As),
    ("application_insights_key", "", As),
    ("application_insights_connection_string", "", As),
    ("app_service_logs", "", As),
];

static APP: &[Row] = &[
    ("service_plan_id", "serverFarmId", As),
    ("app_service_plan_id", "serverFarmId", As),
    ("client_certificate_enabled", "clientCertEnabled", As),
    ("client_cert_enabled", "clientCertEnabled", As),
    ("client_certificate_mode", "clientCertMode", As),
    ("client_cert_mode", "clientCertMode", As),
    ("public_network_access_enabled", "publicNetworkAccess", Words(ENABLED)),
    ("key_vault_reference_identity_id", "keyVaultReferenceIdentity", As),
    ("site_config", "siteConfig", One(CONFIG)),
    ("app_settings", "siteConfig.appSettings", By(turns::settings)),
    ("connection_string", "siteConfig.connectionStrings", By(turns::connection_strings)),
    ("function_app_id", "^parent", As),
    ("app_service_id", "^parent", As),
    ("identity", "identity", By(turns::identity)),
    ("app_service_name", "^parent", Named("azurerm_app_service")),
    ("function_app_name", "^parent", Named("azurerm_function_app")),
    // What hosts the triggers' state: settings of the app.
    ("storage_account_name", "", As),
    ("storage_account_access_key", "", As),
    ("storage_uses_managed_identity", "", As),
    ("storage_key_vault_secret_id", "", As),
    ("storage_account_share_name", "", As),
    ("functions_extension_version", "", As),
    ("version", "", As),
    ("zip_deploy_file", "", As),
    // Resources of their own.
    ("auth_settings", "", As),
    ("auth_settings_v2", "", As),
    ("logs", "", As),
    ("webdeploy_publish_basic_authentication_enabled", "", As),
    ("ftp_publish_basic_authentication_enabled", "", As),
    ("storage_account", "", As),
    ("sticky_settings", "", As),
    ("backup", "", As),
    ("os_type", "", As),
];

static FLEX: &[Row] = &[
    ("service_plan_id", "serverFarmId", As),
    ("client_certificate_enabled", "clientCertEnabled", As),
    ("client_certificate_mode", "clientCertMode", As),
    ("public_network_access_enabled", "publicNetworkAccess", Words(ENABLED)),
    ("site_config", "siteConfig", One(CONFIG)),
    ("app_settings", "siteConfig.appSettings", By(turns::settings)),
    ("connection_string", "siteConfig.connectionStrings", By(turns::connection_strings)),
    ("identity", "identity", By(turns::identity)),
    ("storage_container_type", "functionAppConfig.deployment.storage.type", As),
    ("storage_container_endpoint", "functionAppConfig.deployment.storage.value", As),
    ("storage_authentication_type", "functionAppConfig.deployment.storage.authentication.type", As),
    (
        "storage_user_assigned_identity_id",
        "functionAppConfig.deployment.storage.authentication.userAssignedIdentityResourceId",
        As,
    ),
    ("storage_access_key", "", As),
    ("runtime_name", "functionAppConfig.runtime.name", As),
    ("runtime_version", "functionAppConfig.runtime.version", As),
    ("maximum_instance_count", "functionAppConfig.scaleAndConcurrency.maximumInstanceCount", As),
    ("instance_memory_in_mb", "functionAppConfig.scaleAndConcurrency.instanceMemoryMB", As),
    ("always_ready", "functionAppConfig.scaleAndConcurrency.alwaysReady", Many(&[])),
    ("zip_deploy_file", "", As),
    ("auth_settings", "", As),
    ("auth_settings_v2", "", As),
    ("webdeploy_publish_basic_authentication_enabled", "", As),
    ("sticky_settings", "", As),
];

pub(super) static TYPES: &[Type] = &[
    arm("azurerm_function_app", SITE, APP),
    arm("azurerm_linux_function_app", SITE, APP),
    arm("azurerm_windows_function_app", SITE, APP),
    arm("azurerm_function_app_flex_consumption", SITE, FLEX),
    arm("azurerm_logic_app_standard", SITE, APP),
    arm("azurerm_app_service", SITE, APP),
    arm("azurerm_linux_web_app", SITE, APP),
    arm("azurerm_windows_web_app", SITE, APP),
    arm("azurerm_function_app_slot", SLOT, APP),
    arm("azurerm_linux_function_app_slot", SLOT, APP),
    arm("azurerm_windows_function_app_slot", SLOT, APP),
    arm("azurerm_app_service_slot", SLOT, APP),
    arm("azurerm_linux_web_app_slot", SLOT, APP),
    arm("azurerm_windows_web_app_slot", SLOT, APP),
    arm(
        "azurerm_function_app_function",
        "Microsoft.Web/sites/functions",
        &[
            ("function_app_id", "^parent", As),
            ("config_json", "config", Json),
            ("file", "files", By(turns::files)),
            ("enabled", "isDisabled", Words(super::NOT)),
            ("test_data", "", As),
        ],
    ),
    arm(
        "azurerm_service_plan",
        "Microsoft.Web/serverfarms",
        &[
            ("sku_name", "^sku.name", As),
            ("worker_count", "^sku.capacity", As),
            ("zone_balancing_enabled", "zoneRedundant", As),
            ("os_type", "reserved", Words(&[("Linux", "true"), ("Windows", "false")])),
        ],
    ),
    arm(
        "azurerm_app_service_plan",
        "Microsoft.Web/serverfarms",
        &[("sku", "^sku", One(&[("size", "name", As)])), ("kind", "^kind", As)],
    ),
    arm(
        "azurerm_static_web_app",
        "Microsoft.Web/staticSites",
        &[
            ("sku_tier", "^sku.tier", As),
            ("sku_size", "^sku.name", As),
            ("public_network_access_enabled", "publicNetworkAccess", Words(ENABLED)),
            ("identity", "identity", By(turns::identity)),
            ("basic_auth", "basicAuth", One(&[])),
        ],
    ),
    arm(
        "azurerm_static_site",
        "Microsoft.Web/staticSites",
        &[
            ("sku_tier", "^sku.tier", As),
            ("sku_size", "^sku.name", As),
            ("identity", "identity", By(turns::identity)),
        ],
    ),
    nothing("azurerm_static_web_app_custom_domain"),
    nothing("azurerm_function_app_active_slot"),
    nothing("azurerm_app_service_custom_hostname_binding"),
    nothing("azurerm_app_service_certificate_binding"),
    nothing("azurerm_app_service_virtual_network_swift_connection"),
    arm(
        "azurerm_logic_app_workflow",
        "Microsoft.Logic/workflows",
        &[
            ("access_control", "accessControl", One(&[])),
            ("identity", "identity", By(turns::identity)),
        ],
    ),
    arm(
        "azurerm_container_app",
        "Microsoft.App/containerApps",
        &[
            ("container_app_environment_id", "managedEnvironmentId", As),
            ("ingress", "configuration.ingress", One(&[("external_enabled", "external", As)])),
            ("secret", "configuration.secrets", Many(&[])),
            (
                "template",
                "template",
                One(&[("container", "containers", Many(&[("env", "env", Many(&[]))]))]),
            ),
            ("identity", "identity", By(turns::identity)),
            ("revision_mode", "configuration.activeRevisionsMode", As),
        ],
    ),
    // The type stands in the block.
    Type {
        kind: "azapi_resource",
        shape: terraform_tables::row::Shape::Resource("Azure::Unknown", ""),
        rows: &[
            ("type", "", As),
            ("parent_id", "", As),
            ("body", "*", Json),
            ("identity", "identity", By(turns::identity)),
            ("schema_validation_enabled", "", As),
            ("response_export_values", "", As),
            ("ignore_missing_property", "", As),
            ("ignore_casing", "", As),
            ("ignore_body_changes", "", As),
        ],
    },
    nothing("azapi_resource_action"),
    nothing("azapi_update_resource"),
];
