//! What ends a command or begins another, in a value that a shell is known to read.

use super::word::{Kind, Word};
use super::{Start, is_boundary, points_of, skip_lead};
use crate::rule::Form;

/// Points of a value that breaks out of its place in a command.
const BROKEN: u32 = 40;

pub(super) fn breaks(form: &Form<'_>) -> u32 {
    let text = form.lower.trim_ascii();
    if text.is_empty() {
        return 0;
    }
    let (word, after) = Word::read(text);
    if word.kind() == Kind::Sure && is_boundary(after, Start::Breakout) {
        return BROKEN;
    }
    if text.iter().all(|byte| is_separator(*byte) || byte.is_ascii_whitespace()) {
        return BROKEN;
    }
    let is_prose = is_prose(text);
    let is_broken = text
        .iter()
        .enumerate()
        .filter(|(_, byte)| is_separator(**byte) || matches!(byte, b'$' | b'<' | b'>'))
        .any(|(at, byte)| {
            let after = text.get(at + 1..).unwrap_or_default();
            match byte {
                b'$' | b'<' | b'>' => after.starts_with(b"("),
                b'&' if !after.starts_with(b"&") => begins(after, true),
                _ => begins(after, is_prose),
            }
        });
    if is_broken { BROKEN } else { 0 }
}

fn is_separator(byte: u8) -> bool {
    matches!(byte, b';' | b'|' | b'&' | b'`' | b'\n' | b'\r')
}

/// Whether a command begins here. Any word may be a program; where `only_known`, as between the
/// words of a sentence or behind `Salt & pepper`, only one that is known counts.
fn begins(text: &[u8], only_known: bool) -> bool {
    let text = skip_lead(text);
    let (word, after) = Word::read(text);
    if word.is_empty() {
        return matches!(text.first(), Some(b'$' | b'{' | b'(' | b'\\'));
    }
    // `theme=dark` assigns and runs nothing, unless a command follows.
    if after.first() == Some(&b'=') {
        let end = after.iter().position(|byte| byte.is_ascii_whitespace() || is_separator(*byte));
        return end.and_then(|end| after.get(end..)).is_some_and(|after| {
            !is_separator(after.first().copied().unwrap_or(b';')) && begins(after, only_known)
        });
    }
    if only_known {
        return points_of(text, Start::Breakout) > 0
            || word.kind() == Kind::Sure && is_boundary(after, Start::Breakout);
    }
    true
}

/// Whether four plain words stand in a row, as in a sentence.
fn is_prose(text: &[u8]) -> bool {
    let mut row = 0;
    text.split(|byte| *byte == b' ').any(|word| {
        let word = match word {
            [word @ .., b'.' | b',' | b':' | b'?' | b'!'] => word,
            _ => word,
        };
        let is_plain = word.len() > 1 && word.iter().all(u8::is_ascii_alphabetic);
        row = if is_plain { row + 1 } else { 0 };
        row == 4
    })
}
