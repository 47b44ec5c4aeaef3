//! SAS-3.68 `single-layer-encryption`: a server or account encrypts with the key of the platform alone.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    azure::{Row, Wrong, findings},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 68 },
        name: "single-layer-encryption",
        summary: "A server or account encrypts with the key of the platform alone",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[311],
        since: "0.1.0",
        docs: include_str!("single_layer_encryption.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    findings(app, &RULE.info, ROWS, |subject| {
        format!("{subject} encrypts what it holds with the key of the platform alone")
    })
}

const ROWS: &[Row] = &[
    Row {
        types: &["Microsoft.DBforPostgreSQL/servers", "Microsoft.DBforMySQL/servers"],
        path: "properties.infrastructureEncryption",
        wrong: Wrong::IsNotOrMissing(&["Enabled"]),
        unless: &[],
        fix: "Set `infrastructureEncryption` to `Enabled`",
    },
    Row {
        types: &["Microsoft.DBforMySQL/flexibleServers"],
        path: "properties.dataEncryption",
        wrong: Wrong::Missing,
        unless: &[("properties.dataencryption", &[])],
        fix: "Name a key of your vault in `dataEncryption`",
    },
    Row {
        types: &["Microsoft.DocumentDB/databaseAccounts"],
        path: "properties.keyVaultKeyUri",
        wrong: Wrong::Missing,
        unless: &[],
        fix: "Set `keyVaultKeyUri` to a key of your vault",
    },
];
