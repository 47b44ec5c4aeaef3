//! Base64 that holds text.

use crate::marks::Marks;

/// Shortest base64 that is decoded, in characters: below, ordinary words decode to text by chance.
const SHORTEST: usize = 12;
const ALPHABET: Marks = Marks::LETTER
    .and(Marks::DIGIT)
    .and(Marks::PLAIN)
    .and(Marks::SLASH)
    .and(Marks::PLUS)
    .and(Marks::EQUALS)
    .and(Marks::LINE_END);

/// What one character of base64 stands for, of the standard alphabet and that for URLs.
pub(super) fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

/// Writes what the base64 in `text` holds: the whole text, or what follows `;base64,` in a `data:`
/// address. Only text counts (UTF-8 or UTF-16 without control characters). Whether it is text.
pub(crate) fn base64(text: &[u8], marks: Marks, out: &mut Vec<u8>) -> bool {
    let text = if marks.has_any(Marks::SEMICOLON) {
        match find(text, b";base64,") {
            Some(at) => text.get(at..).unwrap_or_default(),
            None => return false,
        }
    } else if ALPHABET.has_all(marks) {
        text
    } else {
        return false;
    };
    text.len() >= SHORTEST && decode(text, out)
}

fn find(text: &[u8], tag: &[u8]) -> Option<usize> {
    memchr::memmem::find(text, tag).map(|at| at + tag.len())
}

/// Decodes up to the first character outside the alphabet. Stops with "no" at the first byte that
/// is no text, so a random identifier costs a few bytes.
fn decode(text: &[u8], out: &mut Vec<u8>) -> bool {
    let mut bits = 0u32;
    let mut count = 0;
    let mut nul = 0usize;
    for byte in text {
        let Some(six) = sextet(*byte) else {
            if matches!(byte, b'\r' | b'\n') {
                continue;
            }
            break;
        };
        bits = bits << 6 | u32::from(six);
        count += 6;
        if count >= 8 {
            count -= 8;
            #[expect(clippy::cast_possible_truncation, reason = "the eight bits above the rest")]
            let byte = (bits >> count) as u8;
            bits &= (1 << count) - 1;
            match byte {
                0 => nul += 1,
                b'\t' | b'\n' | b'\r' | 0x20..=0x7e | 0x80.. => {}
                _ => return false,
            }
            out.push(byte);
        }
    }
    if out.len() < SHORTEST / 2 {
        return false;
    }
    // UTF-16 of ASCII has a NUL in every second byte; other text has none.
    let utf16 = nul * 2 + 2 >= out.len();
    if utf16 { out.iter().any(u8::is_ascii_graphic) } else { nul == 0 && is_utf8(out) }
}

/// Whether the bytes are UTF-8, but for a character that the end cuts.
fn is_utf8(text: &[u8]) -> bool {
    std::str::from_utf8(text).map_or_else(|fault| fault.error_len().is_none(), |_| true)
}
