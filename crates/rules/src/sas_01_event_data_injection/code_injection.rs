//! SAS-1.12 `code-injection`: data of an event is evaluated as code.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use taint::Kind;

use crate::{
    Check, Code, Rule,
    code::{Danger, injections},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 1, rule: 12 },
        name: "code-injection",
        summary: "Data of an event is evaluated as code",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[94, 95],
        since: "0.1.0",
        docs: include_str!("code_injection.md"),
    },
    check: Check::Code(check),
};

const DANGER: Danger = Danger {
    kind: Kind::Code,
    harm: "as code: whoever sends it runs what they like as the function",
    fix: "Do not evaluate data: parse it (`json.loads`, `ast.literal_eval`, `JSON.parse`), or \
          look the name up in a table of functions",
};

fn check(code: &Code<'_>) -> Vec<Finding> {
    injections(code, &RULE.info, DANGER)
}
