//! SAS-3.34 `archive-path-escape`: an archive writes outside of the folder that it is unpacked into.

use code_package::Kind;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Packages, Rule, archives::odd};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 34 },
        name: "archive-path-escape",
        summary: "An archive writes outside of the folder that it is unpacked into",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[22, 59],
        since: "0.1.0",
        docs: include_str!("archive_path_escape.md"),
    },
    check: Check::Packages(check),
};

/// What it tells of.
const KINDS: &[Kind] = &[
    Kind::PathTraversal,
    Kind::AbsolutePath,
    Kind::DrivePath,
    Kind::SymlinkEscape,
    Kind::EntryBelowSymlink,
];

fn check(packages: &Packages<'_>) -> Vec<Finding> {
    odd(packages, &RULE.info, KINDS)
}
