//! The whole audit: structure, contents and archives within.

use std::borrow::Cow;

use crate::{
    anomaly::{Anomalies, Kind},
    contents::{self, Checked, ReadError},
    entry::{Entry, Listed},
    limits::Limits,
    package::{Package, bomb},
    source::Source,
};

/// Entries not looked at that are named; more are counted.
const MOST_NAMED: usize = 1_000;
/// Bytes of their names that are kept.
const MOST_NAME_BYTES: usize = 1 << 20;
/// Bytes inflated at a time.
const ROOM: usize = 64 << 10;

/// What an audit found.
#[derive(Clone, Debug, Default)]
pub struct Audit {
    /// Of the structure, the contents and the archives within.
    pub anomalies: Anomalies,
    /// What was not looked at, the first thousand, fewer when their names are very long.
    pub not_looked_at: Vec<NotLookedAt>,
    /// How many more were not looked at.
    pub more_not_looked_at: usize,
    /// Archives within that were read.
    pub archives: usize,
    /// Bytes inflated and checked.
    pub checked: u64,
    /// Bytes that the entries of the package declare to unpack to.
    pub unpacked: u64,
}

/// An entry whose contents were not looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotLookedAt {
    /// Its path, `outer.zip!inner` within a nested archive.
    pub entry: String,
    /// Why not.
    pub reason: String,
}

/// An entry, wherever it stands, for who wants its contents.
#[derive(Debug)]
pub struct File<'v, 'a> {
    outer: &'v str,
    /// The entry.
    pub entry: &'v Entry<'a>,
}

impl<'a> File<'_, 'a> {
    /// The path, `outer.zip!inner` within a nested archive.
    #[must_use]
    pub fn path(&self) -> String {
        within(self.outer, self.entry)
    }

    /// The path of the archive that it stands in; empty for the package itself.
    #[must_use]
    pub fn outer(&self) -> &str {
        self.outer
    }

    /// The contents; stored ones are borrowed.
    ///
    /// # Errors
    /// [`ReadError`] when they are not there, not plain, damaged, or more than `limit` bytes.
    pub fn read(&self, limit: u64) -> Result<Cow<'a, [u8]>, ReadError> {
        contents::read(self.entry, limit)
    }
}

/// Audits contents: each is inflated against its checksum and size, and nested archives are read
/// as packages of their own. `visit` sees every entry of every archive, duplicates and hidden ones
/// too, in order.
pub fn audit(
    package: &Package<'_>,
    limits: &Limits,
    visit: &mut dyn FnMut(&File<'_, '_>),
) -> Audit {
    let mut auditor = Auditor {
        limits,
        left: limits.work,
        held: 0,
        visit,
        room: vec![0; ROOM].into_boxed_slice(),
        named: 0,
        found: Audit::default(),
    };
    let anomalies = auditor.package(package, "", 0);
    let mut found = auditor.found;
    found.anomalies = anomalies;
    found.checked = limits.work - auditor.left;
    found.unpacked = package.unpacked();
    found
}

/// An archive that is an entry.
struct OfEntry<'e> {
    source: Source<'e>,
    entry: &'e Entry<'e>,
    /// Unpacked, in bytes.
    size: u64,
}

struct Auditor<'l> {
    limits: &'l Limits,
    /// Bytes that may still be inflated.
    left: u64,
    /// Bytes of unpacked archives in memory.
    held: u64,
    visit: &'l mut dyn FnMut(&File<'_, '_>),
    room: Box<[u8]>,
    /// Bytes of names of entries that were not looked at.
    named: usize,
    found: Audit,
}

impl Auditor<'_> {
    fn package(&mut self, package: &Package<'_>, outer: &str, depth: usize) -> Anomalies {
        let mut anomalies = package.anomalies().clone();
        for entry in package.entries() {
            package.source.looks_at(entry.name.len());
            (self.visit)(&File { outer, entry });
            if entry.listed == Listed::Directory && !entry.is_folder() {
                self.entry(package.source, entry, outer, depth, &mut anomalies);
            }
        }
        anomalies
    }

    fn entry(
        &mut self,
        source: Source<'_>,
        entry: &Entry<'_>,
        outer: &str,
        depth: usize,
        anomalies: &mut Anomalies,
    ) {
        if entry.size.max(entry.packed) > self.limits.unpacked {
            return self.leave_out(outer, entry, "it is larger than a package may be unpacked");
        }
        if self.left == 0 {
            return self.leave_out(outer, entry, "too much was unpacked before it");
        }
        // Whoever declares too little is followed until it is plain whether that is a bomb.
        let suspicious = entry.packed.saturating_mul(self.limits.ratio).max(self.limits.ratio_from);
        let limit = entry.size.max(suspicious).min(self.limits.unpacked);
        let checked = match contents::sum(source, entry, limit, &mut self.room) {
            Ok(checked) => checked,
            // Encryption, methods and missing bytes were told with the structure.
            Err(error) => return self.leave_out(outer, entry, &error.to_string()),
        };
        self.left = self.left.saturating_sub(checked.size.max(entry.packed).max(1));
        judge(entry, &checked, self.limits, anomalies);
        if matches!(&checked.magic, b"PK\x03\x04" | b"PK\x05\x06") {
            let of_entry = OfEntry { source, entry, size: checked.size };
            self.nested(&of_entry, outer, depth + 1, anomalies);
        }
    }

    fn nested(
        &mut self,
        archive: &OfEntry<'_>,
        outer: &str,
        depth: usize,
        anomalies: &mut Anomalies,
    ) {
        let OfEntry { source, entry, size } = *archive;
        if depth > self.limits.depth {
            let most = self.limits.depth;
            anomalies.add(Kind::NestedTooDeep, || {
                let message = format!("it is an archive {depth} archives deep, of which {most} are looked into; unpack it first");
                (Some(entry.path().into_owned()), message)
            });
            return self.leave_out(outer, entry, "it is an archive too deep within others");
        }
        let limit = self.limits.nested - self.held;
        if size > limit && entry.method != 0 {
            let reason = "it is an archive too large to be looked into; inspect it by itself";
            return self.leave_out(outer, entry, reason);
        }
        let Ok(bytes) = contents::read(entry, limit.max(size)) else { return };
        let held = if matches!(bytes, Cow::Owned(_)) { bytes.len() as u64 } else { 0 };
        self.held += held;
        self.left = self.left.saturating_sub(held);
        let inner = Package::read(source.within(&bytes), self.limits);
        let path = within(outer, entry);
        let of_inner = self.package(&inner, &path, depth);
        anomalies.take_in(&entry.path(), of_inner);
        self.held -= held;
        self.found.archives += 1;
    }

    fn leave_out(&mut self, outer: &str, entry: &Entry<'_>, reason: &str) {
        if self.found.not_looked_at.len() < MOST_NAMED && self.named < MOST_NAME_BYTES {
            let entry = within(outer, entry);
            self.named += entry.len();
            self.found.not_looked_at.push(NotLookedAt { entry, reason: reason.to_owned() });
        } else {
            self.found.more_not_looked_at += 1;
        }
    }
}

/// The path of an entry with the archives around it.
fn within(outer: &str, entry: &Entry<'_>) -> String {
    let path = entry.path();
    if outer.is_empty() { path.into_owned() } else { format!("{outer}!{path}") }
}

/// Whether contents are what the header says.
fn judge(entry: &Entry<'_>, checked: &Checked, limits: &Limits, anomalies: &mut Anomalies) {
    let Checked { size, ended, stopped, .. } = *checked;
    let mut add = |kind, message: String| {
        anomalies.add(kind, || (Some(entry.path().into_owned()), message));
    };
    let declared = entry.size;
    if stopped || (ended && size != declared) {
        let more = if stopped { " or more" } else { "" };
        add(
            Kind::HeaderMismatch,
            format!(
                "it unpacks to {size} bytes{more}, but its header says {declared}; build the package again"
            ),
        );
    } else if !ended {
        add(
            Kind::Truncated,
            format!(
                "its compressed data breaks off or is damaged after {size} bytes; build the package again"
            ),
        );
    } else if checked.crc32 != entry.crc32 {
        add(
            Kind::HeaderMismatch,
            "its contents have another checksum than its header says; build the package again"
                .into(),
        );
    }
    if ended && checked.left > 0 {
        let left = checked.left;
        add(
            Kind::Gap,
            format!(
                "{left} bytes follow its compressed data and belong to nothing; build the package again"
            ),
        );
    }
    if limits.is_bomb(entry.packed, size) && !limits.is_bomb(entry.packed, declared) {
        anomalies.add(Kind::Bomb, || bomb(entry, size));
    }
}
