//! What a change brings: the findings of an earlier revision, so that only new ones count.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{Request, scan};

/// Why an earlier revision could not be scanned.
#[derive(Debug, thiserror::Error)]
pub enum ChangesError {
    /// `git` did not do what was asked.
    #[error("git cannot show `{revision}`: {message}")]
    Git {
        /// As named.
        revision: String,
        /// What git says.
        message: String,
    },
    /// The earlier files could not be laid out for the scan.
    #[error("the files of `{revision}` cannot be laid out: {source}")]
    Io {
        /// As named.
        revision: String,
        /// Why.
        source: std::io::Error,
    },
}

/// Fingerprints of what a scan of the same paths finds at `revision`.
///
/// The files of the revision are written to `scratch`, an empty folder of the caller, which also
/// removes it.
///
/// # Errors
/// [`ChangesError`] when git is missing, the folder is no checkout, or the revision unknown.
pub fn fingerprints_at(
    revision: &str,
    request: &Request,
    scratch: &Path,
) -> Result<BTreeSet<String>, ChangesError> {
    let io = |source| ChangesError::Io { revision: revision.to_owned(), source };
    let mut paths = Vec::new();
    for path in &request.paths {
        let folder = if path.is_dir() { path.clone() } else { parent_of(path) };
        let prefix = git(&folder, revision, &["rev-parse", "--show-prefix"])?;
        let prefix = String::from_utf8_lossy(&prefix).trim().to_owned();
        let target = scratch.join(paths.len().to_string());
        std::fs::create_dir_all(&target).map_err(io)?;
        // A revision that begins with a dash would be an option.
        let spec = format!("{revision}^{{tree}}");
        let tree = git(&folder, revision, &["rev-parse", "--verify", "--end-of-options", &spec])?;
        let tree = String::from_utf8_lossy(&tree).trim().to_owned();
        lay_out(&folder, revision, &tree, &prefix, &target)?;
        let named = path.file_name().filter(|_| !path.is_dir());
        paths.push(named.map_or_else(|| target.clone(), |name| target.join(name)));
    }
    let existing: Vec<PathBuf> = paths.into_iter().filter(|path| path.exists()).collect();
    if existing.is_empty() {
        return Ok(BTreeSet::new());
    }
    let earlier = Request { paths: existing, baseline: None, ..request.clone() };
    let Ok(outcome) = scan(&earlier, &|_, _| {}) else { return Ok(BTreeSet::new()) };
    Ok(outcome.report.findings.into_iter().map(|finding| finding.fingerprint).collect())
}

fn parent_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

/// Writes the files of a tree that may matter to a scan below `target`; links are left out.
fn lay_out(
    folder: &Path,
    revision: &str,
    tree: &str,
    prefix: &str,
    target: &Path,
) -> Result<(), ChangesError> {
    let io = |source| ChangesError::Io { revision: revision.to_owned(), source };
    let subtree = format!("{tree}:{prefix}");
    let listing = git(folder, revision, &["ls-tree", "-r", "-z", "-l", &subtree])?;
    for row in listing.split(|byte| *byte == 0) {
        let row = String::from_utf8_lossy(row);
        let Some((facts, name)) = row.split_once('\t') else { continue };
        let mut facts = facts.split_whitespace();
        let (mode, _, blob, size) = (facts.next(), facts.next(), facts.next(), facts.next());
        let is_file = matches!(mode, Some("100644" | "100755"));
        let is_small = size
            .and_then(|size| size.parse::<u64>().ok())
            .is_some_and(|size| size <= crate::inputs::MAX_BYTES);
        let is_plain = Path::new(name)
            .components()
            .all(|part| matches!(part, std::path::Component::Normal(_)));
        if !(is_file && is_small && is_plain && may_matter(name)) {
            continue;
        }
        let Some(blob) = blob else { continue };
        let bytes = git(folder, revision, &["cat-file", "blob", blob])?;
        let path = target.join(name);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(io)?;
        }
        std::fs::write(path, bytes).map_err(io)?;
    }
    Ok(())
}

fn may_matter(name: &str) -> bool {
    [".yaml", ".yml", ".json", ".template", "ignore"].iter().any(|end| name.ends_with(end))
}

fn git(folder: &Path, revision: &str, arguments: &[&str]) -> Result<Vec<u8>, ChangesError> {
    let error = |message: String| ChangesError::Git { revision: revision.to_owned(), message };
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .output()
        .map_err(|source| error(source.to_string()))?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(error(String::from_utf8_lossy(&output.stderr).trim().replace('\n', "; ")))
    }
}
