//! Globs as tokens: what an action, a resource, a principal or a condition value may be.

use cloud_names::{Piece, pieces};
use smol_str::SmolStr;

/// One step of a glob.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Token {
    /// This character.
    Char(char),
    /// This character of a lower case, or its upper case.
    Folded(char),
    /// Any character; but for a colon when it belongs to one segment of an ARN.
    One {
        /// Whether a colon is one, too.
        colon: bool,
    },
    /// Any text; without colons when it belongs to one segment of an ARN.
    Many {
        /// Whether the text may hold colons.
        colon: bool,
    },
    /// A text that the policy does not tell, by its number. Equal numbers stand for equal texts.
    Hole(u32),
}

/// A glob, parsed once. Equal globs match the same texts.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Glob(pub(crate) Box<[Token]>);

/// How the text of a glob is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Reading {
    /// Whether `*` and `?` are wildcards.
    pub(crate) wildcards: bool,
    /// Whether the case of ASCII letters counts.
    pub(crate) case: Case,
    /// Whether `${…}` is a hole; otherwise it is text.
    pub(crate) holes: bool,
    /// Whether wildcards stay inside the first five segments of an ARN.
    pub(crate) segments: bool,
}

/// What the case of letters means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Case {
    /// It counts.
    Heeded,
    /// Either case matches.
    Ignored,
    /// Everything is in lower case on both sides.
    Lowered,
}

impl Reading {
    /// Resources: wildcards everywhere, case heeded.
    pub(crate) const RESOURCE: Self =
        Self { wildcards: true, case: Case::Heeded, holes: true, segments: false };
    /// Actions: wildcards everywhere, in lower case.
    pub(crate) const ACTION: Self =
        Self { wildcards: true, case: Case::Lowered, holes: true, segments: false };
}

/// The names of holes, each with its number.
#[derive(Debug, Default)]
pub(crate) struct Holes {
    names: Vec<SmolStr>,
}

impl Holes {
    /// The number of a hole. Names of policy variables are compared without their case.
    pub(crate) fn number(&mut self, name: &str) -> u32 {
        let known = if is_policy_variable(name) {
            self.names.iter().position(|known| known.eq_ignore_ascii_case(name))
        } else {
            self.names.iter().position(|known| known == name)
        };
        let at = known.unwrap_or_else(|| {
            self.names.push(name.into());
            self.names.len() - 1
        });
        u32::try_from(at).unwrap_or(u32::MAX)
    }

    /// All names.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(SmolStr::as_str)
    }

    /// The name of a hole.
    pub(crate) fn name(&self, number: u32) -> &str {
        usize::try_from(number).ok().and_then(|at| self.names.get(at)).map_or("", SmolStr::as_str)
    }
}

/// Whether the inside of `${…}` is filled by each request (`aws:username`), not by the deployment
/// (`Bucket`, `Orders.Arn`, `AWS::Region`).
pub(crate) fn is_policy_variable(name: &str) -> bool {
    name.split_once(':').is_some_and(|(_, rest)| !rest.starts_with(':'))
}

impl Glob {
    /// Reads a glob.
    pub(crate) fn parse(text: &str, reading: Reading, holes: &mut Holes) -> Self {
        let mut tokens = Vec::with_capacity(text.len());
        let mut colons = 0;
        let mut add_text = |written: &str, wildcards: bool, tokens: &mut Vec<Token>| {
            for character in written.chars() {
                let colon = !reading.segments || colons >= 5;
                if character == ':' {
                    colons += 1;
                }
                tokens.push(match character {
                    '*' if wildcards => Token::Many { colon },
                    '?' if wildcards => Token::One { colon },
                    other => match reading.case {
                        Case::Lowered => Token::Char(other.to_ascii_lowercase()),
                        Case::Ignored if other.is_ascii_alphabetic() => {
                            Token::Folded(other.to_ascii_lowercase())
                        }
                        Case::Heeded | Case::Ignored => Token::Char(other),
                    },
                });
            }
        };
        if !reading.holes {
            add_text(text, reading.wildcards, &mut tokens);
            return Self(normalised(&tokens));
        }
        for piece in pieces(text) {
            match piece {
                Piece::Text(written) => add_text(written, reading.wildcards, &mut tokens),
                // IAM's escapes for the three characters that mean something to it.
                Piece::Placeholder(escaped @ ("*" | "?" | "$")) => {
                    add_text(escaped, false, &mut tokens);
                }
                Piece::Placeholder(name) => tokens.push(Token::Hole(holes.number(name))),
            }
        }
        Self(normalised(&tokens))
    }

    /// A text that is only itself.
    pub(crate) fn literal(text: &str) -> Self {
        Self(text.chars().map(Token::Char).collect())
    }

    /// Whether it matches every text.
    pub(crate) fn is_everything(&self) -> bool {
        matches!(&*self.0, [Token::Many { colon: true }])
    }

    /// Whether it holds a hole.
    pub(crate) fn has_hole(&self) -> bool {
        self.0.iter().any(|token| matches!(token, Token::Hole(_)))
    }

    /// The one text that it matches, when it has neither wildcards nor holes.
    pub(crate) fn as_literal(&self) -> Option<String> {
        self.0
            .iter()
            .map(|token| match token {
                Token::Char(character) | Token::Folded(character) => Some(*character),
                _ => None,
            })
            .collect()
    }

    /// Whether every text that matches `other` certainly matches `self`, whatever the holes are.
    /// `work` is what may be spent on it; a no may be wrong, and is given when it is spent.
    pub(crate) fn covers(&self, other: &Self, work: &mut u64) -> bool {
        if self.is_everything() || self == other {
            return true;
        }
        // Most pairs differ in their first letters.
        let differs = self.0.iter().zip(&other.0).take_while(|(a, _)| is_plain(**a));
        if differs.clone().any(|(a, b)| a != b && is_plain(*b)) {
            return false;
        }
        let mut states = vec![0_usize];
        close(&self.0, &mut states);
        for symbol in &other.0 {
            let mut after = Vec::with_capacity(states.len() + 1);
            for at in &states {
                let Some(token) = self.0.get(*at) else { continue };
                let (stays, moves) = reads(*token, *symbol);
                if stays {
                    after.push(*at);
                }
                if moves {
                    after.push(at + 1);
                }
            }
            close(&self.0, &mut after);
            *work = work.saturating_sub(after.len() as u64 + 1);
            if after.is_empty() || *work == 0 {
                return false;
            }
            states = after;
        }
        states.contains(&self.0.len())
    }
}

fn is_plain(token: Token) -> bool {
    matches!(token, Token::Char(_))
}

/// What `token` may do on one symbol of a covered glob: stay where it is, move on.
fn reads(token: Token, symbol: Token) -> (bool, bool) {
    match (token, symbol) {
        (Token::Many { colon: true }, _)
        | (
            Token::Many { colon: false },
            Token::One { colon: false } | Token::Many { colon: false },
        ) => (true, false),
        (Token::Many { colon: false }, Token::Char(c) | Token::Folded(c)) => (c != ':', false),
        (Token::One { colon }, Token::Char(c) | Token::Folded(c)) => (false, colon || c != ':'),
        (Token::One { colon }, Token::One { colon: other }) => (false, colon || !other),
        (Token::Char(a), Token::Char(b)) | (Token::Folded(a), Token::Folded(b)) => (false, a == b),
        (Token::Folded(a), Token::Char(b)) => (false, a == b.to_ascii_lowercase()),
        (Token::Hole(a), Token::Hole(b)) => (false, a == b),
        _ => (false, false),
    }
}

/// Adds what is reached by letting a `*` be empty; sorts.
fn close(tokens: &[Token], states: &mut Vec<usize>) {
    let mut at = 0;
    while let Some(state) = states.get(at).copied() {
        if matches!(tokens.get(state), Some(Token::Many { .. })) {
            states.push(state + 1);
        }
        at += 1;
    }
    states.sort_unstable();
    states.dedup();
}

/// Each run of `*` and `?` in one order: the `?` first, then one `*`.
fn normalised(tokens: &[Token]) -> Box<[Token]> {
    let mut normal = Vec::with_capacity(tokens.len());
    let wild = |token: &Token| match token {
        Token::Many { colon } | Token::One { colon } => Some(*colon),
        _ => None,
    };
    for run in tokens.chunk_by(|a, b| wild(a).is_some() && wild(a) == wild(b)) {
        let Some(colon) = run.first().and_then(wild) else {
            normal.extend_from_slice(run);
            continue;
        };
        let many = Token::Many { colon };
        let stars = run.iter().filter(|token| **token == many).count();
        normal.extend(std::iter::repeat_n(Token::One { colon }, run.len() - stars));
        if stars > 0 {
            normal.push(many);
        }
    }
    normal.into()
}

#[cfg(test)]
mod tests {
    use super::{Case, Glob, Holes, Reading};

    fn covers(one: &str, other: &str, reading: Reading) -> bool {
        let mut holes = Holes::default();
        let (one, other) =
            (Glob::parse(one, reading, &mut holes), Glob::parse(other, reading, &mut holes));
        one.covers(&other, &mut 1_000_000)
    }

    #[test]
    fn a_wider_glob_covers_a_narrower_one() {
        let covers = |one, other| covers(one, other, Reading::RESOURCE);
        assert!(covers("*", "a"));
        assert!(covers("a*", "ab*c"));
        assert!(covers("**", "*"));
        assert!(covers("?*", "a?"));
        assert!(!covers("?", "*"));
        assert!(!covers("a*", "*"));
        assert!(!covers("*ab*", "*a*b*"));
        assert!(covers("${B}/*", "${B}/x"));
        assert!(!covers("${B}/*", "${C}/x"));
        assert!(!covers("${B}", "x"));
        assert!(covers("*", "${B}"));
        assert!(!covers("?", "${B}"));
    }

    #[test]
    fn segments_of_an_arn_are_not_crossed() {
        let arn = Reading { segments: true, ..Reading::RESOURCE };
        assert!(covers("arn:*:s3:*:*:x*", "arn:aws:s3:::xy:z", arn));
        assert!(!covers("arn:*:x", "arn:aws:s3:x", arn));
        assert!(!covers("arn:*:s3:*:*:x", "*", arn));
    }

    #[test]
    fn case_is_ignored_where_it_is_asked() {
        let folded = Reading { case: Case::Ignored, ..Reading::RESOURCE };
        assert!(covers("AbC", "aBc", folded));
        assert!(covers("S3:get*", "s3:GETOBJECT", Reading::ACTION));
        assert!(!covers("Ab", "ab", Reading::RESOURCE));
    }
}
