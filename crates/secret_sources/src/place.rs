//! A secret with the place where it lies.

use secret_scan::Found;

/// A secret in a file, an entry of an archive, or standard input.
#[derive(Clone, Debug)]
pub struct Placed {
    /// Path below what was named, with `/`; `outer.zip!inner` within an archive.
    pub path: String,
    /// What it is and where in the file.
    pub found: Found,
    /// Whether the rules of the repository keep the file out of git.
    pub is_ignored: bool,
}

impl Placed {
    pub(crate) fn new(path: String, found: Found) -> Self {
        Self { path, found, is_ignored: false }
    }

    /// By path, then by place.
    pub(crate) fn order(&self) -> (&str, u32, u32) {
        (&self.path, self.found.line, self.found.column)
    }
}
