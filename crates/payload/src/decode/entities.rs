//! Character references of HTML and XML.

use super::push_char;

/// Named references that attacks use; the rest of HTML's 2,231 names no parser of a language
/// gives a meaning.
const NAMED: [(&[u8], u8); 36] = [
    (b"lt", b'<'),
    (b"gt", b'>'),
    (b"amp", b'&'),
    (b"quot", b'"'),
    (b"apos", b'\''),
    (b"colon", b':'),
    (b"semi", b';'),
    (b"lpar", b'('),
    (b"rpar", b')'),
    (b"lbrace", b'{'),
    (b"rbrace", b'}'),
    (b"lcub", b'{'),
    (b"rcub", b'}'),
    (b"lsqb", b'['),
    (b"rsqb", b']'),
    (b"lbrack", b'['),
    (b"rbrack", b']'),
    (b"sol", b'/'),
    (b"bsol", b'\\'),
    (b"equals", b'='),
    (b"period", b'.'),
    (b"comma", b','),
    (b"excl", b'!'),
    (b"num", b'#'),
    (b"dollar", b'$'),
    (b"percnt", b'%'),
    (b"ast", b'*'),
    (b"plus", b'+'),
    (b"quest", b'?'),
    (b"commat", b'@'),
    (b"grave", b'`'),
    (b"verbar", b'|'),
    (b"lowbar", b'_'),
    (b"tab", b'\t'),
    (b"newline", b'\n'),
    (b"nbsp", b' '),
];
const LONGEST_NAME: usize = 8;

/// `&lt;`, `&#60;`, `&#x3c;`, each also without its semicolon, as browsers take them.
pub(super) fn entities(text: &[u8], out: &mut Vec<u8>) -> bool {
    let mut changed = false;
    let mut rest = text;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        let found = if *byte == b'&' { reference(after) } else { None };
        if let Some((code, length)) = found {
            push_char(code, out);
            rest = after.get(length..).unwrap_or_default();
            rest = rest.strip_prefix(b";").unwrap_or(rest);
            changed = true;
        } else {
            out.push(*byte);
        }
    }
    changed
}

/// The character after `&`, and the length of its reference without the semicolon.
fn reference(text: &[u8]) -> Option<(u32, usize)> {
    match *text {
        [b'#', b'x' | b'X', ..] => number(text, 2, 16),
        [b'#', ..] => number(text, 1, 10),
        _ => named(text),
    }
}

fn number(text: &[u8], start: usize, radix: u32) -> Option<(u32, usize)> {
    let mut code = 0u32;
    let mut length = start;
    while let Some(digit) = text.get(length).and_then(|byte| char::from(*byte).to_digit(radix)) {
        // Long runs of zeros are allowed; a number beyond Unicode is no character.
        code = code.checked_mul(radix)?.checked_add(digit)?;
        length += 1;
    }
    // A number as long as its UTF-8 would let texts grow; none is shorter than three bytes.
    (length > start && char::from_u32(code).is_some()).then_some((code, length))
}

fn named(text: &[u8]) -> Option<(u32, usize)> {
    let length =
        text.iter().take(LONGEST_NAME).take_while(|byte| byte.is_ascii_alphabetic()).count();
    let name = text.get(..length)?;
    // Only the five oldest names are taken without a semicolon.
    let (_, byte) = NAMED.iter().find(|(known, _)| name.eq_ignore_ascii_case(known))?;
    let closed = text.get(length) == Some(&b';');
    (closed || matches!(name.len(), 2..=4) && matches!(byte, b'<' | b'>' | b'"'))
        .then_some((u32::from(*byte), length))
}
