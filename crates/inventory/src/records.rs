//! Installed wheels against their own `RECORD`.

use std::collections::{BTreeMap, BTreeSet};

use component::{Ecosystem, lookup_name};
use inventory_python::{Reader, RecordEntry, RecordFault, verify_record};

use crate::tree::Tree;

/// Most promises about one file that are checked; two wheels share a file now and then.
const MOST_PROMISES: usize = 3;
/// Most faults that are told one by one.
const MOST_FAULTS: usize = 10_000;

/// How a file of an installed wheel is not what it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TamperingKind {
    /// Its bytes are not those that the wheel brought.
    Altered,
    /// The wheel brought it, but it is gone; packaging tools drop tests and programs to save space.
    Missing,
    /// Its digest is of a kind that proves nothing, or its bytes cannot be had.
    Unchecked,
    /// It stands among the wheel's files, but no wheel brought it.
    Added,
}

/// A file of an installed wheel that is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tampering {
    /// How.
    pub kind: TamperingKind,
    /// Path of the file.
    pub path: String,
    /// Folder of the `.dist-info` whose `RECORD` tells, and the line in it; 0 for an added file.
    pub record: (String, u32),
}

pub(crate) fn check(reader: &Reader, tree: &Tree<'_>) -> Vec<Tampering> {
    let mut found = Vec::new();
    // All recorded files by site folder: several wheels share a folder of their names.
    let mut recorded: BTreeSet<String> = BTreeSet::new();
    let mut owned: BTreeSet<(String, String)> = BTreeSet::new();
    let mut promises: BTreeMap<String, usize> = BTreeMap::new();
    for (folder, entries) in reader.records() {
        let site = folder.rsplit_once('/').map_or("", |(site, _)| site);
        for entry in entries.iter().filter(|entry| !entry.path.starts_with("../")) {
            recorded.insert(format!("{site}/{}", entry.path));
            let top = entry.path.split_once('/').map(|(top, _)| top);
            if let Some(top) = top.filter(|top| *top != "__pycache__") {
                owned.insert((format!("{site}/{top}"), folder.to_owned()));
            }
        }
        let (allowed, surplus) = split_surplus(site, entries, &mut promises);
        found.extend(surplus.into_iter().map(|entry| Tampering {
            kind: TamperingKind::Unchecked,
            path: format!("{site}/{}", entry.path),
            record: (folder.to_owned(), entry.line),
        }));
        let mut unread = Vec::new();
        let faults = verify_record(&allowed, |path| {
            let whole = format!("{site}/{path}");
            if !tree.holds(&whole) {
                return None;
            }
            let bytes = tree.bytes(&whole)?;
            if bytes.is_err() {
                unread.push(whole);
            }
            bytes.ok()
        });
        for fault in faults {
            let (kind, path, line) = match fault {
                RecordFault::Altered { path, line } => (TamperingKind::Altered, path, line),
                RecordFault::Missing { path, line } => {
                    let there = unread.contains(&format!("{site}/{path}"));
                    let kind =
                        if there { TamperingKind::Unchecked } else { TamperingKind::Missing };
                    (kind, path, line)
                }
                RecordFault::Unchecked { path, line } => (TamperingKind::Unchecked, path, line),
            };
            found.push(Tampering {
                kind,
                path: format!("{site}/{path}"),
                record: (folder.to_owned(), line),
            });
        }
    }
    let mut told: BTreeSet<&str> = BTreeSet::new();
    for (top, folder) in &owned {
        for path in tree.below(top) {
            let made_by_python =
                path.contains("__pycache__/") || path.strip_suffix(".pyc").is_some();
            if !made_by_python && !is_note(path) && !recorded.contains(path) && told.insert(path) {
                let record = (folder.clone(), 0);
                found.push(Tampering { kind: TamperingKind::Added, path: path.to_owned(), record });
            }
        }
    }
    found.truncate(MOST_FAULTS);
    found
}

/// The top-level modules that each installed distribution brought, by its lookup name.
pub(crate) fn modules(reader: &Reader) -> BTreeMap<String, BTreeSet<String>> {
    let mut modules: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (folder, entries) in reader.records() {
        let notes = folder.rsplit('/').next().unwrap_or(folder);
        let Some((name, _)) = notes.split_once('-') else { continue };
        let of = modules.entry(lookup_name(Ecosystem::PyPI, name)).or_default();
        for entry in entries {
            let (top, inner) = entry.path.split_once('/').unwrap_or((&entry.path, ""));
            let is_note = top.contains(".dist-info") || top.contains(".data");
            if is_note || matches!(top, ".." | "__pycache__" | "bin") {
                continue;
            }
            if !inner.is_empty() {
                of.insert(top.to_owned());
            } else if let Some((module, "py" | "so" | "pyd")) = top.rsplit_once('.') {
                // A compiled module: `x.cpython-313-x86_64-linux-gnu.so`.
                of.insert(module.split('.').next().unwrap_or(module).to_owned());
            }
        }
    }
    modules
}

/// Leaves out promises about files that were looked at often enough, so that many records of one large
/// file cost no more than a few looks at it.
fn split_surplus(
    site: &str,
    entries: &[RecordEntry],
    promises: &mut BTreeMap<String, usize>,
) -> (Vec<RecordEntry>, Vec<RecordEntry>) {
    entries.iter().cloned().partition(|entry| {
        let count = promises.entry(format!("{site}/{}", entry.path)).or_insert(0);
        *count += 1;
        *count <= MOST_PROMISES
    })
}

/// Files that installers write beside the record without recording them.
fn is_note(path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or(path);
    path.contains(".dist-info/")
        && matches!(
            file,
            "RECORD" | "INSTALLER" | "REQUESTED" | "direct_url.json" | "uv_cache.json"
        )
}
