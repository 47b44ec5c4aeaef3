//! What came of the mending.

use std::path::PathBuf;

use finding::{Finding, RuleKey, Severity};
use fixes::Why;
use source_text::{Diagnostic, Level, Sources};

/// What came of the mending.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Files that change, by path.
    pub files: Vec<EditedFile>,
    /// Findings that are gone.
    pub mended: Vec<Mended>,
    /// Findings of the configuration that stay.
    pub left: Vec<Left>,
    /// Files that were not looked at, in words.
    pub not_looked_at: Vec<String>,
}

/// A file that changes.
#[derive(Clone, Debug)]
pub struct EditedFile {
    /// Where it lies, links followed.
    pub path: PathBuf,
    /// Its path as shown.
    pub shown: String,
    /// Its text before, with a byte order mark if it has one.
    pub old: String,
    /// Its text afterwards.
    pub new: String,
}

/// What is told of a finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// The rule.
    pub rule: RuleKey,
    /// Name of the rule.
    pub name: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Path of its file, as shown.
    pub path: String,
    /// Its line before the mending.
    pub line: u32,
    /// What it says.
    pub message: String,
    /// Logical name of the function.
    pub function: Option<String>,
    /// Logical name of the resource.
    pub resource: Option<String>,
    /// Its identity.
    pub fingerprint: String,
}

impl Told {
    pub(crate) fn of(finding: &Finding, sources: &Sources) -> Self {
        Self {
            rule: finding.rule,
            name: rules::by_id(finding.rule).map_or("", |rule| rule.info.name),
            severity: finding.severity,
            path: sources.path(finding.place.file),
            line: finding.place.line,
            message: finding.message.clone(),
            function: finding.function.clone(),
            resource: finding.resource.clone(),
            fingerprint: finding.fingerprint.clone(),
        }
    }
}

/// A finding that is gone.
#[derive(Clone, Debug, PartialEq)]
pub struct Mended {
    /// The finding.
    pub told: Told,
    /// Whether the fix asks for no judgement.
    pub is_safe: bool,
}

/// A finding that stays.
#[derive(Clone, Debug, PartialEq)]
pub struct Left {
    /// The finding.
    pub told: Told,
    /// Why.
    pub reason: Reason,
}

/// Why a finding stays.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// The text does not take a fix.
    #[error(transparent)]
    Fix(#[from] Why),
    /// Somebody must judge.
    #[error("it is for you to judge ({0}); mend it with `--unsafe-fixes`")]
    Judgement(&'static str),
    /// The file may not be written.
    #[error("{0}")]
    File(&'static str),
    /// The finding would stay with the edit.
    #[error("the edit does not end the finding")]
    Stays,
    /// Another finding would come of the edit.
    #[error("the edit would bring `{0}`")]
    Brings(&'static str),
    /// Too many edits of one file need a proof of their own.
    #[error("too many edits of this file hang on one another; run it again")]
    TooMany,
}

impl Reason {
    /// A word for programs.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Fix(Why::NoFix) => "no-fix",
            Self::Fix(Why::Generated) => "generated",
            Self::Fix(Why::Format) => "format",
            Self::Fix(Why::NotWritten) => "not-written",
            Self::Fix(Why::Several { .. }) => "several",
            Self::Fix(Why::Set(_)) => "text",
            Self::Judgement(_) => "unsafe",
            Self::File(_) => "file",
            Self::Stays => "stays",
            Self::Brings(_) => "brings",
            Self::TooMany => "too-many",
        }
    }
}

/// Remarks on what was not looked at.
pub(crate) fn lost(diagnostics: &[Diagnostic], sources: &Sources) -> Vec<String> {
    diagnostics
        .iter()
        .filter(|it| it.level == Level::Error)
        .map(|it| format!("{}:{}: {}", sources.path(it.place.file), it.place.line, it.message))
        .collect()
}
