//! SAS-6.8 `unexpected-package`: what runs is not what the lock file or the layer says.

use std::collections::BTreeMap;

use component::{Component, ComponentId};
use finding::{Audience, Confidence, Finding, RuleId, RuleInfo, Severity};
use inventory::{Drift, Shadowed};
use package_version::Version;
use source_text::Place;

use crate::{
    Check, Package, Packages, Rule,
    packages::{named, version_of},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 6, rule: 8 },
        name: "unexpected-package",
        summary: "The package that runs is not the one that the lock file or the layer brings",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[353, 829],
        since: "0.1.0",
        docs: include_str!("unexpected_package.md"),
    },
    check: Check::Packages(check),
};

/// Packages that a message names; the trace has more.
const NAMED: usize = 3;
/// Most steps of a trace.
const MOST_HOPS: usize = 20;

fn check(packages: &Packages<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for package in packages.packages {
        let hidden = package.taken.shadowed.iter().filter_map(|it| hidden(package, it));
        let found = hidden.chain(drifted(package)).map(|it| packages.about(it, package));
        for finding in found {
            let is_told =
                |known: &Finding| known.place == finding.place && known.message == finding.message;
            if !findings.iter().any(is_told) {
                findings.push(finding);
            }
        }
    }
    findings
}

fn component<'p>(package: &'p Package<'_>, id: ComponentId) -> Option<&'p Component> {
    package.taken.inventory.components.get(id)
}

/// A package of a layer that another version hides. What the runtime brings along is meant to be
/// hidden, and two of one version do no harm.
fn hidden(package: &Package<'_>, shadowed: &Shadowed) -> Option<Finding> {
    if shadowed.same_version {
        return None;
    }
    let (winner, hidden) =
        (component(package, shadowed.winner)?, component(package, shadowed.hidden?)?);
    let (version, gone) = (version_of(winner)?, version_of(hidden)?);
    let parse = |text: &str| Version::parse(shadowed.ecosystem, text);
    let is_older = parse(version).compare(&parse(gone)) == Some(std::cmp::Ordering::Less);
    let severity = if is_older { Severity::Medium } else { Severity::Low };
    let message = format!(
        "`{}` {gone} is never loaded: {version} is found first{}",
        shadowed.name,
        if is_older { ", which is older" } else { "" },
    );
    Some(
        RULE.info
            .finding(package.place(hidden)?, message)
            .severity(severity)
            .confidence(Confidence::Medium)
            .property(format!("hidden/{}", shadowed.name))
            .component(winner.purl(), None)
            .hop(package.place(winner)?, format!("{} is loaded", named(winner)))
            .fix(format!("Keep `{}` in one place: the code or one layer", shadowed.name)),
    )
}

/// Installed packages that the lock file does not promise, one finding a lock file.
fn drifted(package: &Package<'_>) -> Vec<Finding> {
    let mut others: BTreeMap<Place, Vec<(&Component, &Component)>> = BTreeMap::new();
    let mut unknown: Vec<&Component> = Vec::new();
    for drift in &package.taken.drift {
        match drift {
            Drift::OtherVersion { promised, installed } => {
                let pair = component(package, *promised).zip(component(package, *installed));
                let place = pair.and_then(|(promised, _)| package.place(promised));
                if let Some((place, pair)) = place.zip(pair) {
                    others.entry(Place::whole(place.file)).or_default().push(pair);
                }
            }
            Drift::NotLocked { installed } => unknown.extend(component(package, *installed)),
            // What is not there can harm nobody; the function fails before anybody is harmed.
            Drift::NotInstalled { .. } => {}
        }
    }
    let of_locks = others.into_values().filter_map(|pairs| other_versions(package, &pairs));
    of_locks.chain(not_locked(package, &unknown)).collect()
}

fn other_versions(package: &Package<'_>, pairs: &[(&Component, &Component)]) -> Option<Finding> {
    let words = |(promised, installed): &(&Component, &Component)| {
        let promised = version_of(promised).or(promised.wanted.as_deref()).unwrap_or("another");
        format!("{} instead of {promised}", named(installed))
    };
    let (promised, installed) = pairs.first()?;
    let message = format!("installed is not what is locked: {}", list(pairs, words));
    let mut finding = RULE
        .info
        .finding(package.place(promised)?, message)
        .property("locked")
        .component(installed.purl(), version_of(promised).map(str::to_owned))
        .fix("Install from the lock file (`npm ci`, `pip install --require-hashes`, `uv sync --frozen`) and build the package anew");
    for (_, installed) in pairs.iter().take(MOST_HOPS) {
        finding =
            finding.hop(package.place(installed)?, format!("{} is installed", named(installed)));
    }
    Some(finding)
}

fn not_locked(package: &Package<'_>, installed: &[&Component]) -> Option<Finding> {
    let first = installed.first()?;
    let message = format!(
        "installed, but the lock file does not know it: {}",
        list(installed, |component| named(component))
    );
    let mut finding = RULE
        .info
        .finding(package.place(first)?, message)
        .severity(Severity::Low)
        .confidence(Confidence::Medium)
        .property("not-locked")
        .component(first.purl(), None)
        .fix("Install from the lock file into an empty folder, or add what is missing to it");
    for component in installed.iter().take(MOST_HOPS).skip(1) {
        finding =
            finding.hop(package.place(component)?, format!("{} is installed", named(component)));
    }
    Some(finding)
}

/// The first few in words, and how many there are besides.
fn list<T>(all: &[T], words: impl Fn(&T) -> String) -> String {
    let first: Vec<String> = all.iter().take(NAMED).map(words).collect();
    match all.len().saturating_sub(NAMED) {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}
