//! SAS-8.22 `request-sized-work`: the request decides how much a function does.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use taint::Kind;

use crate::{
    Check, Code, Rule,
    code::{Danger, overloads},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 8, rule: 22 },
        name: "request-sized-work",
        summary: "The request decides how much a function does",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[400, 770, 834],
        since: "0.1.0",
        docs: include_str!("request_sized_work.md"),
    },
    check: Check::Code(check),
};

const DANGER: Danger = Danger {
    kind: Kind::Amount,
    harm: "without a bound: one request keeps the function busy, or takes its memory, until it ends",
    fix: "Bound the number (`min(n, 100)`), or refuse one that is too large",
};

fn check(code: &Code<'_>) -> Vec<Finding> {
    overloads(code, &RULE.info, DANGER)
}
