//! Modifiers that make other text of a value: Base64, UTF-16, dashes.

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};

/// Characters that programs of Windows take for the dash of a flag.
const DASHES: [char; 5] = ['-', '/', '\u{2013}', '\u{2014}', '\u{2015}'];

/// Dashes of one value that are changed independently; more would be too many forms.
const MOST_DASHES: u32 = 4;

/// UTF-16 of what is UTF-8, without a byte order mark.
pub(super) fn utf16(bytes: &[u8], is_big: bool) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let order = if is_big { u16::to_be_bytes } else { u16::to_le_bytes };
    text.encode_utf16().flat_map(order).collect()
}

/// Base64 with padding.
pub(super) fn base64(bytes: &[u8]) -> Vec<u8> {
    base64::engine::general_purpose::STANDARD.encode(bytes).into_bytes()
}

/// The three forms that the bytes have inside of a longer text in Base64, as far as they do not hang
/// on what stands around them.
pub(super) fn base64_offsets(bytes: &[u8]) -> [Vec<u8>; 3] {
    [0, 1, 2].map(|offset| {
        let padded = [vec![0; offset], bytes.to_vec()].concat();
        let text = STANDARD_NO_PAD.encode(&padded).into_bytes();
        // Characters that hold a bit of what stands before or behind.
        let start = [0, 2, 3].get(offset).copied().unwrap_or(0);
        let end = if padded.len() % 3 == 0 { text.len() } else { text.len().saturating_sub(1) };
        text.get(start..end).unwrap_or_default().to_vec()
    })
}

/// How many forms [`dashes`] makes of a text; `None` when there are too many.
pub(super) fn dash_forms(text: &str) -> Option<usize> {
    let count = u32::try_from(flags(text).filter(|(_, is_flag)| *is_flag).count()).ok()?;
    (count <= MOST_DASHES).then(|| DASHES.len().pow(count))
}

/// Every form of text in which the dashes of flags (a dash behind a space or at the start) are others,
/// of the first [`MOST_DASHES`] of them.
pub(super) fn dashes(text: &str) -> Vec<String> {
    let mut forms = vec![String::new()];
    let mut count = 0;
    for (character, is_flag) in flags(text) {
        if !is_flag || count >= MOST_DASHES {
            for form in &mut forms {
                form.push(character);
            }
            continue;
        }
        count += 1;
        forms = DASHES
            .iter()
            .flat_map(|dash| forms.iter().map(move |form| format!("{form}{dash}")))
            .collect();
    }
    forms
}

/// The characters of a text, and whether each is the dash of a flag.
fn flags(text: &str) -> impl Iterator<Item = (char, bool)> {
    let mut before = None;
    text.chars().map(move |character| {
        let is_flag = before.is_none_or(|it: char| it.is_whitespace() || it == '*')
            && DASHES.contains(&character);
        before = Some(character);
        (character, is_flag)
    })
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, engine::general_purpose::STANDARD};

    use super::{base64_offsets, dash_forms, dashes, utf16};

    #[test]
    fn one_of_three_forms_stands_in_every_text_around() {
        for secret in ["a", "ab", "abc", "aws_secret_access_key"] {
            let forms = base64_offsets(secret.as_bytes());
            for before in 0..4 {
                for behind in 0..4 {
                    let text = format!("{}{secret}{}", "é".repeat(before), "}".repeat(behind));
                    let coded = STANDARD.encode(&text);
                    let found =
                        forms.iter().any(|form| coded.contains(std::str::from_utf8(form).unwrap()));
                    assert!(found, "{text} {coded}");
                }
            }
        }
    }

    #[test]
    fn dashes_of_flags_are_changed_and_others_are_not() {
        let forms = dashes("a-b -f");
        assert_eq!((forms.len(), dash_forms("a-b -f")), (5, Some(5)));
        assert!(forms.contains(&"a-b /f".to_owned()));
        assert!(forms.contains(&"a-b \u{2014}f".to_owned()));
        assert_eq!(dash_forms("-a -b -c -d -e"), None);
        assert_eq!(utf16(b"cm", false), b"c\0m\0");
        assert_eq!(utf16(b"cm", true), b"\0c\0m");
    }
}
