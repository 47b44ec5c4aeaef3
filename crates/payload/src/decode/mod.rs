//! Decoders: each takes one encoding off a text, or says that there is none.

mod base64;
mod comments;
mod entities;
mod escapes;
pub(crate) mod json;
mod look_alikes;
mod percent;
mod utf16;
pub(crate) mod xml;

use crate::encoding::Encoding;
use crate::marks::Marks;

pub(crate) use base64::base64;

/// No text shorter than this is worth decoding, in bytes.
pub(crate) const SHORTEST: usize = 3;

/// Takes one encoding off.
pub(crate) struct Decoder {
    /// Some of these kinds of bytes stand in every text that it changes.
    pub(crate) bytes: Marks,
    pub(crate) encoding: Encoding,
    /// Writes the decoded text, never longer than the text. Whether anything changed; when not,
    /// what was written means nothing.
    pub(crate) decode: fn(&[u8], &mut Vec<u8>) -> bool,
}

impl Decoder {
    /// Whether it makes one character out of many, and so a text much shorter.
    pub(crate) fn is_by_character(&self) -> bool {
        let signs = Marks::PERCENT.and(Marks::AMPERSAND).and(Marks::BACKSLASH);
        signs.has_all(self.bytes)
    }
}

/// The decoders in the order in which they are asked, round by round.
pub(crate) static DECODERS: [Decoder; 7] = [
    Decoder { bytes: Marks::PERCENT, encoding: Encoding::Percent, decode: percent::percent },
    Decoder { bytes: Marks::NUL.and(Marks::PLUS), encoding: Encoding::Utf16, decode: utf16::utf16 },
    Decoder { bytes: Marks::PLUS, encoding: Encoding::Percent, decode: percent::plus },
    Decoder { bytes: Marks::AMPERSAND, encoding: Encoding::HtmlEntity, decode: entities::entities },
    Decoder { bytes: Marks::BACKSLASH, encoding: Encoding::Escape, decode: escapes::escapes },
    Decoder { bytes: Marks::STAR, encoding: Encoding::Comment, decode: comments::comments },
    Decoder { bytes: Marks::HIGH, encoding: Encoding::LookAlike, decode: look_alikes::look_alikes },
];

/// The value of a hexadecimal digit.
fn hex(byte: u8) -> Option<u32> {
    char::from(byte).to_digit(16)
}

/// The number that exactly `digits` hexadecimal digits at the start of `text` spell.
fn hex_number(text: &[u8], digits: usize) -> Option<u32> {
    text.get(..digits)?.iter().try_fold(0, |number, byte| Some(number << 4 | hex(*byte)?))
}

/// Writes `code` as UTF-8; a half of a surrogate pair, which is no character, becomes `?`.
fn push_char(code: u32, out: &mut Vec<u8>) {
    let mut bytes = [0; 4];
    let character = char::from_u32(code).unwrap_or('?');
    out.extend_from_slice(character.encode_utf8(&mut bytes).as_bytes());
}
