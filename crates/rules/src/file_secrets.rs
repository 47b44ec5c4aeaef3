//! What the rule about secrets in files looks at: each secret with its place, never its value.

use finding::{Secret, SecretCommits};
use source_text::{Place, SmolStr};

/// A secret in a file, an entry of a package, or a commit.
#[derive(Clone, Debug)]
pub struct FileSecret {
    /// Where it is written.
    pub place: Place,
    /// Kind, kebab-case: `github-token`.
    pub kind: SmolStr,
    /// What it is, for people: "a GitHub token".
    pub title: SmolStr,
    /// The name that it stands under, if any.
    pub name: SmolStr,
    /// First twelve hexadecimal digits of the SHA-256 of the value.
    pub hash: String,
    /// What every secret of the kind begins with, and `…`; may be empty.
    pub preview: String,
    /// How sure it is.
    pub certainty: FileCertainty,
    /// Whether the file by its path is a test, an example or a document.
    pub is_for_show: bool,
    /// Whether git keeps the file out of the repository.
    pub is_ignored: bool,
    /// Which commits have it, when it was looked for in a history.
    pub commits: Option<SecretCommits>,
}

/// How sure it is that a value is a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileCertainty {
    /// Its checksum holds: it was issued.
    Proven,
    /// It has a shape that only such a secret has.
    Shape,
    /// The name that it stands under says so.
    Name,
}

impl FileSecret {
    /// What a finding tells of it.
    pub(crate) fn told(&self) -> Secret {
        Secret {
            kind: self.kind.to_string(),
            hash: self.hash.clone(),
            preview: self.preview.clone(),
            commits: self.commits.clone(),
        }
    }
}
