//! SAS-7.19 `weak-hash`: a hash that is broken is used.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Code, Rule,
    code::{flaw, makes_secret},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 7, rule: 19 },
        name: "weak-hash",
        summary: "A hash that is broken is used",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[328],
        since: "0.1.0",
        docs: include_str!("weak_hash.md"),
    },
    check: Check::Code(check),
};

const HARM: &str =
    "is broken: two texts with the same hash can be made, and passwords guessed fast";
const FIX: &str = "Take SHA-256 or later, for passwords `scrypt`, `argon2` or `bcrypt`; where nothing hangs on \
                   it, say so (`usedforsecurity=False`)";

fn check(code: &Code<'_>) -> Vec<Finding> {
    code.remarks("weak-hash")
        .map(|remark| {
            let severity = if makes_secret(remark) { Severity::Medium } else { RULE.info.severity };
            flaw(code, &RULE.info, remark, HARM, FIX).severity(severity)
        })
        .collect()
}
