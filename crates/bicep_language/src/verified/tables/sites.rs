//! Apps, their plans and identities, monitoring, networks.

use super::{Child, Module, WHOLE, as_is, each, or};

/// Sorted by name.
pub(super) const MODULES: [Module; 6] = [
    Module {
        name: "insights/component",
        type_: "Microsoft.Insights/components",
        turns: &[
            or("kind", "kind", "''"),
            or("applicationType", "properties.Application_Type", "'web'"),
            or(
                "workspaceResourceId",
                "properties.WorkspaceResourceId",
                "moduleDefault('workspace')",
            ),
            or("disableIpMasking", "properties.DisableIpMasking", "true()"),
            or("disableLocalAuth", "properties.DisableLocalAuth", "false()"),
            or("retentionInDays", "properties.RetentionInDays", "365"),
            or(
                "publicNetworkAccessForIngestion",
                "properties.publicNetworkAccessForIngestion",
                "'Enabled'",
            ),
            or(
                "publicNetworkAccessForQuery",
                "properties.publicNetworkAccessForQuery",
                "'Enabled'",
            ),
        ],
        children: &[],
        outputs: &[
            ("connectionString", "ConnectionString"),
            ("instrumentationKey", "InstrumentationKey"),
            ("applicationId", "AppId"),
        ],
        diagnostics: &[("parameters('diagnosticSettings')", "")],
    },
    Module {
        name: "managed-identity/user-assigned-identity",
        type_: "Microsoft.ManagedIdentity/userAssignedIdentities",
        turns: &[],
        children: &[Child {
            parameter: "federatedIdentityCredentials",
            list: Some("parameters('federatedIdentityCredentials')"),
            type_: "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials",
            name: "{0}/{1}",
            body: WHOLE,
        }],
        outputs: &[("principalId", "principalId"), ("clientId", "clientId")],
        diagnostics: &[],
    },
    Module {
        name: "network/network-security-group",
        type_: "Microsoft.Network/networkSecurityGroups",
        turns: &[as_is("securityRules", "properties.securityRules")],
        children: &[],
        outputs: &[],
        diagnostics: &[("parameters('diagnosticSettings')", "")],
    },
    Module {
        name: "operational-insights/workspace",
        type_: "Microsoft.OperationalInsights/workspaces",
        turns: &[
            or("skuName", "properties.sku.name", "'PerGB2018'"),
            or("dataRetention", "properties.retentionInDays", "365"),
            as_is("features", "properties.features"),
            or(
                "publicNetworkAccessForIngestion",
                "properties.publicNetworkAccessForIngestion",
                "'Enabled'",
            ),
            or(
                "publicNetworkAccessForQuery",
                "properties.publicNetworkAccessForQuery",
                "'Enabled'",
            ),
        ],
        children: &[],
        outputs: &[("logAnalyticsWorkspaceId", "customerId")],
        diagnostics: &[("parameters('diagnosticSettings')", "")],
    },
    Module {
        name: "web/serverfarm",
        type_: "Microsoft.Web/serverfarms",
        turns: &[
            or("kind", "kind", "moduleDefault('kind')"),
            or("skuName", "sku.name", "'P1v3'"),
            // Before 0.2 the tier was given whole.
            as_is("sku", "sku"),
            as_is("reserved", "properties.reserved"),
            as_is("maximumElasticWorkerCount", "properties.maximumElasticWorkerCount"),
        ],
        children: &[],
        outputs: &[],
        diagnostics: &[("parameters('diagnosticSettings')", "")],
    },
    Module {
        name: "web/site",
        type_: "Microsoft.Web/sites",
        turns: &[
            or("kind", "kind", "moduleDefault('kind')"),
            as_is("serverFarmResourceId", "properties.serverFarmId"),
            as_is("managedEnvironmentResourceId", "properties.managedEnvironmentId"),
            or("httpsOnly", "properties.httpsOnly", "true()"),
            or("clientCertEnabled", "properties.clientCertEnabled", "false()"),
            or("clientCertMode", "properties.clientCertMode", "'Optional'"),
            as_is("clientCertExclusionPaths", "properties.clientCertExclusionPaths"),
            or("enabled", "properties.enabled", "true()"),
            or(
                "publicNetworkAccess",
                "properties.publicNetworkAccess",
                "if(empty(parameters('privateEndpoints')), 'Enabled', 'Disabled')",
            ),
            as_is("virtualNetworkSubnetResourceId", "properties.virtualNetworkSubnetId"),
            as_is("virtualNetworkSubnetId", "properties.virtualNetworkSubnetId"),
            as_is("keyVaultAccessIdentityResourceId", "properties.keyVaultReferenceIdentity"),
            as_is("functionAppConfig", "properties.functionAppConfig"),
            // The versions of TLS and FTP stand there since 0.12.
            or(
                "siteConfig",
                "properties.siteConfig",
                "createObject('alwaysOn', true(), 'minTlsVersion', moduleDefault('minTlsVersion'), \
                 'ftpsState', moduleDefault('ftpsState'))",
            ),
            as_is("e2eEncryptionEnabled", "properties.endToEndEncryptionEnabled"),
            as_is("hostNameSslStates", "properties.hostNameSslStates"),
            as_is("reserved", "properties.reserved"),
            as_is("vnetContentShareEnabled", "properties.vnetContentShareEnabled"),
            as_is("vnetImagePullEnabled", "properties.vnetImagePullEnabled"),
            as_is("vnetRouteAllEnabled", "properties.vnetRouteAllEnabled"),
            as_is("outboundVnetRouting", "properties.outboundVnetRouting"),
            as_is("dailyMemoryTimeQuota", "properties.dailyMemoryTimeQuota"),
            as_is("storageAccountRequired", "properties.storageAccountRequired"),
            as_is("appServiceEnvironmentResourceId", "properties.hostingEnvironmentProfile.id"),
        ],
        children: &[
            each(
                "configs",
                "parameters('configs')",
                "Microsoft.Web/sites/config",
                &[("properties", "coalesce(tryGet(ITEM, 'properties'), createObject())")],
            ),
            // Before 0.15 the settings were parameters of their own.
            Child {
                parameter: "appSettingsKeyValuePairs",
                list: None,
                type_: "Microsoft.Web/sites/config",
                name: "{0}/appsettings",
                body: &[("properties", "parameters('appSettingsKeyValuePairs')")],
            },
            Child {
                parameter: "authSettingV2Configuration",
                list: None,
                type_: "Microsoft.Web/sites/config",
                name: "{0}/authsettingsV2",
                body: &[("properties", "parameters('authSettingV2Configuration')")],
            },
            Child {
                parameter: "logsConfiguration",
                list: None,
                type_: "Microsoft.Web/sites/config",
                name: "{0}/logs",
                body: &[("properties", "parameters('logsConfiguration')")],
            },
            each(
                "basicPublishingCredentialsPolicies",
                "parameters('basicPublishingCredentialsPolicies')",
                "Microsoft.Web/sites/basicPublishingCredentialsPolicies",
                &[("properties.allow", "coalesce(tryGet(ITEM, 'allow'), true())")],
            ),
        ],
        outputs: &[
            ("defaultHostname", "defaultHostName"),
            ("customDomainVerificationId", "customDomainVerificationId"),
        ],
        diagnostics: &[("parameters('diagnosticSettings')", "")],
    },
];
