//! Python packages: what requirements, lock files and installed distributions tell.
//!
//! A [`Reader`] takes one file after another, in any order, and adds to an [`Inventory`]. When all
//! are read, [`Reader::finish`] connects what is installed the way Python would find it.

#![deny(clippy::disallowed_methods)]

mod address;
mod installed;
mod locks;
mod marker;
mod metadata;
mod pip_conf;
mod pyproject;
mod record;
mod requirement;
mod requirements_txt;

use std::collections::{BTreeMap, BTreeSet};

use component::{Ecosystem, FileRole, Inventory, RemarkKind, lookup_name};

pub use marker::{Environment, holds};
pub use record::{RecordEntry, RecordFault, parse_record, verify_record};
pub use requirement::{RequirementError, Wanted};

/// The name under which Python looks a package up (PEP 503).
#[must_use]
pub fn key(name: &str) -> String {
    lookup_name(Ecosystem::PyPI, name)
}

/// What a file is to this reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Requirements,
    Constraints,
    Poetry,
    PipfileLock,
    Pdm,
    Uv,
    Pylock,
    Pyproject,
    Pipfile,
    PipConf,
    Metadata,
    EggRequires,
    Record,
    DirectUrl,
    Installer,
}

fn kind_of(path: &str) -> Option<Kind> {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let parent = folder.rsplit('/').next().unwrap_or(folder);
    if parent.ends_with(".dist-info") {
        return match file {
            "METADATA" => Some(Kind::Metadata),
            "RECORD" => Some(Kind::Record),
            "direct_url.json" => Some(Kind::DirectUrl),
            "INSTALLER" | "REQUESTED" => Some(Kind::Installer),
            _ => None,
        };
    }
    if parent.ends_with(".egg-info") || parent == "EGG-INFO" {
        return match file {
            "PKG-INFO" => Some(Kind::Metadata),
            "requires.txt" => Some(Kind::EggRequires),
            _ => None,
        };
    }
    let text = file.strip_suffix(".txt");
    match file {
        "poetry.lock" => Some(Kind::Poetry),
        "Pipfile.lock" => Some(Kind::PipfileLock),
        "pdm.lock" => Some(Kind::Pdm),
        "uv.lock" => Some(Kind::Uv),
        "pyproject.toml" => Some(Kind::Pyproject),
        "Pipfile" => Some(Kind::Pipfile),
        "pip.conf" | "pip.ini" => Some(Kind::PipConf),
        _ if file.ends_with(".egg-info") => Some(Kind::Metadata),
        _ if file.starts_with("pylock.") && file.strip_suffix(".toml").is_some() => {
            Some(Kind::Pylock)
        }
        _ if text.is_some_and(|name| name.starts_with("constraints")) => Some(Kind::Constraints),
        _ if text.is_some_and(|name| name.contains("requirements")) => Some(Kind::Requirements),
        _ if text.is_some() && parent == "requirements" => Some(Kind::Requirements),
        _ => None,
    }
}

/// Whether a file of this path says something about Python packages.
#[must_use]
pub fn reads(path: &str) -> bool {
    kind_of(path).is_some()
}

/// Whether a file of this path belongs to an installed distribution's own notes.
#[must_use]
pub fn is_installed(path: &str) -> bool {
    let kinds = [Kind::Metadata, Kind::EggRequires, Kind::Record, Kind::DirectUrl, Kind::Installer];
    kind_of(path).is_some_and(|kind| kinds.contains(&kind))
}

/// A file that a requirements file names with `-r` or `-c`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Include {
    /// Path relative to the same root as the paths handed to [`Reader::read`].
    pub path: String,
    /// Whether it only constrains versions.
    pub constraint: bool,
    /// As it is written.
    written: String,
    from: String,
    line: u32,
}

/// Reads the files of one application or package tree.
#[derive(Debug, Default)]
pub struct Reader {
    installed: BTreeMap<String, installed::Distribution>,
    includes: BTreeSet<Include>,
    read: BTreeSet<String>,
    /// Files that installed distributions say they brought and that this reader would read.
    recorded: BTreeSet<String>,
    constraints: BTreeMap<String, String>,
    extras: BTreeMap<String, BTreeSet<String>>,
}

impl Reader {
    /// A reader that has read nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads one file; whatever is odd becomes a remark. Paths for which [`reads`] says no are left.
    ///
    /// The manifest or lock file of an installed package is not the application's and is left, too: a
    /// `RECORD` that names it must have been read before, so hand in [`is_installed`] paths first.
    pub fn read(&mut self, path: &str, bytes: &[u8], into: &mut Inventory) {
        let Some(kind) = kind_of(path) else { return };
        let is_foreign =
            path.split('/').any(|part| part == "node_modules") || self.is_recorded(path);
        if is_installed(path) || !is_foreign {
            self.read_as(kind, path, bytes, into);
        }
    }

    /// Whether an installed distribution says that it brought the file.
    fn is_recorded(&self, path: &str) -> bool {
        self.recorded.contains(path)
    }

    /// Files named by requirements files that were not handed in yet. Hand each to
    /// [`Self::read_include`]; [`Self::finish`] remarks those that were not.
    #[must_use]
    pub fn includes(&self) -> Vec<Include> {
        self.includes.iter().filter(|include| !self.read.contains(&include.path)).cloned().collect()
    }

    /// Reads a file that a requirements file names, whatever its own name.
    pub fn read_include(&mut self, include: &Include, bytes: &[u8], into: &mut Inventory) {
        let kind = if include.constraint { Kind::Constraints } else { Kind::Requirements };
        self.read_as(kind, &include.path, bytes, into);
    }

    /// The distribution with these notes, in the order in which they are met.
    fn distribution(&mut self, home: String) -> &mut installed::Distribution {
        let order = self.installed.len();
        self.installed.entry(home).or_insert_with(|| installed::Distribution::at(order))
    }

    fn read_as(&mut self, kind: Kind, path: &str, bytes: &[u8], into: &mut Inventory) {
        if !self.read.insert(path.to_owned()) {
            return;
        }
        match kind {
            Kind::Requirements => into.file(path, FileRole::Manifest),
            Kind::Poetry | Kind::PipfileLock | Kind::Pdm | Kind::Uv | Kind::Pylock => {
                into.file(path, FileRole::Lock);
            }
            _ => {}
        }
        match kind {
            Kind::Requirements => requirements_txt::read(path, bytes, self, into),
            Kind::Constraints => requirements_txt::read_constraints(path, bytes, self, into),
            Kind::Poetry => locks::poetry::read(path, bytes, into),
            Kind::PipfileLock => locks::pipfile::read(path, bytes, into),
            Kind::Pdm => locks::pdm::read(path, bytes, into),
            Kind::Uv => locks::uv::read(path, bytes, into),
            Kind::Pylock => locks::pylock::read(path, bytes, into),
            Kind::Pyproject => pyproject::read(path, bytes, into),
            Kind::Pipfile => pyproject::read_pipfile(path, bytes, into),
            Kind::PipConf => pip_conf::read(path, bytes, into),
            Kind::Metadata => installed::read_metadata(path, bytes, self, into),
            Kind::EggRequires => installed::read_egg_requires(path, bytes, self, into),
            Kind::Record => installed::read_record(path, bytes, self, into),
            Kind::DirectUrl => installed::read_direct_url(path, bytes, self, into),
            Kind::Installer => installed::read_installer(path, bytes, self),
        }
    }

    /// The `RECORD` of each installed distribution: its folder, and what it promises.
    pub fn records(&self) -> impl Iterator<Item = (&str, &[RecordEntry])> {
        let records = self.installed.iter();
        records
            .filter(|(_, d)| !d.record.is_empty())
            .map(|(folder, d)| (folder.as_str(), &*d.record))
    }

    /// Connects what is installed.
    ///
    /// `search` are the folders that Python searches, first to last; a distribution elsewhere finds
    /// only its neighbours. Of two distributions of one name in one folder, that which was read
    /// first is found. `python` is the version of Python (`3.12`), when known.
    pub fn finish(self, search: &[String], python: Option<&str>, into: &mut Inventory) {
        for include in self.includes() {
            let what = format!("the file `{}` that is named here was not found", include.written);
            into.remark(&include.from, Some(include.line), RemarkKind::Partial, what);
        }
        requirements_txt::constrain(&self.constraints, into);
        installed::connect(&self.installed, &self.extras, search, python, into);
    }
}

#[cfg(test)]
mod tests;
