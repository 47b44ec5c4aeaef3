//! A folder. Links are not followed: what one leads to is met elsewhere, or lies outside.

use std::{
    borrow::Cow,
    cell::Cell,
    fs::{self, File},
    io::Read as _,
    path::{Path, PathBuf},
};

use code_package::Limits;
use component::RemarkKind;
use inventory::{Contents, Files, HEAD, Met, reads};

use crate::{Archive, Mapped};

/// Folders that hold no part of a package.
const SKIPPED: [&str; 4] = [".git", ".aws-sam", "cdk.out", ".serverless"];
/// Most names of folders that are looked at.
const MOST_NAMES: usize = 2_000_000;
/// Deepest folders within each other.
const DEEPEST: usize = 100;
/// Bytes that are read of all files together.
const MOST_BYTES: u64 = 4 << 30;
/// Endings of files that are no programs and no archives: most files of a package, which need not be
/// opened to see that.
const TEXTS: [&str; 24] = [
    "cjs", "css", "csv", "cts", "h", "html", "js", "json", "md", "mjs", "mts", "pem", "png", "py",
    "pyc", "pyi", "rst", "scss", "svg", "ts", "tsx", "txt", "yaml", "yml",
];
/// First bytes of a ZIP.
const ARCHIVE: &[u8] = b"PK\x03\x04";

/// A folder.
#[derive(Debug)]
pub struct Folder {
    /// Canonical.
    pub(crate) root: PathBuf,
    /// Nothing outside is read; canonical.
    jail: PathBuf,
    /// Bytes that may still be read.
    pub(crate) left: Cell<u64>,
}

impl Folder {
    /// A folder whose files may name others within `jail`; both are canonical.
    #[must_use]
    pub fn new(root: PathBuf, jail: PathBuf) -> Self {
        Self { root, jail, left: Cell::new(MOST_BYTES) }
    }

    /// The bytes of a file below the folder, or beside it within the jail.
    pub(crate) fn find(
        &self,
        path: &str,
        limit: u64,
    ) -> Option<Result<Cow<'static, [u8]>, String>> {
        let target = self.root.join(path).canonicalize().ok()?;
        let is_inside = target.starts_with(&self.jail) || target.starts_with(&self.root);
        if !is_inside || !target.is_file() {
            return None;
        }
        Some(OnDisk { path: &target, left: &self.left }.bytes(limit))
    }

    fn entry(&self, entry: &Found<'_>, meet: &mut dyn FnMut(Met<'_>)) {
        let contents = OnDisk { path: entry.path, left: &self.left };
        meet(Met::File { path: entry.shown, contents: &contents });
        if reads(entry.shown) || contents.head() != ARCHIVE {
            return;
        }
        if entry.shown.to_ascii_lowercase().strip_suffix(".zip").is_some() {
            let what = "this archive is not looked into; name it itself".to_owned();
            return meet(Met::Remark { path: entry.shown, kind: RemarkKind::Odd, what });
        }
        match Mapped::open(entry.path) {
            Ok(map) => {
                let within = |path: &str| format!("{}!/{path}", entry.shown);
                Archive::new(&map, &Limits::default()).each(&mut |met| match met {
                    Met::File { path, contents } => {
                        meet(Met::File { path: &within(path), contents });
                    }
                    // Jars are odd in many ways that harm nobody.
                    Met::Remark { kind: RemarkKind::Odd, .. } => {}
                    Met::Remark { path, kind, what } => {
                        meet(Met::Remark { path: &within(path), kind, what });
                    }
                });
            }
            Err(error) => {
                let what = format!("the archive cannot be read: {error}");
                meet(Met::Remark { path: entry.shown, kind: RemarkKind::Unread, what });
            }
        }
    }

    /// What a link leads to is met elsewhere when it lies in the folder; else it is lost.
    fn link(&self, entry: &Found<'_>, meet: &mut dyn FnMut(Met<'_>)) {
        let target = entry.path.canonicalize().ok();
        let is_inside = target.as_ref().is_some_and(|target| target.starts_with(&self.root));
        let matters = reads(entry.shown) || target.is_some_and(|target| target.is_dir());
        if matters && !is_inside {
            lost(entry.shown, "this link leads outside the folder: it is not followed", meet);
        }
    }
}

/// What a walk found.
struct Found<'f> {
    path: &'f Path,
    shown: &'f str,
}

fn lost(path: &str, what: impl Into<String>, meet: &mut dyn FnMut(Met<'_>)) {
    meet(Met::Remark { path, kind: RemarkKind::Unread, what: what.into() });
}

impl Files for &Folder {
    fn each(&self, meet: &mut dyn FnMut(Met<'_>)) {
        let mut names = 0;
        let mut open = vec![(self.root.clone(), String::new(), 0)];
        while let Some((folder, shown, depth)) = open.pop() {
            let listed = fs::read_dir(&folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
            let mut entries = match listed {
                Ok(entries) => entries,
                Err(error) => {
                    lost(&shown, format!("this folder cannot be read: {error}"), meet);
                    continue;
                }
            };
            entries.sort_by_key(fs::DirEntry::file_name);
            for entry in entries {
                names += 1;
                if names > MOST_NAMES {
                    let what =
                        format!("there are more than {MOST_NAMES} files: the rest is left out");
                    return lost(&shown, what, meet);
                }
                let name = entry.file_name().to_string_lossy().into_owned();
                let path = entry.path();
                let inner = if shown.is_empty() { name.clone() } else { format!("{shown}/{name}") };
                let found = Found { path: &path, shown: &inner };
                match entry.file_type() {
                    Ok(kind) if kind.is_symlink() => self.link(&found, meet),
                    Ok(kind) if kind.is_dir() && SKIPPED.contains(&name.as_str()) => {}
                    Ok(kind) if kind.is_dir() && depth >= DEEPEST => {
                        lost(&inner, "this folder lies too deep: it is not read", meet);
                    }
                    Ok(kind) if kind.is_dir() => open.push((path, inner, depth + 1)),
                    Ok(kind) if kind.is_file() => self.entry(&found, meet),
                    Ok(_) => {}
                    Err(error) => lost(&inner, error.to_string(), meet),
                }
            }
        }
    }

    fn read(&self, path: &str, limit: u64) -> Option<Result<Cow<'_, [u8]>, String>> {
        self.find(path, limit)
    }
}

/// A file on disk.
pub(crate) struct OnDisk<'f> {
    pub(crate) path: &'f Path,
    pub(crate) left: &'f Cell<u64>,
}

impl OnDisk<'_> {
    fn bytes(&self, limit: u64) -> Result<Cow<'static, [u8]>, String> {
        let limit = limit.min(self.left.get());
        let mut bytes = Vec::new();
        File::open(self.path)
            .and_then(|file| file.take(limit + 1).read_to_end(&mut bytes))
            .map_err(|error| format!("the file cannot be read: {error}"))?;
        let count = bytes.len() as u64;
        self.left.set(self.left.get().saturating_sub(count));
        if count > limit {
            return Err("the file, or all files together, are too large: it is not read".to_owned());
        }
        Ok(Cow::Owned(bytes))
    }
}

impl Contents for OnDisk<'_> {
    fn head(&self) -> Vec<u8> {
        let ending = self.path.extension().and_then(|ending| ending.to_str());
        if ending.is_some_and(|ending| TEXTS.contains(&ending)) {
            return Vec::new();
        }
        let mut head = Vec::with_capacity(HEAD);
        // What cannot be opened is told when it matters by its name.
        let read =
            File::open(self.path).and_then(|file| file.take(HEAD as u64).read_to_end(&mut head));
        if read.is_err() {
            head.clear();
        }
        head
    }

    fn read(&self, limit: u64) -> Result<Cow<'_, [u8]>, String> {
        self.bytes(limit)
    }
}
