//! JSON written as it is made, valid whatever it is made of.

use std::io::Write as _;

use audit_event::{Json, JsonKind, Text};

/// Levels of arrays and objects; the reader of records refuses deeper ones.
const MAX_DEPTH: u32 = 130;

/// An object that is being written.
#[derive(Debug)]
pub(crate) struct Object<'o> {
    out: &'o mut Vec<u8>,
    is_empty: bool,
}

impl<'o> Object<'o> {
    /// Writes a whole object.
    pub(crate) fn write(out: &'o mut Vec<u8>, fill: impl FnOnce(&mut Object<'_>)) {
        out.push(b'{');
        let mut object = Object { out, is_empty: true };
        fill(&mut object);
        object.out.push(b'}');
    }

    fn separate(&mut self) {
        if !self.is_empty {
            self.out.push(b',');
        }
        self.is_empty = false;
    }

    fn name(&mut self, name: &str) {
        self.separate();
        write_str(name, self.out);
        self.out.push(b':');
    }

    /// A member whose name is text of a record.
    pub(crate) fn kept(&mut self, name: Text<'_>, value: Json<'_>) {
        self.separate();
        write_text(name, self.out);
        self.out.push(b':');
        write_json(value, 0, self.out);
    }

    /// A text, when there is one and it is not empty.
    pub(crate) fn text(&mut self, name: &str, text: Option<Text<'_>>) {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            self.name(name);
            write_text(text, self.out);
        }
    }

    pub(crate) fn str(&mut self, name: &str, text: &str) {
        self.name(name);
        write_str(text, self.out);
    }

    pub(crate) fn number(&mut self, name: &str, number: i64) {
        self.name(name);
        let _ = write!(self.out, "{number}"); // a vector takes everything
    }

    pub(crate) fn boolean(&mut self, name: &str, value: Option<bool>) {
        if let Some(value) = value {
            self.name(name);
            self.out.extend_from_slice(if value { b"true" } else { b"false" });
        }
    }

    /// A value of a record as it stands there, when there is one.
    pub(crate) fn json(&mut self, name: &str, value: Option<Json<'_>>) {
        if let Some(value) = value {
            self.name(name);
            write_json(value, 0, self.out);
        }
    }

    /// An object, left out when nothing stands in it.
    pub(crate) fn object(&mut self, name: &str, fill: impl FnOnce(&mut Object<'_>)) {
        let (length, was_empty) = (self.out.len(), self.is_empty);
        self.name(name);
        self.inner(length, was_empty, fill);
    }

    /// The same with a name that is text of a record.
    pub(crate) fn kept_object(&mut self, name: Text<'_>, fill: impl FnOnce(&mut Object<'_>)) {
        let (length, was_empty) = (self.out.len(), self.is_empty);
        self.separate();
        write_text(name, self.out);
        self.out.push(b':');
        self.inner(length, was_empty, fill);
    }

    fn inner(&mut self, length: usize, was_empty: bool, fill: impl FnOnce(&mut Object<'_>)) {
        self.out.push(b'{');
        let mut inner = Object { out: &mut *self.out, is_empty: true };
        fill(&mut inner);
        if inner.is_empty {
            self.out.truncate(length);
            self.is_empty = was_empty;
        } else {
            self.out.push(b'}');
        }
    }

    /// An array of objects; those with nothing in them, and an array of none, are left out.
    pub(crate) fn objects<T>(
        &mut self,
        name: &str,
        all: impl Iterator<Item = T>,
        mut fill: impl FnMut(T, &mut Object<'_>),
    ) {
        let (length, was_empty) = (self.out.len(), self.is_empty);
        self.name(name);
        self.out.push(b'[');
        let start = self.out.len();
        for each in all {
            let before = self.out.len();
            if before > start {
                self.out.push(b',');
            }
            self.out.push(b'{');
            let mut inner = Object { out: &mut *self.out, is_empty: true };
            fill(each, &mut inner);
            if inner.is_empty {
                self.out.truncate(before);
            } else {
                self.out.push(b'}');
            }
        }
        if self.out.len() == start {
            self.out.truncate(length);
            self.is_empty = was_empty;
        } else {
            self.out.push(b']');
        }
    }

    /// An array of texts.
    pub(crate) fn strs(&mut self, name: &str, all: &[&str]) {
        self.name(name);
        self.out.push(b'[');
        for (at, text) in all.iter().enumerate() {
            if at > 0 {
                self.out.push(b',');
            }
            write_str(text, self.out);
        }
        self.out.push(b']');
    }
}

/// Writes a string of a record: as it stands when it needs no escapes.
fn write_text(text: Text<'_>, out: &mut Vec<u8>) {
    // The reader lets no control characters through, and without escapes there is no quote.
    if !text.has_escapes() && std::str::from_utf8(text.raw()).is_ok() {
        out.push(b'"');
        out.extend_from_slice(text.raw());
        out.push(b'"');
    } else {
        write_str(&text.to_str(), out);
    }
}

fn write_str(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let mut rest = text;
    while let Some(at) = rest.find(|it: char| matches!(it, '"' | '\\' | '\0'..='\u{1f}')) {
        let (plain, behind) = rest.split_at(at);
        out.extend_from_slice(plain.as_bytes());
        let mut behind = behind.chars();
        match behind.next() {
            Some('"') => out.extend_from_slice(b"\\\""),
            Some('\\') => out.extend_from_slice(b"\\\\"),
            Some('\n') => out.extend_from_slice(b"\\n"),
            Some('\r') => out.extend_from_slice(b"\\r"),
            Some('\t') => out.extend_from_slice(b"\\t"),
            Some(other) => {
                let _ = write!(out, "\\u{:04x}", u32::from(other)); // a vector takes everything
            }
            None => {}
        }
        rest = behind.as_str();
    }
    out.extend_from_slice(rest.as_bytes());
    out.push(b'"');
}

/// Writes a value of a record without the white space between its parts. What is not JSON in it, which
/// the reader does not judge, is left out.
pub(crate) fn write_json(value: Json<'_>, depth: u32, out: &mut Vec<u8>) {
    match value.kind() {
        _ if depth > MAX_DEPTH => out.extend_from_slice(b"null"),
        JsonKind::Null => out.extend_from_slice(b"null"),
        JsonKind::Boolean => {
            let word: &[u8] = if value.raw() == b"true" { b"true" } else { b"false" };
            out.extend_from_slice(word);
        }
        JsonKind::Number if is_number(value.raw()) => out.extend_from_slice(value.raw()),
        JsonKind::Number => write_str(&String::from_utf8_lossy(value.raw()), out),
        JsonKind::String => match value.text() {
            Some(text) => write_text(text, out),
            None => out.extend_from_slice(b"null"),
        },
        JsonKind::Array => {
            out.push(b'[');
            for (at, element) in value.elements().enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                write_json(element, depth + 1, out);
            }
            out.push(b']');
        }
        JsonKind::Object => {
            out.push(b'{');
            for (at, (name, member)) in value.members().enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                write_text(name, out);
                out.push(b':');
                write_json(member, depth + 1, out);
            }
            out.push(b'}');
        }
    }
}

/// Whether the bytes are a number as JSON has them.
fn is_number(raw: &[u8]) -> bool {
    let digits = |bytes: &[u8]| bytes.iter().take_while(|it| it.is_ascii_digit()).count();
    let rest = raw.strip_prefix(b"-").unwrap_or(raw);
    let whole = digits(rest);
    if whole == 0 || (whole > 1 && rest.starts_with(b"0")) {
        return false;
    }
    let mut rest = rest.get(whole..).unwrap_or_default();
    if let Some(fraction) = rest.strip_prefix(b".") {
        let count = digits(fraction);
        if count == 0 {
            return false;
        }
        rest = fraction.get(count..).unwrap_or_default();
    }
    if let Some(exponent) = rest.strip_prefix(b"e").or_else(|| rest.strip_prefix(b"E")) {
        let signed = exponent.strip_prefix(b"+").or_else(|| exponent.strip_prefix(b"-"));
        let exponent = signed.unwrap_or(exponent);
        let count = digits(exponent);
        if count == 0 {
            return false;
        }
        rest = exponent.get(count..).unwrap_or_default();
    }
    rest.is_empty() && is_in_range(raw)
}

/// Whether readers that hold numbers as 64 bits, as most do, can hold it.
fn is_in_range(raw: &[u8]) -> bool {
    let is_small = raw.len() <= 18 && !raw.iter().any(|it| matches!(it, b'e' | b'E'));
    let parsed = || std::str::from_utf8(raw).ok().and_then(|it| it.parse::<f64>().ok());
    is_small || parsed().is_some_and(f64::is_finite)
}

#[cfg(test)]
mod tests {
    use audit_event::Json;

    use super::{Object, is_number, write_json, write_str};

    #[test]
    fn numbers_are_those_of_json() {
        for good in ["0", "-0", "12", "1.50", "1e9", "-2.5E-3"] {
            assert!(is_number(good.as_bytes()), "{good}");
        }
        for bad in ["", "-", "01", "1.", ".5", "1e", "1e+", "0x1", "1a", "--1", "1e999"] {
            assert!(!is_number(bad.as_bytes()), "{bad}");
        }
    }

    #[test]
    fn values_are_written_without_white_space_and_always_valid() {
        let check = |raw: &str, expect: &str| {
            let mut out = Vec::new();
            write_json(Json::new(raw.as_bytes()), 0, &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), expect);
        };
        check(r#"{ "a" : [1, 2.5,"x\u0041\"" ] , "b":null}"#, r#"{"a":[1,2.5,"xA\""],"b":null}"#);
        check("[1e,00]", r#"["1e","00"]"#);
        let mut out = Vec::new();
        write_str("a\u{1}\n\"\\é", &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), "\"a\\u0001\\n\\\"\\\\é\"");
    }

    #[test]
    fn what_is_empty_is_left_out() {
        let mut out = Vec::new();
        Object::write(&mut out, |object| {
            object.object("a", |inner| inner.object("b", |_| {}));
            object.objects("list", [1, 2].into_iter(), |it, inner| {
                if it == 2 {
                    inner.number("n", it);
                }
            });
            object.objects("none", std::iter::empty::<i64>(), |_, _| {});
            object.str("c", "d");
        });
        assert_eq!(String::from_utf8(out).unwrap(), r#"{"list":[{"n":2}],"c":"d"}"#);
    }
}
