//! SAS-7.20 `weak-random`: a secret is made of numbers that can be foretold.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Code, Rule,
    code::{flaw, makes_secret},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 7, rule: 20 },
        name: "weak-random",
        summary: "A secret is made of numbers that can be foretold",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[330],
        since: "0.1.0",
        docs: include_str!("weak_random.md"),
    },
    check: Check::Code(check),
};

const HARM: &str =
    "makes a secret of numbers that can be foretold: whoever has seen a few knows the next";
const FIX: &str =
    "Take the generator for secrets (`secrets`, `crypto.randomBytes`, `crypto.randomUUID`)";

fn check(code: &Code<'_>) -> Vec<Finding> {
    code.remarks("weak-random")
        .filter(|remark| makes_secret(remark))
        .map(|remark| flaw(code, &RULE.info, remark, HARM, FIX))
        .collect()
}
