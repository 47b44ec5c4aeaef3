//! Which files of the named paths may hold events or logs.

use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

/// The path that stands for standard input.
pub const STANDARD_INPUT: &str = "-";

/// Why nothing could be read.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    /// A path that was named does not exist.
    #[error("there is no file or folder `{}`", path.display())]
    NoSuchPath {
        /// The path.
        path: PathBuf,
    },
    /// A path that was named cannot be opened.
    #[error("`{}` cannot be opened: {source}", path.display())]
    Unreadable {
        /// The path.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

/// Something to tell of a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileRemark {
    /// The file.
    pub path: PathBuf,
    /// What.
    pub message: String,
    /// Whether something was not read.
    pub loses: bool,
}

/// What a walk found.
#[derive(Debug, Default)]
pub struct Found {
    /// Files, sorted, each once; `-` is standard input.
    pub files: Vec<PathBuf>,
    /// Files below folders whose names are not among the ends that were asked for.
    pub others: u64,
    /// Folders that could not be walked.
    pub remarks: Vec<FileRemark>,
}

/// Finds the files: those that are named, whatever their name, and those below named folders that end
/// in one of `ends` (lower case). Links below a folder are not followed.
///
/// # Errors
/// [`FindError`] when a named path cannot be opened.
pub fn find(paths: &[PathBuf], ends: &[&str]) -> Result<Found, FindError> {
    find_where(paths, &|name| ends.iter().any(|end| name.ends_with(end)))
}

/// Finds the files: those that are named, whatever their name, and those below named folders whose name,
/// in lower case, is wanted. Links below a folder are not followed.
///
/// # Errors
/// [`FindError`] when a named path cannot be opened.
pub fn find_where(paths: &[PathBuf], is_wanted: &dyn Fn(&str) -> bool) -> Result<Found, FindError> {
    let mut found = Found::default();
    for path in paths {
        if path.as_os_str() == STANDARD_INPUT {
            found.files.push(path.clone());
            continue;
        }
        let metadata = std::fs::metadata(path).map_err(|source| match source.kind() {
            std::io::ErrorKind::NotFound => FindError::NoSuchPath { path: path.clone() },
            _ => FindError::Unreadable { path: path.clone(), source },
        })?;
        if metadata.is_dir() {
            walk(path, is_wanted, &mut found);
        } else {
            found.files.push(path.clone());
        }
    }
    found.files.sort();
    found.files.dedup();
    Ok(found)
}

fn walk(folder: &Path, is_wanted: &dyn Fn(&str) -> bool, found: &mut Found) {
    // What a repository ignores does not matter here: events are data.
    for entry in WalkBuilder::new(folder).standard_filters(false).follow_links(false).build() {
        match entry {
            Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => {
                let name = entry.file_name().to_string_lossy().to_ascii_lowercase();
                if is_wanted(&name) {
                    found.files.push(entry.into_path());
                } else {
                    found.others += 1;
                }
            }
            Ok(_) => {}
            Err(error) => found.remarks.push(FileRemark {
                path: folder.to_path_buf(),
                message: error.to_string(),
                loses: true,
            }),
        }
    }
}
