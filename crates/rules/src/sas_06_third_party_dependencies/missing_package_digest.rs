//! SAS-6.17 `missing-package-digest`: some packages of a file lack the digest that the others have.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use lock_integrity::FactKind;

use crate::{
    Check, Packages, Rule,
    lock_facts::{self, Seen, Told},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 6, rule: 17 },
        name: "missing-package-digest",
        summary: "Some packages of a lock file lack the digest that the others have",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[353, 494],
        since: "0.1.0",
        docs: include_str!("missing_package_digest.md"),
    },
    check: Check::Packages(check),
};

fn check(packages: &Packages<'_>) -> Vec<Finding> {
    lock_facts::findings(packages, &RULE.info, tell)
}

fn tell(seen: &Seen<'_>) -> Option<Told> {
    if seen.fact.kind != FactKind::MissingDigests {
        return None;
    }
    let message = format!(
        "{} {} no digest, though others have one: any bytes are taken for {}",
        seen.share(),
        seen.verb("has", "have"),
        seen.verb("it", "them"),
    );
    let fix = "Lock anew from an empty cache (`rm -rf node_modules && npm install`, `pip-compile \
               --generate-hashes`)";
    Some(Told::new(message, "digests", fix))
}
