//! SAS-1.25 `session-poisoning`: data of an event decides what a session holds.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use taint::Kind;

use crate::{
    Check, Code, Rule,
    code::{Danger, injections},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 1, rule: 25 },
        name: "session-poisoning",
        summary: "Data of an event decides what a session holds",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[501],
        since: "0.1.0",
        docs: include_str!("session_poisoning.md"),
    },
    check: Check::Code(check),
};

const DANGER: Danger = Danger {
    kind: Kind::Session,
    harm: "as part of a session: what the session says is trusted later, though the sender chose \
           it",
    fix: "Write fixed names into the session, and values only after they were checked",
};

fn check(code: &Code<'_>) -> Vec<Finding> {
    injections(code, &RULE.info, DANGER)
}
