//! SAS-2.65 `anonymous-registry-pull`: a registry hands out images to anybody.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    azure::{Row, Wrong, findings},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 2, rule: 65 },
        name: "anonymous-registry-pull",
        summary: "A registry hands out images to anybody",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[306],
        since: "0.1.0",
        docs: include_str!("anonymous_registry_pull.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    findings(app, &RULE.info, ROWS, |subject| {
        format!("{subject} hands out its images to anybody on the internet")
    })
}

const ROWS: &[Row] = &[Row {
    types: &["Microsoft.ContainerRegistry/registries"],
    path: "properties.anonymousPullEnabled",
    wrong: Wrong::Is(&["true"]),
    unless: &[("sku.name", &["Basic"])],
    fix: "Set `anonymousPullEnabled` to `false`",
}];
