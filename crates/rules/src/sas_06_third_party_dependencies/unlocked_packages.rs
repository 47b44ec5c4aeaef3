//! SAS-6.23 `unlocked-packages`: a manifest asks for ranges, and nothing says which versions it gets.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use lock_integrity::FactKind;

use crate::{
    Check, Packages, Rule,
    lock_facts::{self, Seen, Told},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 6, rule: 23 },
        name: "unlocked-packages",
        summary: "A manifest asks for ranges, and no lock file says which versions it gets",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[1357, 829],
        since: "0.1.0",
        docs: include_str!("unlocked_packages.md"),
    },
    check: Check::Packages(check),
};

fn check(packages: &Packages<'_>) -> Vec<Finding> {
    lock_facts::findings(packages, &RULE.info, tell)
}

fn tell(seen: &Seen<'_>) -> Option<Told> {
    if seen.fact.kind != FactKind::Unlocked {
        return None;
    }
    let message = format!(
        "{} {} not pinned: the newest version at the time of the build is deployed",
        seen.share(),
        seen.verb("is", "are"),
    );
    let fix = "Commit a lock file (`npm install --package-lock-only`, `uv lock`, `pip-compile \
               --generate-hashes`) and install from it";
    Some(Told::new(message, "unlocked", fix))
}
