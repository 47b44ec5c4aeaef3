//! Which files may be edited.

use std::path::{Path, PathBuf};

use crate::Reason;

/// The mark that some editors of UTF-8 begin a file with.
const MARK: &str = "\u{feff}";

/// Largest file of a module that is read for what it defines, in bytes, and how many are.
const LARGEST_BESIDE: u64 = 1 << 20;
const MOST_BESIDE: usize = 200;

/// A file that may be edited.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// Canonical.
    pub(crate) path: PathBuf,
    /// The byte order mark, if it begins with one.
    pub(crate) mark: &'static str,
}

/// The folders that were named, and those of the files that were, canonical.
pub(crate) fn roots(paths: &[PathBuf]) -> Vec<PathBuf> {
    let folder = |path: &PathBuf| {
        let path = path.as_path();
        let parent =
            path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // A link that is named is not its target.
        if path.is_dir() { path } else { parent }.canonicalize().ok()
    };
    paths.iter().filter_map(folder).collect()
}

/// The file behind a path, when it may be edited and says what was scanned.
pub(crate) fn target(path: &Path, roots: &[PathBuf], scanned: &str) -> Result<Target, Reason> {
    let full = path.canonicalize().map_err(|_| Reason::File("the file cannot be opened"))?;
    if !roots.iter().any(|root| full.starts_with(root)) {
        return Err(Reason::File("the file is a link to a place outside of what was named"));
    }
    if full.components().any(|part| part.as_os_str() == ".terraform") {
        return Err(Reason::File("the file is a copy of a module of others"));
    }
    let bytes = std::fs::read(&full).map_err(|_| Reason::File("the file cannot be opened"))?;
    let mark = if bytes.starts_with(MARK.as_bytes()) { MARK } else { "" };
    if bytes.get(mark.len()..) != Some(scanned.as_bytes()) {
        return Err(Reason::File("the file is not UTF-8, or has changed meanwhile"));
    }
    Ok(Target { path: full, mark })
}

/// Texts of the other files of Terraform in the folder of one, as far as they lie in what was named.
pub(crate) fn beside(file: &Path, folder: &Path, roots: &[PathBuf]) -> Vec<String> {
    let Ok(entries) = folder.read_dir() else { return Vec::new() };
    let paths = entries.filter_map(|entry| entry.ok()?.path().canonicalize().ok());
    let mut paths: Vec<PathBuf> = paths
        .filter(|path| {
            path != file
                && scan::is_terraform(path)
                && roots.iter().any(|root| path.starts_with(root))
                && path.metadata().is_ok_and(|it| it.is_file() && it.len() <= LARGEST_BESIDE)
        })
        .collect();
    paths.sort();
    paths.truncate(MOST_BESIDE);
    paths.iter().filter_map(|path| std::fs::read_to_string(path).ok()).collect()
}
