//! Secrets that their own shape gives away: URLs with a password, bearer tokens, JWT, keys of AWS,
//! private keys.

use std::ops::Range;

use crate::bytes::{at, before, part, skip, skip_up_to};

/// The password in `scheme://user:password@host`, or the token in `scheme://token@host`; `colon`
/// is where `://` begins. The second place is that of the `@`.
pub(crate) fn url_password(line: &[u8], colon: usize) -> Option<Range<usize>> {
    let start = colon + 3;
    let is_more =
        |byte: u8| !matches!(byte, b' ' | b'\t' | b'"' | b'<' | b'>' | b'\n' | b'\r' | b'`');
    let end = skip_up_to(line, start, 512, is_more);
    let authority_end =
        skip_up_to(line, start, 512, |byte| !matches!(byte, b'/' | b'?' | b'#')).min(end);
    // A password with a slash in it is written by people too: then a `:` stands before the slash.
    let find_at = |to: usize| part(line, start..to).iter().rposition(|byte| *byte == b'@');
    let (sign, user) = if let Some(sign) = find_at(authority_end) {
        (start + sign, part(line, start..start + sign))
    } else {
        let sign = start + find_at(end)?;
        let colon = part(line, start..authority_end).iter().position(|byte| *byte == b':')?;
        // Digits between the colon and the slash are a port, and the `@` is one of a path.
        if part(line, start + colon + 1..authority_end).iter().all(u8::is_ascii_digit) {
            return None;
        }
        (sign, part(line, start..sign))
    };
    match user.iter().position(|byte| *byte == b':') {
        Some(place) if start + place + 1 < sign => Some(start + place + 1..sign),
        // A long user without a password is a token: `https://ghp_…@github.com`.
        None if user.len() >= 20 => Some(start..sign),
        _ => None,
    }
}

/// The token behind `Bearer `.
pub(crate) fn bearer(line: &[u8], start: usize) -> Option<Range<usize>> {
    let start = skip(line, start, |byte| byte == b' ');
    let end = skip(line, start, is_token);
    let token = part(line, start..end);
    let has_digit = token.iter().any(u8::is_ascii_digit);
    (token.len() >= 8 && (has_digit || token.len() >= 20)).then_some(start..end)
}

/// The credentials behind `Basic `: base64 of `user:password`.
pub(crate) fn basic(line: &[u8], start: usize) -> Option<Range<usize>> {
    let start = skip(line, start, |byte| byte == b' ');
    let end = skip(line, start, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
    });
    let text = part(line, start..end);
    (text.len() >= 8 && decodes_to_pair(text)).then_some(start..end)
}

/// Whether base64 gives printable text with a colon in it.
fn decodes_to_pair(text: &[u8]) -> bool {
    let mut bits = 0_u32;
    let mut count = 0;
    let mut has_colon = false;
    for byte in text.iter().take_while(|byte| **byte != b'=') {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return false,
        };
        bits = bits << 6 | u32::from(six);
        count += 6;
        if count >= 8 {
            count -= 8;
            let [.., decoded] = (bits >> count).to_be_bytes();
            if decoded < 0x20 {
                return false;
            }
            has_colon |= decoded == b':';
        }
    }
    has_colon
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'~' | b'+' | b'/' | b'=' | b'-')
}

fn is_url_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// A JSON web token, signed or encrypted, that begins at `start` with `eyJ`.
pub(crate) fn jwt(line: &[u8], start: usize) -> Option<Range<usize>> {
    if is_url_base64(before(line, start)) && before(line, start) != b'-'
        || part(line, start..start + 3) != b"eyJ"
    {
        return None;
    }
    let mut end = skip(line, start, is_url_base64);
    let head = end - start;
    let mut parts = 1;
    while at(line, end) == b'.' && parts < 5 {
        end = skip(line, end + 1, is_url_base64);
        parts += 1;
    }
    (head >= 10 && parts >= 3 && end - start >= 30).then_some(start..end)
}

/// The id of an AWS key, which begins at `start` (`AKIA…`, `ASIA…`).
pub(crate) fn aws_key(line: &[u8], start: usize) -> Option<Range<usize>> {
    let is_head = matches!(part(line, start..start + 4), b"AKIA" | b"ASIA" | b"ABIA" | b"ACCA");
    let end = skip(line, start + 4, |byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    (is_head
        && (20..=24).contains(&(end - start))
        && !before(line, start).is_ascii_alphanumeric()
        && !at(line, end).is_ascii_alphanumeric())
    .then_some(start..end)
}

/// Words of 40 base64 characters with letters of both cases and digits: what AWS secret keys are.
/// Only looked for where the id of a key stands in the same line.
pub(crate) fn aws_secrets(line: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let is_secret = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let mut place = 0;
    std::iter::from_fn(move || {
        while place < line.len() {
            let start = skip(line, place, |byte| !is_secret(byte));
            let end = skip(line, start, is_secret);
            place = end.max(place + 1);
            let word = part(line, start..end);
            let has = |test: fn(&u8) -> bool| word.iter().any(test);
            if word.len() == 40
                && has(u8::is_ascii_uppercase)
                && has(u8::is_ascii_lowercase)
                && has(|byte| !byte.is_ascii_alphabetic())
            {
                return Some(start..end);
            }
        }
        None
    })
}

/// The begin of a private key: `word` is `PRIVATE KEY` in `-----BEGIN RSA PRIVATE KEY-----`.
/// Gives where its body begins.
pub(crate) fn private_key_body(line: &[u8], word: &Range<usize>) -> Option<usize> {
    let head = part(line, word.start.saturating_sub(40)..word.start);
    let begin = head.windows(11).rposition(|window| window == b"-----BEGIN ")?;
    let between = head.get(begin + 11..)?;
    if !between
        .iter()
        .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b' ')
    {
        return None;
    }
    let block =
        if part(line, word.end..word.end + 6) == b" BLOCK" { word.end + 6 } else { word.end };
    (part(line, block..block + 5) == b"-----").then_some(block + 5)
}

/// Where the `-----END` of a key stands, from a place on.
pub(crate) fn private_key_end(line: &[u8], from: usize) -> Option<usize> {
    let rest = line.get(from..)?;
    memchr::memmem::find(rest, b"-----END").map(|place| from + place)
}
