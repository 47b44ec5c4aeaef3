//! Texts with NUL bytes in between, as UTF-16 has them, and UTF-7.

use super::push_char;

/// UTF-16 and texts with NUL bytes: the NUL bytes are taken out. UTF-7: `+ADw-` becomes `<`.
pub(super) fn utf16(text: &[u8], out: &mut Vec<u8>) -> bool {
    if text.contains(&0) {
        let text = text
            .strip_prefix(&[0xff, 0xfe])
            .or_else(|| text.strip_prefix(&[0xfe, 0xff]))
            .unwrap_or(text);
        out.extend(text.iter().filter(|byte| **byte != 0));
        return true;
    }
    utf7(text, out)
}

/// Runs of base64 between `+` and `-` that hold UTF-16 with some ASCII character.
fn utf7(text: &[u8], out: &mut Vec<u8>) -> bool {
    let mut changed = false;
    let mut rest = text;
    while let Some((byte, after)) = rest.split_first() {
        if *byte == b'+'
            && let Some((units, length)) = shifted(after)
        {
            units.into_iter().flatten().for_each(|unit| push_char(u32::from(unit), out));
            rest = after.get(length..).unwrap_or_default();
            changed = true;
        } else {
            out.push(*byte);
            rest = after;
        }
    }
    changed
}

/// One to three characters between `+` and `-`, all ASCII: enough for `<`, `">` and `</`.
fn shifted(text: &[u8]) -> Option<([Option<u8>; 3], usize)> {
    let length = text.iter().take(9).position(|byte| *byte == b'-')?;
    if !matches!(length, 3 | 6 | 8) {
        return None;
    }
    let mut bits = 0u64;
    for byte in text.get(..length)? {
        bits = bits << 6 | u64::from(super::base64::sextet(*byte)?);
    }
    let count = length * 6 / 16;
    let bits = bits >> (length * 6 % 16);
    let mut units = [None; 3];
    for (at, unit) in units.iter_mut().take(count).enumerate() {
        let code = bits >> ((count - 1 - at) * 16) & 0xffff;
        *unit = Some(u8::try_from(code).ok().filter(|code| matches!(code, 0x20..=0x7e))?);
    }
    Some((units, length + 1))
}
