//! SAS-1.26 `attribute-injection`: data of an event decides which fields of an object are set.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use taint::Kind;

use crate::{
    Check, Code, Rule,
    code::{Danger, injections},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 1, rule: 26 },
        name: "attribute-injection",
        summary: "Data of an event decides which fields of an object are set",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[915, 1321],
        since: "0.1.0",
        docs: include_str!("attribute_injection.md"),
    },
    check: Check::Code(check),
};

const DANGER: Danger = Danger {
    kind: Kind::Attribute,
    harm: "as names of fields: whoever sends it sets fields that were not meant (`isAdmin`, \
           `__proto__`)",
    fix: "Copy the fields that you expect by name, or check the data with a schema that refuses \
          others",
};

fn check(code: &Code<'_>) -> Vec<Finding> {
    injections(code, &RULE.info, DANGER)
}
