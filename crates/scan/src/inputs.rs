//! Which files of the named paths may be templates, and which are code.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use code_ir::Language;
use ignore::{DirEntry, Walk, WalkBuilder};
use jail::parent_of;
use source_text::{FileId, Level};

use crate::{
    ScanError, bicep, cdk,
    code_files::{Packages, language_of},
    services, terraform,
};

/// Folders that hold copies of the application or code of others; scanned only when named.
const SKIPPED: [&str; 9] = [
    "node_modules",
    ".aws-sam",
    "cdk.out",
    ".git",
    ".serverless",
    ".terraform",
    ".venv",
    "venv",
    "__pycache__",
];

/// The path that stands for standard input.
const STANDARD_INPUT: &str = "-";

/// What a walk found.
#[derive(Debug, Default)]
pub(crate) struct Inputs {
    /// Folder that paths are shown relative to; canonical.
    pub(crate) base: PathBuf,
    /// Folders that the user named, or those of the files named; nothing outside is read.
    pub(crate) roots: Vec<PathBuf>,
    /// Files, sorted, each once.
    pub(crate) files: Vec<Input>,
    /// Folders with Terraform configuration, those of modules, too.
    pub(crate) terraform: BTreeSet<PathBuf>,
    /// Bicep sources, those of modules, too.
    pub(crate) bicep: BTreeSet<PathBuf>,
    /// Files of code, sorted, each once.
    pub(crate) code: Vec<Input>,
    /// Files of code that were read before the code is, by their paths as shown.
    pub(crate) known: BTreeMap<String, FileId>,
    /// Manifests and lock files, sorted, each once; their canonical paths.
    pub(crate) packages: Vec<PathBuf>,
    /// Archives that the user named, sorted, each once.
    pub(crate) archives: Vec<PathBuf>,
    /// Folders that were walked; their code is among the files of code.
    pub(crate) walked: Vec<PathBuf>,
    /// Places that were not looked at.
    pub(crate) remarks: Vec<Remark>,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Input {
    /// Where it is: the canonical folder and the name in it.
    pub(crate) path: PathBuf,
    /// How it came here.
    pub(crate) kind: InputKind,
}

/// How a file came to be scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum InputKind {
    /// The user named it, or a manifest did: "not a template" must be said.
    Named,
    /// A walk met it.
    Found,
    /// It is what the program was given on standard input.
    Standard,
}

/// A place that was not looked at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Remark {
    /// Where.
    pub(crate) path: PathBuf,
    /// Whether something is lost by it.
    pub(crate) level: Level,
    /// Why.
    pub(crate) message: String,
}

impl Remark {
    pub(crate) fn error(path: PathBuf, message: impl Into<String>) -> Self {
        Self { path, level: Level::Error, message: message.into() }
    }
}

/// Finds the files. Paths are shown relative to `base`, or, without one, to the folder that all
/// that is named lies in.
///
/// # Errors
/// [`ScanError`] when a named path does not exist or cannot be opened.
pub(crate) fn find(paths: &[PathBuf], base: Option<&Path>) -> Result<Inputs, ScanError> {
    let mut inputs = Inputs::default();
    let mut folders = Vec::new();
    for path in paths {
        if path.as_os_str() == STANDARD_INPUT {
            inputs.files.push(Input { path: path.clone(), kind: InputKind::Standard });
            continue;
        }
        let failed = |source| cannot_open(path, source);
        let is_folder = std::fs::metadata(path).map_err(failed)?.is_dir();
        let root = if is_folder { path.as_path() } else { parent_of(path) };
        let root = root.canonicalize().map_err(failed)?;
        if is_folder {
            folders.push(root.clone());
        } else if let Some(name) = path.file_name() {
            let input = Input { path: root.join(name), kind: InputKind::Named };
            let is_code = name.to_str().and_then(Language::of_path).is_some();
            if terraform::is_configuration(&input.path) {
                inputs.terraform.insert(root.clone());
            } else if bicep::is_source(&input.path, true) {
                inputs.bicep.insert(input.path);
            } else if is_archive(&input.path) {
                inputs.archives.push(input.path);
            } else if reads_packages(Path::new(name)) {
                inputs.packages.push(input.path);
            } else if is_code {
                services::meet_code(&input.path, &mut inputs);
                inputs.code.push(input);
            } else {
                services::add_composed(&input.path, &root, &mut inputs);
                inputs.files.push(input);
            }
        }
        inputs.roots.push(root);
    }
    inputs.base = match base {
        Some(base) => base.to_path_buf(),
        None => common_folder(&inputs.roots),
    };
    folders.sort();
    folders.dedup();
    for folder in &folders {
        walk(folder, &mut inputs);
    }
    inputs.walked = folders;
    // Of a file that is both named and found, the first of the two stays: named.
    inputs.files.sort();
    inputs.files.dedup_by(|later, first| later.path == first.path);
    inputs.code.sort();
    inputs.code.dedup_by(|later, first| later.path == first.path);
    inputs.archives.sort();
    inputs.archives.dedup();
    inputs.packages.sort();
    inputs.packages.dedup();
    inputs.remarks.sort();
    inputs.remarks.dedup();
    Ok(inputs)
}

fn cannot_open(path: &Path, source: std::io::Error) -> ScanError {
    match source.kind() {
        std::io::ErrorKind::NotFound => ScanError::NoSuchPath { path: path.to_path_buf() },
        _ => ScanError::Unreadable { path: path.to_path_buf(), source },
    }
}

/// The deepest folder that holds all of `roots`; for one root, the root itself.
pub(crate) fn common_folder(roots: &[PathBuf]) -> PathBuf {
    let Some((first, rest)) = roots.split_first() else { return PathBuf::new() };
    first
        .ancestors()
        .find(|folder| rest.iter().all(|root| root.starts_with(folder)))
        .map(Path::to_path_buf)
        .unwrap_or_default()
}

/// Code below a folder that a template names.
pub(crate) fn code_below(folder: &Path) -> Inputs {
    let mut inputs = Inputs::default();
    walk(folder, &mut inputs);
    inputs
}

/// A walk over what is looked at below a folder.
pub(crate) fn walk_of(folder: &Path) -> Walk {
    let is_skipped = |name: &std::ffi::OsStr| name.to_str().is_some_and(|n| SKIPPED.contains(&n));
    WalkBuilder::new(folder)
        .hidden(false)
        // Links are looked at one by one: what they lead to is scanned where it stands, or lies
        // outside and is not the user's to show.
        .follow_links(false)
        .require_git(false)
        // What a user ignores everywhere must not change what a repository's scan finds.
        .git_global(false)
        // A folder of build results is usually ignored by those above it; it was named all the same.
        .parents(!folder.file_name().is_some_and(is_skipped))
        .add_custom_ignore_filename(".faasguardignore")
        .filter_entry(move |entry| {
            entry.depth() == 0 || !(is_skipped(entry.file_name()) || is_environment(entry))
        })
        .build()
}

fn walk(folder: &Path, inputs: &mut Inputs) {
    let mut manifests = Vec::new();
    let mut packages = Packages::default();
    for entry in walk_of(folder) {
        match entry {
            Ok(entry) => {
                packages.meet(entry.path());
                if entry.file_name() == "manifest.json" {
                    manifests.push(entry.path().to_path_buf());
                }
                meet(&entry, folder, inputs);
            }
            Err(error) => inputs.remarks.extend(remark_of(folder, &error)),
        }
    }
    inputs.code.retain(|input| input.kind == InputKind::Named || !packages.hold(&input.path));
    for manifest in manifests {
        cdk::stacks_of(&manifest, folder, inputs);
    }
}

/// Decides about one entry of a walk.
fn meet(entry: &DirEntry, root: &Path, inputs: &mut Inputs) {
    let path = entry.path();
    let Some(kind) = entry.file_type() else { return };
    if kind.is_file() && may_deploy(path) {
        inputs.files.push(Input { path: path.to_path_buf(), kind: InputKind::Found });
    }
    if kind.is_symlink() {
        meet_link(path, root, inputs);
    } else if kind.is_file() && reads_packages(path.strip_prefix(root).unwrap_or(path)) {
        inputs.packages.push(path.to_path_buf());
    } else if kind.is_file() && terraform::is_configuration(path) {
        inputs.terraform.insert(parent_of(path).to_path_buf());
    } else if kind.is_file() && bicep::is_source(path, false) {
        inputs.bicep.insert(path.to_path_buf());
    } else if kind.is_file() && may_be_template(path) {
        inputs.files.push(Input { path: path.to_path_buf(), kind: InputKind::Found });
    } else if kind.is_file() && language_of(path, root).is_some() {
        services::meet_code(path, inputs);
        inputs.code.push(Input { path: path.to_path_buf(), kind: InputKind::Found });
    } else if !kind.is_file() && !kind.is_dir() && may_be_template(path) {
        let message = "this is a pipe, socket or device and was not read";
        inputs.remarks.push(Remark::error(path.to_path_buf(), message));
    }
}

fn meet_link(path: &Path, root: &Path, inputs: &mut Inputs) {
    let path = path.to_path_buf();
    let target = match path.canonicalize() {
        Ok(target) => target,
        Err(error) => {
            if may_be_template(&path) {
                let message = format!("this link leads to nothing that can be read: {error}");
                inputs.remarks.push(Remark::error(path, message));
            }
            return;
        }
    };
    if target.starts_with(root) {
        if target.is_file() && may_be_template(&path) && !may_be_template(&target) {
            inputs.files.push(Input { path, kind: InputKind::Found });
        } else if root.starts_with(&target) || path.starts_with(&target) {
            let message = "this link leads back to a folder above it and is not followed".into();
            inputs.remarks.push(Remark { path, level: Level::Note, message });
        }
        return;
    }
    let message = "this link leads outside the scanned folder and is not followed; name what it \
                   leads to if it is to be scanned";
    if target.is_dir() {
        let message = message.to_owned();
        inputs.remarks.push(Remark { path, level: Level::Warning, message });
    } else if may_be_template(&path) {
        inputs.remarks.push(Remark::error(path, message));
    }
}

/// Whether a file is the package of a function or layer, by its name.
fn is_archive(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|it| {
        ["zip", "jar", "war", "whl"].iter().any(|known| it.eq_ignore_ascii_case(known))
    })
}

/// Whether a file says what packages a project uses, by its path in the folder that was named. The
/// list of an installed distribution's files says nothing without those files.
fn reads_packages(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name != "RECORD")
        && inventory::reads(&path.to_string_lossy().replace('\\', "/"))
}

/// Whether a folder is an environment of Python, whatever its name: nothing of it is deployed.
fn is_environment(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_dir()) && entry.path().join("pyvenv.cfg").is_file()
}

/// Whether commands in a file may deploy something, by its name.
fn may_deploy(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == "package.json")
        || deployment_manager::is_script(&path.to_string_lossy())
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
    crate::live::may_be_snapshot(path)
        || path.extension().and_then(|extension| extension.to_str()).is_some_and(|extension| {
            ["yaml", "yml", "json", "template"]
                .iter()
                .any(|known| extension.eq_ignore_ascii_case(known))
        })
}

/// The path that a walk stumbled over, and why.
fn remark_of(folder: &Path, error: &ignore::Error) -> Option<Remark> {
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
            ignore::Error::Partial(errors) => at = errors.first()?,
            ignore::Error::Io(error) => {
                return Some(Remark::error(path, format!("this cannot be read: {error}")));
            }
            _ => return Some(Remark::error(path, at.to_string())),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::common_folder;

    #[test]
    fn the_common_folder_of_one_root_is_the_root() {
        let path = PathBuf::from;
        assert_eq!(common_folder(&[path("/a/b")]), path("/a/b"));
        assert_eq!(common_folder(&[path("/a/b"), path("/a/bc")]), path("/a"));
        assert_eq!(common_folder(&[path("/a/b"), path("/a/b/c")]), path("/a/b"));
        assert_eq!(common_folder(&[path("/a"), path("/b")]), path("/"));
    }
}
