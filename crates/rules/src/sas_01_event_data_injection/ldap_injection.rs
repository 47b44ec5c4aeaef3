//! SAS-1.19 `ldap-injection`: data of an event becomes part of an LDAP filter or name.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use taint::Kind;

use crate::{
    Check, Code, Rule,
    code::{Danger, injections},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 1, rule: 19 },
        name: "ldap-injection",
        summary: "Data of an event becomes part of an LDAP filter or name",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[90],
        since: "0.1.0",
        docs: include_str!("ldap_injection.md"),
    },
    check: Check::Code(check),
};

const DANGER: Danger = Danger {
    kind: Kind::Ldap,
    harm: "as part of an LDAP filter or name: `*` and brackets in it match entries that were not \
           meant",
    fix: "Escape the data for its place (`ldap.filter.escape_filter_chars`, \
          `ldap.dn.escape_dn_chars`, `ldap-escape`)",
};

fn check(code: &Code<'_>) -> Vec<Finding> {
    injections(code, &RULE.info, DANGER)
}
