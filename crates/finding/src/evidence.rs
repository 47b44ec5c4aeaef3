//! What was seen of a flaw outside of the scan that found it.

use serde::Serialize;

/// What was seen of a flaw: at run time, in a trail, among attested packages, in an earlier result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// What kind of thing was seen.
    pub kind: EvidenceKind,
    /// In words: no line break, no final dot, user text in back-ticks.
    pub text: String,
    /// How often, when it can be counted.
    pub count: Option<u64>,
    /// When first, RFC 3339 in UTC.
    pub first: Option<String>,
    /// When last, RFC 3339 in UTC.
    pub last: Option<String>,
    /// What told it: `guard`, `logs`, `trail`, `attestation`, `earlier`.
    pub source: &'static str,
}

/// What kind of thing was seen of a flaw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EvidenceKind {
    /// Attacks on it reached the handler: the guard only watched.
    Passed,
    /// Attacks on it were refused.
    Blocked,
    /// It was seen at run time: what the flaw allows happened, or its function ran.
    Seen,
    /// The permission was used.
    Used,
    /// The permission was not used as long as events tell.
    NeverUsed,
    /// What is deployed is attested: its revision is known.
    Revision,
    /// What is deployed is none of the attested packages.
    UnknownRevision,
    /// An earlier result had it.
    OpenSince,
}

impl EvidenceKind {
    /// The word for programs, kebab-case.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Blocked => "blocked",
            Self::Seen => "seen",
            Self::Used => "used",
            Self::NeverUsed => "never-used",
            Self::Revision => "revision",
            Self::UnknownRevision => "unknown-revision",
            Self::OpenSince => "open-since",
        }
    }
}

/// A finding of an earlier result that this one does not have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Closed {
    /// Id of the rule.
    pub rule: String,
    /// Name of the rule.
    pub name: String,
    /// How bad it was.
    pub severity: String,
    /// What it said.
    pub message: String,
    /// The function that it concerned.
    pub function: Option<String>,
    /// File and line where it stood.
    pub file: String,
    /// The line, from 1; 0 for a whole file.
    pub line: u32,
    /// Its identity.
    pub fingerprint: String,
    /// Since when it was known, RFC 3339 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
}
