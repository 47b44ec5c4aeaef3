//! Findings that were accepted earlier, so that only new ones count.

use std::collections::BTreeSet;

use finding::{Finding, Suppressed};
use serde::{Deserialize, Serialize};
use source_text::Sources;

/// The word that says which format a baseline has.
const SCHEMA: &str = "faasguard-baseline/1";

/// Findings accepted earlier. Keyed by rule, file, resource and property, never by a line.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Baseline {
    schema: String,
    findings: Vec<BaselineEntry>,
}

/// One accepted finding. Only the fingerprint decides; the rest is for people who read the file.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
pub struct BaselineEntry {
    /// Path of the file.
    pub file: String,
    /// Rule.
    pub rule: String,
    /// Function or resource.
    pub resource: String,
    /// Identity.
    pub fingerprint: String,
}

/// Why a baseline was not taken.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// Not the JSON of a baseline.
    #[error("this is not a baseline; write one with `--write-baseline`")]
    Syntax(#[from] serde_json::Error),
    /// A format of another version.
    #[error("this baseline has the format `{found}`, not `{SCHEMA}`; write it again")]
    Schema {
        /// As written.
        found: String,
    },
}

impl Baseline {
    /// Reads a baseline.
    ///
    /// # Errors
    /// [`BaselineError`] when it is not one of this format.
    pub fn parse(text: &str) -> Result<Self, BaselineError> {
        let baseline: Self = serde_json::from_str(text)?;
        if baseline.schema == SCHEMA {
            Ok(baseline)
        } else {
            Err(BaselineError::Schema { found: baseline.schema })
        }
    }

    /// A baseline of the findings that are open, sorted so that its changes read well.
    #[must_use]
    pub fn of(findings: &[Finding], sources: &Sources) -> Self {
        let mut entries: Vec<BaselineEntry> = findings
            .iter()
            .filter(|finding| finding.suppressed.as_ref().is_none_or(|by| by.source == "baseline"))
            .map(|finding| BaselineEntry {
                file: sources.path(finding.place.file),
                rule: finding.rule.to_string(),
                resource: finding
                    .resource
                    .clone()
                    .or_else(|| finding.function.clone())
                    .unwrap_or_default(),
                fingerprint: finding.fingerprint.clone(),
            })
            .collect();
        entries.sort();
        Self { schema: SCHEMA.to_owned(), findings: entries }
    }

    /// The text of the file.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Number of accepted findings.
    #[must_use]
    pub fn len(&self) -> usize {
        self.findings.len()
    }

    /// Whether nothing is accepted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// Marks the findings that it knows.
    pub(crate) fn apply(&self, findings: &mut [Finding]) {
        let known: BTreeSet<&str> =
            self.findings.iter().map(|entry| entry.fingerprint.as_str()).collect();
        accept(findings, "baseline", |finding| known.contains(finding.fingerprint.as_str()));
    }
}

/// Marks open findings as accepted by `source`.
pub(crate) fn accept(findings: &mut [Finding], source: &str, is_known: impl Fn(&Finding) -> bool) {
    for finding in findings {
        if finding.suppressed.is_none() && is_known(finding) {
            finding.suppressed =
                Some(Suppressed { source: source.to_owned(), reason: None, until: None });
        }
    }
}
