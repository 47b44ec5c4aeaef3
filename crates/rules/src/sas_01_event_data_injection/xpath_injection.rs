//! SAS-1.18 `xpath-injection`: data of an event becomes part of an `XPath` expression.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use taint::Kind;

use crate::{
    Check, Code, Rule,
    code::{Danger, injections},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 1, rule: 18 },
        name: "xpath-injection",
        summary: "Data of an event becomes part of an XPath expression",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[643],
        since: "0.1.0",
        docs: include_str!("xpath_injection.md"),
    },
    check: Check::Code(check),
};

const DANGER: Danger = Danger {
    kind: Kind::Xpath,
    harm: "as part of an XPath expression: whoever sends it chooses what the expression finds",
    fix: "Pass the data as a variable of the expression (`tree.xpath(\"//user[@name = $name]\", \
          name=name)`)",
};

fn check(code: &Code<'_>) -> Vec<Finding> {
    injections(code, &RULE.info, DANGER)
}
