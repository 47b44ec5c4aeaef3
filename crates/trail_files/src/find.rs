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
