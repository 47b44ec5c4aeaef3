//! SAS-6.6 `vulnerable-dependency`: a function runs a version of a package with a known flaw.

use std::collections::BTreeMap;

use component::{Component, Scope};
use finding::{Audience, ComponentReach, Confidence, Finding, RuleId, RuleInfo, Severity};
use package_reach::Reach;
use source_text::Place;
use vulnerability::Match;

use crate::{
    Check, FunctionReach, Package, Packages, Rule,
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
        let known = known_use(found);
        let message = format!("{} has the known flaw `{id}`{known}{summary}", named(component));
        let place = package.place(component)?;
        let mut finding = RULE.info.finding(place, message).severity(severity(component, found));
        if !found.disagree.is_empty() || component.version.is_none() {
            finding = finding.confidence(Confidence::Medium);
        }
        let finding = with_reach(finding, package, component, found);
        let name = &component.name;
        Some(match &found.fixed {
            Some(fixed) => finding.fix(format!("Upgrade `{name}` to {fixed}")),
            None => finding.fix(format!(
                "No version is known to be free of it: replace `{name}`, or keep hostile data from it"
            )),
        })
    })
}

/// What is known of the use of a flaw by attackers, in brackets.
fn known_use(found: &Match<'_>) -> String {
    let mut words = Vec::new();
    if let Some(exploited) = found.exploited {
        let by = if exploited.ransomware { " by ransomware, too" } else { "" };
        words.push(format!("known to be exploited{by}"));
    }
    if let Some(epss) = found.epss {
        // Millionths: tenths of a per cent are enough.
        let percent = |share: u32| format!("{}.{}", share / 10_000, share / 1_000 % 10);
        words.push(format!(
            "EPSS {} %, above {} % of all flaws",
            percent(epss.probability),
            percent(epss.percentile)
        ));
    }
    if words.is_empty() { String::new() } else { format!(" ({})", words.join("; ")) }
}

/// Adds where the code imports the component and calls what is flawed. What no function that runs the
/// package imports is milder by a step: the flaw is there, but nothing shows that an event gets to it.
fn with_reach(
    mut finding: Finding,
    package: &Package<'_>,
    component: &Component,
    found: &Match<'_>,
) -> Finding {
    for reach in &package.reach {
        let called = called(reach, found);
        let function = &reach.function;
        let import = match reach.of(found.component) {
            Reach::Imported(place) => {
                Some((place, format!("`{function}` imports `{}`", component.name)))
            }
            Reach::Through(root, place) => {
                let root =
                    package.inventory.components.get(root).map_or("a package", |it| &it.name);
                Some((place, format!("`{function}` imports `{root}`, which asks for it")))
            }
            Reach::NotImported | Reach::Unknown(_) => None,
        };
        if import.is_none() && called.is_none() {
            continue;
        }
        if let Some((place, note)) = import {
            finding = finding.hop(place, note);
        }
        if let Some((place, name)) = called {
            let note = format!("`{function}` calls `{name}`, which has the flaw");
            return finding.hop(place, note).confidence(Confidence::High);
        }
        return finding;
    }
    if reach_of(package, found) == ComponentReach::NotImported {
        let names: Vec<String> =
            package.functions.iter().take(3).map(|name| format!("`{name}`")).collect();
        let more = if package.functions.len() > names.len() { " and others" } else { "" };
        let note = format!("not imported from the handler of {}{more}", names.join(", "));
        let place = finding.place;
        finding.severity = finding.severity.lowered();
        finding = finding.hop(place, note).confidence(Confidence::Medium);
    }
    finding
}

/// Where a function calls what has the flaw, and its name.
fn called(reach: &FunctionReach, found: &Match<'_>) -> Option<(Place, String)> {
    found.symbols.iter().find_map(|symbol| {
        let name = if symbol.package.is_empty() {
            symbol.name.replace("::", ".")
        } else {
            format!("{}.{}", symbol.package, symbol.name)
        };
        Some((*reach.loaded.calls.get(&name)?, name))
    })
}

/// Whether the functions that run a package get at what is flawed. Without a function, or when one was
/// not followed, nobody can tell.
fn reach_of(package: &Package<'_>, found: &Match<'_>) -> ComponentReach {
    let of_function = |reach: &FunctionReach| match reach.of(found.component) {
        _ if called(reach, found).is_some() => ComponentReach::Called,
        Reach::Imported(_) | Reach::Through(..) => ComponentReach::Imported,
        Reach::NotImported => ComponentReach::NotImported,
        Reach::Unknown(_) => ComponentReach::Unknown,
    };
    let most = package.reach.iter().map(of_function).max().unwrap_or_default();
    let are_all = package.reach.len() == package.functions.len();
    if are_all { most } else { most.max(ComponentReach::Unknown) }
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
            if let Some(component) = &mut finding.component {
                component.reach = reach_of(package, found);
            }
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
    known.join_reach(&mut other);
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
