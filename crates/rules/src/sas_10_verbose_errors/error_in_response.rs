//! SAS-10.11 `error-in-response`: the text of an error goes into a response.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use taint::Kind;

use crate::{Check, Code, Rule, code::disclosure};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 10, rule: 11 },
        name: "error-in-response",
        summary: "The text of an error goes into a response",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[209],
        since: "0.1.0",
        docs: include_str!("error_in_response.md"),
    },
    check: Check::Code(check),
};

const HARM: &str = "and tells callers how the function works inside";
const FIX: &str = "Log the error and answer with a text of your own and the id of the request";

fn check(code: &Code<'_>) -> Vec<Finding> {
    code.flows(Kind::Error)
        .map(|flow| {
            let found = disclosure(code, &RULE.info, flow, &flow.words, HARM, FIX);
            // What a library says of its own call names less than whatever may have gone wrong.
            if flow.words == "text of an error of a library" {
                let severity = found.severity.min(RULE.info.severity);
                found.severity(severity)
            } else {
                found
            }
        })
        .collect()
}
