//! An earlier result, and what became of its findings.

use std::collections::HashMap;

use finding::{Closed, Evidence, EvidenceKind, Finding};
use serde::Deserialize;

/// The schema of a result.
const SCHEMA: &str = "faasguard-scan/1";

/// Why a document is no earlier result.
#[derive(Debug, thiserror::Error)]
pub enum EarlierError {
    /// No JSON of a result.
    #[error("this is no result of `faasguard scan --format json`: {0}")]
    Malformed(#[from] serde_json::Error),
    /// Another document.
    #[error("this is a `{found}`, not a `{SCHEMA}`; write one with `faasguard scan -o scan.json`")]
    Schema {
        /// As written.
        found: String,
    },
}

/// An earlier result.
#[derive(Clone, Debug, Default)]
pub struct Earlier {
    /// What was scanned, as it was named.
    pub root: String,
    /// When, RFC 3339 in UTC.
    time: Option<String>,
    findings: Vec<Closed>,
}

#[derive(Deserialize)]
struct Document {
    schema: String,
    #[serde(default)]
    root: String,
    time: Option<String>,
    findings: Vec<One>,
}

#[derive(Deserialize)]
struct One {
    rule: String,
    #[serde(default)]
    name: String,
    severity: String,
    message: String,
    function: Option<String>,
    place: OnePlace,
    fingerprint: String,
    suppressed: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    evidence: Vec<OneEvidence>,
}

#[derive(Deserialize)]
struct OnePlace {
    file: String,
    line: u32,
}

#[derive(Deserialize)]
struct OneEvidence {
    kind: String,
    first: Option<String>,
}

impl Earlier {
    /// Reads a result.
    ///
    /// # Errors
    /// [`EarlierError`] when it is another document.
    pub fn parse(bytes: &[u8]) -> Result<Self, EarlierError> {
        let document: Document = serde_json::from_slice(bytes)?;
        if document.schema != SCHEMA {
            return Err(EarlierError::Schema { found: document.schema.chars().take(60).collect() });
        }
        let since = |one: &One| {
            let known = one.evidence.iter().find(|it| it.kind == EvidenceKind::OpenSince.as_str());
            known.and_then(|it| it.first.clone()).or_else(|| document.time.clone())
        };
        // What was accepted was not open.
        let open = document.findings.iter().filter(|it| it.suppressed.is_none());
        let findings = open.map(|one| Closed {
            rule: one.rule.clone(),
            name: one.name.clone(),
            severity: one.severity.clone(),
            message: one.message.clone(),
            function: one.function.clone(),
            file: one.place.file.clone(),
            line: one.place.line,
            fingerprint: one.fingerprint.clone(),
            since: since(one),
        });
        Ok(Self { root: document.root, time: document.time.clone(), findings: findings.collect() })
    }

    /// Notes on findings since when they are open, and gives back what is gone.
    ///
    /// `is_looked_at` says of an earlier finding whether this scan would have found it again; of the others
    /// nobody knows.
    pub fn compare(
        &self,
        findings: &mut [Finding],
        is_looked_at: &dyn Fn(&Closed) -> bool,
    ) -> Compared {
        let mut known: HashMap<&str, (&Closed, bool)> =
            self.findings.iter().map(|it| (it.fingerprint.as_str(), (it, false))).collect();
        for finding in findings {
            let Some((earlier, is_met)) = known.get_mut(finding.fingerprint.as_str()) else {
                continue;
            };
            *is_met = true;
            if finding.suppressed.is_some() {
                continue;
            }
            let since = earlier.since.as_deref().map(|it| it.get(..10).unwrap_or(it));
            let text = since.map_or("open already in the earlier result".to_owned(), |day| {
                format!("open since {day} at the latest")
            });
            let (first, last) = (earlier.since.clone(), self.time.clone());
            let (kind, source) = (EvidenceKind::OpenSince, "earlier");
            finding.evidence.push(Evidence { kind, text, count: None, first, last, source });
        }
        let mut compared = Compared::default();
        let gone = self
            .findings
            .iter()
            .filter(|it| known.get(it.fingerprint.as_str()).is_some_and(|(_, is_met)| !is_met));
        for one in gone {
            if is_looked_at(one) {
                compared.closed.push(one.clone());
            } else {
                compared.unknown += 1;
            }
        }
        compared.closed.dedup_by(|one, other| one.fingerprint == other.fingerprint);
        compared
    }
}

/// What became of the findings of an earlier result.
#[derive(Debug, Default)]
pub struct Compared {
    /// Those that are gone.
    pub closed: Vec<Closed>,
    /// How many nobody can tell of.
    pub unknown: usize,
}
