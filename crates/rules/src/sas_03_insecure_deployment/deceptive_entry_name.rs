//! SAS-3.37 `deceptive-entry-name`: names in an archive look like other names.

use code_package::Kind;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Packages, Rule, archives::odd};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 37 },
        name: "deceptive-entry-name",
        summary: "Names in an archive look like other names",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[178, 1007],
        since: "0.1.0",
        docs: include_str!("deceptive_entry_name.md"),
    },
    check: Check::Packages(check),
};

/// What it tells of.
const KINDS: &[Kind] =
    &[Kind::Backslash, Kind::ControlCharacter, Kind::CaseCollision, Kind::UnicodeCollision];

fn check(packages: &Packages<'_>) -> Vec<Finding> {
    odd(packages, &RULE.info, KINDS)
}
