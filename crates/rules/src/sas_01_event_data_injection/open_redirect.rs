//! SAS-1.15 `open-redirect`: data of an event decides where a browser is sent.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use taint::Kind;

use crate::{
    Check, Code, Rule,
    code::{Danger, injections_on_people},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 1, rule: 15 },
        name: "open-redirect",
        summary: "Data of an event decides where a browser is sent",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[601],
        since: "0.1.0",
        docs: include_str!("open_redirect.md"),
    },
    check: Check::Code(check),
};

const DANGER: Danger = Danger {
    kind: Kind::Redirect,
    harm: "as an address that a browser is sent to: a link to your domain ends at a page of the \
           attacker",
    fix: "Redirect to paths of your own or to a list of constants, not to an address from the \
          request",
};

fn check(code: &Code<'_>) -> Vec<Finding> {
    injections_on_people(code, &RULE.info, DANGER)
}
