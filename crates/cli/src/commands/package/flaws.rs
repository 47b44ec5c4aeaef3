//! Known flaws of the packages within an archive.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use advisory_files::{FilesError, Mapped};
use advisory_index::Index;
use anyhow::Context as _;
use component::{Component, Inventory};
use finding::Severity;
use serde_json::{Value, json};
use vulnerability::{Match, Unusable, matches, usable};

/// What an index knows of the packages within an archive.
#[derive(Debug, Default)]
pub(crate) struct Flaws {
    /// By package URL.
    of: BTreeMap<String, Known>,
    /// Date, digest and number of advisories of the index.
    index: Value,
}

/// What is known of one package.
#[derive(Debug, Default)]
struct Known {
    flaws: Vec<Flaw>,
    /// Advisories that could not be decided.
    undecided: BTreeSet<String>,
}

#[derive(Debug)]
struct Flaw {
    id: String,
    aliases: Vec<String>,
    severity: Severity,
    fixed: Option<String>,
    malware: bool,
}

/// Looks packages up in the index at a path.
///
/// # Errors
/// When the index is missing, empty, damaged or too old: it would know nothing, which is not the same as
/// nothing known.
pub(crate) fn look_up(
    path: &Path,
    max_age: Option<u32>,
    inventory: Inventory,
) -> anyhow::Result<Flaws> {
    let failed = || format!("`{}`", path.display());
    // Opening a pipe waits for its other end.
    if path.metadata().is_ok_and(|it| !it.is_file()) {
        return Err(Unusable::Missing).with_context(failed);
    }
    let mapped = Mapped::open(path).map_err(|error| match error {
        FilesError::Read { ref source, .. } if source.kind() == std::io::ErrorKind::NotFound => {
            Unusable::Missing.into()
        }
        _ => anyhow::Error::from(error),
    });
    let mapped = mapped.with_context(failed)?;
    let now = jiff::Timestamp::now().as_second();
    let index = usable(Some(mapped.bytes()), now, max_age).with_context(failed)?;
    flaws(&index, now, max_age, &inventory.merged()).with_context(failed)
}

fn flaws(
    index: &Index<'_>,
    now: i64,
    max_age: Option<u32>,
    inventory: &Inventory,
) -> anyhow::Result<Flaws> {
    let found = matches(inventory, index, now, max_age)?;
    let about = index.about()?;
    let date = jiff::Timestamp::from_second(about.date).unwrap_or_default();
    let mut flaws = Flaws {
        of: BTreeMap::new(),
        index: json!({
            "date": date.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            "sha256": about.sha256,
            "advisories": about.advisories,
        }),
    };
    let purl_of = |id: usize| inventory.components.get(id).map(Component::purl);
    for component in &inventory.components {
        let covers = |it| !found.not_covered.contains(&it);
        if component.ecosystem.is_some_and(covers) {
            flaws.of.entry(component.purl()).or_default();
        }
    }
    for one in found.matches.iter().filter(|it| it.malware || it.informational.is_none()) {
        if let Some(known) = purl_of(one.component).and_then(|purl| flaws.of.get_mut(&purl)) {
            known.flaws.push(flaw(one));
        }
    }
    for one in &found.undecided {
        if let Some(known) = purl_of(one.component).and_then(|purl| flaws.of.get_mut(&purl)) {
            known.undecided.extend(one.ids.iter().map(|id| (*id).to_owned()));
        }
    }
    for known in flaws.of.values_mut() {
        known.flaws.sort_by(|one, other| (other.severity, &one.id).cmp(&(one.severity, &other.id)));
    }
    Ok(flaws)
}

fn flaw(found: &Match<'_>) -> Flaw {
    let mut ids = found.ids.iter().map(|id| (*id).to_owned());
    // As in `scan`: nobody has rated what has no rating, and a malicious package is as bad as can be.
    let severity = match found.rating {
        _ if found.malware => Severity::Critical,
        Some(cvss::Rating::Critical) => Severity::Critical,
        Some(cvss::Rating::High) => Severity::High,
        Some(cvss::Rating::Low | cvss::Rating::None) => Severity::Low,
        Some(cvss::Rating::Medium) | None => Severity::Medium,
    };
    Flaw {
        id: ids.next().unwrap_or_default(),
        aliases: ids.collect(),
        severity,
        fixed: found.fixed.clone(),
        malware: found.malware,
    }
}

impl Flaws {
    /// Date, digest and number of advisories of the index.
    pub(crate) fn index(&self) -> &Value {
        &self.index
    }

    /// The severities of all flaws.
    pub(crate) fn severities(&self) -> impl Iterator<Item = Severity> {
        self.of.values().flat_map(|known| &known.flaws).map(|flaw| flaw.severity)
    }

    /// The flaws of a package for programs; null when it was not looked up.
    pub(crate) fn json(&self, purl: &str) -> Value {
        let Some(known) = self.of.get(purl) else { return Value::Null };
        let flaws = known.flaws.iter().map(|flaw| {
            json!({
                "id": flaw.id,
                "aliases": flaw.aliases,
                "severity": flaw.severity.as_str(),
                "fixed": flaw.fixed,
                "malicious": flaw.malware,
            })
        });
        Value::Array(flaws.collect())
    }

    /// Advisories about a package that could not be decided.
    pub(crate) fn undecided(&self, purl: &str) -> Vec<&str> {
        let known = self.of.get(purl).into_iter();
        known.flat_map(|known| known.undecided.iter().map(String::as_str)).collect()
    }

    /// What is said of a package: a table of its flaws.
    pub(crate) fn lines(&self, purl: &str) -> Vec<String> {
        let Some(known) = self.of.get(purl) else {
            return vec!["  not looked up: the index knows nothing of its ecosystem".to_owned()];
        };
        let width = known.flaws.iter().map(|flaw| flaw.id.len()).max().unwrap_or_default();
        let row = |flaw: &Flaw| {
            let Flaw { id, aliases, severity, .. } = flaw;
            let mend = match (&flaw.fixed, flaw.malware) {
                (_, true) => "malicious: remove it".to_owned(),
                (Some(fixed), false) => format!("fixed in {fixed}"),
                (None, false) => "no fixed version is known".to_owned(),
            };
            let aliases = aliases.join(", ");
            format!("  {severity:8} {id:width$}  {mend}  {aliases}").trim_end().to_owned()
        };
        let mut lines: Vec<String> = known.flaws.iter().map(row).collect();
        if !known.undecided.is_empty() {
            let ids: Vec<&str> = known.undecided.iter().map(String::as_str).collect();
            lines.push(format!("  not decided: {}", ids.join(", ")));
        }
        lines
    }
}
