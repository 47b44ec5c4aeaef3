//! Storage, databases, vaults, registries.

use super::{Child, Module, WHOLE, as_is, each, made, or};

/// Sorted by name.
pub(super) const MODULES: [Module; 5] = [
    Module {
        name: "app-configuration/configuration-store",
        type_: "Microsoft.AppConfiguration/configurationStores",
        turns: &[
            or("sku", "sku.name", "'Standard'"),
            or("disableLocalAuth", "properties.disableLocalAuth", "true()"),
            or("enablePurgeProtection", "properties.enablePurgeProtection", "true()"),
            or("softDeleteRetentionInDays", "properties.softDeleteRetentionInDays", "1"),
            or(
                "publicNetworkAccess",
                "properties.publicNetworkAccess",
                "if(empty(parameters('privateEndpoints')), 'Enabled', 'Disabled')",
            ),
            made(
                "customerManagedKey",
                "properties.encryption",
                "moduleDefault('encryption')",
                "null()",
            ),
        ],
        children: &[],
        outputs: &[("endpoint", "endpoint")],
        diagnostics: &[("parameters('diagnosticSettings')", "")],
    },
    Module {
        name: "container-registry/registry",
        type_: "Microsoft.ContainerRegistry/registries",
        turns: &[
            or("acrSku", "sku.name", "'Premium'"),
            or("acrAdminUserEnabled", "properties.adminUserEnabled", "false()"),
            or("anonymousPullEnabled", "properties.anonymousPullEnabled", "false()"),
            or(
                "publicNetworkAccess",
                "properties.publicNetworkAccess",
                "moduleDefault('publicNetworkAccess')",
            ),
            or(
                "networkRuleSetDefaultAction",
                "properties.networkRuleSet.defaultAction",
                "moduleDefault('networkRuleSet')",
            ),
            or(
                "networkRuleSetIpRules",
                "properties.networkRuleSet.ipRules",
                "moduleDefault('networkRuleSet')",
            ),
            or(
                "retentionPolicyStatus",
                "properties.policies.retentionPolicy.status",
                "moduleDefault('x')",
            ),
            or("trustPolicyStatus", "properties.policies.trustPolicy.status", "moduleDefault('x')"),
            or(
                "quarantinePolicyStatus",
                "properties.policies.quarantinePolicy.status",
                "moduleDefault('x')",
            ),
            or("dataEndpointEnabled", "properties.dataEndpointEnabled", "false()"),
            made(
                "customerManagedKey",
                "properties.encryption",
                "moduleDefault('encryption')",
                "null()",
            ),
        ],
        children: &[],
        outputs: &[("loginServer", "loginServer")],
        diagnostics: &[("parameters('diagnosticSettings')", "")],
    },
    Module {
        name: "document-db/database-account",
        type_: "Microsoft.DocumentDB/databaseAccounts",
        turns: &[
            made(
                "mongodbDatabases",
                "kind",
                "if(empty(parameters('mongodbDatabases')), 'GlobalDocumentDB', 'MongoDB')",
                "'GlobalDocumentDB'",
            ),
            or("disableLocalAuthentication", "properties.disableLocalAuth", "true()"),
            or(
                "disableKeyBasedMetadataWriteAccess",
                "properties.disableKeyBasedMetadataWriteAccess",
                "true()",
            ),
            or("minimumTlsVersion", "properties.minimalTlsVersion", "'Tls12'"),
            made(
                "networkRestrictions",
                "properties.publicNetworkAccess",
                "coalesce(tryGet(parameters('networkRestrictions'), 'publicNetworkAccess'), 'Disabled')",
                "'Disabled'",
            ),
            made(
                "networkRestrictions",
                "properties.virtualNetworkRules",
                "moduleDefault('virtualNetworkRules')",
                "createArray()",
            ),
            made(
                "networkRestrictions",
                "properties.ipRules",
                "moduleDefault('ipRules')",
                "createArray()",
            ),
            or("backupPolicyType", "properties.backupPolicy.type", "'Continuous'"),
            or("enableAutomaticFailover", "properties.enableAutomaticFailover", "true()"),
            as_is("capabilitiesToAdd", ""),
            made(
                "customerManagedKey",
                "properties.keyVaultKeyUri",
                "moduleDefault('keyUri')",
                "null()",
            ),
        ],
        children: &[],
        outputs: &[("endpoint", "documentEndpoint")],
        diagnostics: &[("parameters('diagnosticSettings')", "")],
    },
    Module {
        name: "key-vault/vault",
        type_: "Microsoft.KeyVault/vaults",
        turns: &[
            or("sku", "properties.sku.name", "'premium'"),
            or("enableSoftDelete", "properties.enableSoftDelete", "true()"),
            or("softDeleteRetentionInDays", "properties.softDeleteRetentionInDays", "90"),
            or("enablePurgeProtection", "properties.enablePurgeProtection", "true()"),
            // Access policies in versions before 0.4.
            or(
                "enableRbacAuthorization",
                "properties.enableRbacAuthorization",
                "moduleDefault('rbac')",
            ),
            or("enableVaultForDeployment", "properties.enabledForDeployment", "true()"),
            or(
                "enableVaultForTemplateDeployment",
                "properties.enabledForTemplateDeployment",
                "true()",
            ),
            or("enableVaultForDiskEncryption", "properties.enabledForDiskEncryption", "true()"),
            as_is("networkAcls", "properties.networkAcls"),
            as_is("accessPolicies", "properties.accessPolicies"),
            or(
                "publicNetworkAccess",
                "properties.publicNetworkAccess",
                "if(and(not(empty(parameters('privateEndpoints'))), \
                 empty(parameters('networkAcls'))), 'Disabled', null())",
            ),
        ],
        children: &[
            each("secrets", "parameters('secrets')", "Microsoft.KeyVault/vaults/secrets", WHOLE),
            each("keys", "parameters('keys')", "Microsoft.KeyVault/vaults/keys", WHOLE),
        ],
        outputs: &[("uri", "vaultUri")],
        diagnostics: &[("parameters('diagnosticSettings')", "")],
    },
    Module {
        name: "storage/storage-account",
        type_: "Microsoft.Storage/storageAccounts",
        turns: &[
            or("kind", "kind", "'StorageV2'"),
            or("skuName", "sku.name", "'Standard_GRS'"),
            or("allowBlobPublicAccess", "properties.allowBlobPublicAccess", "false()"),
            or("allowSharedKeyAccess", "properties.allowSharedKeyAccess", "true()"),
            or("minimumTlsVersion", "properties.minimumTlsVersion", "'TLS1_2'"),
            or("supportsHttpsTrafficOnly", "properties.supportsHttpsTrafficOnly", "true()"),
            or("allowCrossTenantReplication", "properties.allowCrossTenantReplication", "false()"),
            as_is("allowedCopyScope", "properties.allowedCopyScope"),
            or("isLocalUserEnabled", "properties.isLocalUserEnabled", "false()"),
            or("enableSftp", "properties.isSftpEnabled", "false()"),
            or(
                "defaultToOAuthAuthentication",
                "properties.defaultToOAuthAuthentication",
                "false()",
            ),
            // Without rules of its own, the account is closed by the module.
            made(
                "networkAcls",
                "properties.networkAcls",
                "union(createObject('defaultAction', 'Deny'), parameters('networkAcls'))",
                "createObject('bypass', 'AzureServices', 'defaultAction', 'Deny')",
            ),
            or(
                "publicNetworkAccess",
                "properties.publicNetworkAccess",
                "if(and(not(empty(parameters('privateEndpoints'))), \
                 empty(parameters('networkAcls'))), 'Disabled', null())",
            ),
            or(
                "requireInfrastructureEncryption",
                "properties.encryption.requireInfrastructureEncryption",
                "true()",
            ),
            made(
                "customerManagedKey",
                "properties.encryption.keySource",
                "'Microsoft.Keyvault'",
                "'Microsoft.Storage'",
            ),
            as_is("fileServices", ""),
            as_is("sasExpirationPeriod", "properties.sasPolicy.sasExpirationPeriod"),
            as_is("enableHierarchicalNamespace", "properties.isHnsEnabled"),
        ],
        children: &[
            Child {
                parameter: "blobServices",
                list: None,
                type_: "Microsoft.Storage/storageAccounts/blobServices",
                name: "{0}/default",
                body: &[
                    (
                        "properties.deleteRetentionPolicy.enabled",
                        "coalesce(tryGet(parameters('blobServices'), \
                         'deleteRetentionPolicyEnabled'), true())",
                    ),
                    (
                        "properties.deleteRetentionPolicy.days",
                        "coalesce(tryGet(parameters('blobServices'), 'deleteRetentionPolicyDays'), 7)",
                    ),
                    (
                        "properties.containerDeleteRetentionPolicy.enabled",
                        "coalesce(tryGet(parameters('blobServices'), \
                         'containerDeleteRetentionPolicyEnabled'), true())",
                    ),
                    (
                        "properties.isVersioningEnabled",
                        "coalesce(tryGet(parameters('blobServices'), 'isVersioningEnabled'), false())",
                    ),
                ],
            },
            Child {
                parameter: "blobServices",
                list: Some("tryGet(parameters('blobServices'), 'containers')"),
                type_: "Microsoft.Storage/storageAccounts/blobServices/containers",
                name: "{0}/default/{1}",
                body: &[(
                    "properties.publicAccess",
                    "coalesce(tryGet(ITEM, 'publicAccess'), 'None')",
                )],
            },
            Child {
                parameter: "queueServices",
                list: None,
                type_: "Microsoft.Storage/storageAccounts/queueServices",
                name: "{0}/default",
                body: &[],
            },
            Child {
                parameter: "queueServices",
                list: Some("tryGet(parameters('queueServices'), 'queues')"),
                type_: "Microsoft.Storage/storageAccounts/queueServices/queues",
                name: "{0}/default/{1}",
                body: &[],
            },
            Child {
                parameter: "tableServices",
                list: None,
                type_: "Microsoft.Storage/storageAccounts/tableServices",
                name: "{0}/default",
                body: &[],
            },
        ],
        outputs: &[
            ("primaryBlobEndpoint", "primaryEndpoints.blob"),
            ("serviceEndpoints", "primaryEndpoints"),
        ],
        diagnostics: &[
            ("parameters('diagnosticSettings')", ""),
            ("tryGet(parameters('blobServices'), 'diagnosticSettings')", "blobServices/default"),
            ("tryGet(parameters('queueServices'), 'diagnosticSettings')", "queueServices/default"),
            ("tryGet(parameters('tableServices'), 'diagnosticSettings')", "tableServices/default"),
        ],
    },
];
