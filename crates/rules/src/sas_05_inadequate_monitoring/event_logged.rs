//! SAS-5.26 `event-logged`: an event, or personal data in it, goes into the log.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use taint::{Kind, Remark};

use crate::{
    Check, Code, Rule,
    code::{disclosure, is_response, words},
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

const UNLOG: &str = "Leave `log_event` out, and log the fields that you need by name";

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
    findings.extend(code.remarks("logged-event").map(|remark| by_decorator(code, remark)));
    findings
}

/// A decorator that logs each event before the handler sees it: worse when the handler reads a
/// password or a token from it.
fn by_decorator(code: &Code<'_>, remark: &Remark) -> Finding {
    let call = remark.subject.rsplit('.').next().unwrap_or(&remark.subject);
    let argument = remark.detail.as_str();
    let what = if remark.hops.is_empty() {
        "tokens, names and addresses in it stand".to_owned()
    } else {
        "a password or token that the handler reads from it stands".to_owned()
    };
    let message = format!(
        "`{argument}` of `{call}` logs every event whole: {what} in the log for whoever reads it"
    );
    let found = RULE.info.finding(remark.place, message);
    let mut found = found.property(format!("{}:{}", remark.within, remark.subject)).fix(UNLOG);
    for (place, note) in &remark.hops {
        found = found.hop(*place, note);
    }
    let mut severity = Severity::Low;
    if !remark.hops.is_empty() {
        severity = Severity::Medium;
        found = found.hop(remark.place, format!("`{argument}` logs the event that holds it"));
    }
    code.about(found, remark.entry).severity(severity)
}
