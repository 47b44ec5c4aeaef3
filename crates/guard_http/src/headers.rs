//! The headers of a message, in their order.

use std::fmt;
use std::ops::Range;

use crate::HttpError;
use crate::decoder::Limits;
use crate::head::{MOST_HEADERS, malformed};

/// Headers that say where a message ends or whom it is for: never behind the body.
const FRAMING: [&str; 3] = ["content-length", "transfer-encoding", "host"];

/// Headers in the order in which they came, names in the letter case of their author.
///
/// All bytes stand in one buffer, so a head costs two allocations whatever its length.
#[derive(Clone, Default)]
pub struct Headers {
    bytes: Vec<u8>,
    fields: Vec<Field>,
}

#[derive(Debug, Clone)]
struct Field {
    name: Range<usize>,
    value: Range<usize>,
}

impl Headers {
    /// No headers.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads the lines behind a body, the last of which is empty.
    pub(crate) fn parse(bytes: &[u8], limits: &Limits) -> Result<Self, HttpError> {
        if bytes == b"\r\n" {
            return Ok(Self::new());
        }
        let mut room = [httparse::EMPTY_HEADER; MOST_HEADERS];
        let room = room.get_mut(..limits.headers.min(MOST_HEADERS)).unwrap_or_default();
        let httparse::Status::Complete((_, parsed)) =
            httparse::parse_headers(bytes, room).map_err(|error| malformed(error, limits))?
        else {
            return Err(HttpError::Malformed { what: "trailers" });
        };
        let trailers = Self::from_parsed(bytes, parsed);
        let frames = |name: &str| FRAMING.iter().any(|own| own.eq_ignore_ascii_case(name));
        if trailers.iter().any(|(name, _)| frames(name)) {
            return Err(HttpError::FramingTrailer);
        }
        Ok(trailers)
    }

    /// Takes what `httparse` found in `source`, of which every name and value is a part.
    pub(crate) fn from_parsed(source: &[u8], parsed: &[httparse::Header<'_>]) -> Self {
        let base = source.as_ptr() as usize;
        let range = |part: &[u8]| {
            // An empty value may stand in a static text of the parser instead of in `source`.
            let start = (part.as_ptr() as usize).wrapping_sub(base);
            if part.is_empty() || start > source.len() { 0..0 } else { start..start + part.len() }
        };
        let fields = parsed
            .iter()
            .map(|header| Field { name: range(header.name.as_bytes()), value: range(header.value) })
            .collect();
        Self { bytes: source.to_vec(), fields }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// Names and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.fields.iter().map(|field| (self.name(field), self.value(field)))
    }

    /// The value of the first header of that name, in any letter case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The same as text; `None` also where it is not UTF-8.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        std::str::from_utf8(self.get(name)?).ok()
    }

    /// The values of every header of that name, in any letter case.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        self.iter().filter(move |(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Whether a list header (`Connection`, `Expect`) has this element, in any letter case.
    #[must_use]
    pub fn lists(&self, name: &str, element: &str) -> bool {
        self.all(name)
            .flat_map(|value| value.split(|byte| *byte == b','))
            .any(|part| part.trim_ascii().eq_ignore_ascii_case(element.as_bytes()))
    }

    /// Adds a header at the end.
    ///
    /// Line ends and zero bytes become spaces, as RFC 9110, section 5.5, says: no value writes a
    /// header of its own. Letters that no name may have become `_`.
    pub fn push(&mut self, name: &str, value: impl AsRef<[u8]>) {
        let start = self.bytes.len();
        self.bytes.extend(name.bytes().map(|byte| if is_token(byte) { byte } else { b'_' }));
        let middle = self.bytes.len();
        self.bytes.extend(value.as_ref().iter().map(|byte| match byte {
            b'\r' | b'\n' | 0 => b' ',
            other => *other,
        }));
        self.fields.push(Field { name: start..middle, value: middle..self.bytes.len() });
    }

    /// Takes every header of that name away, in any letter case, and adds this one.
    pub fn set(&mut self, name: &str, value: impl AsRef<[u8]>) {
        self.remove(name);
        self.push(name, value);
    }

    /// Takes every header of that name away, in any letter case.
    pub fn remove(&mut self, name: &str) {
        let bytes = &self.bytes;
        self.fields.retain(|field| {
            let own = bytes.get(field.name.clone()).unwrap_or_default();
            !own.eq_ignore_ascii_case(name.as_bytes())
        });
    }

    /// Writes each as a line.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        for (name, value) in self.iter() {
            out.extend_from_slice(name.as_bytes());
            out.extend_from_slice(b": ");
            out.extend_from_slice(value);
            out.extend_from_slice(b"\r\n");
        }
    }

    fn name(&self, field: &Field) -> &str {
        self.bytes
            .get(field.name.clone())
            .and_then(|name| std::str::from_utf8(name).ok())
            .unwrap_or_default()
    }

    fn value(&self, field: &Field) -> &[u8] {
        self.bytes.get(field.value.clone()).unwrap_or_default()
    }
}

/// Letters of names of headers and of methods: RFC 9110, section 5.6.2.
pub(crate) fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

impl PartialEq for Headers {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Headers {}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entries(self.iter().map(|(name, value)| (name, String::from_utf8_lossy(value))))
            .finish()
    }
}

impl<'a> FromIterator<(&'a str, &'a str)> for Headers {
    fn from_iter<I: IntoIterator<Item = (&'a str, &'a str)>>(pairs: I) -> Self {
        let mut headers = Self::new();
        for (name, value) in pairs {
            headers.push(name, value);
        }
        headers
    }
}

#[cfg(test)]
mod tests {
    use super::Headers;

    #[test]
    fn names_are_found_in_any_letter_case() {
        let mut headers: Headers =
            [("X-One", "1"), ("Connection", "keep-alive, Close")].into_iter().collect();
        assert_eq!(headers.text("x-one"), Some("1"));
        assert!(headers.lists("connection", "close"));
        headers.set("x-ONE", "2");
        assert_eq!(headers.all("X-One").collect::<Vec<_>>(), [b"2"]);
    }

    #[test]
    fn a_value_writes_no_header_of_its_own() {
        let mut headers = Headers::new();
        headers.push("a:\r\nb", "1\r\nContent-Length: 5\0");
        let mut out = Vec::new();
        headers.write(&mut out);
        assert_eq!(out, b"a___b: 1  Content-Length: 5 \r\n");
    }
}
