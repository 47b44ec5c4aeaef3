//! The central directory: one header an entry.

use crate::{
    entry::{Entry, Listed},
    extra::{self, widened},
    fields::{CENTRAL_HEADER, is_at, offset, slice, u16_at, u32_at},
    source::Source,
};

const LENGTH: usize = 46;

/// One header of the directory.
#[derive(Debug)]
pub(crate) struct Header<'a> {
    pub(crate) entry: Entry<'a>,
    /// Where its local header is, shifted as all offsets of the archive.
    pub(crate) local_at: usize,
    pub(crate) comment: &'a [u8],
    /// Where the header begins and where the next one may.
    pub(crate) at: usize,
    pub(crate) ends: usize,
    /// What contradicts itself within the header.
    pub(crate) faults: Vec<&'static str>,
    pub(crate) path_dispute: Option<&'static str>,
}

/// Reads the header at `at`; `None` when there is none or it breaks off.
pub(crate) fn header(bytes: &[u8], at: usize, shift: usize) -> Option<Header<'_>> {
    if !is_at(bytes, at, CENTRAL_HEADER) {
        return None;
    }
    let length = |field: usize| u16_at(bytes, at + field).map(usize::from);
    let (name_length, extra_length, comment_length) = (length(28)?, length(30)?, length(32)?);
    let name = slice(bytes, at + LENGTH, name_length)?;
    let extra_at = at + LENGTH + name_length;
    let extra = extra::read(slice(bytes, extra_at, extra_length)?, name);
    let comment = slice(bytes, extra_at + extra_length, comment_length)?;
    let mut zip64 = extra.zip64;
    let mut faults = Vec::new();
    // The order is fixed: unpacked, packed, offset, each only when the header has no room for it.
    let mut wide = |field: usize| {
        let short = u32_at(bytes, at + field)?;
        Some(widened(short, &mut zip64).unwrap_or_else(|| {
            faults.push("its ZIP64 field is too short");
            u64::from(short)
        }))
    };
    let (size, packed, local) = (wide(24)?, wide(20)?, wide(42)?);
    if extra.several_zip64 {
        faults.push("it has several ZIP64 fields");
    }
    if extra.broken {
        faults.push("an extra field is longer than its room, or there are too many");
    }
    let entry = Entry {
        name,
        other_names: extra.path.into_iter().collect(),
        listed: Listed::Directory,
        method: u16_at(bytes, at + 10)?,
        flags: u16_at(bytes, at + 8)?,
        crc32: u32_at(bytes, at + 16)?,
        packed,
        size,
        host: u16_at(bytes, at + 4)?.to_le_bytes()[1],
        attributes: u32_at(bytes, at + 38)?,
        header_at: local.saturating_add(shift as u64),
        data: None,
    };
    Some(Header {
        local_at: offset(entry.header_at),
        entry,
        comment,
        at,
        ends: extra_at + extra_length + comment_length,
        faults,
        path_dispute: extra.path_dispute,
    })
}

/// How far the headers of a directory reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Extent {
    /// How many headers there are.
    pub(crate) count: usize,
    /// Where the last one ends.
    pub(crate) ends: usize,
}

/// Goes from header to header, from `at` on, at most `most` of them, and reads none.
pub(crate) fn extent(source: Source<'_>, at: usize, most: usize) -> Extent {
    let (mut count, mut ends) = (0, at);
    while count < most {
        let Some(next) = next(source.bytes, ends) else { break };
        source.looks_at(next - ends);
        ends = next;
        count += 1;
    }
    Extent { count, ends }
}

/// Where the header at `at` ends; `None` when there is none or it breaks off.
fn next(bytes: &[u8], at: usize) -> Option<usize> {
    if !is_at(bytes, at, CENTRAL_HEADER) {
        return None;
    }
    let length = |field: usize| u16_at(bytes, at + field).map(usize::from);
    let ends = at + LENGTH + length(28)? + length(30)? + length(32)?;
    (ends <= bytes.len()).then_some(ends)
}

/// The headers that follow each other from `at` on, at most `most`.
pub(crate) fn headers(
    source: Source<'_>,
    at: usize,
    shift: usize,
    most: usize,
) -> impl Iterator<Item = Header<'_>> {
    let first = header(source.bytes, at, shift);
    std::iter::successors(first, move |last| header(source.bytes, last.ends, shift)).take(most)
}
