//! SAS-1.14 `request-forgery`: data of an event decides which address the function calls.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use taint::Kind;

use crate::{
    Check, Code, Rule,
    code::{Danger, injections},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 1, rule: 14 },
        name: "request-forgery",
        summary: "Data of an event decides which address the function calls",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[918],
        since: "0.1.0",
        docs: include_str!("request_forgery.md"),
    },
    check: Check::Code(check),
};

const DANGER: Danger = Danger {
    kind: Kind::Url,
    harm: "as an address: whoever sends it makes the function call what they cannot reach \
           themselves",
    fix: "Take the host from a constant or a list of constants, and only the rest of the address \
          from the data",
};

fn check(code: &Code<'_>) -> Vec<Finding> {
    injections(code, &RULE.info, DANGER)
}
