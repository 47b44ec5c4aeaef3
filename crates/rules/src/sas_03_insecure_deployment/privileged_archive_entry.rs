//! SAS-3.38 `privileged-archive-entry`: an archive holds programs that run with other rights, or devices.

use code_package::Kind;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Packages, Rule, archives::odd};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 38 },
        name: "privileged-archive-entry",
        summary: "An archive holds programs that run with other rights, or devices",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[250, 732],
        since: "0.1.0",
        docs: include_str!("privileged_archive_entry.md"),
    },
    check: Check::Packages(check),
};

/// What it tells of.
const KINDS: &[Kind] = &[Kind::Setuid, Kind::SpecialFile];

fn check(packages: &Packages<'_>) -> Vec<Finding> {
    odd(packages, &RULE.info, KINDS)
}
