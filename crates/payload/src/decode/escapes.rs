//! Backslash escapes of JavaScript, JSON, Python, C, shells and CSS.

use super::{hex, hex_number, push_char};

/// `\u0027`, `\u{27}`, `\x27`, `\47`, `\n`, and `\'`; a CSS escape such as `\3c ` too.
pub(super) fn escapes(text: &[u8], out: &mut Vec<u8>) -> bool {
    let mut changed = false;
    let mut rest = text;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        if *byte != b'\\' {
            out.push(*byte);
            continue;
        }
        let (code, length) = escape(after);
        if let Some(code) = code {
            // `\xe2\x80\x8b` spells bytes of UTF-8 more often than characters of Latin 1.
            let spells_byte = matches!(after.first(), Some(b'x' | b'X' | b'0'..=b'7'));
            match u8::try_from(code) {
                Ok(byte) if spells_byte => out.push(byte),
                _ => push_char(code, out),
            }
            changed = true;
        } else {
            out.push(b'\\');
        }
        rest = after.get(length..).unwrap_or_default();
    }
    changed
}

/// The character that stands after a backslash, and how many bytes spell it.
fn escape(text: &[u8]) -> (Option<u32>, usize) {
    let Some((kind, after)) = text.split_first() else { return (None, 0) };
    match kind {
        b'u' | b'U' if after.first() == Some(&b'{') => braced(after.get(1..).unwrap_or_default()),
        b'u' => surrogates(after).map_or((None, 0), |(code, length)| (Some(code), length + 1)),
        b'U' => hex_number(after, 8).map_or((None, 0), |code| (Some(code), 9)),
        b'x' | b'X' => hex_number(after, 2).map_or((None, 0), |code| (Some(code), 3)),
        b'0'..=b'7' => number_or_css(text),
        b'n' => (Some(10), 1),
        b'r' => (Some(13), 1),
        b't' => (Some(9), 1),
        b'8' | b'9' | b'a'..=b'z' | b'A'..=b'Z' | 128.. => (None, 0),
        _ => (Some(u32::from(*kind)), 1),
    }
}

/// `27}` of `\u{27}`: the number and its length with `u`, `{` and `}`.
fn braced(text: &[u8]) -> (Option<u32>, usize) {
    let digits = text.iter().take(8).take_while(|byte| hex(**byte).is_some()).count();
    match hex_number(text, digits) {
        Some(code) if digits > 0 && text.get(digits) == Some(&b'}') => (Some(code), digits + 3),
        _ => (None, 0),
    }
}

/// Four digits, or two times four that together are one character beyond the first plane.
fn surrogates(text: &[u8]) -> Option<(u32, usize)> {
    let high = hex_number(text, 4)?;
    let low =
        text.get(4..6).filter(|tag| *tag == b"\\u").and_then(|_| hex_number(text.get(6..)?, 4));
    match (high, low) {
        (0xd800..=0xdbff, Some(low @ 0xdc00..=0xdfff)) => {
            Some((0x1_0000 + ((high - 0xd800) << 10 | (low - 0xdc00)), 10))
        }
        _ => Some((high, 4)),
    }
}

/// `\47` and `\047` in octal; `\3c` of CSS in hexadecimal, when a digit is no octal one.
fn number_or_css(text: &[u8]) -> (Option<u32>, usize) {
    let digits = text.iter().take(6).take_while(|byte| hex(**byte).is_some()).count();
    let number = text.get(..digits).unwrap_or_default();
    let octal = number.iter().take(3).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
    if octal == digits || digits > 3 && octal == 3 {
        let code =
            number.iter().take(octal).fold(0, |code, byte| code << 3 | u32::from(byte - b'0'));
        return (Some(code), octal);
    }
    let space = usize::from(text.get(digits) == Some(&b' '));
    (hex_number(number, digits), digits + space)
}
