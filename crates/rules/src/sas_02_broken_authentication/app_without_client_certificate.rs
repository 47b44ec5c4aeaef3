//! SAS-2.62 `app-without-client-certificate`: an app asks callers for no client certificate.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    azure::{Row, SITES, Wrong, findings},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 2, rule: 62 },
        name: "app-without-client-certificate",
        summary: "An app asks callers for no client certificate",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[306],
        since: "0.1.0",
        docs: include_str!("app_without_client_certificate.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    findings(app, &RULE.info, ROWS, |subject| {
        format!("{subject} asks callers for no client certificate")
    })
}

const ROWS: &[Row] = &[Row {
    types: SITES,
    path: "properties.clientCertEnabled",
    wrong: Wrong::IsNotOrMissing(&["true"]),
    unless: &[],
    fix: "Set `clientCertEnabled` to `true`",
}];
