//! What stands in other clothes: base64, percent encoding, lists of bytes.

use std::borrow::Cow;

use json_tape::Value;

/// Decodes base64, of either alphabet, with or without padding and line ends, onto `out`. False
/// when the text is no base64; `out` then holds the part before the fault.
pub(crate) fn base64(text: &str, out: &mut Vec<u8>) -> bool {
    let (mut bits, mut sixes) = (0u32, 0u32);
    let mut padded = false;
    for byte in text.bytes() {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => {
                padded = true;
                continue;
            }
            b' ' | b'\n' | b'\r' | b'\t' => continue,
            _ => return false,
        };
        if padded {
            return false;
        }
        bits = bits << 6 | u32::from(six);
        sixes += 1;
        if sixes.is_multiple_of(4) {
            out.extend_from_slice(&bits.to_be_bytes()[1..]);
            bits = 0;
        }
    }
    match sixes % 4 {
        2 => out.extend_from_slice(&(bits << 12).to_be_bytes()[1..2]),
        3 => out.extend_from_slice(&(bits << 6).to_be_bytes()[1..3]),
        1 => return false,
        _ => {}
    }
    true
}

/// Bytes in base64, with padding.
pub(crate) fn to_base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let six = (bits >> (18 - 6 * place)) & 63;
            let letter = LETTERS.get(six as usize).filter(|_| place <= chunk.len());
            out.push(char::from(*letter.unwrap_or(&b'=')));
        }
    }
    out
}

/// Decodes one name or value of a query or form onto `out`: `%41` and `+`. What is no encoding
/// stays as it is.
pub(crate) fn percent(text: &str, plus_is_space: bool, out: &mut Vec<u8>) {
    let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let mut ahead = bytes.clone();
        let decoded = match byte {
            b'+' if plus_is_space => b' ',
            b'%' => match (digit(ahead.next()), digit(ahead.next())) {
                (Some(high), Some(low)) => {
                    bytes = ahead;
                    u8::try_from(high << 4 | low).unwrap_or(byte)
                }
                _ => byte,
            },
            other => other,
        };
        out.push(decoded);
    }
}

/// The bytes of a list of numbers from -128 to 255 onto `out` (Java has signed bytes). False when
/// an element is something else.
pub(crate) fn numbers(list: Value<'_>, out: &mut Vec<u8>) -> bool {
    list.elements().all(|element| {
        let byte = match element.raw().parse::<i16>() {
            Ok(number @ 0..=255) => u8::try_from(number).ok(),
            Ok(number @ -128..0) => u8::try_from(number + 256).ok(),
            _ => None,
        };
        out.extend(byte);
        byte.is_some()
    })
}

/// Bytes that are looked at as a text whatever they are: they cost little.
const SHORT: usize = 256;
/// Runs of letters shorter than this say nothing in bytes that are no text.
const SHORTEST_RUN: usize = 10;

/// Bytes as a text, but for some odd bytes, which are replaced so that one odd byte hides nothing.
/// `None` when one byte in eight is odd: they are no text.
pub(crate) fn as_text(bytes: &[u8]) -> Option<Cow<'_, str>> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some(Cow::Borrowed(text));
    }
    let is_odd = |byte: &&u8| **byte < 0x20 && !b"\t\n\r".contains(byte);
    let invalid: usize = bytes.utf8_chunks().map(|chunk| chunk.invalid().len()).sum();
    let odd = invalid + bytes.iter().filter(is_odd).count();
    let is_text = bytes.len() < SHORT || odd < bytes.len() / 8;
    is_text.then(|| String::from_utf8_lossy(bytes))
}

/// The runs of letters in bytes that are no text, as of a message of protobuf.
pub(crate) fn runs_of(bytes: &[u8]) -> impl Iterator<Item = &str> {
    let runs = bytes.utf8_chunks().flat_map(|chunk| chunk.valid().split(char::is_control));
    runs.filter(|run| run.len() >= SHORTEST_RUN)
}

#[cfg(test)]
mod tests {
    use super::{as_text, base64, numbers, percent, runs_of, to_base64};
    use json_tape::{Limits, Tape};

    #[test]
    fn base64_of_every_kind_is_decoded() {
        for (text, expected) in [
            ("", Some("")),
            ("YQ==", Some("a")),
            ("YQ", Some("a")),
            ("YWI=", Some("ab")),
            ("YWJj\r\nZGVm", Some("abcdef")),
            ("Pz8_Pj4-", Some("???>>>")),
            ("Pz8/Pj4+", Some("???>>>")),
            ("Y", None),
            ("YQ==YQ==", None),
            ("{\"a\":1}", None),
        ] {
            let mut out = Vec::new();
            let decoded = base64(text, &mut out).then(|| String::from_utf8(out).unwrap());
            assert_eq!(decoded.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_written_in_base64_is_read_back() {
        for text in ["", "a", "ab", "abc", "???>>>"] {
            let mut out = Vec::new();
            assert!(base64(&to_base64(text.as_bytes()), &mut out));
            assert_eq!(out, text.as_bytes());
        }
        assert_eq!(to_base64(b"ab"), "YWI=");
    }

    #[test]
    fn odd_bytes_hide_nothing_and_data_is_left_out() {
        assert_eq!(as_text(b"1' OR\xff 1=1--").unwrap(), "1' OR\u{fffd} 1=1--");
        assert_eq!(as_text("é\u{1}".as_bytes()).unwrap(), "é\u{1}");
        let message = b"\x0a\x0f1' OR 1=1 --abc\x12\x04\xff\xfe\xfa\x00'<a\x01\xc3".repeat(10);
        assert_eq!(as_text(&message), None);
        assert_eq!(runs_of(&message).collect::<Vec<_>>(), ["1' OR 1=1 --abc"; 10]);
    }

    #[test]
    fn percent_encoding_that_is_none_stays() {
        let mut out = Vec::new();
        percent("a%2Bb+c%zz%4", true, &mut out);
        assert_eq!(out, b"a+b c%zz%4");
    }

    #[test]
    fn numbers_are_bytes_with_or_without_sign() {
        let check = |source: &str| {
            let mut tape = Tape::new();
            let list = tape.read(source.as_bytes(), &Limits::default()).unwrap().root();
            let mut out = Vec::new();
            numbers(list, &mut out).then_some(out)
        };
        assert_eq!(check("[104, -61, 169]").unwrap(), [104, 195, 169]);
        assert_eq!(check("[256]"), None);
        assert_eq!(check("[\"a\"]"), None);
    }
}
