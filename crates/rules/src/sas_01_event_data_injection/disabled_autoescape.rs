//! SAS-1.30 `disabled-autoescape`: a template engine puts values into pages as they are.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Code, Rule, code::flaws};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 1, rule: 30 },
        name: "disabled-autoescape",
        summary: "A template engine puts values into pages as they are",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[79, 116],
        since: "0.1.0",
        docs: include_str!("disabled_autoescape.md"),
    },
    check: Check::Code(check),
};

const HARM: &str = "puts values into pages as they are: scripts in them run in the browser of \
                    whoever opens the page";

const FIX: &str = "Switch escaping on (`Environment(autoescape=select_autoescape())`)";

fn check(code: &Code<'_>) -> Vec<Finding> {
    flaws(code, &RULE.info, "disabled-autoescape", HARM, FIX)
}
