//! SAS-3.61 `plaintext-ftp`: code of an app may be uploaded over plain FTP.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    azure::{Row, SITES, Wrong, findings},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 61 },
        name: "plaintext-ftp",
        summary: "Code of an app may be uploaded over plain FTP",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[319],
        since: "0.1.0",
        docs: include_str!("plaintext_ftp.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    findings(app, &RULE.info, ROWS, |subject| {
        format!("{subject} takes code over plain FTP, where others read the credentials")
    })
}

const ROWS: &[Row] = &[Row {
    types: SITES,
    path: "properties.siteConfig.ftpsState",
    wrong: Wrong::IsNotOrMissing(&["Disabled", "FtpsOnly"]),
    unless: &[],
    fix: "Set `ftpsState` to `Disabled`",
}];
