//! SAS-2.63 `local-authentication`: a service takes keys beside identities.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    azure::{Row, Wrong, findings},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 2, rule: 63 },
        name: "local-authentication",
        summary: "A service takes keys beside identities",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[287, 522],
        since: "0.1.0",
        docs: include_str!("local_authentication.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    findings(app, &RULE.info, ROWS, |subject| {
        format!(
            "{subject} takes keys that everybody who has read them holds for good, beside identities"
        )
    })
}

const ROWS: &[Row] = &[
    Row {
        types: &[
            "Microsoft.EventGrid/topics",
            "Microsoft.EventGrid/domains",
            "Microsoft.CognitiveServices/accounts",
            "Microsoft.AppConfiguration/configurationStores",
            "Microsoft.ServiceBus/namespaces",
            "Microsoft.EventHub/namespaces",
        ],
        path: "properties.disableLocalAuth",
        wrong: Wrong::IsNotOrMissing(&["true"]),
        unless: &[],
        fix: "Set `disableLocalAuth` to `true`",
    },
    Row {
        types: &["Microsoft.DocumentDB/databaseAccounts"],
        path: "properties.disableLocalAuth",
        wrong: Wrong::IsNotOrMissing(&["true"]),
        unless: &[("kind", &["MongoDB", "Parse"])],
        fix: "Set `disableLocalAuth` to `true`",
    },
    Row {
        types: &["Microsoft.Storage/storageAccounts"],
        path: "properties.allowSharedKeyAccess",
        wrong: Wrong::IsNotOrMissing(&["false"]),
        unless: &[],
        fix: "Set `allowSharedKeyAccess` to `false`",
    },
    Row {
        types: &["Microsoft.ContainerRegistry/registries"],
        path: "properties.adminUserEnabled",
        wrong: Wrong::Is(&["true"]),
        unless: &[],
        fix: "Set `adminUserEnabled` to `false`",
    },
];
