//! SAS-6.9 `tampered-wheel`: files of an installed Python package are not those that it brought.

use std::collections::BTreeMap;

use finding::{Audience, Confidence, Finding, RuleId, RuleInfo, Severity};
use inventory::{Tampering, TamperingKind};

use crate::{Check, Package, Packages, Rule, packages::named};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 6, rule: 9 },
        name: "tampered-wheel",
        summary: "Files of an installed Python package are not those that it brought",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[353, 345],
        since: "0.1.0",
        docs: include_str!("tampered_wheel.md"),
    },
    check: Check::Packages(check),
};

/// Endings of files that tell people something; tools that tidy a repository change them.
const TEXTS: [&str; 10] =
    ["cfg", "csv", "html", "json", "md", "rst", "toml", "txt", "typed", "yaml"];
/// Most files that a trace names.
const MOST_HOPS: usize = 20;

fn check(packages: &Packages<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for package in packages.packages {
        let mut wheels: BTreeMap<&str, Vec<&Tampering>> = BTreeMap::new();
        for fault in package.taken.tampering.iter().filter(|fault| is_harmful(fault)) {
            wheels.entry(&fault.record.0).or_default().push(fault);
        }
        for (record, faults) in wheels {
            let found = finding(package, record, &faults).map(|it| packages.about(it, package));
            let told = |one: &Finding| findings.iter().any(|known| known.place == one.place);
            findings.extend(found.filter(|one| !told(one)));
        }
    }
    findings
}

/// Tests and programs that packaging tools leave out harm nobody, and a weak digest proves nothing.
fn is_harmful(fault: &Tampering) -> bool {
    matches!(fault.kind, TamperingKind::Altered | TamperingKind::Added)
}

/// Whether Python runs such a file, or reads from it what to run.
fn is_code(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name.rsplit_once('.') {
        Some((_, ending)) => !TEXTS.contains(&ending) || name == "entry_points.txt",
        None => {
            !matches!(name, "METADATA" | "WHEEL" | "LICENSE" | "NOTICE" | "AUTHORS" | "COPYING")
        }
    }
}

/// Whether a tool that makes packages smaller changes such a file.
fn is_stripped(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split('.').skip(1).any(|part| part == "so")
}

fn finding(package: &Package<'_>, record: &str, faults: &[&Tampering]) -> Option<Finding> {
    let of_kind = |kind| faults.iter().copied().filter(move |fault| fault.kind == kind);
    let altered: Vec<&Tampering> =
        of_kind(TamperingKind::Altered).filter(|it| !is_stripped(&it.path)).collect();
    let stripped = of_kind(TamperingKind::Altered).find(|it| is_stripped(&it.path));
    let added: Vec<&Tampering> = of_kind(TamperingKind::Added).collect();
    let worst = altered.iter().find(|it| is_code(&it.path)).or(altered.first());
    let (severity, confidence, first, what) = match (worst, added.first(), stripped) {
        (Some(first), ..) if !is_code(&first.path) => {
            (Severity::Low, Confidence::High, *first, "is not the file that it brought")
        }
        (Some(first), ..) => {
            (Severity::High, Confidence::High, *first, "is not the file that it brought")
        }
        (None, Some(first), _) => {
            (Severity::Medium, Confidence::Medium, *first, "is none of its files")
        }
        (None, None, Some(first)) => {
            let what = "is not the file that it brought, or was stripped of its symbols";
            (Severity::Low, Confidence::Low, first, what)
        }
        (None, None, None) => return None,
    };
    let components = &package.taken.inventory.components;
    let of_wheel = |path: &str| path.strip_prefix(record).is_some_and(|rest| rest.starts_with('/'));
    let wheel = components.iter().find(|it| it.evidence.iter().any(|seen| of_wheel(&seen.path)));
    let folder = record.rsplit('/').next().unwrap_or(record);
    let name = wheel.map_or_else(|| format!("`{folder}`"), named);
    let file = first.path.rsplit('/').next().unwrap_or(&first.path);
    let more = match altered.len() + added.len() {
        0 | 1 => String::new(),
        all => format!(" (and {} more)", all - 1),
    };
    let place = package.places.place(&first.path, None);
    let message = format!("`{file}` in {name} {what}{more}");
    let mut finding = RULE
        .info
        .finding(place, message)
        .severity(severity)
        .confidence(confidence)
        .property(folder)
        .fix("Install the package anew from its index with hashes, and find out who changed it");
    if let Some(wheel) = wheel {
        finding = finding.component(wheel.purl(), None);
    }
    let record = format!("{record}/RECORD");
    for fault in faults.iter().take(MOST_HOPS) {
        let line = Some(fault.record.1).filter(|line| *line > 0);
        let what = match fault.kind {
            TamperingKind::Added => "no line of it names",
            _ => "it promises another digest of",
        };
        finding =
            finding.hop(package.places.place(&record, line), format!("{what} `{}`", fault.path));
    }
    Some(finding)
}
