//! Steps over JSON text without building a tree: where a string, a value, a record ends.
//!
//! What is skipped is only bounded, not judged: brackets must match, strings must end, and what
//! stands in an object must follow a colon, so that one torn record does not swallow the next.

use crate::{
    block::{self, BLOCK, Strings, masks},
    json::{Json, Text},
};

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

    /// Steps over a name of a member and its colon when they come right here, without white space.
    /// `quoted` is the name with its quotes and the colon.
    #[inline]
    pub(crate) fn skip_name(&mut self, quoted: &[u8]) -> bool {
        let is_next = self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(quoted));
        if is_next {
            self.at += quoted.len();
        }
        is_next
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
        let start = self.at;
        let mut levels = Levels::default();
        let mut strings = Strings::default();
        while let Some(rest) = self.bytes.get(self.at..).filter(|rest| !rest.is_empty()) {
            let mut padded = [b' '; BLOCK];
            let block = rest.first_chunk().unwrap_or_else(|| {
                padded.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
                &padded
            });
            let masks = masks(block);
            let inside = strings.next(&masks);
            // A control character, a line's end among them, in a string: it was never closed.
            let fault = (masks.controls & inside).trailing_zeros();
            let mut brackets = (masks.opening | masks.closing) & !inside;
            while brackets != 0 {
                let bit = brackets.trailing_zeros();
                brackets &= brackets - 1;
                if bit > fault {
                    break;
                }
                let at = self.at + bit as usize;
                if masks.opening >> bit & 1 == 1 {
                    levels.open(self.bytes, start, at)?;
                } else if levels.close(self.bytes, at)? {
                    self.at = at + 1;
                    return Ok(());
                }
            }
            if fault < 64 {
                return Err(Stop::Malformed(self.at + fault as usize));
            }
            self.at += BLOCK;
        }
        self.at = self.bytes.len();
        Err(Stop::Incomplete)
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

/// The objects and arrays that a value is inside of.
#[derive(Default)]
struct Levels {
    /// One bit a level: whether it is an object. The number of levels is bounded by the type.
    kinds: u128,
    depth: u32,
}

impl Levels {
    /// Steps in at an opening bracket.
    #[inline]
    fn open(&mut self, bytes: &[u8], start: usize, at: usize) -> Result<(), Stop> {
        if self.depth == MAX_DEPTH {
            return Err(Stop::TooDeep(at));
        }
        // A torn record: the next one begins where a name should stand.
        if self.kinds & 1 == 1 && mark_before(bytes, start, at) != Some(b':') {
            return Err(Stop::Malformed(at));
        }
        let is_object = bytes.get(at) == Some(&b'{');
        self.kinds = (self.kinds << 1) | u128::from(is_object);
        self.depth += 1;
        Ok(())
    }

    /// Steps out at a closing bracket, and tells whether it was the first one's.
    #[inline]
    fn close(&mut self, bytes: &[u8], at: usize) -> Result<bool, Stop> {
        if (self.kinds & 1 == 1) != (bytes.get(at) == Some(&b'}')) {
            return Err(Stop::Malformed(at));
        }
        self.kinds >>= 1;
        self.depth -= 1;
        Ok(self.depth == 0)
    }
}

/// What stands before `at`, white space left out.
#[inline]
fn mark_before(bytes: &[u8], start: usize, at: usize) -> Option<u8> {
    let before = bytes.get(start..at)?;
    before.iter().rev().find(|byte| !matches!(byte, b' ' | b'\n' | b'\r' | b'\t')).copied()
}

/// Index of the first byte from `at` on that ends plain text of a string: a quote, a backslash or a
/// control character; the length when there is none.
#[inline]
fn plain_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk::<16>) {
        if let Some(found) = block::plain_end(chunk) {
            return at + found;
        }
        at += 16;
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
