//! What a change brings: the findings of an earlier revision, so that only new ones count.

use std::{
    collections::BTreeSet,
    io::Write as _,
    path::{Component, Path, PathBuf},
    process::{Command, Stdio},
};

use jail::{MAX_BYTES, parent_of};

use crate::{
    Request, code_files,
    inputs::common_folder,
    run::{chosen_rules, scan_from},
};

/// Files asked for at once: their ids, 65 bytes each at most, fit in the buffer of a pipe (64 KiB;
/// 16 KiB on macOS).
const BATCH: usize = 200;

/// Largest file that is laid out whatever it is.
const MOST_OF_ANY: usize = 1 << 20;

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
    let scratch = scratch.canonicalize().map_err(io)?;
    let named = request.paths.iter().filter(|path| path.as_os_str() != "-");
    let folders: Vec<PathBuf> = named
        .clone()
        .map(|path| if path.is_dir() { path.as_path() } else { parent_of(path) }.canonicalize())
        .collect::<Result<_, _>>()
        .map_err(io)?;
    // Any file may hold a secret.
    let asks = |rule: &&rules::Rule| matches!(rule.check, rules::Check::Files(_));
    let all = chosen_rules(request).is_ok_and(|rules| rules.into_iter().any(|it| asks(&it)));
    // The same paths below the scratch folder, so that files are shown by the same names.
    let base = common_folder(&folders);
    let mut paths = Vec::new();
    for (path, folder) in named.zip(&folders) {
        let target = scratch.join(folder.strip_prefix(&base).unwrap_or(folder));
        std::fs::create_dir_all(&target).map_err(io)?;
        lay_out(folder, revision, &target, all)?;
        let name = path.file_name().filter(|_| !path.is_dir());
        paths.push(name.map_or_else(|| target.clone(), |name| target.join(name)));
    }
    paths.retain(|path| path.exists());
    if paths.is_empty() {
        return Ok(BTreeSet::new());
    }
    let earlier =
        Request { paths, baseline: None, standard_input: None, edits: false, ..request.clone() };
    let Ok(outcome) = scan_from(&earlier, Some(&scratch), &|_, _| {}) else {
        return Ok(BTreeSet::new());
    };
    Ok(outcome.report.findings.into_iter().map(|finding| finding.fingerprint).collect())
}

/// A file of the earlier revision.
struct Blob {
    id: String,
    size: usize,
    path: PathBuf,
}

/// Writes the files of `folder` that may matter to a scan below `target`, or `all` of moderate size;
/// links are left out.
fn lay_out(folder: &Path, revision: &str, target: &Path, all: bool) -> Result<(), ChangesError> {
    let io = |source| ChangesError::Io { revision: revision.to_owned(), source };
    let prefix = git(folder, revision, &["rev-parse", "--show-prefix"])?;
    let prefix = String::from_utf8_lossy(&prefix).trim_end_matches('\n').to_owned();
    // A revision that begins with a dash would be an option.
    let spec = format!("{revision}^{{tree}}");
    let tree = git(folder, revision, &["rev-parse", "--verify", "--end-of-options", &spec])?;
    let tree = String::from_utf8_lossy(&tree).trim().to_owned();
    let subtree = format!("{tree}:{prefix}");
    if git(folder, revision, &["cat-file", "-e", &subtree]).is_err() {
        // The folder is younger than the revision: all in it is new.
        return Ok(());
    }
    let listing = git(folder, revision, &["ls-tree", "--full-tree", "-r", "-z", "-l", &subtree])?;
    let blobs: Vec<Blob> =
        listing.split(|byte| *byte == 0).filter_map(|row| blob(row, all)).collect();
    for some in blobs.chunks(BATCH) {
        let contents = contents(folder, revision, some)?;
        for (blob, content) in some.iter().zip(contents) {
            let path = target.join(&blob.path);
            std::fs::create_dir_all(parent_of(&path)).map_err(io)?;
            std::fs::write(path, content).map_err(io)?;
        }
    }
    Ok(())
}

/// One row of `git ls-tree -l`: mode, kind, id, size, a tab, the path.
fn blob(row: &[u8], all: bool) -> Option<Blob> {
    let row = String::from_utf8_lossy(row);
    let (facts, name) = row.split_once('\t')?;
    let mut facts = facts.split_whitespace();
    let (mode, _, id, size) = (facts.next()?, facts.next()?, facts.next()?, facts.next()?);
    let size = size.parse::<usize>().ok()?;
    let is_plain = Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
    let is_wanted = matches!(mode, "100644" | "100755")
        && size as u64 <= MAX_BYTES
        && is_plain
        && ((all && size <= MOST_OF_ANY) || may_matter(name));
    is_wanted.then(|| Blob { id: id.to_owned(), size, path: PathBuf::from(name) })
}

fn may_matter(name: &str) -> bool {
    [".yaml", ".yml", ".json", ".template", "ignore"].iter().any(|end| name.ends_with(end))
        || code_files::may_matter(name)
        || inventory::reads(name)
}

/// Contents of the blobs, in order, out of one process.
fn contents(folder: &Path, revision: &str, blobs: &[Blob]) -> Result<Vec<Vec<u8>>, ChangesError> {
    let failed = |message: String| ChangesError::Git { revision: revision.to_owned(), message };
    let mut child = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|source| failed(source.to_string()))?;
    let wanted: String = blobs.iter().flat_map(|blob| [blob.id.as_str(), "\n"]).collect();
    if let Some(mut input) = child.stdin.take() {
        // INVARIANT: the ids of a batch fit in the buffer of a pipe, so this never waits for git
        // while git waits for us.
        input.write_all(wanted.as_bytes()).map_err(|source| failed(source.to_string()))?;
    }
    let output = child.wait_with_output().map_err(|source| failed(source.to_string()))?;
    let mut rest = output.stdout.as_slice();
    let mut contents = Vec::with_capacity(blobs.len());
    for blob in blobs {
        // `<id> blob <size>`, a line break, the content, a line break.
        let start = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |at| at + 1);
        let content = rest.get(start..start + blob.size);
        let content = content.ok_or_else(|| failed("a file of it cannot be read".to_owned()))?;
        contents.push(content.to_vec());
        rest = rest.get(start + blob.size + 1..).unwrap_or_default();
    }
    Ok(contents)
}

pub(crate) fn git(
    folder: &Path,
    revision: &str,
    arguments: &[&str],
) -> Result<Vec<u8>, ChangesError> {
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
