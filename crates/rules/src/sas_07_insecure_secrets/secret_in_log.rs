//! SAS-7.16 `secret-in-log`: a secret goes into the log.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use taint::Kind;

use crate::{
    Check, Code, Rule,
    code::{disclosure, is_response},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 7, rule: 16 },
        name: "secret-in-log",
        summary: "A secret goes into the log",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[532],
        since: "0.1.0",
        docs: include_str!("secret_in_log.md"),
    },
    check: Check::Code(check),
};

const HARM: &str = "and stands in the log for whoever reads it";
const FIX: &str = "Take the secret out of the log, and replace it, since it stands in the log \
                   already";

fn check(code: &Code<'_>) -> Vec<Finding> {
    code.flows(Kind::Secret)
        .chain(code.flows(Kind::Environment))
        .filter(|flow| !is_response(&flow.sink))
        .map(|flow| {
            disclosure(code, &RULE.info, flow, &flow.words, HARM, FIX).severity(RULE.info.severity)
        })
        .collect()
}
