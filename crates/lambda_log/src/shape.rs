//! Which shape an input has, told by its first bytes.

use crate::values::holds_events;

/// Bytes that are looked at.
pub(crate) const HEAD: usize = 16 * 1_024;

/// What an input looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Lines, of text or of JSON each.
    Lines,
    /// A document, or several, with events in it.
    Document,
    /// CSV with a column of messages.
    Csv,
    /// Bytes that are no text.
    Binary,
}

impl Shape {
    /// Tells the shape by the first bytes (16 KiB are enough).
    #[must_use]
    pub fn of(head: &[u8]) -> Self {
        let head = head.get(..HEAD).unwrap_or(head);
        let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
        if head.contains(&0) {
            return Self::Binary;
        }
        let text = head.trim_ascii_start();
        if is_array(text) || holds_events(text) || is_subscription(text) {
            return Self::Document;
        }
        let end = memchr::memchr(b'\n', text).unwrap_or(text.len());
        let first = text.get(..end).unwrap_or_default().to_ascii_lowercase();
        let first = String::from_utf8_lossy(&first);
        let mut columns = first.split(',').map(|name| name.trim().trim_matches('"'));
        if !text.starts_with(b"{") && columns.clone().count() > 1 {
            let names: Vec<&str> = columns.by_ref().collect();
            let has = |name: &str| names.contains(&name);
            if has("@message") || (has("message") && has("timestamp")) {
                return Self::Csv;
            }
        }
        Self::Lines
    }
}

/// Whether it is a list of objects or lists: `[INFO]` is a line of Python.
fn is_array(text: &[u8]) -> bool {
    let Some(rest) = text.strip_prefix(b"[") else { return false };
    matches!(rest.trim_ascii_start().first(), Some(b'{' | b'[' | b']'))
}

/// Whether it is what a subscription hands to a function: `{"awslogs": {"data": "…"}}`.
fn is_subscription(text: &[u8]) -> bool {
    let Some(rest) = text.strip_prefix(b"{") else { return false };
    rest.trim_ascii_start().starts_with(b"\"awslogs\"")
}

#[cfg(test)]
mod tests {
    use super::Shape;

    #[test]
    fn the_first_bytes_tell_the_shape() {
        for (head, shape) in [
            ("START RequestId: r-1\n", Shape::Lines),
            ("[INFO]\t2026-01-31T10:00:00.000Z\tid\ttext", Shape::Lines),
            ("{\"level\":\"INFO\",\"message\":\"events\"}\n", Shape::Lines),
            ("{\n  \"events\": [\n", Shape::Document),
            ("{\"messageType\":\"DATA_MESSAGE\",\"logEvents\":[", Shape::Document),
            ("{\"statistics\":{\"a\":[1]},\"results\":[[", Shape::Document),
            ("[\n{\"@message\":", Shape::Document),
            ("[]", Shape::Document),
            ("@timestamp,@message\n", Shape::Csv),
            ("timestamp,message\n", Shape::Csv),
            ("timestamp,value\n", Shape::Lines),
            ("\u{1f}\u{8b}\0\0", Shape::Binary),
            ("", Shape::Lines),
        ] {
            assert_eq!(Shape::of(head.as_bytes()), shape, "{head}");
        }
    }
}
