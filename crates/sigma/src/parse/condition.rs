//! Conditions: `selection and not 1 of filter*`.

use std::cell::RefCell;

use source_text::SmolStr;

use super::{
    room::Room,
    search::{named, unknown},
};
use crate::{
    correlation::RuleExpression,
    fault::RuleError,
    rule::{Condition, Search},
};

/// Words of one condition, and brackets inside brackets.
const MOST_WORDS: usize = 1_000;
const MOST_LEVELS: usize = 50;

/// Reads a condition over these searches.
pub(super) fn condition(
    text: &str,
    searches: &[(SmolStr, Search)],
    room: &mut Room,
) -> Result<Condition, RuleError> {
    let room = RefCell::new(room);
    let leaf = |name: &str| {
        room.borrow_mut().take_parts(1)?;
        let at = searches.iter().position(|(it, _)| it == name).ok_or_else(|| unknown(name))?;
        Ok(Condition::Search(at))
    };
    let several = |count: Option<usize>, pattern: &str| {
        room.borrow_mut().take_parts(searches.len())?;
        let meant: Vec<_> = named(pattern, searches).collect();
        if meant.is_empty() {
            return Err(RuleError::NoSelection { pattern: SmolStr::new(pattern) });
        }
        Ok(Condition::AtLeast(count.unwrap_or(meant.len()), meant))
    };
    Reader::new(text)?.whole(&Grammar { leaf: &leaf, several: Some(&several) })
}

/// Reads an expression over the rules of a correlation: `(a or b) and c`.
pub(super) fn rule_expression(text: &str, rules: &[SmolStr]) -> Result<RuleExpression, RuleError> {
    let leaf = |name: &str| {
        let at = rules.iter().position(|rule| rule == name);
        let at = at.ok_or_else(|| RuleError::UnknownRule { name: SmolStr::new(name) })?;
        Ok(RuleExpression::Rule(at))
    };
    Reader::new(text)?.whole(&Grammar { leaf: &leaf, several: None })
}

/// An expression made of parts.
trait Expression: Sized {
    fn not(inner: Self) -> Self;
    fn all(parts: Vec<Self>) -> Self;
    fn any(parts: Vec<Self>) -> Self;
}

impl Expression for Condition {
    fn not(inner: Self) -> Self {
        Self::Not(Box::new(inner))
    }

    fn all(parts: Vec<Self>) -> Self {
        Self::All(parts)
    }

    fn any(parts: Vec<Self>) -> Self {
        Self::Any(parts)
    }
}

impl Expression for RuleExpression {
    fn not(inner: Self) -> Self {
        Self::Not(Box::new(inner))
    }

    fn all(parts: Vec<Self>) -> Self {
        Self::All(parts)
    }

    fn any(parts: Vec<Self>) -> Self {
        Self::Any(parts)
    }
}

type Several<'g, E> = dyn Fn(Option<usize>, &str) -> Result<E, RuleError> + 'g;

/// What names mean, and what `N of …` means; `None` where there is none.
struct Grammar<'g, E> {
    leaf: &'g dyn Fn(&str) -> Result<E, RuleError>,
    several: Option<&'g Several<'g, E>>,
}

/// Words of an expression, one after the other.
struct Reader<'t> {
    text: &'t str,
    words: Vec<&'t str>,
    at: usize,
    level: usize,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str) -> Result<Self, RuleError> {
        let mut words = Vec::new();
        let mut rest = text.trim_start();
        while let Some(first) = rest.chars().next() {
            if first == '|' {
                return Err(RuleError::Aggregation);
            }
            let end = if matches!(first, '(' | ')') {
                1
            } else {
                rest.find(|c: char| c.is_whitespace() || "()|".contains(c)).unwrap_or(rest.len())
            };
            let (word, behind) = rest.split_at(end);
            words.push(word);
            rest = behind.trim_start();
        }
        if words.len() > MOST_WORDS {
            return Err(RuleError::TooLarge {
                what: "the words of a condition",
                limit: MOST_WORDS,
            });
        }
        Ok(Self { text, words, at: 0, level: 0 })
    }

    fn bad(&self, reason: &'static str) -> RuleError {
        RuleError::Condition { condition: SmolStr::new(self.text), reason }
    }

    fn whole<E: Expression>(mut self, grammar: &Grammar<'_, E>) -> Result<E, RuleError> {
        let expression = self.any(grammar)?;
        match self.words.get(self.at) {
            None => Ok(expression),
            Some(&")") => Err(self.bad("a `)` closes nothing")),
            Some(_) => Err(self.bad("`and` or `or` is missing between two parts")),
        }
    }

    /// Steps over a word of the language, in any case.
    fn takes(&mut self, word: &str) -> bool {
        let is = self.words.get(self.at).is_some_and(|it| it.eq_ignore_ascii_case(word));
        self.at += usize::from(is);
        is
    }

    fn any<E: Expression>(&mut self, grammar: &Grammar<'_, E>) -> Result<E, RuleError> {
        let first = self.all(grammar)?;
        let mut parts = vec![first];
        while self.takes("or") {
            parts.push(self.all(grammar)?);
        }
        Ok(single(parts, E::any))
    }

    fn all<E: Expression>(&mut self, grammar: &Grammar<'_, E>) -> Result<E, RuleError> {
        let first = self.not(grammar)?;
        let mut parts = vec![first];
        while self.takes("and") {
            parts.push(self.not(grammar)?);
        }
        Ok(single(parts, E::all))
    }

    fn not<E: Expression>(&mut self, grammar: &Grammar<'_, E>) -> Result<E, RuleError> {
        self.level += 1;
        if self.level > MOST_LEVELS {
            return Err(RuleError::TooLarge {
                what: "the depth of a condition",
                limit: MOST_LEVELS,
            });
        }
        let expression = if self.takes("not") {
            E::not(self.not(grammar)?)
        } else if self.takes("(") {
            let inner = self.any(grammar)?;
            if !self.takes(")") {
                return Err(self.bad("a `)` is missing"));
            }
            inner
        } else {
            self.part(grammar)?
        };
        self.level -= 1;
        Ok(expression)
    }

    /// A name, or `1 of them`.
    fn part<E: Expression>(&mut self, grammar: &Grammar<'_, E>) -> Result<E, RuleError> {
        let word = self.words.get(self.at).copied();
        let word = word.ok_or_else(|| self.bad("something is missing at its end"))?;
        if matches!(word, ")" | "(") || ["and", "or", "of"].contains(&&*word.to_ascii_lowercase()) {
            return Err(self.bad("a name is missing before or behind a word of the language"));
        }
        self.at += 1;
        let is_of = self.words.get(self.at).is_some_and(|it| it.eq_ignore_ascii_case("of"));
        let Some(several) = grammar.several.filter(|_| is_of) else { return (grammar.leaf)(word) };
        self.at += 1;
        let count = match word.to_ascii_lowercase().as_str() {
            "all" => None,
            "any" => Some(1),
            number => match number.parse() {
                Ok(0) => return Err(self.bad("`0 of` says nothing; write `not 1 of`")),
                Ok(number) => Some(number),
                Err(_) => return Err(self.bad("before `of` stands a number, `all` or `any`")),
            },
        };
        let pattern = self.words.get(self.at).copied();
        let pattern = pattern.filter(|it| !matches!(*it, "(" | ")"));
        let pattern = pattern.ok_or_else(|| self.bad("behind `of` stands `them` or a pattern"))?;
        self.at += 1;
        let pattern = if pattern.eq_ignore_ascii_case("them") { "them" } else { pattern };
        several(count, pattern)
    }
}

fn single<E>(mut parts: Vec<E>, join: fn(Vec<E>) -> E) -> E {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            join(parts)
        }
        None => join(parts),
    }
}
