//! SAS-3.42 `untidy-archive`: an archive holds links, loose modes or bytes that belong to nothing.

use code_package::Kind;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Packages, Rule, archives::odd};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 42 },
        name: "untidy-archive",
        summary: "An archive holds links, loose modes or bytes that belong to nothing",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[732, 1164],
        since: "0.1.0",
        docs: include_str!("untidy_archive.md"),
    },
    check: Check::Packages(check),
};

/// What it tells of.
const KINDS: &[Kind] =
    &[Kind::Symlink, Kind::WorldWritable, Kind::Gap, Kind::PrefixData, Kind::SuffixData];

fn check(packages: &Packages<'_>) -> Vec<Finding> {
    odd(packages, &RULE.info, KINDS)
}
