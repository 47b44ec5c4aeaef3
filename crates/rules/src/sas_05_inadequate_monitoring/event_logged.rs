//! SAS-5.26 `event-logged`: an event, or personal data in it, goes into the log.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use taint::Kind;

use crate::{
    Check, Code, Rule,
    code::{disclosure, flaw, is_response, words},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 5, rule: 26 },
        name: "event-logged",
        summary: "An event, or personal data in it, goes into the log",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[532],
        since: "0.1.0",
        docs: include_str!("event_logged.md"),
    },
    check: Check::Code(check),
};

const WHOLE: &str =
    "whole: tokens, names and addresses in it stand in the log for whoever reads it";
const PERSONAL: &str = "and stands in the log for whoever reads it";
const FIX: &str =
    "Log the fields that you need by name (ids, counts), not the event, and no personal data";

fn check(code: &Code<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = code
        .flows(Kind::Personal)
        .filter(|flow| !is_response(&flow.sink))
        .map(|flow| {
            let found = disclosure(code, &RULE.info, flow, &words(&flow.source), PERSONAL, FIX);
            // As bad behind a route as without one: the readers of the log are the same.
            found.severity(RULE.info.severity)
        })
        .collect();
    let whole = code.flows(Kind::Event).filter(|flow| !is_response(&flow.sink));
    for flow in whole {
        let found = disclosure(code, &RULE.info, flow, &words(&flow.source), WHOLE, FIX);
        if !findings.iter().any(|known| known.place == found.place) {
            findings.push(found.severity(Severity::Low));
        }
    }
    findings.extend(code.remarks("logged-event").map(|remark| {
        let told = "logs every event whole: tokens, names and addresses in it stand in the log for \
                    whoever reads it";
        flaw(code, &RULE.info, remark, told, FIX).severity(Severity::Low)
    }));
    findings
}
