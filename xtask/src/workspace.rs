//! The workspace as Cargo and the disk see it: packages with their floors, files with their lengths.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

use crate::Failure;

/// The packages of the workspace and where they stand.
#[derive(Debug)]
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    pub(crate) packages: Vec<Package>,
}

/// One package.
#[derive(Debug, Default)]
pub(crate) struct Package {
    pub(crate) name: String,
    /// `[package.metadata] floor`; `None` when the manifest does not say it.
    pub(crate) floor: Option<i64>,
    /// The folder of its manifest.
    pub(crate) folder: PathBuf,
    pub(crate) dependencies: Vec<Dependency>,
    /// Built by `cargo build` without `--workspace`.
    pub(crate) is_default: bool,
}

/// One line of a manifest's dependencies.
#[derive(Debug)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// Only for tests, benches and examples.
    pub(crate) is_dev: bool,
    /// From this repository, not from a registry.
    pub(crate) is_path: bool,
}

/// A source file and how long it is.
#[derive(Debug, Clone)]
pub(crate) struct Room {
    /// Relative to the root of the workspace, with `/`.
    pub(crate) path: String,
    pub(crate) lines: usize,
}

/// The root of the workspace: the folder above this crate's.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// The Cargo that runs us, asked as from a shell: build scripts (that of `ring`) are run again when what
/// Cargo tells of us stands in their environment, and all that depends on them is built once more.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    for (name, _) in env::vars_os() {
        let is_about_us = name.to_str().is_some_and(|name| {
            ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|it| name.starts_with(it))
        });
        if is_about_us {
            command.env_remove(name);
        }
    }
    command
}

/// Where Cargo puts what it builds.
pub(crate) fn target_folder() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// The `faasguard` program of the release build, when it stands.
pub(crate) fn release_binary() -> Option<PathBuf> {
    let name = format!("faasguard{}", env::consts::EXE_SUFFIX);
    Some(target_folder().join("release").join(name)).filter(|path| path.is_file())
}

impl Workspace {
    /// Asks Cargo.
    pub(crate) fn load() -> Result<Self, Failure> {
        let output =
            cargo().args(["metadata", "--no-deps", "--offline", "--format-version=1"]).output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
        }
        let metadata: Value = serde_json::from_slice(&output.stdout)?;
        let list = |name: &str| metadata.get(name).and_then(Value::as_array).into_iter().flatten();
        let is_default =
            |value: &Value| list("workspace_default_members").any(|id| *id == value["id"]);
        let packages = list("packages")
            .map(|value| Package { is_default: is_default(value), ..package(value) })
            .collect();
        Ok(Self { root: root(), packages })
    }
}

fn package(value: &Value) -> Package {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let manifest = PathBuf::from(text(&value["manifest_path"]));
    let dependencies = value["dependencies"].as_array().into_iter().flatten();
    Package {
        name: text(&value["name"]),
        floor: value.pointer("/metadata/floor").and_then(Value::as_i64),
        folder: manifest.parent().map(Path::to_path_buf).unwrap_or_default(),
        dependencies: dependencies
            .map(|dependency| Dependency {
                name: text(&dependency["name"]),
                is_dev: dependency["kind"] == "dev",
                is_path: dependency["path"].is_string(),
            })
            .collect(),
        is_default: false,
    }
}

/// Every Rust file below `folder`, sorted; build output, repositories and hidden folders left out.
pub(crate) fn rooms(root: &Path, folder: &Path) -> io::Result<Vec<Room>> {
    let mut rooms = Vec::new();
    for path in files(folder)? {
        if path.extension().is_some_and(|extension| extension == "rs") {
            let lines = fs::read_to_string(&path)?.lines().count();
            rooms.push(Room { path: relative(root, &path), lines });
        }
    }
    Ok(rooms)
}

/// Every file below `folder`, sorted by path; build output and hidden folders left out.
pub(crate) fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name();
            let is_hidden = name.to_string_lossy().starts_with('.');
            if entry.file_type()?.is_dir() {
                if !is_hidden && name != "target" && name != "node_modules" {
                    folders.push(entry.path());
                }
            } else {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// `path` below `root`, with `/` on every system.
pub(crate) fn relative(root: &Path, path: &Path) -> String {
    let inner = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<_> = inner.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}
