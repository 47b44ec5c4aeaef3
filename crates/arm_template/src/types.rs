//! Types and keys in their usual spelling; Resource Manager takes any case of letters.

use source_text::SmolStr;

/// Types that are read further on, in their usual spelling.
const TYPES: [&str; 73] = [
    "Microsoft.ApiManagement/service",
    "Microsoft.ApiManagement/service/apis",
    "Microsoft.ApiManagement/service/apis/operations",
    "Microsoft.ApiManagement/service/apis/policies",
    "Microsoft.ApiManagement/service/backends",
    "Microsoft.ApiManagement/service/namedValues",
    "Microsoft.ApiManagement/service/policies",
    "Microsoft.App/containerApps",
    "Microsoft.AppConfiguration/configurationStores",
    "Microsoft.Authorization/roleAssignments",
    "Microsoft.Authorization/roleDefinitions",
    "Microsoft.Cache/Redis",
    "Microsoft.CognitiveServices/accounts",
    "Microsoft.ContainerRegistry/registries",
    "Microsoft.DBforMariaDB/servers",
    "Microsoft.DBforMySQL/flexibleServers",
    "Microsoft.DBforMySQL/servers",
    "Microsoft.DBforPostgreSQL/flexibleServers",
    "Microsoft.DBforPostgreSQL/servers",
    "Microsoft.DBforPostgreSQL/servers/configurations",
    "Microsoft.DocumentDB/databaseAccounts",
    "Microsoft.EventGrid/domains",
    "Microsoft.EventGrid/eventSubscriptions",
    "Microsoft.EventGrid/systemTopics",
    "Microsoft.EventGrid/systemTopics/eventSubscriptions",
    "Microsoft.EventGrid/topics",
    "Microsoft.EventGrid/topics/eventSubscriptions",
    "Microsoft.EventHub/namespaces",
    "Microsoft.EventHub/namespaces/authorizationRules",
    "Microsoft.EventHub/namespaces/eventhubs",
    "Microsoft.EventHub/namespaces/eventhubs/authorizationRules",
    "Microsoft.Insights/components",
    "Microsoft.Insights/diagnosticSettings",
    "Microsoft.Insights/logprofiles",
    "Microsoft.KeyVault/vaults",
    "Microsoft.KeyVault/vaults/accessPolicies",
    "Microsoft.KeyVault/vaults/keys",
    "Microsoft.KeyVault/vaults/secrets",
    "Microsoft.Logic/workflows",
    "Microsoft.ManagedIdentity/userAssignedIdentities",
    "Microsoft.Network/frontDoors",
    "Microsoft.Network/networkSecurityGroups",
    "Microsoft.Network/networkSecurityGroups/securityRules",
    "Microsoft.OperationalInsights/workspaces",
    "Microsoft.Resources/deployments",
    "Microsoft.Search/searchServices",
    "Microsoft.ServiceBus/namespaces",
    "Microsoft.ServiceBus/namespaces/authorizationRules",
    "Microsoft.ServiceBus/namespaces/queues",
    "Microsoft.ServiceBus/namespaces/queues/authorizationRules",
    "Microsoft.ServiceBus/namespaces/topics",
    "Microsoft.ServiceBus/namespaces/topics/subscriptions",
    "Microsoft.SignalRService/signalR",
    "Microsoft.SignalRService/webPubSub",
    "Microsoft.Sql/servers",
    "Microsoft.Sql/servers/administrators",
    "Microsoft.Sql/servers/auditingSettings",
    "Microsoft.Sql/servers/databases",
    "Microsoft.Sql/servers/firewallRules",
    "Microsoft.Sql/servers/securityAlertPolicies",
    "Microsoft.Storage/storageAccounts",
    "Microsoft.Storage/storageAccounts/blobServices",
    "Microsoft.Storage/storageAccounts/blobServices/containers",
    "Microsoft.Storage/storageAccounts/queueServices",
    "Microsoft.Storage/storageAccounts/queueServices/queues",
    "Microsoft.Web/serverfarms",
    "Microsoft.Web/sites",
    "Microsoft.Web/sites/basicPublishingCredentialsPolicies",
    "Microsoft.Web/sites/config",
    "Microsoft.Web/sites/functions",
    "Microsoft.Web/sites/slots",
    "Microsoft.Web/sites/slots/config",
    "Microsoft.Web/staticSites",
];

/// Keys at the top of a resource.
const KEYS: [&str; 17] = [
    "name",
    "type",
    "apiVersion",
    "kind",
    "location",
    "identity",
    "sku",
    "tags",
    "zones",
    "scope",
    "properties",
    "dependsOn",
    "resources",
    "condition",
    "copy",
    "plan",
    "comments",
];

/// A type in its usual spelling; one that is not known stays as it is written.
#[must_use]
pub fn usual(written: &str) -> SmolStr {
    let known = TYPES.iter().find(|known| known.eq_ignore_ascii_case(written));
    known.map_or_else(|| SmolStr::new(written), |known| SmolStr::new_static(known))
}

/// A key at the top of a resource in its usual spelling.
pub(crate) fn key(written: &str) -> &str {
    KEYS.iter().find(|known| known.eq_ignore_ascii_case(written)).copied().unwrap_or(written)
}

#[cfg(test)]
mod tests {
    use super::{TYPES, usual};

    #[test]
    fn types_are_known_in_any_case_of_letters() {
        assert_eq!(usual("microsoft.web/Sites"), "Microsoft.Web/sites");
        assert_eq!(usual("Contoso.Orders/books"), "Contoso.Orders/books");
        assert!(TYPES.is_sorted_by_key(|it| it.to_ascii_lowercase()));
    }
}
