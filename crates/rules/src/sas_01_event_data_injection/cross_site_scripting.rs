//! SAS-1.16 `cross-site-scripting`: data of an event becomes part of a page.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use taint::Kind;

use crate::{
    Check, Code, Rule,
    code::{Danger, injections_on_people},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 1, rule: 16 },
        name: "cross-site-scripting",
        summary: "Data of an event becomes part of a page",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[79],
        since: "0.1.0",
        docs: include_str!("cross_site_scripting.md"),
    },
    check: Check::Code(check),
};

const DANGER: Danger = Danger {
    kind: Kind::Html,
    harm: "as part of a page: scripts in it run in the browser of whoever opens it",
    fix: "Escape the data (`html.escape`, a template that escapes), or answer with JSON and \
          `Content-Type: application/json`",
};

fn check(code: &Code<'_>) -> Vec<Finding> {
    injections_on_people(code, &RULE.info, DANGER)
}
