//! The files of a package: out of folders and archives, with limits, never outside the root.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::Read as _,
    path::{Path, PathBuf},
};

use code_package::{Limits, Package};
use component::Inventory;
use inventory::{LARGEST_FILE, Reader, View, reads};

use crate::commands::{archive_names::ArchiveNames, package::mapped::Mapped};

/// Folders that hold no part of a package.
const SKIPPED: [&str; 4] = [".git", ".aws-sam", "cdk.out", ".serverless"];
/// Most names of folders that are looked at.
const MOST_NAMES: usize = 2_000_000;
/// Deepest folders within each other.
const DEEPEST: usize = 100;
/// Bytes that are read of all files together.
const MOST_BYTES: u64 = 2 << 30;
/// Rounds in which files that name others are followed.
const MOST_ROUNDS: usize = 10;

/// Collects files into an inventory.
pub(super) struct Files {
    /// Nothing outside is read; canonical.
    root: PathBuf,
    reader: Reader,
    /// What was read: a layer may lie in the folder of the code.
    known: BTreeSet<PathBuf>,
    names: usize,
    bytes: u64,
}

impl Files {
    pub(super) fn new(root: PathBuf) -> Self {
        Self { root, reader: Reader::new(), known: BTreeSet::new(), names: 0, bytes: 0 }
    }

    /// Tells of something that is not here.
    pub(super) fn lost(&mut self, path: &str, why: impl Into<String>) {
        self.reader.lost(path, why);
    }

    /// Reads all files below a folder; links are not followed. Paths begin with `shown`.
    pub(super) fn folder(&mut self, folder: &Path, shown: &str) {
        let mut open = vec![(folder.to_path_buf(), shown.to_owned(), 0)];
        while let Some((folder, shown, depth)) = open.pop() {
            let listed = fs::read_dir(&folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
            let mut entries = match listed {
                Ok(entries) => entries,
                Err(error) => {
                    self.reader.lost(&shown, format!("this folder cannot be read: {error}"));
                    continue;
                }
            };
            entries.sort_by_key(fs::DirEntry::file_name);
            for entry in entries {
                self.names += 1;
                if self.names > MOST_NAMES {
                    let words =
                        format!("there are more than {MOST_NAMES} files: the rest is left out");
                    return self.reader.lost(&shown, words);
                }
                let name = entry.file_name().to_string_lossy().into_owned();
                let path = entry.path();
                let inner = if shown.is_empty() { name.clone() } else { format!("{shown}/{name}") };
                match entry.file_type() {
                    Ok(kind) if kind.is_symlink() => self.link(&path, &inner),
                    Ok(kind) if kind.is_dir() && SKIPPED.contains(&name.as_str()) => {}
                    Ok(kind) if kind.is_dir() && depth >= DEEPEST => {
                        self.reader.lost(&inner, "this folder lies too deep: it is not read");
                    }
                    Ok(kind) if kind.is_dir() => open.push((path, inner, depth + 1)),
                    Ok(kind) if kind.is_file() && reads(&inner) => self.file(&path, &inner),
                    Ok(_) => {}
                    Err(error) => self.reader.lost(&inner, error.to_string()),
                }
            }
        }
    }

    /// What a link leads to is met elsewhere when it lies in the root; else it is lost.
    fn link(&mut self, path: &Path, shown: &str) {
        let target = path.canonicalize().ok();
        let is_inside = target.as_ref().is_some_and(|target| target.starts_with(&self.root));
        let matters = reads(shown) || target.is_some_and(|target| target.is_dir());
        if matters && !is_inside {
            self.reader.lost(shown, "this link leads outside the folder: it is not followed");
        }
    }

    /// Reads one file.
    pub(super) fn file(&mut self, path: &Path, shown: &str) {
        if let Some(bytes) = self.bytes_of(path, shown) {
            self.reader.read(shown, &bytes);
        }
    }

    /// The bytes of a file that was not read yet.
    fn bytes_of(&mut self, path: &Path, shown: &str) -> Option<Vec<u8>> {
        if !self.known.insert(path.to_path_buf()) {
            return None;
        }
        let mut bytes = Vec::new();
        let read =
            File::open(path).and_then(|file| file.take(LARGEST_FILE + 1).read_to_end(&mut bytes));
        if let Err(error) = read {
            self.reader.lost(shown, format!("the file cannot be read: {error}"));
            return None;
        }
        self.bytes += bytes.len() as u64;
        if bytes.len() as u64 > LARGEST_FILE || self.bytes > MOST_BYTES {
            self.reader
                .lost(shown, "the file, or all files together, are too large: it is not read");
            return None;
        }
        Some(bytes)
    }

    /// Reads the entries of an archive and of those within. Paths begin with `shown`.
    pub(super) fn archive(&mut self, path: &Path, shown: &str) -> anyhow::Result<()> {
        let mapped = Mapped::open(path)?;
        let limits = Limits::default();
        let package = Package::read(&mapped, &limits);
        let shown_as = |inner: &str| match shown {
            "" => inner.to_owned(),
            shown => format!("{shown}/{inner}"),
        };
        let mut names = ArchiveNames::default();
        let reader = &mut self.reader;
        let audit = code_package::audit(&package, &limits, &mut |file| {
            let Some(path) = names.of(file).map(|it| shown_as(&it)) else { return };
            match file.read(LARGEST_FILE) {
                Ok(bytes) => reader.read(&path, &bytes),
                Err(error) => reader.lost(&path, error.to_string()),
            }
        });
        for left in &audit.not_looked_at {
            reader.lost(&shown_as(&left.entry), left.reason.clone());
        }
        let archive = if shown.is_empty() { "archive" } else { shown };
        let more = package.uncatalogued() + audit.more_not_looked_at as u64;
        if more > 0 {
            reader.lost(archive, format!("{more} more entries are not looked at"));
        }
        let kinds = audit.anomalies.counts();
        if !kinds.is_empty() {
            let names: Vec<&str> = kinds.keys().map(|kind| kind.as_str()).collect();
            let words = format!(
                "the archive is odd ({}); run `faasguard package inspect` on it",
                names.join(", ")
            );
            reader.doubt(archive, words);
        }
        if package.entries().is_empty() {
            reader.lost(archive, "no entry of a ZIP is in it");
        }
        self.includes_of(&package, &limits, shown);
        Ok(())
    }

    /// Files of an archive that others in it name.
    fn includes_of(&mut self, package: &Package<'_>, limits: &Limits, shown: &str) {
        for _ in 0..MOST_ROUNDS {
            let wanted = self.reader.includes();
            if wanted.is_empty() {
                return;
            }
            let inner = |path: &str| match shown {
                "" => Some(path.to_owned()),
                shown => Some(path.strip_prefix(shown)?.strip_prefix('/')?.to_owned()),
            };
            let reader = &mut self.reader;
            code_package::audit(package, limits, &mut |file| {
                let path = file.path();
                let include = wanted.iter().find(|it| inner(&it.path).as_ref() == Some(&path));
                if let (Some(include), Ok(bytes)) = (include, file.read(LARGEST_FILE)) {
                    reader.read_include(include, &bytes);
                }
            });
            if self.reader.includes().len() == wanted.len() {
                return;
            }
        }
    }

    /// Reads what files name, as long as it lies in the root, and connects all.
    pub(super) fn finish(mut self, view: &View) -> Inventory {
        for _ in 0..MOST_ROUNDS {
            let wanted = self.reader.includes();
            for include in &wanted {
                let target = self.root.join(&include.path).canonicalize();
                let Some(target) =
                    target.ok().filter(|it| it.starts_with(&self.root) && it.is_file())
                else {
                    continue;
                };
                // Read before under its own name, or not at all: then it is told as missing.
                self.known.remove(&target);
                if let Some(bytes) = self.bytes_of(&target, &include.path) {
                    self.reader.read_include(include, &bytes);
                }
            }
            if self.reader.includes().len() == wanted.len() {
                break;
            }
        }
        self.reader.finish(view)
    }
}
