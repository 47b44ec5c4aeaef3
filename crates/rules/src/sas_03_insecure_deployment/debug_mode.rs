//! SAS-3.31 `debug-mode`: a web application runs in debug mode.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Code, Rule, code::flaws};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 31 },
        name: "debug-mode",
        summary: "A web application runs in debug mode",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[489],
        since: "0.1.0",
        docs: include_str!("debug_mode.md"),
    },
    check: Check::Code(check),
};

const HARM: &str = "runs in debug mode: errors show code and variables to callers, and some \
                    debuggers run what they are sent";

const FIX: &str = "Switch it off, or take it from a setting that is off where others can reach it";

fn check(code: &Code<'_>) -> Vec<Finding> {
    flaws(code, &RULE.info, "debug-mode", HARM, FIX)
}
