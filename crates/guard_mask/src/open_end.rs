//! How far a line that goes on may be written already.

use crate::Hit;
use crate::bytes::{at, part, skip_back};

/// Longest name with its joint and quotes in front of a value.
const NAME: usize = 128;
/// Longest run of words that may be one number in groups, or a name and its value.
const WORDS: usize = 512;

/// Where the part that may still become a secret begins.
pub(crate) fn open_end(line: &[u8], hits: &[Hit]) -> usize {
    let mut end = last_words(line);
    // What is a secret already and touches the end may be only the first half of it.
    for hit in hits.iter().rev() {
        if hit.range.end >= end {
            end = end.min(hit.range.start.saturating_sub(NAME));
        }
    }
    // What was masked before that stays whole.
    for hit in hits {
        if hit.range.start < end && end < hit.range.end {
            end = hit.range.start;
        }
    }
    end
}

/// The last word, and those before it that belong to it: names, schemes, groups of digits.
fn last_words(line: &[u8]) -> usize {
    let is_space = |byte: u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
    let floor = line.len().saturating_sub(WORDS);
    let mut start = line.len();
    let mut is_first = true;
    loop {
        let end = skip_back(line, start, start - floor, is_space);
        let begin = skip_back(line, end, end - floor, |byte| !is_space(byte));
        let word = part(line, begin..end);
        if word.is_empty() {
            return if begin <= floor { start.min(begin.max(floor)) } else { start };
        }
        let is_closed = is_first && end == line.len() && is_progress(word);
        let belongs = !is_closed && (is_first && end == line.len() || joins(word));
        if !belongs {
            // A space behind a finished word says that it is finished.
            return start;
        }
        is_first = false;
        start = begin;
        if begin <= floor {
            return floor;
        }
    }
}

/// `45%`, `...`, `[3/10]`: short, and ended by a sign that no secret goes on with.
fn is_progress(word: &[u8]) -> bool {
    let last = at(word, word.len().saturating_sub(1));
    let digits = word.iter().filter(|byte| byte.is_ascii_digit()).count();
    matches!(last, b'%' | b'.' | b')' | b']' | b'>' | b'#' | b'|' | b'!' | b'?')
        && word.len() <= 16
        && digits <= 6
        && !word.iter().any(|byte| matches!(byte, b'@' | b'=' | b'"' | b'\'' | b'+'))
}

/// Whether a word may have more behind it that makes it, or is made by it, a secret.
fn joins(word: &[u8]) -> bool {
    let last = at(word, word.len().saturating_sub(1));
    let has_digit = word.iter().any(u8::is_ascii_digit);
    let is_scheme = ["bearer", "basic", "digest", "token"].iter().any(|scheme| {
        word.len() >= scheme.len()
            && part(word, word.len() - scheme.len()..word.len())
                .eq_ignore_ascii_case(scheme.as_bytes())
    });
    let is_group = word.len() <= 4 && word.iter().all(u8::is_ascii_uppercase);
    has_digit
        || is_group
        || is_scheme
        || matches!(last, b':' | b'=' | b'>' | b',' | b'(')
        || word.starts_with(b"--")
        || word.starts_with(b"-----")
}
