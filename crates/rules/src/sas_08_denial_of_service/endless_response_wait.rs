//! SAS-8.26 `endless-response-wait`: a request of Node.js waits for minutes, or without end.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Code, Rule, code::flaws};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 8, rule: 26 },
        name: "endless-response-wait",
        summary: "A request of Node.js waits for its answer without a limit",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[400, 1088],
        since: "0.1.0",
        docs: include_str!("endless_response_wait.md"),
    },
    check: Check::Code(check),
};

const HARM: &str = "waits for minutes, or without end: a server that does not answer holds the \
                    function, paid for, until its timeout";

const FIX: &str = "Give `timeout`, or a `signal` that ends the request \
                   (`AbortSignal.timeout(2000)`)";

fn check(code: &Code<'_>) -> Vec<Finding> {
    flaws(code, &RULE.info, "endless-response-wait", HARM, FIX)
}
