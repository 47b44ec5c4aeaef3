//! SAS-1.24 `regex-injection`: data of an event becomes a regular expression.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use taint::Kind;

use crate::{
    Check, Code, Rule,
    code::{Danger, injections},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 1, rule: 24 },
        name: "regex-injection",
        summary: "Data of an event becomes a regular expression",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[1333],
        since: "0.1.0",
        docs: include_str!("regex_injection.md"),
    },
    check: Check::Code(check),
};

const DANGER: Danger = Danger {
    kind: Kind::Regex,
    harm: "as a regular expression: a few characters keep the function busy until its timeout",
    fix: "Quote the data (`re.escape`, `escapeRegExp`), or search for it as plain text",
};

fn check(code: &Code<'_>) -> Vec<Finding> {
    injections(code, &RULE.info, DANGER)
}
