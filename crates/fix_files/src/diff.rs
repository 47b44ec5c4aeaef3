//! What changes in a file, as others apply it.

use similar::TextDiff;

use crate::EditedFile;

/// Lines around a change.
const AROUND: usize = 3;

/// The change of a file as a unified diff, which `git apply` and `patch -p1` take.
#[must_use]
pub fn diff(file: &EditedFile) -> String {
    let (from, to) = (format!("a/{}", file.shown), format!("b/{}", file.shown));
    TextDiff::from_lines(&file.old, &file.new)
        .unified_diff()
        .context_radius(AROUND)
        .header(&from, &to)
        .to_string()
}
