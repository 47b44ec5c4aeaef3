//! SAS-6.24 `packages-without-digests`: packages are pinned by version only.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use lock_integrity::FactKind;

use crate::{
    Check, Packages, Rule,
    lock_facts::{self, Seen, Told},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 6, rule: 24 },
        name: "packages-without-digests",
        summary: "Packages are pinned by their versions, but nothing says which bytes are right",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[353, 494],
        since: "0.1.0",
        docs: include_str!("packages_without_digests.md"),
    },
    check: Check::Packages(check),
};

fn check(packages: &Packages<'_>) -> Vec<Finding> {
    lock_facts::findings(packages, &RULE.info, tell)
}

fn tell(seen: &Seen<'_>) -> Option<Told> {
    if seen.fact.kind != FactKind::NoDigests {
        return None;
    }
    let message = format!(
        "{} {} pinned by version only: whoever can replace a file at the index decides",
        seen.share(),
        seen.verb("is", "are"),
    );
    let fix = "Pin digests, too: `pip-compile --generate-hashes`, `uv export`, or a lock file";
    Some(Told::new(message, "digests", fix))
}
