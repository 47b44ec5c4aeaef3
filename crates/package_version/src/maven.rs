//! Versions of Maven.
//!
//! Source: the POM Reference, "Version Order Specification". It compares token by token, which is no
//! order where a qualifier follows a zero: `2.9.0.RC1 < 2.9.0 < 2.9.0-1 < 2.9.0.RC1`. [`compare`] says what
//! Maven says of two versions; the key keeps every qualifier of a stage below its release (here
//! `2.9.0.RC1` comes first) and follows the specification in all else, so that its order is one.

use std::cmp::Ordering;

use crate::key::{Key, is_number, trim_zeros};

/// Qualifiers before a release, in their order.
const BEFORE: [&str; 5] = ["alpha", "beta", "milestone", "rc", "snapshot"];

#[derive(Debug, Clone, PartialEq, Eq)]
struct Token {
    after_dot: bool,
    /// In lower case, by its long name; a number has no leading zeros but for `0`; a release is empty.
    value: String,
}

impl Token {
    fn is_number(&self) -> bool {
        is_number(&self.value)
    }

    /// Whether the token does not count at an end.
    fn trims(&self) -> bool {
        self.value.is_empty() || self.value == "0"
    }

    /// Whether the token equals the padding of a shorter version.
    fn pads(&self) -> bool {
        self.value.is_empty() || (self.after_dot && self.value == "0")
    }

    /// The place among the qualifiers that come before a release.
    fn before(&self) -> Option<u8> {
        (0..).zip(BEFORE).find(|(_, name)| *name == self.value).map(|(place, _)| place)
    }

    /// Class (qualifier after a dot, after a hyphen, number after a hyphen, after a dot), then place: a
    /// number by length and digits, a qualifier by stage, release, service pack, the rest by letters.
    fn rank(&self) -> (u8, usize, &str) {
        if self.is_number() {
            return (if self.after_dot { 3 } else { 2 }, self.value.len(), &self.value);
        }
        let place = match (self.before(), self.value.as_str()) {
            (Some(place), _) => usize::from(place),
            (None, "") => BEFORE.len(),
            (None, "sp") => BEFORE.len() + 1,
            (None, _) => BEFORE.len() + 2,
        };
        (u8::from(!self.after_dot), place, &self.value)
    }

    /// How the token stands to the end of a shorter version.
    fn against_end(&self) -> Ordering {
        if self.pads() {
            Ordering::Equal
        } else if self.before().is_some() {
            Ordering::Less
        } else {
            Ordering::Greater
        }
    }
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut after_dot = false;
    let mut rest = text;
    loop {
        let end = rest.find(['.', '-']).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        split_part(part, after_dot, &mut tokens);
        let Some(separator) = after.chars().next() else { break };
        after_dot = separator == '.';
        rest = after.get(1..).unwrap_or_default();
    }
    trim(&mut tokens);
    tokens
}

/// Splits at each change between digits and other characters, which counts as a hyphen.
fn split_part(part: &str, mut after_dot: bool, tokens: &mut Vec<Token>) {
    let mut rest = part;
    loop {
        let digits = rest.starts_with(|c: char| c.is_ascii_digit());
        let end = rest.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(rest.len());
        let (value, after) = rest.split_at(end);
        let value = value.to_lowercase();
        let value = match value.as_str() {
            "" => "0",
            "cr" => "rc",
            "ga" | "final" | "release" => "",
            "a" if !after.is_empty() => "alpha",
            "b" if !after.is_empty() => "beta",
            "m" if !after.is_empty() => "milestone",
            zeros if is_number(zeros) && trim_zeros(zeros).is_empty() => "0",
            number if is_number(number) => trim_zeros(number),
            word => word,
        };
        tokens.push(Token { after_dot, value: value.to_owned() });
        after_dot = false;
        rest = after;
        if rest.is_empty() {
            break;
        }
    }
}

/// Drops zeros and releases at the end, and before each hyphen. The first token stays.
fn trim(tokens: &mut Vec<Token>) {
    let mut kept: Vec<Token> = Vec::with_capacity(tokens.len());
    for token in tokens.drain(..) {
        if !token.after_dot {
            pop_trimmed(&mut kept);
        }
        kept.push(token);
    }
    pop_trimmed(&mut kept);
    *tokens = kept;
}

fn pop_trimmed(tokens: &mut Vec<Token>) {
    while tokens.len() > 1 && tokens.last().is_some_and(Token::trims) {
        tokens.pop();
    }
}

pub(crate) fn key(text: &str) -> Vec<u8> {
    let tokens = tokens(text);
    let mut key = Key::default();
    let Some((first, rest)) = tokens.split_first() else { return key.finish() };
    write(&mut key, first);
    let mut rest = rest;
    loop {
        // What a run of padding leads to decides on which side of the end all of it stands.
        let run = rest.iter().take_while(|token| token.pads()).count();
        let (padding, after) = rest.split_at(run.min(rest.len()));
        let Some((token, after)) = after.split_first() else { break };
        let below = token.before().is_some();
        for pad in padding {
            match (below, pad.after_dot) {
                (true, dot) => {
                    key.tag(1);
                    key.tag(if dot { 4 } else { 3 });
                }
                (false, false) => key.tag(3),
                (false, true) => write(&mut key, pad),
            }
        }
        write(&mut key, token);
        rest = after;
    }
    key.tag(2);
    key.finish()
}

/// Below the end: 1. The end: 2. Above: padding after a hyphen 3, other qualifiers 4, numbers after a
/// hyphen 5, after a dot 6.
fn write(key: &mut Key, token: &Token) {
    if token.is_number() {
        key.tag(if token.after_dot { 6 } else { 5 });
        key.number(&token.value);
    } else if let Some(place) = token.before() {
        key.tag(1);
        key.tag(if token.after_dot { 1 } else { 2 });
        key.tag(place);
    } else if token.value.is_empty() {
        key.tag(3);
    } else {
        key.tag(4);
        key.tag(if token.after_dot { 1 } else { 2 });
        key.tag(if token.value == "sp" { 1 } else { 2 });
        key.text(&token.value);
    }
}

/// What Maven says of two versions.
pub(crate) fn compare(left: &str, right: &str) -> Ordering {
    let (left, right) = (tokens(left), tokens(right));
    for at in 0..left.len().max(right.len()) {
        let order = match (left.get(at), right.get(at)) {
            (Some(left), Some(right)) => left.rank().cmp(&right.rank()),
            (Some(left), None) => left.against_end(),
            (None, Some(right)) => right.against_end().reverse(),
            (None, None) => Ordering::Equal,
        };
        if order.is_ne() {
            return order;
        }
    }
    Ordering::Equal
}

pub(crate) fn is_prerelease(text: &str) -> bool {
    tokens(text).iter().any(|token| token.before().is_some())
}
