//! Lines of files below the folder that was scanned, and of no others.

use std::{
    io,
    path::{Component, Path, PathBuf},
};

use dashboard_view::SourceLines;

/// Largest file of which lines are shown, in bytes.
const MOST_BYTES: u64 = 8 << 20;
/// Lines of one place.
const MOST_LINES: u32 = 100;
/// Longest line, in characters; generated ones are longer, and nobody reads them.
const LONGEST_LINE: usize = 2_000;

/// A folder: the only one of which lines are shown, links followed.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// A folder that is there, or a file, which is then the only one.
    ///
    /// # Errors
    /// That of the system when it cannot be found.
    pub fn new(path: &Path) -> io::Result<Self> {
        Ok(Self { root: path.canonicalize()? })
    }

    /// Where a file named in a result lies, when that is below the folder.
    fn resolve(&self, file: &str) -> Option<PathBuf> {
        // A scan of one file names it by its name alone.
        let folder = if self.root.is_dir() { self.root.as_path() } else { self.root.parent()? };
        let asked = Path::new(file);
        let is_plain = asked.components().all(|it| matches!(it, Component::Normal(_)));
        let full = is_plain.then(|| folder.join(asked).canonicalize().ok()).flatten()?;
        full.starts_with(&self.root).then_some(full)
    }
}

impl SourceLines for Folder {
    fn lines(&self, file: &str, first: u32, last: u32) -> Option<Vec<String>> {
        let text = jail::read_text_up_to(&self.resolve(file)?, MOST_BYTES).ok()?;
        let count = last.checked_sub(first)?.saturating_add(1).min(MOST_LINES);
        let lines = text.lines().skip(usize::try_from(first).ok()?.saturating_sub(1));
        let cut = |line: &str| line.chars().take(LONGEST_LINE).collect();
        Some(lines.take(usize::try_from(count).ok()?).map(cut).collect())
    }
}
