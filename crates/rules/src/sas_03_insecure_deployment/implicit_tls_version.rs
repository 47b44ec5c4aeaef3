//! SAS-3.70 `implicit-tls-version`: a service names no oldest version of TLS.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    azure::{Row, SITES, Wrong, findings},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 70 },
        name: "implicit-tls-version",
        summary: "A service names no oldest version of TLS",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[326],
        since: "0.1.0",
        docs: include_str!("implicit_tls_version.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    findings(app, &RULE.info, ROWS, |subject| {
        format!(
            "{subject} names no oldest version of TLS, and takes what the platform took when it was made"
        )
    })
}

const ROWS: &[Row] = &[
    Row {
        types: SITES,
        path: "properties.siteConfig.minTlsVersion",
        wrong: Wrong::Missing,
        unless: &[],
        fix: "Set `minTlsVersion` to `1.2`",
    },
    Row {
        types: &["Microsoft.Storage/storageAccounts"],
        path: "properties.minimumTlsVersion",
        wrong: Wrong::Missing,
        unless: &[],
        fix: "Set `minimumTlsVersion` to `TLS1_2`",
    },
    Row {
        types: &["Microsoft.Sql/servers"],
        path: "properties.minimalTlsVersion",
        wrong: Wrong::Missing,
        unless: &[],
        fix: "Set `minimalTlsVersion` to `1.2`",
    },
    Row {
        types: &["Microsoft.DBforMySQL/servers"],
        path: "properties.minimalTlsVersion",
        wrong: Wrong::Missing,
        unless: &[],
        fix: "Set `minimalTlsVersion` to `TLS1_2`",
    },
];
