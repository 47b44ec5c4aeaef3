//! A JSON value as it stands in the bytes of a record, looked into only when somebody asks.

use std::borrow::Cow;

use crate::scanner::{MAX_DEPTH, Scanner};

/// A string of a record, as it stands between its quotes: escapes are not resolved yet.
///
/// Two texts are equal when their bytes are; [`Text::is`] and [`Text::to_str`] resolve escapes.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Text<'a> {
    raw: &'a [u8],
    has_escapes: bool,
}

impl<'a> Text<'a> {
    pub(crate) fn new(raw: &'a [u8], has_escapes: bool) -> Self {
        Self { raw, has_escapes }
    }

    /// The bytes between the quotes.
    #[must_use]
    pub fn raw(self) -> &'a [u8] {
        self.raw
    }

    /// Whether [`Text::raw`] has escapes that [`Text::to_str`] resolves.
    #[must_use]
    pub fn has_escapes(self) -> bool {
        self.has_escapes
    }

    /// Whether there is nothing between the quotes.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.raw.is_empty()
    }

    /// The text with escapes resolved. What is not UTF-8, and half of a surrogate pair, becomes
    /// U+FFFD.
    #[must_use]
    pub fn to_str(self) -> Cow<'a, str> {
        if self.has_escapes {
            let bytes = unescape(self.raw);
            Cow::Owned(
                String::from_utf8(bytes)
                    .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()),
            )
        } else {
            // Checking whole is several times faster than looking for what to replace.
            std::str::from_utf8(self.raw)
                .map_or_else(|_| String::from_utf8_lossy(self.raw), Cow::Borrowed)
        }
    }

    /// Whether the text says `expected`.
    #[must_use]
    pub fn is(self, expected: &str) -> bool {
        if self.has_escapes { self.to_str() == expected } else { self.raw == expected.as_bytes() }
    }
}

impl std::fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.to_str().fmt(f)
    }
}

/// Resolves the escapes of a string. A `\u` without four digits stays as it stands.
pub(crate) fn unescape(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
        let (plain, escape) = rest.split_at(at);
        out.extend_from_slice(plain);
        let (length, character) = match escape.get(1) {
            Some(b'n') => (2, Some('\n')),
            Some(b't') => (2, Some('\t')),
            Some(b'r') => (2, Some('\r')),
            Some(b'b') => (2, Some('\u{8}')),
            Some(b'f') => (2, Some('\u{c}')),
            Some(b'u') => unicode_escape(escape),
            Some(byte) if byte.is_ascii() => (2, Some(char::from(*byte))),
            _ => (1, Some('\\')),
        };
        match character {
            Some(character) => {
                let mut buffer = [0; 4];
                out.extend_from_slice(character.encode_utf8(&mut buffer).as_bytes());
            }
            None => out.extend_from_slice(escape.get(..length).unwrap_or_default()),
        }
        rest = escape.get(length..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
    out
}

/// How many bytes an escape `\uXXXX` takes, with the low half of its pair, and what it means.
fn unicode_escape(escape: &[u8]) -> (usize, Option<char>) {
    let Some(first) = hex4(escape) else { return (2, None) };
    if (0xD800..0xDC00).contains(&first)
        && let Some(second) = escape.get(6..).and_then(hex4)
        && (0xDC00..0xE000).contains(&second)
    {
        let code = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
        return (12, Some(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)));
    }
    (6, Some(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER)))
}

/// The four digits of an escape `\uXXXX`.
fn hex4(escape: &[u8]) -> Option<u32> {
    let digits = escape.strip_prefix(b"\\u")?.first_chunk::<4>()?;
    digits.iter().try_fold(0, |code, digit| Some(code << 4 | char::from(*digit).to_digit(16)?))
}

/// A value of a record, as it stands in its bytes.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Json<'a> {
    raw: &'a [u8],
}

/// What kind of value it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonKind {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean,
    /// A number.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl<'a> Json<'a> {
    /// The value that `raw` is. Whatever is not JSON in it ends the iterations below early.
    #[must_use]
    pub fn new(raw: &'a [u8]) -> Self {
        Self { raw }
    }

    /// The bytes of the value.
    #[must_use]
    pub fn raw(self) -> &'a [u8] {
        self.raw
    }

    /// What kind of value it is, by its first byte.
    #[must_use]
    pub fn kind(self) -> JsonKind {
        match self.raw.first() {
            Some(b'"') => JsonKind::String,
            Some(b'{') => JsonKind::Object,
            Some(b'[') => JsonKind::Array,
            Some(b't' | b'f') => JsonKind::Boolean,
            Some(b'-' | b'0'..=b'9') => JsonKind::Number,
            _ => JsonKind::Null,
        }
    }

    /// The string that it is.
    #[must_use]
    pub fn text(self) -> Option<Text<'a>> {
        (self.kind() == JsonKind::String).then(|| Scanner::new(self.raw, 0).string().ok()).flatten()
    }

    /// The boolean that it is; the words `"true"` and `"false"`, which old records write, count.
    #[must_use]
    pub fn boolean(self) -> Option<bool> {
        match self.raw {
            b"true" | b"\"true\"" => Some(true),
            b"false" | b"\"false\"" => Some(false),
            _ => None,
        }
    }

    /// The value of a member of the object that it is; the last one when several have the name.
    #[must_use]
    pub fn get(self, name: &str) -> Option<Json<'a>> {
        self.members().filter(|(key, _)| key.is(name)).last().map(|(_, value)| value)
    }

    /// The value that a dotted path leads to: `bucketPolicy.Statement`.
    #[must_use]
    pub fn at(self, path: &str) -> Option<Json<'a>> {
        path.split('.').try_fold(self, Json::get)
    }

    /// The members of the object that it is, in their order.
    #[must_use]
    pub fn members(self) -> Members<'a> {
        Members { scanner: inside(self, JsonKind::Object) }
    }

    /// The elements of the array that it is.
    #[must_use]
    pub fn elements(self) -> Elements<'a> {
        Elements { scanner: inside(self, JsonKind::Array) }
    }

    /// Calls `visit` with every string in the value, however deep, and not with names of members.
    pub fn strings(self, visit: &mut dyn FnMut(Text<'a>)) {
        self.strings_below(0, visit);
    }

    fn strings_below(self, depth: u32, visit: &mut dyn FnMut(Text<'a>)) {
        // INVARIANT: values that the scanner bounded are not deeper than this.
        if depth > MAX_DEPTH {
            return;
        }
        match self.kind() {
            JsonKind::String => {
                if let Some(text) = self.text() {
                    visit(text);
                }
            }
            JsonKind::Array => self.elements().for_each(|it| it.strings_below(depth + 1, visit)),
            JsonKind::Object => {
                self.members().for_each(|(_, it)| it.strings_below(depth + 1, visit));
            }
            JsonKind::Null | JsonKind::Boolean | JsonKind::Number => {}
        }
    }
}

/// The position behind the opening bracket of a value of that kind.
fn inside(value: Json<'_>, kind: JsonKind) -> Option<Scanner<'_>> {
    (value.kind() == kind).then(|| Scanner::new(value.raw, 1))
}

impl std::fmt::Debug for Json<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&String::from_utf8_lossy(self.raw))
    }
}

/// Members of an object.
#[derive(Clone, Debug)]
pub struct Members<'a> {
    scanner: Option<Scanner<'a>>,
}

impl<'a> Iterator for Members<'a> {
    type Item = (Text<'a>, Json<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let scanner = self.scanner.as_mut()?;
        if scanner.peek() == Some(b',') {
            scanner.at += 1;
        }
        let member = scanner.name().and_then(|name| Ok((name, scanner.value()?)));
        if member.is_err() {
            self.scanner = None;
        }
        member.ok()
    }
}

/// Elements of an array.
#[derive(Clone, Debug)]
pub struct Elements<'a> {
    scanner: Option<Scanner<'a>>,
}

impl<'a> Iterator for Elements<'a> {
    type Item = Json<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let scanner = self.scanner.as_mut()?;
        if scanner.peek() == Some(b',') {
            scanner.at += 1;
        }
        let element = scanner.value();
        if element.is_err() {
            self.scanner = None;
        }
        element.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::{Json, JsonKind, Text, unescape};

    #[test]
    fn escapes_are_resolved_as_json_says() {
        let check = |raw: &str, expect: &str| {
            assert_eq!(String::from_utf8(unescape(raw.as_bytes())).unwrap(), expect);
        };
        check(r#"a\"b\\c\/d\n\u0041\u00e9"#, "a\"b\\c/d\nAé");
        check(r"\ud83d\ude00 \ud83d x", "😀 \u{fffd} x");
        check(r"\u12 \", "\\u12 \\");
    }

    #[test]
    fn a_value_is_looked_into_by_path() {
        let value = Json::new(br#"{"a":{"b":["x",{"c":null}]},"a":{"b":true},"d":"e\"f"}"#);
        assert_eq!(value.at("a.b").and_then(Json::boolean), Some(true));
        assert_eq!(
            value.get("d").and_then(Json::text).map(|t| t.to_str().into_owned()).as_deref(),
            Some("e\"f")
        );
        assert_eq!(value.members().count(), 3);
        assert_eq!(Json::new(b"[1,[2],3]").elements().count(), 3);
        assert_eq!(Json::new(b"[1,[2").elements().count(), 1);
        assert_eq!(Json::new(b"").kind(), JsonKind::Null);
        let mut strings = Vec::new();
        value.strings(&mut |text| strings.push(text.to_str().into_owned()));
        assert_eq!(strings, ["x", "e\"f"]);
    }

    #[test]
    fn what_is_not_utf8_is_replaced() {
        assert_eq!(Text::new(b"a\xffb", false).to_str(), "a\u{fffd}b");
        assert_eq!(Text::new(b"a\\n\xff", true).to_str(), "a\n\u{fffd}");
    }
}
