//! SAS-7.61 `unexpiring-vault-secret`: a secret or key of a vault never expires.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    azure::{Row, Wrong, findings},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 7, rule: 61 },
        name: "unexpiring-vault-secret",
        summary: "A secret or key of a vault never expires",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[324],
        since: "0.1.0",
        docs: include_str!("unexpiring_vault_secret.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    findings(app, &RULE.info, ROWS, |subject| {
        format!("{subject} never expires: whoever copied it once has it for good")
    })
}

const ROWS: &[Row] = &[
    Row {
        types: &["Microsoft.KeyVault/vaults/secrets"],
        path: "properties.attributes.exp",
        wrong: Wrong::Missing,
        unless: &[],
        fix: "Set `attributes.exp`",
    },
    Row {
        types: &["Microsoft.KeyVault/vaults/keys"],
        path: "properties.rotationPolicy.attributes.expiryTime",
        wrong: Wrong::Missing,
        unless: &[("properties.attributes.exp", &[])],
        fix: "Set `rotationPolicy.attributes.expiryTime`",
    },
];
