//! SAS-6.18 `weak-package-digest`: the digests of packages are of a broken hash function.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use lock_integrity::FactKind;

use crate::{
    Check, Packages, Rule,
    lock_facts::{self, Seen, Told},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 6, rule: 18 },
        name: "weak-package-digest",
        summary: "The digests of packages are of a broken hash function",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[328],
        since: "0.1.0",
        docs: include_str!("weak_package_digest.md"),
    },
    check: Check::Packages(check),
};

fn check(packages: &Packages<'_>) -> Vec<Finding> {
    lock_facts::findings(packages, &RULE.info, tell)
}

fn tell(seen: &Seen<'_>) -> Option<Told> {
    if seen.fact.kind != FactKind::WeakDigests {
        return None;
    }
    let message = format!(
        "{} {} a digest of MD5 or SHA-1 only, with which two packages can share one",
        seen.share(),
        seen.verb("has", "have"),
    );
    let fix = "Lock anew with a current package manager, which writes SHA-512 or SHA-256";
    Some(Told::new(message, "weak", fix))
}
