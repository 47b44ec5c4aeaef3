//! SAS-3.60 `remote-debugging`: a debugger may attach to an app over the internet.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    azure::{Row, SITES, Wrong, findings},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 60 },
        name: "remote-debugging",
        summary: "A debugger may attach to an app over the internet",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[489],
        since: "0.1.0",
        docs: include_str!("remote_debugging.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    findings(app, &RULE.info, ROWS, |subject| {
        format!(
            "{subject} lets a debugger attach over the internet, which reads and changes all that the app does"
        )
    })
}

const ROWS: &[Row] = &[Row {
    types: SITES,
    path: "properties.siteConfig.remoteDebuggingEnabled",
    wrong: Wrong::Is(&["true"]),
    unless: &[],
    fix: "Set `remoteDebuggingEnabled` to `false`",
}];
