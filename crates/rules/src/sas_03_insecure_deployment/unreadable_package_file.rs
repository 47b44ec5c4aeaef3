//! SAS-3.40 `unreadable-package-file`: the function cannot read a file of its package.

use code_package::Kind;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Packages, Rule, archives::odd};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 40 },
        name: "unreadable-package-file",
        summary: "The function cannot read a file of its package",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[276],
        since: "0.1.0",
        docs: include_str!("unreadable_package_file.md"),
    },
    check: Check::Packages(check),
};

/// What it tells of.
const KINDS: &[Kind] = &[Kind::UnreadableMode];

fn check(packages: &Packages<'_>) -> Vec<Finding> {
    odd(packages, &RULE.info, KINDS)
}
