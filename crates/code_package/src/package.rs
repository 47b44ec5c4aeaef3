//! An archive, read whole.

use std::ops::Range;

use sha2::{Digest as _, Sha256};

use crate::{
    anomaly::{Anomalies, Kind},
    collisions,
    directory::{self, Extent, Header},
    end_record::{self, End},
    entry::{Entry, Listed},
    hidden::{self, Seen},
    layout::{self, Owner},
    limits::Limits,
    links, local, modes, names,
    source::{ONE_LOOK, Source},
};

/// The SHA-256 of a file, as in `sha256sum`; Lambda's `CodeSha256` is the same in base64.
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// What an archive holds, and what is odd about its structure.
#[derive(Clone, Debug)]
pub struct Package<'a> {
    pub(crate) source: Source<'a>,
    entries: Vec<Entry<'a>>,
    anomalies: Anomalies,
    unpacked: u64,
    uncatalogued: u64,
}

impl<'a> Package<'a> {
    /// Reads the bytes of an archive. Never fails: what is no archive has the anomaly `truncated`.
    /// Takes time in proportion to the number of entries and the bytes that belong to none, not to
    /// the contents.
    #[must_use]
    pub fn read(source: impl Into<Source<'a>>, limits: &Limits) -> Self {
        let source = source.into();
        let mut package = Self {
            source,
            entries: Vec::new(),
            anomalies: Anomalies::default(),
            unpacked: 0,
            uncatalogued: 0,
        };
        match end_record::read(source, &mut package.anomalies) {
            Some(end) => package.read_listed(&end, limits),
            None => package.recover(limits),
        }
        package.judge(limits);
        package
    }

    /// The entries: those of the central directory in its order, then those that only other
    /// readings find.
    #[must_use]
    pub fn entries(&self) -> &[Entry<'a>] {
        &self.entries
    }

    /// What is odd.
    #[must_use]
    pub fn anomalies(&self) -> &Anomalies {
        &self.anomalies
    }

    /// Unpacked bytes of the entries of the directory, as declared.
    #[must_use]
    pub fn unpacked(&self) -> u64 {
        self.unpacked
    }

    /// Entries that the archive declares beyond those that the limit lets into the catalogue.
    #[must_use]
    pub fn uncatalogued(&self) -> u64 {
        self.uncatalogued
    }

    fn read_listed(&mut self, end: &End<'a>, limits: &Limits) {
        let bytes = self.source.bytes;
        let extent = directory::extent(self.source, end.directory_at, limits.entries);
        let mut full = extent.count == limits.entries;
        if !full {
            self.count(extent, end);
        }
        let mut seen = Seen::default();
        let mut taken = Vec::with_capacity(extent.count + 2);
        self.entries.reserve_exact(extent.count);
        let mut comments = Vec::new();
        let mut looked_at = usize::MAX;
        for header in directory::headers(self.source, end.directory_at, end.shift, extent.count) {
            // Neighbours come into memory together.
            if looked_at != header.local_at / ONE_LOOK {
                looked_at = header.local_at / ONE_LOOK;
                self.source.looks_at(ONE_LOOK);
            }
            seen.headers.insert(header.at);
            if !header.comment.is_empty() {
                comments.push(header.ends - header.comment.len()..header.ends);
            }
            self.source.looks_at(header.ends - header.at);
            self.take(header, &mut seen, &mut taken);
            if self.entries.last().is_some_and(|entry| !seen.has_room(entry, limits)) {
                self.entries.pop();
                full = true;
                break;
            }
        }
        // Nothing is known of what a directory that was not read to its end would have claimed.
        if full {
            self.uncatalogued = end.entries.saturating_sub(self.entries.len() as u64).max(1);
            return;
        }
        if extent.ends > end.directory_at {
            taken.push((end.directory_at..extent.ends, Owner::Directory));
        }
        taken.push((end.at..end.ends, Owner::End));
        seen.ends.insert(end.at);
        let mut areas = layout::check(&mut taken, bytes.len(), &self.entries, &mut self.anomalies);
        areas.extend(comments);
        areas.push(end.ends - end.comment.len()..end.ends);
        for area in areas {
            let (entries, anomalies) = (&mut self.entries, &mut self.anomalies);
            hidden::search(self.source, area, &mut seen, limits, entries, anomalies);
        }
        self.second_directory(end, &mut seen, limits);
        self.uncatalogued += u64::from(seen.is_full(limits));
    }

    /// Whether the directory holds what the end record declares.
    fn count(&mut self, extent: Extent, end: &End<'_>) {
        let Extent { count, ends } = extent;
        let (found, declared) = (count as u64, end.entries);
        let size = (ends.max(end.directory_at) - end.directory_at) as u64;
        if found < declared && ends < end.at {
            self.anomalies.archive(Kind::Truncated, || {
                format!("the central directory breaks off after {found} of {declared} entries; build the package again")
            });
        } else if found != declared {
            self.anomalies.archive(Kind::HeaderMismatch, || {
                format!("the end record counts {declared} entries, but the central directory has {found}; build the package again")
            });
        }
        if size != end.directory_size {
            let declared = end.directory_size;
            self.anomalies.archive(Kind::HeaderMismatch, || {
                format!("the end record gives the central directory {declared} bytes, but it has {size}; build the package again")
            });
        }
    }

    /// Takes over an entry of the directory, compared with its local header.
    fn take(
        &mut self,
        header: Header<'a>,
        seen: &mut Seen,
        taken: &mut Vec<(Range<usize>, Owner)>,
    ) {
        let bytes = self.source.bytes;
        let Header { mut entry, local_at, faults, mut path_dispute, .. } = header;
        let mut faults: Vec<String> = faults
            .iter()
            .map(|fault| format!("the header in the central directory: {fault}"))
            .collect();
        match local::header(bytes, local_at) {
            None => {
                faults.push("it has no local header where the central directory says".to_owned());
            }
            Some(local) => {
                seen.locals.insert(local_at);
                let compared = local::compare(self.source, local_at, &local, &entry);
                faults.extend(compared.faults);
                if compared.data.is_none() {
                    let shown = entry.path().into_owned();
                    let message =
                        "its contents end after the end of the file; build the package again";
                    self.anomalies.add(Kind::Truncated, || (Some(shown), message.to_owned()));
                }
                entry.data = compared.data.and_then(|range| bytes.get(range));
                taken.push((compared.takes, Owner::Entry(self.entries.len())));
                if local.name != entry.name {
                    let name = String::from_utf8_lossy(local.name);
                    faults.push(format!("the local header names it `{name}`"));
                    entry.other_names.push(local.name);
                }
                path_dispute = path_dispute.or(local.extra.path_dispute);
                if let Some(path) = local.extra.path
                    && !entry.other_names.contains(&path)
                {
                    entry.other_names.push(path);
                }
            }
        }
        entry.other_names.retain(|name| *name != entry.name);
        for fault in faults {
            self.anomalies.add(Kind::HeaderMismatch, || {
                (Some(entry.path().into_owned()), format!("{fault}; build the package again"))
            });
        }
        if let Some(dispute) = path_dispute {
            self.anomalies.add(Kind::ExtraPathMismatch, || {
                let message = format!("its Unicode path (extra field 0x7075) {dispute}, so that programs unpack it under different names; store the name in UTF-8 alone");
                (Some(entry.path().into_owned()), message)
            });
        }
        self.entries.push(entry);
    }

    /// Entries of the directory that another reading of the end record finds.
    fn second_directory(&mut self, end: &End<'_>, seen: &mut Seen, limits: &Limits) {
        let bytes = self.source.bytes;
        let Some(at) = end.other_directory else { return };
        let room = limits.entries.saturating_sub(self.entries.len());
        if directory::extent(self.source, at, 1).count == 0 {
            return;
        }
        self.anomalies.archive(Kind::HeaderMismatch, || {
            format!("a second central directory stands at offset {at}, which some programs read; build the package again")
        });
        for header in directory::headers(self.source, at, 0, room) {
            self.source.looks_at(header.ends - header.at);
            if seen.headers.insert(header.at)
                && let Some(entry) = hidden::directory_entry(bytes, header.at)
                && seen.has_room(&entry, limits)
            {
                self.entries.push(entry);
            }
        }
    }

    /// Catalogues what local headers tell, where no end record tells more.
    fn recover(&mut self, limits: &Limits) {
        let message =
            "there is no end record: the file is cut off or no ZIP; build the package again";
        self.anomalies.archive(Kind::Truncated, || message.to_owned());
        let mut quiet = Anomalies::default();
        let mut seen = Seen::default();
        let area = 0..self.source.bytes.len();
        hidden::search(self.source, area, &mut seen, limits, &mut self.entries, &mut quiet);
        self.uncatalogued += u64::from(seen.is_full(limits));
        // The headers of a directory repeat what the local ones say, unless those are gone.
        let locals: std::collections::HashSet<&[u8]> = self
            .entries
            .iter()
            .filter(|it| it.listed == Listed::LocalHeaderOnly)
            .map(|it| it.name)
            .collect();
        self.entries.retain(|it| it.listed == Listed::LocalHeaderOnly || !locals.contains(it.name));
    }

    /// Looks at entries by themselves and together.
    fn judge(&mut self, limits: &Limits) {
        let anomalies = &mut self.anomalies;
        for entry in &self.entries {
            self.source.looks_at(entry.name.len());
            names::check(entry.name, &|| entry.path().into_owned(), anomalies);
            for name in &entry.other_names {
                names::check(name, &|| String::from_utf8_lossy(name).into_owned(), anomalies);
            }
            modes::check(entry, anomalies);
            coding(entry, anomalies);
            if limits.is_bomb(entry.packed, entry.size) {
                anomalies.add(Kind::Bomb, || bomb(entry, entry.size));
            }
            if entry.listed == Listed::Directory {
                self.unpacked = self.unpacked.saturating_add(entry.size);
            }
        }
        let (unpacked, most) = (self.unpacked, limits.unpacked);
        if unpacked > most {
            anomalies.archive(Kind::TooLarge, || {
                format!("the package unpacks to {unpacked} bytes, but Lambda takes {most} with all layers; leave out what the function does not need")
            });
        }
        if self.uncatalogued > 0 {
            let (most, names) = (limits.entries, limits.names);
            anomalies.archive(Kind::TooLarge, || {
                format!("the archive has more than {most} entries, or names of more than {names} bytes, of which the rest was not looked at; split it")
            });
        }
        collisions::check(self.source, &self.entries, anomalies);
        links::check(&self.entries, anomalies);
    }
}

/// Encryption, methods.
fn coding(entry: &Entry<'_>, anomalies: &mut Anomalies) {
    let mut add = |kind, message: String| {
        anomalies.add(kind, || (Some(entry.path().into_owned()), message));
    };
    if entry.is_encrypted() {
        add(
            Kind::Encrypted,
            "it is encrypted, so that neither Lambda nor anybody else can read it; store it plain"
                .into(),
        );
    }
    if !matches!(entry.method, 0 | 8) {
        let method = entry.method;
        add(
            Kind::UnknownMethod,
            format!("its compression method {method} is neither stored nor deflated; pack it anew"),
        );
    }
}

/// The words for a bomb that unpacks to `size` bytes.
pub(crate) fn bomb(entry: &Entry<'_>, size: u64) -> (Option<String>, String) {
    let packed = entry.packed;
    let message = format!(
        "{packed} bytes unpack to {size} or more, as bombs do; remove it, or generate it where it is needed"
    );
    (Some(entry.path().into_owned()), message)
}
