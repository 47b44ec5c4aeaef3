//! SAS-7.22 `predictable-random`: a number that can be foretold is used.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Code, Rule,
    code::{flaw, makes_secret},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 7, rule: 22 },
        name: "predictable-random",
        summary: "A number that can be foretold is used",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[330],
        since: "0.1.0",
        docs: include_str!("predictable_random.md"),
    },
    check: Check::Code(check),
};

const HARM: &str = "gives numbers that can be foretold: fine for samples and delays, not where somebody must not guess";
const FIX: &str =
    "Take the generator for secrets (`secrets`, `crypto.randomBytes`, `crypto.randomUUID`)";

fn check(code: &Code<'_>) -> Vec<Finding> {
    code.remarks("weak-random")
        .filter(|remark| !makes_secret(remark))
        .map(|remark| flaw(code, &RULE.info, remark, HARM, FIX))
        .collect()
}
