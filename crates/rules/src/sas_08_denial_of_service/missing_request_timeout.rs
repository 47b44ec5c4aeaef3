//! SAS-8.20 `missing-request-timeout`: a request waits for its answer without end.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use taint::Remark;

use crate::{Check, Code, Rule, code::flaw};

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

/// Seconds of a function that hardly anybody notices, and of one that is dear.
const SHORT: i64 = 10;
const LONG: i64 = 300;

/// Seconds after which Lambda ends a function whose template does not say.
const DEFAULT: i64 = 3;

fn check(code: &Code<'_>) -> Vec<Finding> {
    code.remarks("missing-request-timeout").map(|remark| of_remark(code, remark)).collect()
}

/// As bad as the function's own timeout is long.
fn of_remark(code: &Code<'_>, remark: &Remark) -> Finding {
    let Some(function) = code.function(remark.entry) else {
        return flaw(code, &RULE.info, remark, HARM, FIX);
    };
    let written = function.timeout_s.as_ref();
    let seconds = match written {
        Some(setting) => setting.value.known().copied(),
        None => Some(DEFAULT),
    };
    let Some(seconds) = seconds else { return flaw(code, &RULE.info, remark, HARM, FIX) };
    let harm = format!("{HARM} of {seconds} s");
    let found = flaw(code, &RULE.info, remark, &harm, FIX);
    let severity = match seconds {
        ..=SHORT => found.severity.min(Severity::Low),
        LONG.. => found.severity.max(Severity::Medium),
        _ => found.severity,
    };
    found.severity(severity)
}
