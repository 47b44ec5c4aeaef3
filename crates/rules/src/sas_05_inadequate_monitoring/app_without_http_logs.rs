//! SAS-5.60 `app-without-http-logs`: requests to an app are not logged.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    azure::{Row, SITES, Wrong, findings},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 5, rule: 60 },
        name: "app-without-http-logs",
        summary: "Requests to an app are not logged",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[778],
        since: "0.1.0",
        docs: include_str!("app_without_http_logs.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    findings(app, &RULE.info, ROWS, |subject| {
        format!(
            "{subject} logs no requests: who called it, and what failed, is not known afterwards"
        )
    })
}

const ROWS: &[Row] = &[
    Row {
        types: SITES,
        path: "properties.siteConfig.httpLoggingEnabled",
        wrong: Wrong::Is(&["false"]),
        unless: &[],
        fix: "Set `httpLoggingEnabled` to `true`",
    },
    Row {
        types: &["Microsoft.Web/sites/config"],
        path: "properties.httpLoggingEnabled",
        wrong: Wrong::Is(&["false"]),
        unless: &[("parent", &[])],
        fix: "Set `httpLoggingEnabled` to `true`",
    },
    Row {
        types: &["Microsoft.Web/sites/config"],
        path: "properties.requestTracingEnabled",
        wrong: Wrong::Is(&["false"]),
        unless: &[("parent", &[]), ("properties.httpLoggingEnabled", &["false"])],
        fix: "Set `requestTracingEnabled` to `true`",
    },
    Row {
        types: &["Microsoft.Web/sites/config"],
        path: "properties.httpLogs.fileSystem.enabled",
        wrong: Wrong::Is(&["false"]),
        unless: &[("properties.httpLogs.azureBlobStorage.enabled", &["true"])],
        fix: "Set `httpLogs.fileSystem.enabled` to `true`",
    },
    Row {
        types: &["Microsoft.Web/sites/config"],
        path: "properties.failedRequestsTracing.enabled",
        wrong: Wrong::Is(&["false"]),
        unless: &[],
        fix: "Set `failedRequestsTracing.enabled` to `true`",
    },
];
