//! SAS-7.17 `secret-in-response`: a secret goes into a response.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use taint::Kind;

use crate::{
    Check, Code, Rule,
    code::{disclosure, is_response},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 7, rule: 17 },
        name: "secret-in-response",
        summary: "A secret goes into a response",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[200],
        since: "0.1.0",
        docs: include_str!("secret_in_response.md"),
    },
    check: Check::Code(check),
};

const HARM: &str = "and whoever calls the function has it";
const FIX: &str = "Answer with what the caller needs, not with the secret, and replace the secret";

fn check(code: &Code<'_>) -> Vec<Finding> {
    code.flows(Kind::Secret)
        .chain(code.flows(Kind::Environment))
        .filter(|flow| is_response(&flow.sink))
        .map(|flow| disclosure(code, &RULE.info, flow, &flow.words, HARM, FIX))
        .collect()
}
