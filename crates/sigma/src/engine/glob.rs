//! Text compared with a pattern that has wildcards.

use crate::pattern::{Pattern, Piece, fold};

/// A pattern made ready: what stands between any texts, each part to be found behind the last one.
#[derive(Clone, Debug)]
pub(crate) struct Glob {
    /// Pieces between `*`s, none of which is `Many`.
    parts: Vec<Vec<Piece>>,
    is_open_at_start: bool,
    is_open_at_end: bool,
}

impl Glob {
    pub(crate) fn new(pattern: &Pattern) -> Self {
        let mut parts = vec![Vec::new()];
        for piece in &pattern.pieces {
            match piece {
                Piece::Many => parts.push(Vec::new()),
                Piece::Literal(bytes) if !pattern.is_cased => {
                    if let Some(last) = parts.last_mut() {
                        last.push(Piece::Literal(fold(bytes).into_owned()));
                    }
                }
                other => {
                    if let Some(last) = parts.last_mut() {
                        last.push(other.clone());
                    }
                }
            }
        }
        let is_open_at_start = parts.len() > 1 && parts.first().is_some_and(Vec::is_empty);
        let is_open_at_end = parts.len() > 1 && parts.last().is_some_and(Vec::is_empty);
        parts.retain(|part| !part.is_empty());
        Self { parts, is_open_at_start, is_open_at_end }
    }

    /// Whether a text, its case folded unless the pattern is cased, is like the pattern.
    pub(crate) fn matches(&self, text: &[u8]) -> bool {
        let mut at = 0;
        let mut parts = self.parts.as_slice();
        if !self.is_open_at_start {
            let Some((first, rest)) = parts.split_first() else { return text.is_empty() };
            let Some(end) = end_of(first, text, 0) else { return false };
            if rest.is_empty() && !self.is_open_at_end {
                return end == text.len();
            }
            (at, parts) = (end, rest);
        }
        let last = if self.is_open_at_end { None } else { parts.split_last() };
        for part in last.map_or(parts, |(_, before)| before) {
            let Some(end) = find(part, text, at) else { return false };
            at = end;
        }
        match last {
            Some((last, _)) => ends_with(last, text, at),
            None => true,
        }
    }
}

/// Where a part ends that begins at `at`.
fn end_of(part: &[Piece], text: &[u8], mut at: usize) -> Option<usize> {
    for piece in part {
        match piece {
            Piece::Literal(bytes) => {
                if !text.get(at..)?.starts_with(bytes) {
                    return None;
                }
                at += bytes.len();
            }
            Piece::One => at += width(text, at)?,
            Piece::Many => {}
        }
    }
    Some(at)
}

/// Bytes of the character at `at`; one byte when it is not UTF-8.
fn width(text: &[u8], at: usize) -> Option<usize> {
    let first = text.get(at)?;
    let length = match first {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => 1,
    };
    let is_whole = text
        .get(at + 1..at + length)
        .is_some_and(|rest| rest.iter().all(|byte| (0x80..0xC0).contains(byte)));
    Some(if is_whole { length } else { 1 })
}

/// The end of the first place from `at` on where a part stands.
fn find(part: &[Piece], text: &[u8], mut at: usize) -> Option<usize> {
    if let [Piece::Literal(bytes)] = part {
        let found = memchr::memmem::find(text.get(at..)?, bytes)?;
        return Some(at + found + bytes.len());
    }
    loop {
        if let Some(end) = end_of(part, text, at) {
            return Some(end);
        }
        at += width(text, at)?;
    }
}

/// Whether the text ends with a part that begins at `at` or later.
fn ends_with(part: &[Piece], text: &[u8], mut at: usize) -> bool {
    if let [Piece::Literal(bytes)] = part {
        return text.get(at..).is_some_and(|rest| rest.ends_with(bytes));
    }
    loop {
        if end_of(part, text, at) == Some(text.len()) {
            return true;
        }
        let Some(width) = width(text, at) else { return false };
        at += width;
    }
}

#[cfg(test)]
mod tests {
    use super::Glob;
    use crate::pattern::Pattern;

    #[test]
    fn texts_are_compared_as_the_specification_says() {
        for (pattern, text, expect) in [
            ("a*c", "abc", true),
            ("a*c", "ac", true),
            ("a*c", "acb", false),
            ("a?c", "aéc", true),
            ("a?c", "ac", false),
            ("*b*", "abc", true),
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
            ("?*", "", false),
            ("*?", "é", true),
            ("*ab?", "aabab1", true),
            ("*a*b*c", "xxaxbxcxc", true),
            ("*a*b*c", "xxaxcxb", false),
            ("A*", "abc", true),
            ("a*a", "a", false),
        ] {
            assert_eq!(
                Glob::new(&Pattern::parse(pattern)).matches(text.as_bytes()),
                expect,
                "{pattern} {text}"
            );
        }
        assert!(!Glob::new(&Pattern::parse("A*").cased()).matches(b"abc"));
    }
}
