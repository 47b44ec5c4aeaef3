//! Which files of the named paths may hold events.

use std::path::PathBuf;

pub use event_files::{FindError as TrailError, Found};

/// Ends of names of files that a walk takes for a trail.
const ENDS: [&str; 5] = [".json", ".json.gz", ".jsonl", ".ndjson", ".gz"];

/// Finds the files: those that are named, whatever their name, and those below named folders that end
/// in `.json`, `.jsonl`, `.ndjson` or `.gz`. Links below a folder are not followed.
///
/// # Errors
/// [`TrailError`] when a named path cannot be opened.
pub fn find(paths: &[PathBuf]) -> Result<Found, TrailError> {
    event_files::find(paths, &ENDS)
}

/// Finds files to follow: as [`find`], and those that were renamed by a number or date (`a.jsonl.1`),
/// whose last lines may not have been read.
///
/// # Errors
/// [`TrailError`] when a named path cannot be opened.
pub(crate) fn find_followed(paths: &[PathBuf]) -> Result<Found, TrailError> {
    let is_trail = |name: &str| ENDS.iter().any(|end| name.ends_with(end));
    event_files::find_where(paths, &|name| {
        let is_number = |it: &str| it.bytes().all(|it| it.is_ascii_digit() || it == b'-');
        let before = name.rsplit_once('.').filter(|(_, end)| !end.is_empty() && is_number(end));
        is_trail(name) || before.is_some_and(|(before, _)| is_trail(before))
    })
}
