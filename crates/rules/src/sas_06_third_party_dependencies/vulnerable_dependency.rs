//! SAS-6.6 `vulnerable-dependency`: a function runs a version of a package with a known flaw.

use std::collections::BTreeMap;

use app_model::Function;
use code_ir::Language;
use component::{Component, ComponentId, Scope};
use finding::{Audience, ComponentReach, Confidence, Finding, Hop, RuleId, RuleInfo, Severity};
use package_reach::Reach;
use source_text::Place;
use vulnerability::Match;

use crate::{
    Check, FunctionReach, Package, Packages, Rule,
    packages::{chain, named, other_functions, quoted, runs_only_in_development, runs_too},
    rank::AboutFunction as _,
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
        let finding = with_reach(packages, package, component, found, finding);
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

/// How near the code of a function comes to a flaw.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Nearness {
    /// Nothing that it loads imports the package, or one that asks for it.
    Away,
    /// Nobody can tell.
    Unknown,
    /// It imports the package or calls what is flawed: what shows it.
    Used(Vec<Hop>),
}

/// A finding about the function that comes nearest to a flaw, of several the one that is easiest to
/// reach. Only where the code imports the package, the way of the internet to the function is one to the
/// flaw; what no function that runs the package imports is milder by a step: the flaw is there, but
/// nothing shows that an event gets to it.
fn with_reach(
    packages: &Packages<'_>,
    package: &Package<'_>,
    component: &Component,
    found: &Match<'_>,
    finding: Finding,
) -> Finding {
    let near: Vec<(&Function, Nearness)> = packages
        .functions(package)
        .map(|function| (function, nearness(package, &function.name, found)))
        .collect();
    let of = |is_meant: fn(&Nearness) -> bool| {
        let meant = near.iter().filter(|(_, near)| is_meant(near)).map(|(function, _)| *function);
        packages.most_exposed_of(meant)
    };
    let is_at_work = !runs_only_in_development(component);
    if let Some(function) = of(|near| matches!(near, Nearness::Used(_))) {
        let known = near.into_iter().find(|(one, _)| one.name == function.name);
        let hops = match known {
            Some((_, Nearness::Used(hops))) => hops,
            _ => Vec::new(),
        };
        let is_called = tells_of_a_call(&hops);
        let mut finding = finding;
        finding.trace.extend(hops);
        if is_called {
            finding = finding.confidence(Confidence::High);
        }
        return if is_at_work { finding.about(packages.app, function, None) } else { finding };
    }
    if let Some(function) = of(|near| *near == Nearness::Unknown) {
        return if is_at_work { finding.held_by(packages.app, function) } else { finding };
    }
    let Some(function) = of(|near| *near == Nearness::Away) else { return finding };
    let names: Vec<String> =
        package.functions.iter().take(3).map(|name| format!("`{name}`")).collect();
    let more = if package.functions.len() > names.len() { " and others" } else { "" };
    let note = format!("not imported from the handler of {}{more}", names.join(", "));
    let (place, lowered) = (finding.place, finding.severity.lowered());
    let finding = finding.severity(lowered).hop(place, note).confidence(Confidence::Medium);
    if is_at_work { finding.held_by(packages.app, function) } else { finding }
}

/// What the note of a call of a flawed function ends with.
const HAS_THE_FLAW: &str = "which has the flaw";

fn tells_of_a_call(hops: &[Hop]) -> bool {
    hops.iter().any(|hop| hop.note.ends_with(HAS_THE_FLAW))
}

/// Whether the functions that run a package get at what is flawed; without any, nobody can tell.
fn reach_of(package: &Package<'_>, found: &Match<'_>) -> ComponentReach {
    let of_function = |name| match nearness(package, name, found) {
        Nearness::Away => ComponentReach::NotImported,
        Nearness::Unknown => ComponentReach::Unknown,
        Nearness::Used(hops) if tells_of_a_call(&hops) => ComponentReach::Called,
        Nearness::Used(_) => ComponentReach::Imported,
    };
    package.functions.iter().map(|name| of_function(name)).max().unwrap_or_default()
}

/// How near a function comes to a flaw.
fn nearness(package: &Package<'_>, function: &str, found: &Match<'_>) -> Nearness {
    let Some(reach) = package.reach.iter().find(|it| it.function == function) else {
        return Nearness::Unknown;
    };
    let called = found.symbols.iter().find_map(|symbol| {
        let name = if symbol.package.is_empty() {
            symbol.name.replace("::", ".")
        } else {
            format!("{}.{}", symbol.package, symbol.name)
        };
        Some((*reach.loaded.calls.get(&name)?, name))
    });
    let import = match import_of_the_flaw(package, reach, found) {
        Ok(import) => import,
        Err(near) if called.is_none() => return near,
        Err(_) => None,
    };
    let call = called.map(|(place, name)| Hop {
        place,
        note: format!("`{function}` calls `{name}`, {HAS_THE_FLAW}"),
    });
    Nearness::Used(import.into_iter().chain(call).collect())
}

/// Where a function imports what is flawed; how near it comes otherwise.
fn import_of_the_flaw(
    package: &Package<'_>,
    reach: &FunctionReach,
    found: &Match<'_>,
) -> Result<Option<Hop>, Nearness> {
    let function = &reach.function;
    let name_of = |id: ComponentId| {
        package.inventory.components.get(id).map_or("a package", |it| it.name.as_str())
    };
    // Advisories of Go name packages of the module: the others do no harm of their own.
    let of_packages = || found.symbols.iter().filter(|symbol| !symbol.package.is_empty());
    if let Some(import) = reach.loaded.imports.iter().find(|import| {
        import.language == Language::Go
            && of_packages().any(|symbol| symbol.package == import.module.as_str())
    }) {
        let note = format!("`{function}` imports `{}`", import.module);
        return Ok(Some(Hop { place: import.place, note }));
    }
    match reach.of(found.component) {
        Reach::Imported(_) | Reach::Through(..) if of_packages().next().is_some() => {
            Err(Nearness::Unknown)
        }
        Reach::Imported(place) => {
            let note = format!("`{function}` imports `{}`", name_of(found.component));
            Ok(Some(Hop { place, note }))
        }
        Reach::Through(root, place) => {
            let note = format!("`{function}` imports `{}`, which asks for it", name_of(root));
            Ok(Some(Hop { place, note }))
        }
        Reach::NotImported => Err(Nearness::Away),
        Reach::Unknown(_) => Err(Nearness::Unknown),
    }
}

/// Findings about known flaws, one a flaw and component however many packages hold it: each gets its
/// names, the component, who asks for it and who runs it. `tell` ranks it.
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
