//! SAS-3.65 `erasable-vault`: secrets of a key vault can be deleted for good.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    azure::{Row, Wrong, findings},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 65 },
        name: "erasable-vault",
        summary: "Secrets of a key vault can be deleted for good",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[404],
        since: "0.1.0",
        docs: include_str!("erasable_vault.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    findings(app, &RULE.info, ROWS, |subject| {
        format!("{subject} lets its secrets and keys be deleted for good")
    })
}

const ROWS: &[Row] = &[
    Row {
        types: &["Microsoft.KeyVault/vaults"],
        path: "properties.enablePurgeProtection",
        wrong: Wrong::IsNotOrMissing(&["true"]),
        unless: &[],
        fix: "Set `enablePurgeProtection` to `true`",
    },
    Row {
        types: &["Microsoft.KeyVault/vaults"],
        path: "properties.enableSoftDelete",
        wrong: Wrong::Is(&["false"]),
        unless: &[],
        fix: "Set `enableSoftDelete` to `true`",
    },
];
