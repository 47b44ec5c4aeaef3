//! SAS-6.6 `vulnerable-dependency`: a function runs a version of a package with a known flaw.

use std::collections::BTreeMap;

use component::{Component, Scope};
use finding::{Audience, Confidence, Finding, RuleId, RuleInfo, Severity};
use source_text::Place;
use vulnerability::Match;

use crate::{
    Check, Package, Packages, Rule,
    packages::{chain, named, other_functions, quoted, runs_only_in_development, runs_too},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 6, rule: 6 },
        name: "vulnerable-dependency",
        summary: "A version of a package with a known flaw",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[1395, 937],
        since: "0.1.0",
        docs: include_str!("vulnerable_dependency.md"),
    },
    check: Check::Packages(check),
};

fn check(packages: &Packages<'_>) -> Vec<Finding> {
    let flaws = |found: &Match<'_>| !found.malware && found.informational.is_none();
    known_flaws(packages, flaws, |package, component, found| {
        let id = found.ids.first().copied().unwrap_or_default();
        let summary = quoted(found.summary).map_or(String::new(), |words| format!(": {words}"));
        let message = format!("{} has the known flaw `{id}`{summary}", named(component));
        let place = package.place(component)?;
        let mut finding = RULE.info.finding(place, message).severity(severity(component, found));
        if !found.disagree.is_empty() || component.version.is_none() {
            finding = finding.confidence(Confidence::Medium);
        }
        let name = &component.name;
        Some(match &found.fixed {
            Some(fixed) => finding.fix(format!("Upgrade `{name}` to {fixed}")),
            None => finding.fix(format!(
                "No version is known to be free of it: replace `{name}`, or keep hostile data from it"
            )),
        })
    })
}

/// Findings about known flaws, one a flaw and component however many packages hold it: each gets its
/// names, the component, who asks for it and who runs it.
pub(super) fn known_flaws(
    packages: &Packages<'_>,
    is_meant: impl Fn(&Match<'_>) -> bool,
    tell: impl Fn(&Package<'_>, &Component, &Match<'_>) -> Option<Finding>,
) -> Vec<Finding> {
    let mut told: BTreeMap<(Place, String, String), usize> = BTreeMap::new();
    let mut findings: Vec<Finding> = Vec::new();
    for package in packages.packages {
        let matches = package.vulnerabilities.iter().flat_map(|found| &found.matches);
        for found in matches.filter(|found| is_meant(found)) {
            let Some(component) = package.inventory.components.get(found.component) else {
                continue;
            };
            let Some(mut finding) = tell(package, component, found) else { continue };
            for (place, note) in chain(package, found.component) {
                finding = finding.hop(place, note);
            }
            let purl = component.purl();
            let id = found.ids.first().copied().unwrap_or_default().to_owned();
            let key = (finding.place, purl.clone(), id);
            finding = finding.component(purl, found.fixed.clone()).advisories(found.ids.clone());
            if !runs_only_in_development(component) {
                finding = packages.about(finding, package);
                finding.trace.extend(other_functions(packages, package, &finding));
            }
            // The same line of a layer in two packages: the worse one speaks for both.
            if let Some(known) = told.get(&key).and_then(|at| findings.get_mut(*at)) {
                join(packages, known, finding);
            } else {
                told.insert(key, findings.len());
                findings.push(finding);
            }
        }
    }
    findings
}

fn join(packages: &Packages<'_>, known: &mut Finding, mut other: Finding) {
    if other.severity > known.severity {
        std::mem::swap(known, &mut other);
    }
    let function = other.function.as_deref().filter(|it| known.function.as_deref() != Some(*it));
    let also = function.and_then(|name| packages.app.function(name)).map(runs_too);
    known.trace.extend(also.filter(|hop| !known.trace.contains(hop)));
}

/// The rating of the advisories; milder for what only builds and tests use, as no event reaches it.
fn severity(component: &Component, found: &Match<'_>) -> Severity {
    let rated = match found.rating {
        Some(cvss::Rating::Critical) => Severity::Critical,
        Some(cvss::Rating::High) => Severity::High,
        Some(cvss::Rating::Low | cvss::Rating::None) => Severity::Low,
        // Nobody has rated it: it may be anything.
        Some(cvss::Rating::Medium) | None => Severity::Medium,
    };
    match component.scope {
        Scope::Development if runs_only_in_development(component) => Severity::Low.min(rated),
        _ => rated,
    }
}
