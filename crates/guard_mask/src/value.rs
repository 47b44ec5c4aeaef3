//! Where the value of a name ends, in JSON at any depth of quoting, Python, queries and plain text.

use std::ops::Range;

use crate::bytes::{at, backslashes_before, part, skip};

/// A value and how it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Value {
    /// The value without its quotes.
    pub(crate) range: Range<usize>,
    pub(crate) form: Form,
    /// A list or object that goes on behind the end of the line.
    pub(crate) is_open: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Between quotes.
    Quoted,
    /// A number, a literal or a word without quotes.
    Bare,
    /// A list, brackets included.
    List,
    /// An object, braces included.
    Object,
}

/// A quote: how many backslashes, and which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quote {
    pub(crate) backslashes: usize,
    pub(crate) byte: u8,
}

impl Quote {
    /// The quote at a place, and where its content begins.
    pub(crate) fn opens(line: &[u8], place: usize) -> Option<(Self, usize)> {
        let end = skip(line, place, |byte| byte == b'\\');
        let byte = at(line, end);
        let backslashes = end - place;
        // One deeper is two and one: no other number quotes anything.
        let is_quote = matches!(byte, b'"' | b'\'') && (backslashes + 1).is_power_of_two();
        is_quote.then_some((Self { backslashes, byte }, end + 1))
    }

    /// The quote whose last byte is right before `end`.
    pub(crate) fn ends(line: &[u8], end: usize) -> Option<(Self, usize)> {
        let place = end.checked_sub(1)?;
        let byte = at(line, place);
        if !matches!(byte, b'"' | b'\'') {
            return None;
        }
        let backslashes = backslashes_before(line, place);
        (backslashes + 1)
            .is_power_of_two()
            .then_some((Self { backslashes, byte }, place - backslashes))
    }

    /// End of the content that begins at `from`, and the place behind the closing quote. Both are
    /// the end of the line when it is not closed there.
    pub(crate) fn content_end(self, line: &[u8], from: usize) -> (usize, usize) {
        let mut run = 0;
        for (place, byte) in (from..).zip(line.get(from..).unwrap_or_default()) {
            if *byte == b'\\' {
                run += 1;
            } else {
                if *byte == self.byte && run % (2 * (self.backslashes + 1)) == self.backslashes {
                    return (place - self.backslashes, place + 1);
                }
                run = 0;
            }
        }
        (line.len(), line.len())
    }

    pub(crate) fn write(self, to: &mut Vec<u8>) {
        to.extend(std::iter::repeat_n(b'\\', self.backslashes));
        to.push(self.byte);
    }
}

/// The value that begins at `place` or behind spaces; `key` is the quote of its name, if any.
pub(crate) fn value(line: &[u8], place: usize, key: Option<Quote>) -> Option<Value> {
    let start = skip(line, place, |byte| matches!(byte, b' ' | b'\t'));
    let first = at(line, start);
    // `b'…'`, `u'…'` of Python.
    let after_prefix = if matches!(first, b'b' | b'u' | b'r') { start + 1 } else { start };
    if let Some((quote, content)) = Quote::opens(line, after_prefix) {
        let (end, _) = quote.content_end(line, content);
        return Some(Value { range: content..end, form: Form::Quoted, is_open: false });
    }
    if matches!(first, b'[' | b'{') && key.is_some() {
        let form = if first == b'[' { Form::List } else { Form::Object };
        let end = container_end(line, start, key);
        let is_open = end.is_none() && key == Some(Quote { backslashes: 0, byte: b'"' });
        return Some(Value { range: start..end.unwrap_or(line.len()), form, is_open });
    }
    let end = bare_end(line, start, key.is_some());
    (end > start).then_some(Value { range: start..end, form: Form::Bare, is_open: false })
}

/// The place behind the bracket that closes the one at `start`.
pub(crate) fn container_end(line: &[u8], start: usize, key: Option<Quote>) -> Option<usize> {
    let mut depth = 0_usize;
    let mut place = start;
    while place < line.len() {
        match at(line, place) {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(place + 1);
                }
            }
            b'"' | b'\'' | b'\\' => {
                if let Some((quote, content)) = Quote::opens(line, place) {
                    if key.is_some_and(|key| quote.backslashes < key.backslashes) {
                        // The text that this all stands in is closed.
                        return Some(place);
                    }
                    place = quote.content_end(line, content).1;
                    continue;
                }
            }
            _ => {}
        }
        place += 1;
    }
    None
}

/// End of a value without quotes.
///
/// Passwords have commas and brackets in them: such a sign ends the value only where what follows
/// could not be more of it.
fn bare_end(line: &[u8], start: usize, in_json: bool) -> usize {
    let mut place = start;
    while place < line.len() {
        let next = at(line, place + 1);
        match at(line, place) {
            b' ' | b'\t' | b'\n' | b'\r' | b'"' | b'\'' | b'&' | b'<' | b'`' => break,
            b',' | b'}' | b']' if in_json => break,
            b'\\' if matches!(next, b'n' | b'r' | b't' | b'"' | b'\'' | b'u') => break,
            b'\\' if next == b'\\' => place += 1,
            b',' | b';' if is_end(next) || is_next_pair(line, place + 1) => break,
            b')' | b'}' | b']'
                if is_end(next) || matches!(next, b',' | b';' | b')' | b'}' | b']') =>
            {
                break;
            }
            _ => {}
        }
        place += 1;
    }
    place.min(line.len())
}

fn is_end(byte: u8) -> bool {
    matches!(byte, 0 | b' ' | b'\t' | b'\n' | b'\r' | b'"' | b'\'' | b'\\')
}

/// Whether `name=` or `name:` begins here.
fn is_next_pair(line: &[u8], place: usize) -> bool {
    let end = skip(line, place, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
    });
    end > place && end - place <= 40 && matches!(at(line, end), b'=' | b':')
}

/// Whether a value is a mask: `[field]`, `[secret:token]` (of which a bare value may lack the
/// bracket at the end), `[REDACTED]` of others. A list with something in it is none.
fn is_mask(value: &[u8]) -> bool {
    let Some(rest) = value.strip_prefix(b"[") else { return false };
    let inner = rest.strip_suffix(b"]");
    let own = inner.unwrap_or(rest);
    match own.strip_prefix(b"secret:").or_else(|| own.strip_prefix(b"id:")) {
        Some(kind) => kind.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-'),
        None => inner.is_some_and(|inner| {
            inner.iter().all(|byte| byte.is_ascii_alphabetic() || b" _-".contains(byte))
        }),
    }
}

/// Whether a bare value says that there is none, or is a mask already.
pub(crate) fn is_nothing(value: &[u8]) -> bool {
    let is = |word: &&str| value.eq_ignore_ascii_case(word.as_bytes());
    ["null", "none", "nil", "undefined", "true", "false", "nan", "n/a", "-"].iter().any(is)
        || value.iter().all(|byte| matches!(byte, b'*' | b'.' | b'-'))
        || is_mask(value)
        || (value.starts_with(b"<") && value.ends_with(b">"))
        || part(value, 0..4).eq_ignore_ascii_case(b"arn:")
}
