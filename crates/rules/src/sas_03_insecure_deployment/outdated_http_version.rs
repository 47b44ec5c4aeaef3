//! SAS-3.67 `outdated-http-version`: an app answers over HTTP/1.1 only.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    azure::{Row, SITES, Wrong, findings},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 67 },
        name: "outdated-http-version",
        summary: "An app answers over HTTP/1.1 only",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[1104],
        since: "0.1.0",
        docs: include_str!("outdated_http_version.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    findings(app, &RULE.info, ROWS, |subject| format!("{subject} answers over HTTP/1.1 only"))
}

const ROWS: &[Row] = &[Row {
    types: SITES,
    path: "properties.siteConfig.http20Enabled",
    wrong: Wrong::IsNotOrMissing(&["true"]),
    unless: &[],
    fix: "Set `http20Enabled` to `true`",
}];
