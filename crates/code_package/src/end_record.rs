//! The end of an archive: its end record, ZIP64 or not, and where it says that the directory is.

use crate::{
    anomaly::{Anomalies, Kind},
    fields::{
        CENTRAL_HEADER, END_RECORD, ZIP64_END_RECORD, ZIP64_LOCATOR, is_at, offset, slice, u16_at,
        u32_at, u64_at,
    },
    source::Source,
};

const LENGTH: usize = 22;
const LOCATOR_LENGTH: usize = 20;

/// What the end record says, widened by ZIP64 where it asks for that.
#[derive(Debug)]
pub(crate) struct End<'a> {
    /// Where the first record of the end stands: everything from there on is accounted for.
    pub(crate) at: usize,
    /// Where the archive ends, comment included.
    pub(crate) ends: usize,
    pub(crate) comment: &'a [u8],
    /// Entries in the directory, as declared.
    pub(crate) entries: u64,
    /// Bytes of the directory, as declared.
    pub(crate) directory_size: u64,
    /// Where the directory begins.
    pub(crate) directory_at: usize,
    /// Bytes before the archive by which all its offsets are off.
    pub(crate) shift: usize,
    /// A directory that stands elsewhere by another reading.
    pub(crate) other_directory: Option<usize>,
}

/// The end record that most programs find: the last one whose comment ends with the file, or else
/// the last one.
fn find(source: Source<'_>) -> Option<usize> {
    let bytes = source.bytes;
    let reach = bytes.len().saturating_sub(LENGTH + usize::from(u16::MAX));
    let fits = |at: &usize| *at + LENGTH <= bytes.len();
    let ends = |at: &usize| {
        let comment = u16_at(bytes, at + 20).map(usize::from);
        comment.is_some_and(|length| at + LENGTH + length == bytes.len())
    };
    let exact = source.rfind(reach..bytes.len(), &END_RECORD).filter(fits).find(ends);
    // With data after the end a record may stand anywhere.
    exact.or_else(|| source.rfind(0..bytes.len(), &END_RECORD).find(fits))
}

/// Reads the end of the archive; `None` when there is none.
pub(crate) fn read<'a>(source: Source<'a>, anomalies: &mut Anomalies) -> Option<End<'a>> {
    let bytes = source.bytes;
    let at = find(source)?;
    let short = |offset: usize| u16_at(bytes, at + offset);
    let (here, entries) = (short(8)?, short(10)?);
    let (size, directory) = (u32_at(bytes, at + 12)?, u32_at(bytes, at + 16)?);
    let declared = usize::from(short(20)?);
    let room = bytes.len() - (at + LENGTH);
    if declared > room {
        anomalies.archive(Kind::Truncated, || {
            format!("the comment of the archive is {declared} bytes long, but {room} are there; build the package again")
        });
    }
    let comment = slice(bytes, at + LENGTH, declared.min(room))?;
    let mut end = End {
        at,
        ends: at + LENGTH + comment.len(),
        comment,
        entries: u64::from(entries),
        directory_size: u64::from(size),
        directory_at: 0,
        shift: 0,
        other_directory: None,
    };
    let mut declared_at = u64::from(directory);
    if (short(4)?, short(6)?) != (0, 0) && (short(4)?, short(6)?) != (u16::MAX, u16::MAX) {
        mismatch(anomalies, "the archive claims to be one of several disks");
    }
    if here != entries {
        mismatch(anomalies, "the end record counts its entries twice, differently");
    }
    let asks = entries == u16::MAX || size == u32::MAX || directory == u32::MAX || here == u16::MAX;
    if let Some(wide) = zip64(source, at, anomalies) {
        end.at = wide.at;
        let before = declared_at;
        let differs = (entries != u16::MAX && end.entries != wide.entries)
            || (size != u32::MAX && end.directory_size != wide.directory_size)
            || (directory != u32::MAX && before != wide.directory_at);
        if differs {
            mismatch(anomalies, "the end record and that of ZIP64 contradict each other");
        }
        if asks {
            end.entries = wide.entries;
            end.directory_size = wide.directory_size;
            declared_at = wide.directory_at;
        }
        if differs {
            let other = if asks { before } else { wide.directory_at };
            end.other_directory = Some(offset(other));
        }
    } else if size == u32::MAX || directory == u32::MAX {
        mismatch(anomalies, "the end record points at one of ZIP64, which is not there");
    }
    locate(bytes, &mut end, offset(declared_at));
    Some(end)
}

/// Where the directory is: where the record says, or right before the record when data was put
/// before the archive.
fn locate(bytes: &[u8], end: &mut End<'_>, declared: usize) {
    end.directory_at = declared;
    let adjacent = end.at.checked_sub(offset(end.directory_size));
    let is_directory = |at: usize| is_at(bytes, at, CENTRAL_HEADER);
    let Some(adjacent) = adjacent.filter(|it| *it != declared) else { return };
    let is_empty = end.entries == 0 && adjacent == end.at;
    if is_directory(adjacent) || is_empty {
        if !is_directory(declared) && adjacent > declared {
            end.directory_at = adjacent;
            end.shift = adjacent - declared;
        } else if !is_empty {
            end.other_directory = Some(adjacent);
        }
    }
}

struct Zip64 {
    at: usize,
    entries: u64,
    directory_size: u64,
    directory_at: u64,
}

/// The end record of ZIP64, where a locator stands before the end record.
fn zip64(source: Source<'_>, end: usize, anomalies: &mut Anomalies) -> Option<Zip64> {
    let bytes = source.bytes;
    let locator = end.checked_sub(LOCATOR_LENGTH)?;
    if !is_at(bytes, locator, ZIP64_LOCATOR) {
        return None;
    }
    let declared = offset(u64_at(bytes, locator + 8)?);
    let mut at = declared;
    let ends = |at: usize| {
        let size = u64_at(bytes, at.checked_add(4)?)?;
        at.checked_add(12)?.checked_add(offset(size))
    };
    if !is_at(bytes, at, ZIP64_END_RECORD) {
        // Data before the archive shifts the record, too.
        at = source.rfind(0..locator, &ZIP64_END_RECORD).next()?;
    }
    if ends(at) != Some(locator) {
        mismatch(anomalies, "the end record of ZIP64 does not end where its locator stands");
    }
    let (here, entries) = (u64_at(bytes, at + 24)?, u64_at(bytes, at + 32)?);
    if here != entries {
        mismatch(anomalies, "the end record of ZIP64 counts its entries twice, differently");
    }
    let directory_size = u64_at(bytes, at + 40)?;
    let directory_at = u64_at(bytes, at + 48)?;
    Some(Zip64 { at, entries, directory_size, directory_at })
}

fn mismatch(anomalies: &mut Anomalies, what: &str) {
    anomalies.archive(Kind::HeaderMismatch, || {
        format!("{what}, so that programs see other entries; build the package again")
    });
}
