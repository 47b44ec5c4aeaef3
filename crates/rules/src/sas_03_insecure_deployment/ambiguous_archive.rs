//! SAS-3.35 `ambiguous-archive`: programs read different files out of one archive.

use code_package::Kind;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Packages, Rule, archives::odd};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 35 },
        name: "ambiguous-archive",
        summary: "Programs read different files out of one archive",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[345, 436],
        since: "0.1.0",
        docs: include_str!("ambiguous_archive.md"),
    },
    check: Check::Packages(check),
};

/// What it tells of.
const KINDS: &[Kind] = &[
    Kind::DuplicateEntry,
    Kind::HeaderMismatch,
    Kind::Overlap,
    Kind::MultipleEndRecords,
    Kind::ExtraPathMismatch,
    Kind::Truncated,
];

fn check(packages: &Packages<'_>) -> Vec<Finding> {
    odd(packages, &RULE.info, KINDS)
}
