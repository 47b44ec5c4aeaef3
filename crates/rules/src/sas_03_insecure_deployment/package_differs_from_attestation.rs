//! SAS-3.43 `package-differs-from-attestation`: an archive is not the one that was attested.

use std::collections::BTreeSet;

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Archive, Check, Packages, Rule};

/// Digits of a digest that a message shows.
const DIGITS: usize = 12;

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 43 },
        name: "package-differs-from-attestation",
        summary: "An archive is not the one that was attested",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[345, 354],
        since: "0.1.0",
        docs: include_str!("package_differs_from_attestation.md"),
    },
    check: Check::Packages(check),
};

fn check(packages: &Packages<'_>) -> Vec<Finding> {
    let mut told = BTreeSet::new();
    let mut found = Vec::new();
    for package in packages.packages {
        for archive in package.archives.iter().filter(|it| told.insert(it.place)) {
            found.extend(finding(archive).map(|it| packages.about(it, package)));
        }
    }
    found
}

fn finding(archive: &Archive) -> Option<Finding> {
    let other = archive.contradicted.as_ref()?;
    let short = |digest: &str| digest.get(..DIGITS).unwrap_or(digest).to_owned();
    let (found, attested) = (short(&other.found), short(&other.attested));
    let message = format!(
        "the archive has the SHA-256 {found}…, but the attestation beside it is about {attested}…"
    );
    let fix = "Deploy the archive that was attested, or build and attest it anew";
    Some(RULE.info.finding(archive.place, message).hop(other.place, "the attestation").fix(fix))
}
