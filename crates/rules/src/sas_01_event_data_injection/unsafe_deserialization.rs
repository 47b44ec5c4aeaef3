//! SAS-1.21 `unsafe-deserialization`: bytes of an event become objects.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use taint::Kind;

use crate::{
    Check, Code, Rule,
    code::{Danger, injections},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 1, rule: 21 },
        name: "unsafe-deserialization",
        summary: "Bytes of an event become objects",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[502],
        since: "0.1.0",
        docs: include_str!("unsafe_deserialization.md"),
    },
    check: Check::Code(check),
};

const DANGER: Danger = Danger {
    kind: Kind::Deserialization,
    harm: "as objects to build: whoever sends it decides which code runs while they are built",
    fix: "Take a format that holds only data (`json`, `yaml.safe_load`), or verify a signature \
          before",
};

fn check(code: &Code<'_>) -> Vec<Finding> {
    injections(code, &RULE.info, DANGER)
}
