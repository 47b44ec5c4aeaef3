//! What the rule about secrets in files looks at: each secret with its place, never its value.

use finding::{Secret, SecretCommits};
use secret_scan::{Found, is_for_show};
use source_text::{FileId, Place};

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
