//! Strings: read where they stand, decoded where they have escapes, written.

use std::borrow::Cow;

use crate::read::end_of_plain;

/// A string of a document.
#[derive(Debug, Clone, Copy)]
pub struct Text<'a> {
    /// What stands between the quotes.
    pub(crate) raw: &'a str,
    pub(crate) has_escapes: bool,
}

impl<'a> Text<'a> {
    /// What stands between the quotes, escapes as they are written.
    #[must_use]
    pub fn raw(self) -> &'a str {
        self.raw
    }

    /// Whether [`Text::raw`] is not yet the text.
    #[must_use]
    pub fn has_escapes(self) -> bool {
        self.has_escapes
    }

    /// The text: borrowed, or decoded into `scratch`, which is emptied first. Half of a surrogate
    /// pair becomes U+FFFD.
    pub fn decode<'b>(self, scratch: &'b mut String) -> &'b str
    where
        'a: 'b,
    {
        if !self.has_escapes {
            return self.raw;
        }
        scratch.clear();
        self.decode_into(scratch);
        scratch
    }

    /// Appends the text to `out`.
    pub fn decode_into(self, out: &mut String) {
        let mut rest = self.raw;
        while let Some(at) = rest.find('\\') {
            out.push_str(rest.get(..at).unwrap_or_default());
            let (character, length) = unescape(rest.get(at..).unwrap_or_default().as_bytes());
            out.push(character);
            rest = rest.get(at + length..).unwrap_or_default();
        }
        out.push_str(rest);
    }

    /// The text, copied only where it has escapes.
    #[must_use]
    pub fn to_cow(self) -> Cow<'a, str> {
        if !self.has_escapes {
            return Cow::Borrowed(self.raw);
        }
        let mut out = String::with_capacity(self.raw.len());
        self.decode_into(&mut out);
        Cow::Owned(out)
    }
}

/// Whether the text is `other`, without copying it.
impl PartialEq<str> for Text<'_> {
    fn eq(&self, other: &str) -> bool {
        if self.has_escapes { self.to_cow() == other } else { self.raw == other }
    }
}

impl PartialEq<&str> for Text<'_> {
    fn eq(&self, other: &&str) -> bool {
        *self == **other
    }
}

/// The character of the escape that `bytes` begin with, and its length in bytes.
fn unescape(bytes: &[u8]) -> (char, usize) {
    let simple = match bytes.get(1) {
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unescape_unicode(bytes),
        Some(other) => char::from(*other),
        None => return (char::REPLACEMENT_CHARACTER, 1),
    };
    (simple, 2)
}

fn unescape_unicode(bytes: &[u8]) -> (char, usize) {
    let first = hexadecimal(bytes.get(2..6));
    if let Some(character) = char::from_u32(first) {
        return (character, 6);
    }
    let is_high = (0xd800..0xdc00).contains(&first);
    if is_high && bytes.get(6..8) == Some(b"\\u") {
        let second = hexadecimal(bytes.get(8..12));
        if (0xdc00..0xe000).contains(&second) {
            let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
            return (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), 12);
        }
    }
    (char::REPLACEMENT_CHARACTER, 6)
}

/// Four digits that were checked when the document was read.
fn hexadecimal(digits: Option<&[u8]>) -> u32 {
    let digits = digits.unwrap_or_default().iter();
    digits.fold(0, |sum, digit| sum << 4 | char::from(*digit).to_digit(16).unwrap_or_default())
}

/// Appends `text` as a JSON string, quotes included. Only what JSON demands is escaped.
pub fn write_string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let end = end_of_plain(bytes, at);
        out.extend_from_slice(bytes.get(at..end).unwrap_or_default());
        match bytes.get(end) {
            Some(b'"') => out.extend_from_slice(b"\\\""),
            Some(b'\\') => out.extend_from_slice(b"\\\\"),
            Some(b'\n') => out.extend_from_slice(b"\\n"),
            Some(b'\r') => out.extend_from_slice(b"\\r"),
            Some(b'\t') => out.extend_from_slice(b"\\t"),
            Some(control) => out.extend_from_slice(format!("\\u{control:04x}").as_bytes()),
            None => {}
        }
        at = end + 1;
    }
    out.push(b'"');
}
