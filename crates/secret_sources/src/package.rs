//! Secrets in a ZIP and in archives within it, read from the bytes; nothing is extracted.

use std::{
    io::Read as _,
    sync::atomic::{AtomicU64, Ordering},
};

use code_package::{Entry, Package, Source};
use rayon::prelude::*;
use secret_patterns::Certainty;
use secret_scan::Scanner;

use crate::{
    coverage::{Coverage, Reason},
    installed::Others,
    place::Placed,
    text::{Look, search},
};

/// How much of archives is looked at.
#[derive(Clone, Copy, Debug)]
pub struct PackageLimits {
    /// Entries of one archive.
    pub entries: usize,
    /// Archives within each other.
    pub depth: usize,
    /// Bytes of one entry, unpacked.
    pub bytes: u64,
    /// Bytes unpacked of one archive and those within.
    pub work: u64,
    /// Bytes of archives within archives that are held at a time.
    pub held: u64,
}

impl Default for PackageLimits {
    fn default() -> Self {
        Self { entries: 200_000, depth: 3, bytes: 256 << 20, work: 2 << 30, held: 32 << 20 }
    }
}

/// The work on one archive and all within.
pub(crate) struct Archives<'a> {
    pub(crate) scanner: &'a Scanner,
    pub(crate) limits: &'a PackageLimits,
    /// Bytes that may still be unpacked.
    work: AtomicU64,
    /// Bytes of inner archives that may still be held.
    room: AtomicU64,
    /// Called with the packed bytes that were worked through.
    passed: &'a (dyn Fn(u64) + Sync),
}

/// What a part of an archive gave.
#[derive(Default)]
pub(crate) struct Part {
    pub(crate) secrets: Vec<Placed>,
    pub(crate) coverage: Coverage,
}

impl Part {
    fn join(mut self, other: Self) -> Self {
        other.join_to(&mut self, usize::MAX);
        self
    }

    /// Adds itself to another, whose secrets may be one more than `most`, so that it is seen that
    /// there are more.
    pub(crate) fn join_to(self, whole: &mut Self, most: usize) {
        let room = most.saturating_add(1).saturating_sub(whole.secrets.len());
        whole.secrets.extend(self.secrets.into_iter().take(room));
        whole.coverage.add(self.coverage);
    }
}

impl<'a> Archives<'a> {
    pub(crate) fn new(
        scanner: &'a Scanner,
        limits: &'a PackageLimits,
        passed: &'a (dyn Fn(u64) + Sync),
    ) -> Self {
        let (work, room) = (AtomicU64::new(limits.work), AtomicU64::new(limits.held));
        Self { scanner, limits, work, room, passed }
    }

    /// Looks into an archive; `name` is shown before the names of its entries.
    pub(crate) fn look_into<'b>(&self, bytes: impl Into<Source<'b>>, name: &str) -> Part {
        let mut part = self.package(bytes.into(), name, 0);
        part.secrets.sort_by(|one, other| one.order().cmp(&other.order()));
        part
    }

    fn package(&self, bytes: Source<'_>, name: &str, depth: usize) -> Part {
        let limits = code_package::Limits {
            entries: self.limits.entries,
            ..code_package::Limits::default()
        };
        let package = Package::read(bytes, &limits);
        let mut part = Part::default();
        part.coverage.archives = 1;
        if package.uncatalogued() > 0 || package.entries().is_empty() && bytes.len() > 22 {
            part.coverage
                .note(name, Reason::Packed("not all of its entries can be read".to_owned()));
        }
        let others = Others::of(&package);
        let work = |room: &mut Vec<u8>, entry: &Entry<'_>| {
            let mut part = self.entry(entry, name, depth, room);
            // In packages of others a name says little: their documents and tests are full of them.
            if !part.secrets.is_empty() && others.hold(&entry.path()) {
                part.secrets.retain(|it| it.found.certainty == Certainty::Certain);
            }
            part
        };
        let parts = package.entries().par_iter().map_init(Vec::new, work);
        part.join(parts.reduce(Part::default, Part::join))
    }

    fn entry(&self, entry: &Entry<'_>, outer: &str, depth: usize, room: &mut Vec<u8>) -> Part {
        let mut part = Part::default();
        if entry.is_folder() {
            return part;
        }
        let path = format!("{outer}!{}", entry.path());
        let refused = |mut part: Part, reason: Reason| {
            part.coverage.note(&path, reason);
            part
        };
        let left = self.work.load(Ordering::Relaxed);
        if left == 0 {
            return refused(part, Reason::Packed("too much was unpacked before it".to_owned()));
        }
        let mut contents = match entry.stream() {
            Ok(contents) => contents,
            Err(error) => return refused(part, Reason::Packed(error.to_string())),
        };
        let limit = self.limits.bytes.min(left);
        let look = search(&mut contents, &entry.path(), self.scanner, limit, room);
        let spent = match &look {
            Ok(Look::Text { bytes, .. }) => *bytes,
            _ => 8 << 10,
        };
        take(&self.work, spent.max(entry.packed.min(left)));
        (self.passed)(entry.packed);
        match look {
            Ok(Look::Text { bytes, found, reason }) => {
                part.coverage.files += 1;
                part.coverage.bytes += bytes;
                if let Some(reason) = reason {
                    part.coverage.note(&path, reason);
                }
                let placed = found.into_iter().map(|found| Placed::new(path.clone(), found));
                part.secrets.extend(placed);
            }
            Ok(Look::Binary) => part.coverage.binaries += 1,
            Ok(Look::Archive) => return self.nested(entry, &path, depth + 1),
            Err(_) => part.coverage.note(&path, Reason::Damaged),
        }
        part
    }

    /// An archive within: held in memory, unless it is stored as it is.
    fn nested(&self, entry: &Entry<'_>, path: &str, depth: usize) -> Part {
        let mut part = Part::default();
        let refused = |mut part: Part, words: &str| {
            part.coverage.note(path, Reason::Packed(words.to_owned()));
            part
        };
        if depth > self.limits.depth {
            return refused(part, "it is an archive too deep within others");
        }
        if entry.method == 0
            && let Some(bytes) = entry.data
        {
            return self.package(bytes.into(), path, depth);
        }
        let size = entry.size;
        let has_room = self
            .room
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |room| room.checked_sub(size));
        if has_room.is_err() {
            return refused(
                part,
                "it is an archive too large to be looked into; look at it by itself",
            );
        }
        let mut bytes = Vec::new();
        let read = entry.stream().map(|contents| contents.take(size).read_to_end(&mut bytes));
        take(&self.work, bytes.len() as u64);
        if matches!(read, Ok(Ok(_))) {
            part = self.package((&bytes).into(), path, depth);
        } else {
            part.coverage.note(path, Reason::Damaged);
        }
        drop(bytes);
        self.room.fetch_add(size, Ordering::Relaxed);
        part
    }
}

fn take(from: &AtomicU64, amount: u64) {
    let less = |left: u64| Some(left.saturating_sub(amount));
    let _ = from.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
}
