//! How bad an anomaly of a package is, and from where on anomalies and known flaws make a run fail.

use std::str::FromStr;

use code_package::{Anomalies, Kind};
use finding::Severity;

/// How much harm an anomaly allows.
pub(crate) fn severity(kind: Kind) -> Severity {
    match kind {
        // Written outside of the package, or run as somebody else.
        Kind::PathTraversal
        | Kind::AbsolutePath
        | Kind::DrivePath
        | Kind::SymlinkEscape
        | Kind::EntryBelowSymlink
        | Kind::Setuid
        | Kind::SpecialFile
        // What was looked at is not what runs.
        | Kind::DuplicateEntry
        | Kind::HeaderMismatch
        | Kind::Overlap
        | Kind::MultipleEndRecords
        | Kind::ExtraPathMismatch
        | Kind::Bomb
        | Kind::Truncated => Severity::High,
        Kind::Backslash
        | Kind::ControlCharacter
        | Kind::CaseCollision
        | Kind::UnicodeCollision
        | Kind::Gap
        | Kind::PrefixData
        | Kind::SuffixData
        | Kind::Encrypted
        | Kind::UnknownMethod
        | Kind::TooLarge
        | Kind::UnreadableMode
        | Kind::NestedTooDeep => Severity::Medium,
        Kind::Symlink | Kind::WorldWritable => Severity::Low,
    }
}

/// What makes a run fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FailOn {
    /// Nothing.
    Never,
    /// An anomaly at least this bad.
    From(Severity),
    /// An anomaly of this kind.
    Kind(Kind),
}

impl FailOn {
    /// Whether a known flaw of a package makes the run fail.
    pub(crate) fn fails_for(self, flaw: Severity) -> bool {
        matches!(self, Self::From(least) if flaw >= least)
    }

    /// Whether one of the anomalies makes the run fail.
    pub(crate) fn fails(self, anomalies: &Anomalies) -> bool {
        anomalies.counts().keys().any(|kind| match self {
            Self::Never => false,
            Self::From(least) => severity(*kind) >= least,
            Self::Kind(this) => *kind == this,
        })
    }
}

impl FromStr for FailOn {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "never" {
            return Ok(Self::Never);
        }
        let severity = text.parse().map(Self::From);
        severity.or_else(|_| text.parse().map(Self::Kind)).map_err(|_| {
            format!("`{text}` is neither one of critical, high, medium, low, never nor a kind such as `path-traversal`")
        })
    }
}
