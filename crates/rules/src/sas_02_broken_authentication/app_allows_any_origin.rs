//! SAS-2.64 `app-allows-any-origin`: pages of any origin may call an app from a browser.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    azure::{Row, SITES, Wrong, findings},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 2, rule: 64 },
        name: "app-allows-any-origin",
        summary: "Pages of any origin may call an app from a browser",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[942],
        since: "0.1.0",
        docs: include_str!("app_allows_any_origin.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    findings(app, &RULE.info, ROWS, |subject| {
        format!("{subject} lets pages of any origin call it from a browser")
    })
}

const ROWS: &[Row] = &[Row {
    types: SITES,
    path: "properties.siteConfig.cors.allowedOrigins",
    wrong: Wrong::Is(&["*"]),
    unless: &[],
    fix: "List the origins of your own pages instead of `*`",
}];
