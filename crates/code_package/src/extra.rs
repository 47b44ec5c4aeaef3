//! Extra fields of headers: the sizes of ZIP64 and the path of Info-ZIP in Unicode.

use flate2::Crc;

use crate::fields::{slice, u16_at, u32_at, u64_at};

const ZIP64: u16 = 0x0001;
const UNICODE_PATH: u16 = 0x7075;

/// Fields of one header that are read; ordinary ones have up to five.
const MOST_FIELDS: usize = 1_024;

/// What the extra fields of one header say.
#[derive(Debug, Default)]
pub(crate) struct Extra<'a> {
    /// The 8-byte numbers of ZIP64, as they stand.
    pub(crate) zip64: Option<&'a [u8]>,
    /// More than one field of ZIP64: programs take the first or the last.
    pub(crate) several_zip64: bool,
    /// Paths in Unicode that differ from the name, the first of them.
    pub(crate) path: Option<&'a [u8]>,
    /// Why programs disagree on which name holds.
    pub(crate) path_dispute: Option<&'static str>,
    /// A field is longer than its room, or there are very many.
    pub(crate) broken: bool,
}

/// Reads the fields of a header for an entry called `name`.
pub(crate) fn read<'a>(mut bytes: &'a [u8], name: &[u8]) -> Extra<'a> {
    let mut extra = Extra::default();
    let mut count = 0;
    while bytes.len() >= 4 {
        count += 1;
        if count > MOST_FIELDS {
            extra.broken = true;
            break;
        }
        let (Some(id), Some(length)) = (u16_at(bytes, 0), u16_at(bytes, 2)) else { break };
        let Some(field) = slice(bytes, 4, usize::from(length)) else {
            // Android's `zipalign` pads with zeros.
            extra.broken = bytes.iter().any(|byte| *byte != 0);
            break;
        };
        match id {
            ZIP64 => {
                extra.several_zip64 |= extra.zip64.is_some();
                extra.zip64.get_or_insert(field);
            }
            UNICODE_PATH => unicode_path(field, name, &mut extra),
            _ => {}
        }
        bytes = bytes.get(4 + field.len()..).unwrap_or_default();
    }
    extra
}

/// Version (1), CRC-32 of the name that it stands for, path in UTF-8.
fn unicode_path<'a>(field: &'a [u8], name: &[u8], extra: &mut Extra<'a>) {
    let path = field.get(5..).unwrap_or_default();
    let mut checksum = Crc::new();
    checksum.update(name);
    let dispute = if field.first() != Some(&1) {
        "has a version that is not 1"
    } else if u32_at(field, 1) != Some(checksum.sum()) {
        "was made for another name"
    } else if path != name {
        "is another name"
    } else {
        return;
    };
    extra.path.get_or_insert(path);
    extra.path_dispute.get_or_insert(dispute);
}

/// The next number of ZIP64, when the header has no room for it.
pub(crate) fn widened(short: u32, zip64: &mut Option<&[u8]>) -> Option<u64> {
    if short != u32::MAX {
        return Some(u64::from(short));
    }
    // Without the field the number is what it says: 4 GiB less one byte.
    let Some(field) = zip64 else { return Some(u64::from(short)) };
    let value = u64_at(field, 0)?;
    *zip64 = field.get(8..);
    Some(value)
}
