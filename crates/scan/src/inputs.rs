//! Which files of the named paths may be templates.

use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use crate::ScanError;

/// Largest file that is opened, in bytes. CloudFormation itself takes 1 MB.
pub(crate) const MAX_BYTES: u64 = 16 << 20;

/// Folders that hold copies of the application or code of others; scanned only when named.
const SKIPPED: [&str; 8] =
    ["node_modules", ".aws-sam", "cdk.out", ".git", ".serverless", ".venv", "venv", "__pycache__"];

/// What a walk found.
#[derive(Debug, Default)]
pub(crate) struct Inputs {
    /// Root that paths are shown relative to; canonical.
    pub(crate) root: PathBuf,
    /// Files, sorted.
    pub(crate) files: Vec<Input>,
    /// Places that could not be looked at, with the reason.
    pub(crate) unreadable: Vec<(String, String)>,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Input {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// Whether the user named it, so that "not a template" must be said.
    pub(crate) is_named: bool,
}

/// Finds the files.
///
/// # Errors
/// [`ScanError`] when a named path does not exist or cannot be opened.
pub(crate) fn find(paths: &[PathBuf]) -> Result<Inputs, ScanError> {
    let mut inputs = Inputs { root: root_of(paths)?, ..Inputs::default() };
    for path in paths {
        let metadata = std::fs::metadata(path).map_err(|source| match source.kind() {
            std::io::ErrorKind::NotFound => ScanError::NoSuchPath { path: path.clone() },
            _ => ScanError::Unreadable { path: path.clone(), source },
        })?;
        if metadata.is_dir() {
            walk(path, &mut inputs);
        } else {
            inputs.files.push(Input { path: path.clone(), is_named: true });
        }
    }
    inputs.files.sort();
    inputs.files.dedup_by(|later, first| later.path == first.path);
    Ok(inputs)
}

/// The first folder named, or the folder of the first file named.
fn root_of(paths: &[PathBuf]) -> Result<PathBuf, ScanError> {
    let folder = paths.iter().find(|path| path.is_dir()).cloned();
    let folder = folder.unwrap_or_else(|| {
        let parent = paths.first().and_then(|path| path.parent());
        match parent {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
            _ => PathBuf::from("."),
        }
    });
    folder.canonicalize().map_err(|source| match source.kind() {
        std::io::ErrorKind::NotFound => {
            ScanError::NoSuchPath { path: paths.first().cloned().unwrap_or(folder) }
        }
        _ => ScanError::Unreadable { path: folder, source },
    })
}

fn walk(folder: &Path, inputs: &mut Inputs) {
    let walk = WalkBuilder::new(folder)
        .hidden(false)
        .follow_links(true)
        .require_git(false)
        .add_custom_ignore_filename(".faasguardignore")
        .filter_entry(|entry| {
            entry.depth() == 0
                || !entry.file_name().to_str().is_some_and(|name| SKIPPED.contains(&name))
        })
        .build();
    for entry in walk {
        match entry {
            Ok(entry) => {
                if entry.file_type().is_some_and(|kind| kind.is_file())
                    && may_be_template(entry.path())
                {
                    inputs.files.push(Input { path: entry.into_path(), is_named: false });
                }
            }
            Err(error) => inputs.unreadable.push(unreadable(folder, &error)),
        }
    }
}

/// By name: YAML, JSON, `.template`. What stands in it is decided when it is read.
fn may_be_template(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    if matches!(
        name,
        "package.json" | "package-lock.json" | "tsconfig.json" | "cdk.json" | "composer.lock"
    ) {
        return false;
    }
    path.extension().and_then(|extension| extension.to_str()).is_some_and(|extension| {
        ["yaml", "yml", "json", "template"]
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known))
    })
}

/// The path that a walk stumbled over, and why.
fn unreadable(folder: &Path, error: &ignore::Error) -> (String, String) {
    let mut at = error;
    let mut path = folder.to_path_buf();
    loop {
        match at {
            ignore::Error::WithPath { path: inner, err } => {
                path.clone_from(inner);
                at = err;
            }
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
                at = err;
            }
            ignore::Error::Loop { child, ancestor } => {
                let reason =
                    format!("a link leads back to `{}`; it is not followed", ancestor.display());
                return (child.display().to_string(), reason);
            }
            _ => return (path.display().to_string(), at.to_string()),
        }
    }
}
