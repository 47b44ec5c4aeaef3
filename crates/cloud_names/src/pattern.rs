//! Globs: `*` is any text, `?` is any one character, `${…}` is text that only deployment knows.

use smol_str::SmolStr;

use crate::placeholder::{Piece, pieces};

/// Largest product of two lengths that is compared; beyond it the cautious answer is given.
///
/// IAM policies hold at most 20,480 characters, so real ones stay far below.
const MAX_WORK: usize = 50_000_000;

/// A glob, parsed once.
///
/// Placeholders are opaque: they equal themselves and are otherwise unknown. Questions without
/// "may" in their name answer yes only when it holds whatever the placeholders stand for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pattern {
    text: SmolStr,
    tokens: Box<[Token]>,
    ignores_case: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Token {
    Char(char),
    /// `?`; `stretches` when it stands beside a `*`, so that the run means "at least so many".
    One {
        stretches: bool,
    },
    Many,
    Placeholder(SmolStr),
}

impl Pattern {
    /// Parses a glob that heeds case, as resources are matched.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self::parse(text, false, true)
    }

    /// Parses a glob that ignores the case of ASCII letters, as actions are matched.
    #[must_use]
    pub fn ignoring_case(text: &str) -> Self {
        Self::parse(text, true, true)
    }

    /// A text in which `*` and `?` are only themselves; placeholders are still placeholders.
    #[must_use]
    pub fn literal(text: &str) -> Self {
        Self::parse(text, false, false)
    }

    fn parse(text: &str, ignores_case: bool, globs: bool) -> Self {
        let mut tokens = Vec::with_capacity(text.len());
        for piece in pieces(text) {
            match piece {
                // IAM's escapes for the three characters that mean something to it.
                Piece::Placeholder("*") => tokens.push(Token::Char('*')),
                Piece::Placeholder("?") => tokens.push(Token::Char('?')),
                Piece::Placeholder("$") => tokens.push(Token::Char('$')),
                Piece::Placeholder(name) => tokens.push(Token::Placeholder(name.into())),
                Piece::Text(written) => {
                    tokens.extend(written.chars().map(|character| match character {
                        '*' if globs => Token::Many,
                        '?' if globs => Token::One { stretches: false },
                        other if ignores_case => Token::Char(other.to_ascii_lowercase()),
                        other => Token::Char(other),
                    }));
                }
            }
        }
        Self { text: text.into(), tokens: normalise(&tokens).into(), ignores_case }
    }

    /// The text as given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is `*` alone, or several: everything matches.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        matches!(&*self.tokens, [Token::Many])
    }

    /// Whether it holds `*` or `?`.
    #[must_use]
    pub fn has_wildcard(&self) -> bool {
        self.tokens.iter().any(|token| matches!(token, Token::Many | Token::One { .. }))
    }

    /// Whether it holds a placeholder.
    #[must_use]
    pub fn has_placeholder(&self) -> bool {
        self.tokens.iter().any(|token| matches!(token, Token::Placeholder(_)))
    }

    /// Whether `text`, taken letter by letter, certainly matches.
    ///
    /// Time grows with the product of both lengths at worst, with their sum as a rule.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        if self.tokens.len().saturating_mul(text.len()) > MAX_WORK {
            return false;
        }
        self.match_chars(text, false)
    }

    /// Whether `text`, taken letter by letter, matches for some value of the placeholders.
    #[must_use]
    pub fn may_match(&self, text: &str) -> bool {
        self.tokens.len().saturating_mul(text.len()) > MAX_WORK || self.match_chars(text, true)
    }

    /// Two cursors; a mismatch goes back to the last `*` only, as an earlier one gains nothing.
    fn match_chars(&self, text: &str, placeholders_match: bool) -> bool {
        let (mut at, mut rest) = (0, text.chars());
        let mut retry: Option<(usize, std::str::Chars<'_>)> = None;
        loop {
            let token = self.tokens.get(at);
            let many = match token {
                Some(Token::Many) => true,
                Some(Token::Placeholder(_)) => placeholders_match,
                _ => false,
            };
            if many {
                at += 1;
                retry = Some((at, rest.clone()));
                continue;
            }
            let mut ahead = rest.clone();
            let next = ahead.next();
            let step = match (token, next) {
                (None, None) => return true,
                (Some(Token::One { .. }), Some(_)) => true,
                (Some(Token::Char(expected)), Some(found)) => *expected == self.fold(found),
                _ => false,
            };
            if step {
                at += 1;
                rest = ahead;
                continue;
            }
            let Some((retry_at, from)) = &mut retry else { return false };
            if from.next().is_none() {
                return false;
            }
            at = *retry_at;
            rest = from.clone();
        }
    }

    fn fold(&self, character: char) -> char {
        if self.ignores_case { character.to_ascii_lowercase() } else { character }
    }

    /// Whether every text that matches `other` certainly matches `self`.
    ///
    /// Sound: yes is always right, whatever the placeholders stand for; a no may be wrong where
    /// only a finite alphabet would make it a yes. A pattern that heeds case is compared with one
    /// that ignores it letter by letter, after folding both.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        if !self.ignores_case && other.ignores_case {
            let has_letters = other
                .tokens
                .iter()
                .any(|token| matches!(token, Token::Char(c) if c.is_ascii_alphabetic()));
            if has_letters {
                return self.is_everything();
            }
        }
        if self.tokens.len().saturating_mul(other.tokens.len()) > MAX_WORK {
            return self.is_everything();
        }
        let mut states = vec![false; self.tokens.len() + 1];
        if let Some(first) = states.first_mut() {
            *first = true;
        }
        self.close(&mut states);
        for symbol in &other.tokens {
            let mut after = vec![false; states.len()];
            for (at, token) in self.tokens.iter().enumerate() {
                if !states.get(at).copied().unwrap_or_default() {
                    continue;
                }
                let (stays, advances) = self.reads(token, symbol);
                if stays && let Some(state) = after.get_mut(at) {
                    *state = true;
                }
                if advances && let Some(state) = after.get_mut(at + 1) {
                    *state = true;
                }
            }
            self.close(&mut after);
            states = after;
        }
        states.last().copied().unwrap_or_default()
    }

    /// What `token` may do on one symbol of a covered pattern: stay where it is, move on.
    fn reads(&self, token: &Token, symbol: &Token) -> (bool, bool) {
        match (token, symbol) {
            // A `?` beside a `*` counts characters of a stretch: one of no fixed length does not
            // count, but belongs to the stretch.
            (Token::Many, _)
            | (Token::One { stretches: true }, Token::Many | Token::Placeholder(_)) => {
                (true, false)
            }
            (Token::One { .. }, Token::Char(_) | Token::One { .. }) => (false, true),
            (Token::Char(expected), Token::Char(found)) => (false, *expected == self.fold(*found)),
            (Token::Placeholder(a), Token::Placeholder(b)) => (false, a == b),
            _ => (false, false),
        }
    }

    /// Adds the states that are reached by letting a `*` be empty.
    fn close(&self, states: &mut [bool]) {
        for (at, token) in self.tokens.iter().enumerate() {
            if *token == Token::Many
                && states.get(at).copied().unwrap_or_default()
                && let Some(next) = states.get_mut(at + 1)
            {
                *next = true;
            }
        }
    }

    /// Whether some text may match both, the placeholders standing for anything.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        if self.tokens.len().saturating_mul(other.tokens.len()) > MAX_WORK {
            return true;
        }
        let ignores_case = self.ignores_case || other.ignores_case;
        let width = other.tokens.len();
        // `row[j]`: the first `i` tokens of `self` and `j` of `other` have a common text.
        let mut row = vec![false; width + 1];
        for i in 0..=self.tokens.len() {
            let mut next = vec![false; width + 1];
            let left = i.checked_sub(1).and_then(|at| self.tokens.get(at));
            for j in 0..=width {
                let right = j.checked_sub(1).and_then(|at| other.tokens.get(at));
                let above = left.is_some() && row.get(j).copied().unwrap_or_default();
                let before = j > 0 && next.get(j.wrapping_sub(1)).copied().unwrap_or_default();
                let diagonal = j > 0 && row.get(j.wrapping_sub(1)).copied().unwrap_or_default();
                let holds = match (left, right) {
                    (None, None) => true,
                    (Some(l), _) if stretches(l) && above => true,
                    (_, Some(r)) if stretches(r) && before => true,
                    (Some(l), Some(r)) => {
                        (stretches(l) && before)
                            || (stretches(r) && above)
                            || (left.is_some() && diagonal && same_char(l, r, ignores_case))
                    }
                    _ => false,
                };
                if let Some(cell) = next.get_mut(j) {
                    *cell = holds;
                }
            }
            row = next;
        }
        row.last().copied().unwrap_or_default()
    }
}

impl std::fmt::Display for Pattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

fn stretches(token: &Token) -> bool {
    matches!(token, Token::Many | Token::Placeholder(_))
}

fn same_char(left: &Token, right: &Token, ignores_case: bool) -> bool {
    match (left, right) {
        (Token::Char(a), Token::Char(b)) => a == b || (ignores_case && a.eq_ignore_ascii_case(b)),
        _ => !stretches(left) && !stretches(right),
    }
}

/// Each run of `*` and `?` in one order: the `?`, marked as stretching, then one `*`.
fn normalise(tokens: &[Token]) -> Vec<Token> {
    let mut normal = Vec::with_capacity(tokens.len());
    let is_wild = |token: &Token| matches!(token, Token::Many | Token::One { .. });
    for run in tokens.chunk_by(|a, b| is_wild(a) && is_wild(b)) {
        if !run.first().is_some_and(is_wild) {
            normal.extend_from_slice(run);
            continue;
        }
        let stars = run.iter().filter(|token| **token == Token::Many).count();
        let one = Token::One { stretches: stars > 0 };
        normal.extend(std::iter::repeat_n(one, run.len() - stars));
        if stars > 0 {
            normal.push(Token::Many);
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn a_star_takes_any_text_and_a_question_mark_one_character() {
        assert!(Pattern::new("s3:Get*").matches("s3:GetObject"));
        assert!(Pattern::new("s3:Get*").matches("s3:Get"));
        assert!(!Pattern::new("s3:Get?").matches("s3:Get"));
        assert!(!Pattern::new("s3:get*").matches("s3:GetObject"));
        assert!(Pattern::ignoring_case("S3:get*").matches("s3:GetObject"));
        assert!(Pattern::new("*a*b").matches("xaxbab"));
        assert!(!Pattern::new("").matches("a"));
        assert!(Pattern::new("").matches(""));
    }

    #[test]
    fn containment_is_found_and_not_invented() {
        let covers = |a: &str, b: &str| Pattern::new(a).covers(&Pattern::new(b));
        assert!(covers("*", "a?b*"));
        assert!(covers("a*", "ab*c"));
        assert!(covers("?*", "*a"));
        assert!(covers("*?", "a*"));
        assert!(covers("*a?*", "*aa*"));
        assert!(!covers("a*", "*"));
        assert!(!covers("?", "*"));
        assert!(!covers("a?", "a"));
        assert!(!covers("*ab*", "*a*b*"));
    }

    #[test]
    fn placeholders_equal_themselves_and_are_otherwise_unknown() {
        let covers = |a: &str, b: &str| Pattern::new(a).covers(&Pattern::new(b));
        assert!(covers("${Bucket}/*", "${Bucket}/a"));
        assert!(covers("*/a", "${Bucket}/a"));
        assert!(!covers("${Bucket}/*", "${Other}/a"));
        assert!(!covers("${Bucket}", "photos"));
        assert!(!covers("?", "${Bucket}"));
        assert!(!Pattern::new("${Bucket}").matches("photos"));
        assert!(Pattern::new("${Bucket}/*").may_match("photos/a"));
        assert!(!Pattern::new("${Bucket}/*").may_match("photos"));
        assert!(Pattern::new("${Bucket}/a").overlaps(&Pattern::new("photos/*")));
        assert!(!Pattern::new("${Bucket}/a").overlaps(&Pattern::new("photos/b")));
    }

    #[test]
    fn overlap_is_found_from_both_sides() {
        let overlaps = |a: &str, b: &str| Pattern::new(a).overlaps(&Pattern::new(b));
        assert!(overlaps("a*", "*b"));
        assert!(overlaps("?b", "a?"));
        assert!(!overlaps("a*", "b*"));
        assert!(!overlaps("??", "?"));
        assert!(Pattern::ignoring_case("S3:*").overlaps(&Pattern::new("s3:GetObject")));
    }

    #[test]
    fn a_literal_star_is_escaped() {
        assert!(Pattern::new("a${*}").matches("a*"));
        assert!(!Pattern::new("a${*}").matches("ab"));
        assert!(Pattern::new("*").covers(&Pattern::literal("a*")));
        assert!(!Pattern::literal("a*").covers(&Pattern::new("a*")));
    }

    #[test]
    fn hostile_patterns_end_in_time() {
        let stars = "*a".repeat(2_000);
        let text = "a".repeat(20_000);
        assert!(!Pattern::new(&format!("{stars}b")).matches(&text));
        assert!(!Pattern::new(&"?".repeat(30_000)).covers(&Pattern::new(&stars)));
    }
}
