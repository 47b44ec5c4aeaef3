//! SAS-10.2 `event-logging`: a setting makes a function write every event into its log.

use app_model::{Application, SmolStr};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 10, rule: 2 },
        name: "event-logging",
        summary: "A function logs every event that it gets",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[532],
        since: "0.1.0",
        docs: include_str!("event_logging.md"),
    },
    check: Check::Application(check),
};

/// Variables by which libraries log whole events.
const VARIABLES: [&str; 4] =
    ["POWERTOOLS_LOGGER_LOG_EVENT", "LOG_EVENT", "LOG_EVENTS", "POWERTOOLS_DEV"];

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for function in &app.functions {
        for variable in &function.environment {
            let name = variable.name.as_str();
            let Some((when, _)) = variable.value.find(is_on) else { continue };
            let Some(when) = function.when.and(when) else { continue };
            if !VARIABLES.contains(&name) {
                continue;
            }
            let message = if name == "POWERTOOLS_DEV" {
                format!("`{name}` puts the logs of `{}` into development mode", function.name)
            } else {
                format!(
                    "`{name}` makes `{}` log every event, tokens and personal data included",
                    function.name
                )
            };
            let severity =
                if name == "POWERTOOLS_DEV" { Severity::Low } else { RULE.info.severity };
            findings.push(
                RULE.info
                    .finding(variable.place, message)
                    .severity(severity)
                    .function(&function.name)
                    .property(name)
                    .under(&when)
                    .fix(format!("Remove `{name}` from the environment of deployed functions")),
            );
        }
    }
    findings
}

fn is_on(text: &SmolStr) -> bool {
    matches!(text.to_ascii_lowercase().as_str(), "true" | "1" | "yes" | "on" | "y" | "t")
}
