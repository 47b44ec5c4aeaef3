//! Percent encoding of URLs, with the variants that servers are known to take.

use super::{hex_number, push_char};

/// `%27`, `%u0027` of IIS, and overlong UTF-8 (`%c0%af` for `/`). A lone `%` stays.
pub(super) fn percent(text: &[u8], out: &mut Vec<u8>) -> bool {
    let mut changed = false;
    let mut rest = text;
    while let Some((byte, after)) = rest.split_first() {
        if *byte != b'%' {
            out.push(*byte);
            rest = after;
        } else if let Some(code) = hex_number(after, 2) {
            #[expect(clippy::cast_possible_truncation, reason = "two digits are one byte")]
            out.push(code as u8);
            rest = after.get(2..).unwrap_or_default();
            changed = true;
        } else if let Some(code) = unicode(after) {
            push_char(code, out);
            rest = after.get(5..).unwrap_or_default();
            changed = true;
        } else {
            out.push(b'%');
            rest = after;
        }
    }
    if changed {
        shorten_overlong(out);
    }
    changed
}

/// The number of `u0027`.
fn unicode(text: &[u8]) -> Option<u32> {
    let (b'u' | b'U', digits) = text.split_first()? else { return None };
    hex_number(digits, 4)
}

/// `+` for a space, as in query strings and forms; only where the text has no space of its own.
pub(super) fn plus(text: &[u8], out: &mut Vec<u8>) -> bool {
    if text.contains(&b' ') {
        return false;
    }
    out.extend(text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }));
    true
}

/// Replaces ASCII characters that are written as UTF-8 of two to four bytes, which no valid
/// UTF-8 has but lax decoders accept: `c0 ae` is a dot, `e0 80 af` a slash.
fn shorten_overlong(text: &mut Vec<u8>) {
    let mut read = 0;
    let mut write = 0;
    while let Some(rest) = text.get(read..).filter(|rest| !rest.is_empty()) {
        let (byte, length) = overlong(rest).unwrap_or((rest.first().copied().unwrap_or(0), 1));
        if let Some(place) = text.get_mut(write) {
            *place = byte;
        }
        read += length;
        write += 1;
    }
    text.truncate(write);
}

fn overlong(text: &[u8]) -> Option<(u8, usize)> {
    match *text {
        // Some decoders mask the continuation byte without a look at its two high bits.
        [lead @ (0xc0 | 0xc1), next, ..] => Some(((lead & 1) << 6 | next & 0x3f, 2)),
        [0xe0, middle @ (0x80 | 0x81), next @ 0x80..=0xbf, ..] => {
            Some(((middle & 1) << 6 | next & 0x3f, 3))
        }
        [0xf0, 0x80, middle @ (0x80 | 0x81), next @ 0x80..=0xbf, ..] => {
            Some(((middle & 1) << 6 | next & 0x3f, 4))
        }
        _ => None,
    }
}
