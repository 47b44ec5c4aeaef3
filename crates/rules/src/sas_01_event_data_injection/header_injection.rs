//! SAS-1.23 `header-injection`: data of an event becomes a header.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use taint::Kind;

use crate::{
    Check, Code, Rule,
    code::{Danger, injections_on_people},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 1, rule: 23 },
        name: "header-injection",
        summary: "Data of an event becomes a header",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[113],
        since: "0.1.0",
        docs: include_str!("header_injection.md"),
    },
    check: Check::Code(check),
};

const DANGER: Danger = Danger {
    kind: Kind::Header,
    harm: "as a header: line breaks in it add headers of the sender's choice",
    fix: "Take out line breaks, or let the library encode the value (`email.message.EmailMessage`)",
};

fn check(code: &Code<'_>) -> Vec<Finding> {
    injections_on_people(code, &RULE.info, DANGER)
}
