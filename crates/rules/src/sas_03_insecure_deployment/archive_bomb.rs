//! SAS-3.36 `archive-bomb`: an entry unpacks to far more than it is packed.

use code_package::Kind;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Packages, Rule, archives::odd};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 36 },
        name: "archive-bomb",
        summary: "An entry unpacks to far more than it is packed",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[409],
        since: "0.1.0",
        docs: include_str!("archive_bomb.md"),
    },
    check: Check::Packages(check),
};

/// What it tells of.
const KINDS: &[Kind] = &[Kind::Bomb];

fn check(packages: &Packages<'_>) -> Vec<Finding> {
    odd(packages, &RULE.info, KINDS)
}
