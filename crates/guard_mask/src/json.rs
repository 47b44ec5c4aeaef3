//! Where in a line of JSON texts begin and end, texts within texts too.
//!
//! `password="` is a name in front of a value in a log line, but in `{"m": "password=", "n": 1}` the
//! quote ends the text. In JSON a mask stays within the text that it begins in.

use std::ops::Range;

use crate::Hit;
use crate::bytes::{at, part, skip, skip_back};
use crate::value::Quote;

/// Deepest nesting of texts in texts that is told apart; there every quote has 15 backslashes.
const MAX_LEVEL: usize = 5;

/// What a byte does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Nothing,
    Opens,
    /// Ends the text of this level, and those within it.
    Closes(usize),
}

/// Which texts are open at a place.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Texts {
    place: usize,
    backslashes: usize,
    open: usize,
}

impl Texts {
    fn step(&mut self, byte: u8) -> Step {
        self.place += 1;
        if byte == b'\\' {
            self.backslashes += 1;
            return Step::Nothing;
        }
        let run = std::mem::take(&mut self.backslashes);
        if byte != b'"' {
            return Step::Nothing;
        }
        // At level n a quote has 2^n - 1 backslashes, and in front of them such as are escaped.
        let closed = (0..self.open).rev().find(|level| run % (2 << level) == (1 << level) - 1);
        if let Some(level) = closed {
            self.open = level;
            return Step::Closes(level);
        }
        if run == (1 << self.open) - 1 && self.open < MAX_LEVEL {
            self.open += 1;
            return Step::Opens;
        }
        Step::Nothing
    }

    /// Goes on to a place; gives what its last byte did.
    fn go(&mut self, line: &[u8], to: usize) -> Step {
        let mut last = Step::Nothing;
        for byte in part(line, self.place..to) {
            last = self.step(*byte);
        }
        last
    }
}

/// Whether a line is JSON, or one line of JSON that is written over many.
fn is_json(line: &[u8]) -> bool {
    let start = skip(line, 0, |byte| byte.is_ascii_whitespace());
    let next = skip(line, start + 1, |byte| byte.is_ascii_whitespace());
    match at(line, start) {
        b'"' => true,
        b'{' => matches!(at(line, next), b'"' | b'}' | 0),
        b'[' => matches!(at(line, next), b'"' | b'{' | b'[' | b']' | b'0'..=b'9' | 0),
        _ => false,
    }
}

/// Takes back what is no value in JSON, and keeps the rest within its text.
pub(crate) fn keep_within_texts(line: &[u8], hits: &mut Vec<Hit>) {
    if hits.is_empty() || !is_json(line) {
        return;
    }
    let mut texts = Texts::default();
    let mut last = Step::Nothing;
    hits.retain_mut(|hit| {
        if texts.place < hit.range.start {
            last = texts.go(line, hit.range.start);
        }
        if hit.is_quoted && matches!(last, Step::Closes(_)) {
            return false;
        }
        let mut ahead = texts;
        for byte in part(line, hit.range.clone()) {
            if let Step::Closes(level) = ahead.step(*byte)
                && level < texts.open
            {
                hit.range.end = (ahead.place - (1 << level)).max(hit.range.start);
                break;
            }
        }
        !hit.range.is_empty()
    });
}

/// The quotes that a mask needs in the place of a bare number: those of the name before it, or of
/// what stands before it in a list. `None` where the number stands in a text.
pub(crate) fn needs_quote(line: &[u8], range: &Range<usize>, texts: &mut Texts) -> Option<Quote> {
    let is_space = |byte: u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
    let head = skip_back(line, range.start, 64, is_space);
    let tail = skip(line, range.end, is_space);
    let is_bare = matches!(at(line, head.wrapping_sub(1)), b':' | b',' | b'[')
        && matches!(at(line, tail), b',' | b'}' | b']')
        && part(line, range.clone()).iter().all(u8::is_ascii_digit);
    if !is_bare {
        return None;
    }
    texts.go(line, range.start);
    let is_inside = texts.open > 0;
    let plain = Quote { backslashes: 0, byte: b'"' };
    if !is_inside && is_json(line) {
        return Some(plain);
    }
    let window = range.start.saturating_sub(512);
    let mut quotes = part(line, window..range.start).iter().rev();
    let last = quotes.position(|byte| matches!(byte, b'"' | b'\''))?;
    let (quote, _) = Quote::ends(line, range.start - last)?;
    let is_text = is_inside && quote == plain;
    (!is_text).then_some(quote)
}
