//! SAS-10.8 `debug-log-level`: the log level of a function lets everything through.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction, settings::written};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 10, rule: 8 },
        name: "debug-log-level",
        summary: "The log of a function is set to debug",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[532],
        since: "0.1.0",
        docs: include_str!("debug_log_level.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for function in &app.functions {
        let spot = written(function.application_log_level.as_ref(), &function.when, |level| {
            matches!(level.to_ascii_uppercase().as_str(), "DEBUG" | "TRACE")
        });
        let Some(spot) = spot else { continue };
        let message = format!(
            "`{}` logs everything down to debugging lines, which tend to hold the data it works on",
            function.name
        );
        findings.push(
            RULE.info
                .finding(spot.place, message)
                .function(&function.name)
                .property("ApplicationLogLevel")
                .under(&spot.when)
                .fix("Set `ApplicationLogLevel: INFO` or higher"),
        );
    }
    findings
}
