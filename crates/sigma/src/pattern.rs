//! Text with wildcards, and regular expressions, as rules write them.

use std::borrow::Cow;

use regex_syntax::hir::{Hir, HirKind};
use source_text::SmolStr;

use crate::{fault::RuleError, rule::Part};

/// Bytes that a compiled regular expression may take.
const REGEX_BYTES: usize = 1 << 20;

/// Text with wildcards.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Pattern {
    pub(crate) pieces: Vec<Piece>,
    /// Upper and lower case are different.
    pub(crate) is_cased: bool,
}

/// A piece of a pattern.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Piece {
    /// These bytes; two literals never follow each other.
    Literal(Vec<u8>),
    /// One character.
    One,
    /// Any number of characters.
    Many,
}

impl Pattern {
    /// Reads text with wildcards: `*` is any text, `?` one character; a backslash takes the meaning
    /// from a wildcard or backslash behind it, and is itself elsewhere.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut pattern = Self::default();
        let mut rest = text;
        while let Some(at) = rest.find(['*', '?', '\\']) {
            let (plain, special) = rest.split_at(at);
            pattern.push(plain.as_bytes());
            let length = match special.as_bytes() {
                [b'\\', escaped @ (b'*' | b'?' | b'\\'), ..] => {
                    pattern.push(&[*escaped]);
                    2
                }
                [b'*', ..] => {
                    pattern.wildcard(Piece::Many);
                    1
                }
                [b'?', ..] => {
                    pattern.wildcard(Piece::One);
                    1
                }
                _ => {
                    pattern.push(b"\\");
                    1
                }
            };
            rest = special.get(length..).unwrap_or_default();
        }
        pattern.push(rest.as_bytes());
        pattern
    }

    /// These bytes, no wildcards.
    #[must_use]
    pub fn literal(bytes: &[u8]) -> Self {
        let mut pattern = Self::default();
        pattern.push(bytes);
        pattern
    }

    fn push(&mut self, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        match self.pieces.last_mut() {
            Some(Piece::Literal(last)) => last.extend_from_slice(bytes),
            _ => self.pieces.push(Piece::Literal(bytes.to_vec())),
        }
    }

    fn wildcard(&mut self, piece: Piece) {
        if piece != Piece::Many || self.pieces.last() != Some(&Piece::Many) {
            self.pieces.push(piece);
        }
    }

    /// The pattern for text of which the whole, the start, the end or some part is like this.
    #[must_use]
    pub fn within(mut self, part: Part) -> Self {
        if matches!(part, Part::End | Part::Some) && self.pieces.first() != Some(&Piece::Many) {
            self.pieces.insert(0, Piece::Many);
        }
        if matches!(part, Part::Start | Part::Some) {
            self.wildcard(Piece::Many);
        }
        self
    }

    /// The pattern in which upper and lower case are different.
    #[must_use]
    pub fn cased(self) -> Self {
        Self { is_cased: true, ..self }
    }

    /// The bytes that it stands for, when it has no wildcards.
    #[must_use]
    pub fn as_literal(&self) -> Option<&[u8]> {
        match self.pieces.as_slice() {
            [] => Some(&[]),
            [Piece::Literal(bytes)] => Some(bytes),
            _ => None,
        }
    }

    /// Whether upper and lower case are different.
    #[must_use]
    pub fn is_cased(&self) -> bool {
        self.is_cased
    }

    /// Its literals, and its wildcards as errors, in order.
    pub fn pieces(&self) -> impl Iterator<Item = Result<&[u8], char>> {
        self.pieces.iter().map(|piece| match piece {
            Piece::Literal(bytes) => Ok(bytes.as_slice()),
            Piece::One => Err('?'),
            Piece::Many => Err('*'),
        })
    }

    /// Whether any text at all is like it.
    #[must_use]
    pub fn is_anything(&self) -> bool {
        matches!(self.pieces.as_slice(), [Piece::Many])
    }
}

/// The bytes in which case is folded: what two texts have in common when only their case differs.
#[must_use]
pub fn fold(text: &[u8]) -> Cow<'_, [u8]> {
    if !text.is_ascii() {
        let text = String::from_utf8_lossy(text);
        let lower: String = text.chars().flat_map(char::to_lowercase).collect();
        return Cow::Owned(lower.into_bytes());
    }
    if text.iter().any(u8::is_ascii_uppercase) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

/// A regular expression, as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Regex {
    /// As written.
    pub source: SmolStr,
    /// `i`: ASCII letters match in either case; classes and `.` then mean ASCII, too.
    pub ignores_case: bool,
    /// `m`: `^` and `$` match at lines.
    pub is_multi_line: bool,
    /// `s`: `.` matches the end of a line.
    pub dot_matches_all: bool,
}

impl Regex {
    /// Compiles it: linear time, within bounds of memory.
    ///
    /// # Errors
    /// [`RuleError::Regex`] when it is none, has look-around or back-references, or is too large.
    pub fn compile(&self) -> Result<regex::bytes::Regex, RuleError> {
        regex::bytes::RegexBuilder::new(&self.source)
            .unicode(!self.ignores_case)
            .case_insensitive(self.ignores_case)
            .multi_line(self.is_multi_line)
            .dot_matches_new_line(self.dot_matches_all)
            .size_limit(REGEX_BYTES)
            .nest_limit(60)
            .build()
            .map_err(|error| {
                let text = error.to_string();
                let reason = text.lines().last().unwrap_or_default();
                let reason = reason.trim().trim_start_matches("error: ").to_owned();
                RuleError::Regex { pattern: self.source.clone(), reason }
            })
    }
}

impl Regex {
    /// Bytes that every match holds, the longest that are easily told.
    pub(crate) fn needed(&self) -> Option<Vec<u8>> {
        let hir = regex_syntax::ParserBuilder::new()
            .utf8(false)
            .unicode(!self.ignores_case)
            .case_insensitive(self.ignores_case)
            .nest_limit(60)
            .build()
            .parse(&self.source)
            .ok()?;
        needed(&hir).filter(|bytes| bytes.len() >= 4)
    }
}

fn needed(hir: &Hir) -> Option<Vec<u8>> {
    match hir.kind() {
        HirKind::Literal(literal) => Some(literal.0.to_vec()),
        HirKind::Capture(capture) => needed(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => needed(&repetition.sub),
        HirKind::Concat(parts) => parts.iter().filter_map(needed).max_by_key(Vec::len),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Pattern, Piece, fold};

    #[test]
    fn wildcards_and_backslashes_are_those_of_the_specification() {
        let check = |text: &str, expect: &[&str]| {
            let pieces = Pattern::parse(text).pieces;
            let shown: Vec<_> = pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Literal(bytes) => String::from_utf8(bytes.clone()).unwrap(),
                    Piece::One => "<?>".to_owned(),
                    Piece::Many => "<*>".to_owned(),
                })
                .collect();
            assert_eq!(shown, expect, "{text}");
        };
        check(r"C:\Windows\cmd.exe", &[r"C:\Windows\cmd.exe"]);
        check(r"a\\b", &[r"a\b"]);
        check(r"a\*b", &["a*b"]);
        check(r"a\\*b", &[r"a\", "<*>", "b"]);
        check(r"a\\\*b", &[r"a\*b"]);
        check(r"\\\x", &[r"\\x"]);
        check(r"\\\\", &[r"\\"]);
        check("prog?.exe**", &["prog", "<?>", ".exe", "<*>"]);
        check(r"end\", &[r"end\"]);
        check("", &[]);
    }

    #[test]
    fn case_is_folded_in_every_alphabet() {
        assert_eq!(&*fold("ÄÖ Straße".as_bytes()), "äö straße".as_bytes());
        assert_eq!(&*fold(b"ASIA"), b"asia");
        assert_eq!(&*fold(b"A\xff"), "a\u{fffd}".as_bytes());
    }
}
