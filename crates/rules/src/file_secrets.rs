//! What the rule about secrets in files looks at: each secret with its place, never its value.

use app_model::{Application, Function};
use finding::{Finding, Secret, SecretCommits};
use secret_scan::{Found, is_for_show};
use source_text::{FileId, Place};

use crate::rank::AboutFunction;

/// A secret in a file, an entry of a package, or a commit.
#[derive(Clone, Debug)]
pub struct FileSecret {
    /// Where it is written.
    pub place: Place,
    /// Which secret, without its value.
    pub found: Found,
    /// Whether the file by its path is a test, an example or a document.
    pub is_for_show: bool,
    /// Whether git keeps the file out of the repository.
    pub is_ignored: bool,
    /// Which commits have it, when it was looked for in a history.
    pub commits: Option<SecretCommits>,
}

impl FileSecret {
    /// A secret in a file with a path.
    #[must_use]
    pub fn new(file: FileId, path: &str, found: Found) -> Self {
        let Found { line, column, .. } = found;
        let place = Place { file, line, column, end_line: line, end_column: column };
        Self { place, found, is_for_show: is_for_show(path), is_ignored: false, commits: None }
    }

    /// What a finding tells of it.
    pub(crate) fn told(&self) -> Secret {
        Secret {
            kind: self.found.kind.to_string(),
            hash: self.found.hash.clone(),
            preview: self.found.preview.clone(),
            commits: self.commits.clone(),
        }
    }
}

/// A finding about what lies in the code of a function, with the way to it; a secret is as bad behind
/// a route as without one.
#[must_use]
pub fn of_function(finding: Finding, app: &Application, function: &Function) -> Finding {
    let severity = finding.severity;
    finding.about(app, function, None).severity(severity)
}
