//! Percent encoding, as package URLs have it.

use std::fmt;

use crate::PackageUrlError;

/// A text that is written encoded. A colon stays as it is.
pub(crate) struct Encoded<'t> {
    text: &'t str,
    /// Whether `/` stays, too.
    is_path: bool,
}

impl<'t> Encoded<'t> {
    /// A part in which `/` is encoded.
    pub(crate) fn part(text: &'t str) -> Self {
        Self { text, is_path: false }
    }

    /// Segments between `/`.
    pub(crate) fn path(text: &'t str) -> Self {
        Self { text, is_path: true }
    }
}

impl fmt::Display for Encoded<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.text.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' | b'~' | b':' => {
                    write!(formatter, "{}", char::from(byte))?;
                }
                b'/' if self.is_path => formatter.write_str("/")?,
                _ => write!(formatter, "%{byte:02X}")?,
            }
        }
        Ok(())
    }
}

/// The text that was encoded.
pub(crate) fn decode(text: &str) -> Result<String, PackageUrlError> {
    let malformed = || PackageUrlError::Encoding(text.to_owned());
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || char::from(rest.next()?).to_digit(16);
        let (Some(high), Some(low)) = (digit(), digit()) else { return Err(malformed()) };
        bytes.push(u8::try_from(high * 16 + low).map_err(|_| malformed())?);
    }
    String::from_utf8(bytes).map_err(|_| malformed())
}
