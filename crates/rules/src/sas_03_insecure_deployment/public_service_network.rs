//! SAS-3.62 `public-service-network`: a service takes connections from every network.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    azure::{Row, Wrong, findings},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 62 },
        name: "public-service-network",
        summary: "A service takes connections from every network",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[668, 284],
        since: "0.1.0",
        docs: include_str!("public_service_network.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    findings(app, &RULE.info, ROWS, |subject| {
        format!("{subject} takes connections from every network")
    })
}

const ROWS: &[Row] = &[
    Row {
        types: &["Microsoft.Storage/storageAccounts", "Microsoft.KeyVault/vaults"],
        path: "properties.networkAcls.defaultAction",
        wrong: Wrong::IsNotOrMissing(&["Deny"]),
        unless: &[("properties.publicNetworkAccess", &["Disabled"])],
        fix: "Set `networkAcls.defaultAction` to `Deny`, or `publicNetworkAccess` to `Disabled`",
    },
    Row {
        types: &[
            "Microsoft.DocumentDB/databaseAccounts",
            "Microsoft.EventGrid/topics",
            "Microsoft.EventGrid/domains",
            "Microsoft.ContainerRegistry/registries",
            "Microsoft.CognitiveServices/accounts",
            "Microsoft.Cache/Redis",
            "Microsoft.Sql/servers",
            "Microsoft.DBforPostgreSQL/servers",
            "Microsoft.DBforMySQL/servers",
            "Microsoft.DBforMariaDB/servers",
            "Microsoft.ApiManagement/service",
            "Microsoft.AppConfiguration/configurationStores",
            "Microsoft.ServiceBus/namespaces",
            "Microsoft.EventHub/namespaces",
            "Microsoft.Web/sites",
            "Microsoft.Web/sites/slots",
        ],
        path: "properties.publicNetworkAccess",
        wrong: Wrong::IsNotOrMissing(&["Disabled"]),
        unless: &[],
        fix: "Set `publicNetworkAccess` to `Disabled` and reach it through a private endpoint",
    },
    Row {
        types: &["Terraform::azurerm_storage_account_network_rules"],
        path: "properties.networkAcls.defaultAction",
        wrong: Wrong::Is(&["Allow"]),
        unless: &[],
        fix: "Set `default_action` to `Deny`",
    },
    Row {
        types: &["Microsoft.Web/sites/config"],
        path: "properties.publicNetworkAccess",
        wrong: Wrong::Is(&["Enabled"]),
        unless: &[("parent", &[])],
        fix: "Set `publicNetworkAccess` to `Disabled`",
    },
    Row {
        types: &[
            "Microsoft.DBforMySQL/flexibleServers",
            "Microsoft.DBforPostgreSQL/flexibleServers",
        ],
        path: "properties.network.publicNetworkAccess",
        wrong: Wrong::IsNotOrMissing(&["Disabled"]),
        unless: &[],
        fix: "Set `network.publicNetworkAccess` to `Disabled` and reach it through a private endpoint",
    },
];
