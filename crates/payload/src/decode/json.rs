//! Strings within JSON text.

use super::{hex_number, push_char};

/// Whether `text` may be a JSON object, list or string.
pub(crate) fn may_be(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    matches!(
        (text.first(), text.last()),
        (Some(b'{'), Some(b'}')) | (Some(b'['), Some(b']')) | (Some(b'"'), Some(b'"'))
    ) && text.len() > 2
}

/// Calls `each` with every string of JSON text, without its quotes and escapes, and whether it is
/// the key of an object. Whether all the text is JSON; separators may be misplaced.
pub(crate) fn strings(
    text: &[u8],
    buffer: &mut Vec<u8>,
    mut each: impl FnMut(&[u8], bool),
) -> bool {
    let mut rest = text.trim_ascii();
    let mut depth = 0usize;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'[' => depth += 1,
            // `{{name}}` is a template, not an object.
            b'{' => match rest.trim_ascii_start().first() {
                Some(b'"' | b'}') => depth += 1,
                _ => return false,
            },
            b'}' | b']' => match depth.checked_sub(1) {
                Some(outer) => depth = outer,
                None => return false,
            },
            b'"' => {
                buffer.clear();
                let Some(length) = unescape(after, buffer) else { return false };
                rest = after.get(length..).unwrap_or_default();
                let key = rest.trim_ascii_start().first() == Some(&b':');
                each(buffer, key);
            }
            b','
            | b':'
            | b' '
            | b'\t'
            | b'\r'
            | b'\n'
            | b'-'
            | b'+'
            | b'.'
            | b'0'..=b'9'
            | b'e'
            | b'E' => {}
            b't' | b'f' | b'n' => match word(after) {
                Some(length) => rest = after.get(length..).unwrap_or_default(),
                None => return false,
            },
            _ => return false,
        }
        // One value is all: after it nothing may follow.
        if depth == 0 && matches!(byte, b'}' | b']' | b'"') {
            return rest.is_empty();
        }
    }
    false
}

/// The length of the rest of `true`, `false` or `null` after its first letter.
fn word(text: &[u8]) -> Option<usize> {
    [&b"rue"[..], b"alse", b"ull"].into_iter().find(|word| text.starts_with(word)).map(<[u8]>::len)
}

/// Writes a string without its escapes; its length in the text with the closing quote. `None`
/// when it does not end.
fn unescape(text: &[u8], out: &mut Vec<u8>) -> Option<usize> {
    let mut at = 0;
    loop {
        let byte = *text.get(at)?;
        at += 1;
        match byte {
            b'"' => return Some(at),
            b'\\' => {
                let kind = *text.get(at)?;
                at += 1;
                match kind {
                    b'n' => out.push(b'\n'),
                    b'r' => out.push(b'\r'),
                    b't' => out.push(b'\t'),
                    b'b' | b'f' => out.push(b' '),
                    b'u' => at += unicode(text.get(at..)?, out)?,
                    other => out.push(other),
                }
            }
            other => out.push(other),
        }
    }
}

/// Writes the character of four digits, or of a surrogate pair; how many bytes spelled it.
fn unicode(text: &[u8], out: &mut Vec<u8>) -> Option<usize> {
    let high = hex_number(text, 4)?;
    let low =
        text.get(4..6).filter(|tag| *tag == b"\\u").and_then(|_| hex_number(text.get(6..)?, 4));
    if let (0xd800..=0xdbff, Some(low @ 0xdc00..=0xdfff)) = (high, low) {
        push_char(0x1_0000 + ((high - 0xd800) << 10 | (low - 0xdc00)), out);
        return Some(10);
    }
    push_char(high, out);
    Some(4)
}
