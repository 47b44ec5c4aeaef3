//! Steps over JSON text without building a tree: where a string, a value, a record ends.
//!
//! What is skipped is only bounded, not judged: brackets must match, strings must end, and what
//! stands in an object must follow a colon, so that one torn record does not swallow the next.

use crate::json::{Json, Text};

/// Levels of nesting inside one value; deeper ones are refused. Records have less than ten.
pub(crate) const MAX_DEPTH: u32 = 120;

/// Why a value could not be stepped over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The bytes end before the value does.
    Incomplete,
    /// The bytes are not JSON here, at this offset.
    Malformed(usize),
    /// The value is nested deeper than [`MAX_DEPTH`], at this offset.
    TooDeep(usize),
}

/// A position in bytes.
#[derive(Clone, Debug)]
pub(crate) struct Scanner<'a> {
    bytes: &'a [u8],
    pub(crate) at: usize,
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    /// The next byte, white space passed over.
    #[inline]
    pub(crate) fn peek(&mut self) -> Option<u8> {
        loop {
            match self.bytes.get(self.at) {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                next => return next.copied(),
            }
        }
    }

    /// Steps over the byte that must come next, white space before it passed over.
    #[inline]
    pub(crate) fn expect(&mut self, byte: u8) -> Result<(), Stop> {
        match self.peek() {
            Some(found) if found == byte => {
                self.at += 1;
                Ok(())
            }
            Some(_) => Err(Stop::Malformed(self.at)),
            None => Err(Stop::Incomplete),
        }
    }

    /// Steps over a string, whose opening quote comes next.
    #[inline]
    pub(crate) fn string(&mut self) -> Result<Text<'a>, Stop> {
        self.expect(b'"')?;
        let start = self.at;
        let mut has_escapes = false;
        loop {
            self.at = plain_end(self.bytes, self.at);
            match self.bytes.get(self.at) {
                Some(b'"') => {
                    let raw = self.bytes.get(start..self.at).unwrap_or_default();
                    self.at += 1;
                    return Ok(Text::new(raw, has_escapes));
                }
                Some(b'\\') => {
                    has_escapes = true;
                    self.at += 2;
                }
                // A control character, a line's end among them: the string was never closed.
                Some(_) => return Err(Stop::Malformed(self.at)),
                None => return Err(Stop::Incomplete),
            }
        }
    }

    /// Steps over the name of a member and its colon.
    #[inline]
    pub(crate) fn name(&mut self) -> Result<Text<'a>, Stop> {
        let name = self.string()?;
        self.expect(b':')?;
        Ok(name)
    }

    /// Steps into an object, whose bracket comes next, and tells whether it has members.
    #[inline]
    pub(crate) fn enter_object(&mut self) -> Result<bool, Stop> {
        self.expect(b'{')?;
        match self.peek() {
            Some(b'}') => {
                self.at += 1;
                Ok(false)
            }
            Some(_) => Ok(true),
            None => Err(Stop::Incomplete),
        }
    }

    /// Steps over what follows a member, and tells whether one more comes.
    #[inline]
    pub(crate) fn next_member(&mut self) -> Result<bool, Stop> {
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                Ok(true)
            }
            Some(b'}') => {
                self.at += 1;
                Ok(false)
            }
            Some(_) => Err(Stop::Malformed(self.at)),
            None => Err(Stop::Incomplete),
        }
    }

    /// Steps over any value, and gives it when it is a string.
    #[inline]
    pub(crate) fn text(&mut self) -> Result<Option<Text<'a>>, Stop> {
        if self.peek() == Some(b'"') {
            return self.string().map(Some);
        }
        self.value().map(|_| None)
    }

    /// What was stepped over since `start`.
    pub(crate) fn since(&self, start: usize) -> Json<'a> {
        Json::new(self.bytes.get(start..self.at).unwrap_or_default())
    }

    /// Steps over any value.
    #[inline]
    pub(crate) fn value(&mut self) -> Result<Json<'a>, Stop> {
        let next = self.peek();
        let start = self.at;
        match next {
            Some(b'"') => {
                self.string()?;
            }
            Some(b'{' | b'[') => self.container()?,
            Some(b'-' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z') => self.scalar()?,
            Some(_) => return Err(Stop::Malformed(start)),
            None => return Err(Stop::Incomplete),
        }
        Ok(self.since(start))
    }

    /// Steps over an object or an array, whose opening bracket comes next.
    fn container(&mut self) -> Result<(), Stop> {
        // One bit a level: whether it is an object. The number of levels is bounded by the type.
        let mut kinds: u128 = 0;
        let mut depth: u32 = 0;
        let mut last_mark = b':';
        loop {
            match self.bytes.get(self.at) {
                Some(b'"') => {
                    self.string()?;
                    continue;
                }
                Some(open @ (b'{' | b'[')) => {
                    if depth == MAX_DEPTH {
                        return Err(Stop::TooDeep(self.at));
                    }
                    // A torn record: the next one begins where a name should stand.
                    if kinds & 1 == 1 && last_mark != b':' {
                        return Err(Stop::Malformed(self.at));
                    }
                    last_mark = *open;
                    kinds = (kinds << 1) | u128::from(*open == b'{');
                    depth += 1;
                }
                Some(close @ (b'}' | b']')) => {
                    if (kinds & 1 == 1) != (*close == b'}') {
                        return Err(Stop::Malformed(self.at));
                    }
                    kinds >>= 1;
                    depth -= 1;
                    last_mark = *close;
                    if depth == 0 {
                        self.at += 1;
                        return Ok(());
                    }
                }
                Some(mark @ (b':' | b',')) => last_mark = *mark,
                Some(
                    b' '
                    | b'\n'
                    | b'\r'
                    | b'\t'
                    | b'0'..=b'9'
                    | b'-'
                    | b'+'
                    | b'.'
                    | b'a'..=b'z'
                    | b'A'..=b'Z',
                ) => {}
                Some(_) => return Err(Stop::Malformed(self.at)),
                None => return Err(Stop::Incomplete),
            }
            self.at += 1;
        }
    }

    /// Steps over a number, `true`, `false` or `null`.
    fn scalar(&mut self) -> Result<(), Stop> {
        let start = self.at;
        while let Some(byte) = self.bytes.get(self.at) {
            match byte {
                b'0'..=b'9' | b'-' | b'+' | b'.' | b'a'..=b'z' | b'A'..=b'Z' => self.at += 1,
                _ => break,
            }
        }
        if self.at == self.bytes.len() {
            return Err(Stop::Incomplete); // more of it may come
        }
        let word = self.bytes.get(start..self.at).unwrap_or_default();
        let is_number = word.first().is_some_and(|byte| matches!(byte, b'-' | b'0'..=b'9'));
        if is_number || matches!(word, b"true" | b"false" | b"null") {
            Ok(())
        } else {
            Err(Stop::Malformed(start))
        }
    }
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// Index of the first byte from `at` on that ends plain text of a string: a quote, a backslash or a
/// control character; the length when there is none.
#[inline]
fn plain_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let word = u64::from_le_bytes(*chunk);
        let quote = word ^ (ONES * u64::from(b'"'));
        let backslash = word ^ (ONES * u64::from(b'\\'));
        // A byte below n becomes one with the highest bit set; borrows reach only later bytes, so
        // that the first hit is exact.
        let found = (quote.wrapping_sub(ONES) & !quote)
            | (backslash.wrapping_sub(ONES) & !backslash)
            | (word.wrapping_sub(ONES * 0x20) & !word);
        let found = found & HIGH;
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while let Some(byte) = bytes.get(at) {
        if matches!(byte, b'"' | b'\\' | 0..=0x1F) {
            return at;
        }
        at += 1;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::{Scanner, Stop, plain_end};

    fn end_of(text: &str) -> Result<usize, Stop> {
        let mut scanner = Scanner::new(text.as_bytes(), 0);
        scanner.value().map(|_| scanner.at)
    }

    #[test]
    fn the_first_special_byte_is_found_at_every_distance() {
        for distance in 0..40 {
            for special in [b'"', b'\\', 0x1F, b'\n', 0] {
                let mut bytes = vec![b'x'; 48];
                bytes[distance] = special;
                bytes[45] = b'"';
                assert_eq!(plain_end(&bytes, 0), distance);
            }
        }
        assert_eq!(plain_end("é\u{7f}ÿ €".repeat(9).as_bytes(), 0), "é\u{7f}ÿ €".len() * 9);
    }

    #[test]
    fn a_value_ends_where_its_brackets_do() {
        assert_eq!(end_of(r#"{"a":[1,{"b":"]}\"]"}],"c":null} x"#), Ok(32));
        assert_eq!(end_of(r#""a\\" x"#), Ok(5));
        assert_eq!(end_of("-1.5e3,"), Ok(6));
    }

    #[test]
    fn what_is_not_json_is_told_with_its_place() {
        assert_eq!(end_of("[1}"), Err(Stop::Malformed(2)));
        assert_eq!(end_of("\"a\nb\""), Err(Stop::Malformed(2)));
        assert_eq!(end_of(r#"{"a":1,{"b":2}}"#), Err(Stop::Malformed(7)));
        assert_eq!(end_of("nil,"), Err(Stop::Malformed(0)));
        assert_eq!(end_of("[1, "), Err(Stop::Incomplete));
        assert_eq!(end_of("\"a\\"), Err(Stop::Incomplete));
        assert_eq!(end_of(&"[".repeat(10_000)), Err(Stop::TooDeep(120)));
    }
}
