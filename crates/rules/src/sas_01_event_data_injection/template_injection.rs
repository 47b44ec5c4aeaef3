//! SAS-1.17 `template-injection`: data of an event becomes part of a template.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use taint::Kind;

use crate::{
    Check, Code, Rule,
    code::{Danger, injections},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 1, rule: 17 },
        name: "template-injection",
        summary: "Data of an event becomes part of a template",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[1336],
        since: "0.1.0",
        docs: include_str!("template_injection.md"),
    },
    check: Check::Code(check),
};

const DANGER: Danger = Danger {
    kind: Kind::Template,
    harm: "as part of a template: expressions in it run inside the function",
    fix: "Keep the template a constant and pass the data as a variable of it (`render(name=name)`)",
};

fn check(code: &Code<'_>) -> Vec<Finding> {
    injections(code, &RULE.info, DANGER)
}
