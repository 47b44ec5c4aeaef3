//! SAS-8.20 `missing-request-timeout`: a request waits for its answer without end.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Code, Rule, code::flaws};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 8, rule: 20 },
        name: "missing-request-timeout",
        summary: "A request waits for its answer without end",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[400, 1088],
        since: "0.1.0",
        docs: include_str!("missing_request_timeout.md"),
    },
    check: Check::Code(check),
};

const HARM: &str = "waits without end: a server that does not answer holds the function, paid \
                    for, until its timeout";

const FIX: &str = "Give a timeout that is shorter than the function's";

fn check(code: &Code<'_>) -> Vec<Finding> {
    flaws(code, &RULE.info, "missing-request-timeout", HARM, FIX)
}
