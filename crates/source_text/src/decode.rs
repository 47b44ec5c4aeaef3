//! Bytes of a file to text: UTF-8, or UTF-16 that says so.

/// Why bytes are not text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Neither UTF-8 nor marked as UTF-16.
    #[error("line {line} is not UTF-8 text (byte {offset} of the file); save the file as UTF-8")]
    NotUtf8 {
        /// Line of the first wrong byte, from 1.
        line: u32,
        /// Its offset in the file, from 0.
        offset: usize,
    },
    /// Marked as UTF-16 but wrong.
    #[error("line {line} is not UTF-16 text (byte {offset} of the file); save the file as UTF-8")]
    NotUtf16 {
        /// Line of the first wrong unit, from 1.
        line: u32,
        /// Offset of the unit in the file, from 0.
        offset: usize,
    },
}

impl DecodeError {
    /// Line of the first byte that is not text, from 1.
    #[must_use]
    pub fn line(&self) -> u32 {
        match self {
            Self::NotUtf8 { line, .. } | Self::NotUtf16 { line, .. } => *line,
        }
    }
}

/// The text of a file: UTF-8 with or without a byte-order mark, or UTF-16 with one.
///
/// The mark is not part of the text.
///
/// # Errors
/// [`DecodeError`] names the line of the first byte that is not text.
pub fn decode(bytes: &[u8]) -> Result<String, DecodeError> {
    if let Some(rest) = bytes.strip_prefix(&[0xff, 0xfe]) {
        return utf16(rest, u16::from_le_bytes);
    }
    if let Some(rest) = bytes.strip_prefix(&[0xfe, 0xff]) {
        return utf16(rest, u16::from_be_bytes);
    }
    let content = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    match std::str::from_utf8(content) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => {
            let good = content.get(..error.valid_up_to()).unwrap_or_default();
            let lines = good.split(|byte| *byte == b'\n').count() - 1;
            let offset = bytes.len() - content.len() + error.valid_up_to();
            Err(DecodeError::NotUtf8 { line: line_after(lines), offset })
        }
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, DecodeError> {
    let (pairs, odd) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len());
    let mut offset = 2;
    let mut lines = 0;
    for c in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        let Ok(c) = c else {
            return Err(DecodeError::NotUtf16 { line: line_after(lines), offset });
        };
        lines += usize::from(c == '\n');
        offset += c.len_utf16() * 2;
        text.push(c);
    }
    if odd.is_empty() {
        Ok(text)
    } else {
        Err(DecodeError::NotUtf16 { line: line_after(lines), offset })
    }
}

fn line_after(lines: usize) -> u32 {
    u32::try_from(lines).unwrap_or(u32::MAX).saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::{DecodeError, decode};

    #[test]
    fn marks_are_read_and_left_out() {
        assert_eq!(decode("a: ü".as_bytes()).unwrap(), "a: ü");
        assert_eq!(decode(b"\xef\xbb\xbfa").unwrap(), "a");
        assert_eq!(decode(b"\xff\xfea\0\x3d\xd8\x00\xde").unwrap(), "a\u{1f600}");
        assert_eq!(decode(b"\xfe\xff\0a").unwrap(), "a");
        assert_eq!(decode(b"").unwrap(), "");
    }

    #[test]
    fn an_error_names_the_line_of_the_first_wrong_byte() {
        let error = decode(b"\xef\xbb\xbfa\nb\n\xff\n").unwrap_err();
        assert_eq!(error, DecodeError::NotUtf8 { line: 3, offset: 7 });
        let lone_surrogate = decode(b"\xff\xfe\n\0\x00\xd8a\0").unwrap_err();
        assert_eq!(lone_surrogate, DecodeError::NotUtf16 { line: 2, offset: 4 });
        let half_a_unit = decode(b"\xff\xfea\0b").unwrap_err();
        assert_eq!(half_a_unit, DecodeError::NotUtf16 { line: 1, offset: 4 });
    }
}
