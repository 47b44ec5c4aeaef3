//! The local header before the contents of an entry, the descriptor after them, and where they
//! contradict the central directory.

use std::ops::Range;

use crate::{
    entry::{DESCRIBED, ENCRYPTED, Entry, MASKED, STRONG, UTF8},
    extra::{self, Extra, widened},
    fields::{DESCRIPTOR, LOCAL_HEADER, is_at, offset, slice, u16_at, u32_at, u64_at},
    source::{ONE_LOOK, Source},
};

const LENGTH: usize = 30;

/// A local header.
#[derive(Debug)]
pub(crate) struct Local<'a> {
    pub(crate) name: &'a [u8],
    pub(crate) flags: u16,
    pub(crate) method: u16,
    pub(crate) crc32: u32,
    pub(crate) packed: u64,
    pub(crate) size: u64,
    pub(crate) extra: Extra<'a>,
    /// Exactly one of the two sizes stands in a ZIP64 field, where the format wants both.
    half_wide: bool,
    /// A ZIP64 field too short for what it should hold.
    short_zip64: bool,
    pub(crate) data_at: usize,
}

/// Reads the local header at `at`; `None` when there is none or it breaks off.
pub(crate) fn header(bytes: &[u8], at: usize) -> Option<Local<'_>> {
    if !is_at(bytes, at, LOCAL_HEADER) {
        return None;
    }
    let name_length = usize::from(u16_at(bytes, at + 26)?);
    let extra_length = usize::from(u16_at(bytes, at + 28)?);
    let name = slice(bytes, at + LENGTH, name_length)?;
    let extra = extra::read(slice(bytes, at + LENGTH + name_length, extra_length)?, name);
    let (packed, size) = (u32_at(bytes, at + 18)?, u32_at(bytes, at + 22)?);
    let mut zip64 = extra.zip64;
    let wide_size = widened(size, &mut zip64);
    let wide_packed = widened(packed, &mut zip64);
    Some(Local {
        name,
        flags: u16_at(bytes, at + 6)?,
        method: u16_at(bytes, at + 8)?,
        crc32: u32_at(bytes, at + 14)?,
        packed: wide_packed.unwrap_or(u64::from(packed)),
        size: wide_size.unwrap_or(u64::from(size)),
        half_wide: extra.zip64.is_some() && (packed == u32::MAX) != (size == u32::MAX),
        short_zip64: wide_size.is_none() || wide_packed.is_none(),
        extra,
        data_at: at + LENGTH + name_length + extra_length,
    })
}

/// What a local header says against the directory's `entry`, and the bytes that both take.
#[derive(Debug)]
pub(crate) struct Compared {
    pub(crate) faults: Vec<String>,
    /// From the header to the end of contents and descriptor, within the archive.
    pub(crate) takes: Range<usize>,
    /// The packed contents; `None` when they leave the archive.
    pub(crate) data: Option<Range<usize>>,
}

/// Compares.
pub(crate) fn compare(
    source: Source<'_>,
    at: usize,
    local: &Local<'_>,
    entry: &Entry<'_>,
) -> Compared {
    let bytes = source.bytes;
    let mut faults = Vec::new();
    let mut say = |what: &str, here: u64, there: u64| {
        if here != there {
            faults.push(format!(
                "the local header says {what} {here} and the central directory {there}"
            ));
        }
    };
    say("compression method", u64::from(local.method), u64::from(entry.method));
    let is_ascii = local.name.is_ascii() && entry.name.is_ascii();
    let compared = ENCRYPTED | DESCRIBED | STRONG | MASKED | if is_ascii { 0 } else { UTF8 };
    say("flags", u64::from(local.flags & compared), u64::from(entry.flags & compared));
    let described = local.flags & DESCRIBED != 0;
    // With a descriptor the three are zero in the header of a writer that could not know them.
    if !(described && local.crc32 == 0) {
        say("checksum", u64::from(local.crc32), u64::from(entry.crc32));
    }
    let unknown_yet = described && local.packed == 0 && local.size == 0;
    // Some writers of ZIP64 keep 4 GiB less one byte for "stands in the descriptor".
    let open = u64::from(u32::MAX);
    let unknown_wide = described && local.packed == open && local.size == open;
    if !unknown_yet && !unknown_wide {
        say("packed size", local.packed, entry.packed);
        say("size", local.size, entry.size);
    }
    if local.half_wide {
        faults.push("the local header has only one of the two sizes in its ZIP64 field".to_owned());
    }
    if local.short_zip64 {
        faults.push("the ZIP64 field of the local header is too short".to_owned());
    }
    if local.extra.several_zip64 {
        faults.push("the local header has several ZIP64 fields".to_owned());
    }
    if local.extra.broken {
        faults.push(
            "an extra field of the local header is longer than its room, or there are too many"
                .to_owned(),
        );
    }
    let data_ends = local.data_at.saturating_add(offset(entry.packed));
    if data_ends > bytes.len() {
        return Compared { faults, takes: at..bytes.len(), data: None };
    }
    let mut ends = data_ends;
    if described || entry.flags & DESCRIBED != 0 {
        // Where small contents end is near.
        if data_ends - local.data_at > ONE_LOOK {
            source.looks_at(ONE_LOOK);
        }
        match descriptor(bytes, data_ends, entry, local.extra.zip64.is_some()) {
            Some(length) => ends += length,
            None => {
                faults.push("the descriptor after the contents is not that of the entry".into());
            }
        }
    }
    let data = local.data_at..data_ends;
    if unknown_yet && entry.method == 0 && holds_signature(source, &data) {
        faults.push(
            "its stored contents, whose length stands after them, hold a signature at which programs end them"
                .to_owned(),
        );
    }
    Compared { faults, takes: at..ends, data: Some(data) }
}

/// Whether a program that looks for the end of contents finds one within them.
fn holds_signature(source: Source<'_>, data: &Range<usize>) -> bool {
    let holds = |signature: [u8; 4]| source.find(data.clone(), &signature).next().is_some();
    holds(DESCRIPTOR) || holds(LOCAL_HEADER)
}

/// Length of the descriptor at `at` when it is the entry's: with or without a signature, sizes of
/// 8 bytes where ZIP64 is in use, of 4 bytes otherwise.
fn descriptor(bytes: &[u8], at: usize, entry: &Entry<'_>, zip64: bool) -> Option<usize> {
    let signed = is_at(bytes, at, DESCRIPTOR);
    let starts: &[usize] = if signed { &[4, 0] } else { &[0] };
    let is_big = entry.packed > u64::from(u32::MAX) || entry.size > u64::from(u32::MAX);
    for start in starts.iter().copied() {
        if u32_at(bytes, at + start) != Some(entry.crc32) {
            continue;
        }
        let first = at + start + 4;
        let wide = (u64_at(bytes, first), u64_at(bytes, first + 8));
        if (zip64 || is_big) && wide == (Some(entry.packed), Some(entry.size)) {
            return Some(start + 20);
        }
        let narrow = (u32_at(bytes, first), u32_at(bytes, first + 4));
        let narrow = (narrow.0.map(u64::from), narrow.1.map(u64::from));
        if narrow == (Some(entry.packed), Some(entry.size)) {
            return Some(start + 12);
        }
    }
    None
}
