//! Entries in bytes that belong to nobody: programs that read from front to back, or search for
//! another end, see them.

use std::{collections::HashSet, ops::Range};

use crate::{
    anomaly::{Anomalies, Kind},
    directory,
    entry::{Entry, Listed},
    fields::{CENTRAL_HEADER, END_RECORD, LOCAL_HEADER, ZIP64_END_RECORD, array, offset},
    limits::Limits,
    local,
    source::Source,
};

/// What was found so far, so that nothing is catalogued twice.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) locals: HashSet<usize>,
    pub(crate) headers: HashSet<usize>,
    pub(crate) ends: HashSet<usize>,
    /// Places that look like headers and were read.
    pub(crate) tries: usize,
    /// Bytes of the names that were catalogued.
    pub(crate) names: usize,
}

impl Seen {
    /// Whether something may have been left out.
    pub(crate) fn is_full(&self, limits: &Limits) -> bool {
        self.tries >= limits.entries || self.names > limits.names
    }

    /// Counts the names of an entry; whether they are within the limit.
    pub(crate) fn has_room(&mut self, entry: &Entry<'_>, limits: &Limits) -> bool {
        let other: usize = entry.other_names.iter().map(|name| name.len()).sum();
        self.names = self.names.saturating_add(entry.name.len() + other);
        self.names <= limits.names
    }
}

/// Looks for headers and end records in an area; entries go to the catalogue. How many places
/// are tried has a limit, in all areas together.
pub(crate) fn search<'a>(
    source: Source<'a>,
    area: Range<usize>,
    seen: &mut Seen,
    limits: &Limits,
    entries: &mut Vec<Entry<'a>>,
    anomalies: &mut Anomalies,
) {
    let bytes = source.bytes;
    for at in source.find(area, b"PK") {
        match array(bytes, at) {
            Some(LOCAL_HEADER) if seen.tries < limits.entries && seen.locals.insert(at) => {
                seen.tries += 1;
                if let Some(entry) = local_entry(bytes, at)
                    && seen.has_room(&entry, limits)
                {
                    tell(
                        &entry,
                        "stands in a local header that the central directory does not list",
                        anomalies,
                    );
                    entries.push(entry);
                }
            }
            Some(CENTRAL_HEADER) if seen.tries < limits.entries && seen.headers.insert(at) => {
                seen.tries += 1;
                if let Some(entry) = directory_entry(bytes, at)
                    && seen.has_room(&entry, limits)
                {
                    tell(&entry, "stands in a second central directory", anomalies);
                    entries.push(entry);
                }
            }
            Some(END_RECORD | ZIP64_END_RECORD) if seen.ends.insert(at) => {
                anomalies.archive(Kind::MultipleEndRecords, || {
                    format!("another end record stands at offset {at}, by which programs find other entries; build the package again")
                });
            }
            _ => {}
        }
    }
}

fn tell(entry: &Entry<'_>, what: &str, anomalies: &mut Anomalies) {
    anomalies.add(Kind::HeaderMismatch, || {
        let message =
            format!("the entry {what}, so that only some programs see it; build the package again");
        (Some(entry.path().into_owned()), message)
    });
}

/// The entry of a local header alone, unless it is bytes that happen to look like one.
pub(crate) fn local_entry(bytes: &[u8], at: usize) -> Option<Entry<'_>> {
    let header = local::header(bytes, at).filter(|it| !it.name.is_empty() && it.method < 100)?;
    let ends = header.data_at.saturating_add(offset(header.packed));
    Some(Entry {
        name: header.name,
        other_names: header.extra.path.into_iter().collect(),
        listed: Listed::LocalHeaderOnly,
        method: header.method,
        flags: header.flags,
        crc32: header.crc32,
        packed: header.packed,
        size: header.size,
        host: 0,
        attributes: 0,
        header_at: at as u64,
        data: bytes.get(header.data_at..ends),
    })
}

/// The entry of a header that stands outside of the directory.
pub(crate) fn directory_entry(bytes: &[u8], at: usize) -> Option<Entry<'_>> {
    let header = directory::header(bytes, at, 0).filter(|it| it.entry.method < 100)?;
    let mut entry = Entry { listed: Listed::OtherDirectory, ..header.entry };
    let local = local::header(bytes, header.local_at);
    entry.data = local.and_then(|local| {
        bytes.get(local.data_at..local.data_at.checked_add(offset(entry.packed))?)
    });
    Some(entry)
}
