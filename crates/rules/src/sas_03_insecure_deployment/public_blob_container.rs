//! SAS-3.64 `public-blob-container`: anybody may read the blobs of a container.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    azure::{Row, Wrong, findings},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 64 },
        name: "public-blob-container",
        summary: "Anybody may read the blobs of a container",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[732, 284],
        since: "0.1.0",
        docs: include_str!("public_blob_container.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    findings(app, &RULE.info, ROWS, |subject| {
        format!("{subject} lets anybody on the internet read its blobs")
    })
}

const ROWS: &[Row] = &[Row {
    types: &["Microsoft.Storage/storageAccounts/blobServices/containers"],
    path: "properties.publicAccess",
    wrong: Wrong::Is(&["Blob", "Container"]),
    unless: &[],
    fix: "Set `publicAccess` to `None`",
}];
