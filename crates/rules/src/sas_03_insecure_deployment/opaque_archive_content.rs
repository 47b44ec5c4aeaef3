//! SAS-3.39 `opaque-archive-content`: nobody can check what an archive holds.

use code_package::Kind;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Packages, Rule, archives::odd};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 39 },
        name: "opaque-archive-content",
        summary: "Nobody can check what an archive holds",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[693],
        since: "0.1.0",
        docs: include_str!("opaque_archive_content.md"),
    },
    check: Check::Packages(check),
};

/// What it tells of.
const KINDS: &[Kind] = &[Kind::Encrypted, Kind::UnknownMethod, Kind::NestedTooDeep];

fn check(packages: &Packages<'_>) -> Vec<Finding> {
    odd(packages, &RULE.info, KINDS)
}
