//! What a scan found.

use std::{path::PathBuf, sync::Arc};

use app_model::Application;
use finding::Severity;
use report::Report;
use source_text::Sources;
use user_rules::OwnRules;

use crate::CodeView;

/// What a scan found.
#[derive(Debug)]
pub struct Outcome {
    /// The result as plain data for the reporters.
    pub report: Report,
    /// The folder that paths are shown relative to.
    pub base: PathBuf,
    /// Texts that places point into.
    pub sources: Arc<Sources>,
    /// The applications, when the request asks to keep them.
    pub applications: Vec<Application>,
    /// What is known of the code of each of them, by the same index.
    pub code: Vec<CodeView>,
    /// The rules of the user that were asked beside ours.
    pub own_rules: Arc<OwnRules>,
    /// Whether there was nothing that could be scanned.
    pub is_empty: bool,
}

impl Outcome {
    /// Whether an open finding is at or above `threshold`.
    #[must_use]
    pub fn fails(&self, threshold: Severity) -> bool {
        self.report
            .findings
            .iter()
            .any(|finding| finding.suppressed.is_none() && finding.severity >= threshold)
    }

    /// Whether there were inputs and none of them could be scanned: no result may be taken for a good one.
    #[must_use]
    pub fn is_all_unread(&self) -> bool {
        let summary = &self.report.summary;
        summary.files_scanned == 0 && summary.files_not_scanned > 0
    }

    /// Whether something that should have been scanned was not.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        self.report.summary.is_incomplete() || self.is_empty
    }
}
