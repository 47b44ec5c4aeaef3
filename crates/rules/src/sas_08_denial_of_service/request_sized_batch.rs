//! SAS-8.25 `request-sized-batch`: the request decides how much is asked of a service at once.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use taint::Kind;

use crate::{
    Check, Code, Rule,
    code::{Danger, overloads},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 8, rule: 25 },
        name: "request-sized-batch",
        summary: "The request decides how much is asked of a service at once",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[770],
        since: "0.1.0",
        docs: include_str!("request_sized_batch.md"),
    },
    check: Check::Code(check),
};

const DANGER: Danger = Danger {
    kind: Kind::Page,
    harm: "without a bound: one request asks as much of a service as its sender likes",
    fix: "Bound the number (`Math.min(n, 100)`) or refuse lists that are too long",
};

fn check(code: &Code<'_>) -> Vec<Finding> {
    overloads(code, &RULE.info, DANGER)
}
