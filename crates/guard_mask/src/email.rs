//! Mail addresses.

use std::ops::Range;

use crate::bytes::{after_escape, at, before, part, skip, skip_back, skip_up_to};

/// Longest local part and longest domain, by RFC 5321.
const MAX_LOCAL: usize = 64;
const MAX_DOMAIN: usize = 255;

/// Ends of file names that stand where a domain would end: `icon@2x.png`.
const FILE_ENDINGS: [&[u8]; 14] = [
    b"png", b"jpg", b"jpeg", b"gif", b"svg", b"webp", b"js", b"mjs", b"ts", b"css", b"json",
    b"html", b"tgz", b"zip",
];

/// The address around the at sign `sign` (`@`, or as `%40` or `\u0040` writes it).
pub(crate) fn email(line: &[u8], sign: Range<usize>) -> Option<Range<usize>> {
    let start = skip_back(line, sign.start, MAX_LOCAL, is_local);
    // Of a letter of three bytes none is part of it, so the last two are not either.
    let start = skip(line, start, |byte| matches!(byte, 0x80..=0xBF));
    let start = after_escape(line, start).min(sign.start);
    let start =
        skip(line, start, |byte| byte == b'.' || byte == b'-' || byte == b'\'').min(sign.start);
    let local = part(line, start..sign.start);
    if local.is_empty() || local.ends_with(b".") || !local.iter().any(u8::is_ascii_alphanumeric) {
        return None;
    }
    // `https://host/@scope/x`, `a:b@host`: the local part goes on in a way that none does.
    if matches!(before(line, start), b'@') {
        return None;
    }
    let end = skip_up_to(line, sign.end, MAX_DOMAIN, is_domain);
    let domain = part(line, sign.end..end);
    let trimmed = domain.trim_ascii_end();
    let length =
        trimmed.iter().rposition(|byte| !matches!(byte, b'.' | b'-')).map(|last| last + 1)?;
    let domain = domain.get(..length)?;
    let end = sign.end + length;
    let dot = domain.iter().rposition(|byte| *byte == b'.')?;
    let (labels, top) = (domain.get(..dot)?, domain.get(dot + 1..)?);
    let is_top = (2..=24).contains(&top.len())
        && top.iter().all(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80)
        || top.get(..4).is_some_and(|it| it.eq_ignore_ascii_case(b"xn--"));
    let is_labels = !labels.is_empty()
        && !labels.starts_with(b".")
        && !labels.starts_with(b"-")
        && !labels.windows(2).any(|pair| pair == b"..");
    let is_file = FILE_ENDINGS.iter().any(|ending| top.eq_ignore_ascii_case(ending));
    // `@host.name(` is a call of a method, `Foo@1a2b.go:12` a place in code.
    let is_call = at(line, end) == b'(';
    (is_top && is_labels && !is_file && !is_call).then_some(start..end)
}

/// ASCII letters, digits and the signs that addresses have; Latin, Greek and Cyrillic letters.
fn is_local(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'.' | b'_' | b'-' | b'+' | b'\'' | b'=')
        || is_two_byte_letter(byte)
}

fn is_domain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-') || is_two_byte_letter(byte)
}

/// A byte of a letter that takes two bytes of UTF-8, save the leads of signs and spaces.
fn is_two_byte_letter(byte: u8) -> bool {
    matches!(byte, 0xC3..=0xD4 | 0x80..=0xBF)
}
