//! Regular expressions that a backtracking engine may try for longer than anybody waits.
//!
//! An expression is that when a part that repeats can take the same text in two ways, and something
//! behind it may then fail: every further character doubles the ways to try. Both are decided on the
//! automaton of positions (Glushkov): each character class of the expression is a state, and a state
//! follows another as often as there are ways to get from one to the other.

use std::collections::HashSet;

use regex_syntax::{
    ast::{AssertionKind, Ast, RepetitionKind, RepetitionRange, parse::Parser},
    hir::{
        Class, HirKind,
        translate::{Translator, TranslatorBuilder},
    },
};

/// States at most; longer expressions are not judged.
const STATES: usize = 120;
/// A repetition up to this is read as it is: it only multiplies the work.
const FEW: u32 = 10;

/// Whether a text can make the expression backtrack exponentially. `is_whole` says that the text must
/// match to its end. Expressions with look-around or back-references are not judged.
pub(crate) fn is_exponential(pattern: &str, is_whole: bool, ignores_case: bool) -> bool {
    if !pattern.contains(['*', '+', '{']) {
        return false;
    }
    let pattern = pattern.replace("\\Z", "\\z");
    let Ok(tree) = Parser::new().parse(&pattern) else { return false };
    let translator = TranslatorBuilder::new().case_insensitive(ignores_case).build();
    let mut automaton = Automaton { translator, takes: Vec::new(), follows: Vec::new() };
    let Some(mut part) = automaton.part(&tree) else { return false };
    if is_whole {
        let end = automaton.end();
        part = automaton.then(part, end);
    }
    automaton.is_exponential(&part.last)
}

/// States and which follow which.
struct Automaton {
    translator: Translator,
    /// Characters that each state takes, as ranges; none for the end of the text.
    takes: Vec<Vec<(u32, u32)>>,
    /// States behind each, once for each way to get there.
    follows: Vec<Vec<usize>>,
}

/// A part of an expression.
#[derive(Default)]
struct Part {
    first: Vec<usize>,
    last: Vec<usize>,
    is_nullable: bool,
}

impl Automaton {
    fn state(&mut self, takes: Vec<(u32, u32)>) -> Option<Part> {
        let at = self.takes.len();
        if at >= STATES {
            return None;
        }
        self.takes.push(takes);
        self.follows.push(Vec::new());
        Some(Part { first: vec![at], last: vec![at], is_nullable: false })
    }

    /// The end of the text, which is no character.
    fn end(&mut self) -> Part {
        self.state(Vec::new()).unwrap_or_default()
    }

    fn part(&mut self, tree: &Ast) -> Option<Part> {
        let empty = Part { is_nullable: true, ..Part::default() };
        Some(match tree {
            Ast::Empty(_) | Ast::Flags(_) => empty,
            Ast::Assertion(assertion) => match assertion.kind {
                AssertionKind::EndLine | AssertionKind::EndText => self.end(),
                _ => empty,
            },
            Ast::Literal(_)
            | Ast::Dot(_)
            | Ast::ClassUnicode(_)
            | Ast::ClassPerl(_)
            | Ast::ClassBracketed(_) => {
                let takes = self.characters(tree)?;
                self.state(takes)?
            }
            Ast::Group(group) => self.part(&group.ast)?,
            Ast::Concat(parts) => {
                let mut whole = empty;
                for part in &parts.asts {
                    let next = self.part(part)?;
                    whole = self.then(whole, next);
                }
                whole
            }
            Ast::Alternation(parts) => {
                let mut whole = Part::default();
                for part in &parts.asts {
                    let one = self.part(part)?;
                    whole.first.extend(one.first);
                    whole.last.extend(one.last);
                    whole.is_nullable |= one.is_nullable;
                }
                whole
            }
            Ast::Repetition(repetition) => {
                let mut inner = self.part(&repetition.ast)?;
                let (may_lack, is_endless) = match &repetition.op.kind {
                    RepetitionKind::ZeroOrOne => (true, false),
                    RepetitionKind::ZeroOrMore => (true, true),
                    RepetitionKind::OneOrMore => (false, true),
                    RepetitionKind::Range(range) => match range {
                        RepetitionRange::Exactly(_) => (false, false),
                        RepetitionRange::AtLeast(least) => (*least == 0, true),
                        RepetitionRange::Bounded(least, most) => (*least == 0, *most >= FEW),
                    },
                };
                if is_endless {
                    self.connect(&inner.last, &inner.first);
                }
                inner.is_nullable |= may_lack;
                inner
            }
        })
    }

    /// The characters that a leaf of the tree takes.
    fn characters(&mut self, leaf: &Ast) -> Option<Vec<(u32, u32)>> {
        let tree = self.translator.translate("", leaf).ok()?;
        Some(match tree.kind() {
            HirKind::Literal(literal) => {
                let text = std::str::from_utf8(&literal.0).ok()?;
                text.chars().map(|letter| (u32::from(letter), u32::from(letter))).collect()
            }
            HirKind::Class(Class::Unicode(class)) => class
                .iter()
                .map(|range| (u32::from(range.start()), u32::from(range.end())))
                .collect(),
            HirKind::Class(Class::Bytes(class)) => class
                .iter()
                .map(|range| (u32::from(range.start()), u32::from(range.end())))
                .collect(),
            _ => return None,
        })
    }

    fn then(&mut self, one: Part, next: Part) -> Part {
        self.connect(&one.last, &next.first);
        let mut first = one.first;
        if one.is_nullable {
            first.extend(&next.first);
        }
        let mut last = next.last;
        if next.is_nullable {
            last.extend(one.last);
        }
        Part { first, last, is_nullable: one.is_nullable && next.is_nullable }
    }

    fn connect(&mut self, from: &[usize], to: &[usize]) {
        for state in from {
            if let Some(follows) = self.follows.get_mut(*state) {
                follows.extend(to);
            }
        }
    }

    fn behind(&self, state: usize) -> &[usize] {
        self.follows.get(state).map_or(&[], Vec::as_slice)
    }

    /// Whether two states can take the same character.
    fn overlap(&self, one: usize, other: usize) -> bool {
        let (Some(a), Some(b)) = (self.takes.get(one), self.takes.get(other)) else { return false };
        a.iter().any(|(from, to)| b.iter().any(|(start, end)| from <= end && start <= to))
    }

    /// Whether some state leads back to itself in two ways on one text, and what it has taken is not
    /// a match already.
    fn is_exponential(&self, last: &[usize]) -> bool {
        (0..self.takes.len())
            .filter(|state| !last.contains(state) && self.reaches(*state, *state))
            .any(|state| self.is_ambiguous(state))
    }

    fn reaches(&self, from: usize, to: usize) -> bool {
        let mut open = vec![from];
        let mut seen = HashSet::new();
        while let Some(state) = open.pop() {
            for next in self.behind(state) {
                if *next == to {
                    return true;
                }
                if seen.insert(*next) {
                    open.push(*next);
                }
            }
        }
        false
    }

    /// Whether two ways lead from a state to itself on one text: by pairs of states that are reached
    /// side by side, forwards, then back.
    fn is_ambiguous(&self, state: usize) -> bool {
        // The third says whether the two ways have parted.
        let start = (state, state, false);
        let mut open = vec![start];
        let mut seen = HashSet::from([start]);
        while let Some((one, other, parted)) = open.pop() {
            for (at, next) in self.behind(one).iter().enumerate() {
                for (beside, second) in self.behind(other).iter().enumerate() {
                    if !self.overlap(*next, *second) {
                        continue;
                    }
                    let parts = parted || next != second || (one == other && at != beside);
                    let pair = (*next, *second, parts);
                    if pair == (state, state, true) {
                        return true;
                    }
                    if seen.insert(pair) {
                        open.push(pair);
                    }
                }
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::is_exponential;

    #[test]
    fn repetitions_of_repetitions_that_may_fail_are_exponential() {
        for pattern in [
            r"^(a+)+$",
            r"^([a-zA-Z0-9]+)+@example\.com$",
            r"^(\w+\s?)*$",
            r"(a|a)*b",
            r"(a|ab|b)*c",
            r"^(\d+|\w)*!",
            r"^([^,]*,?)*$",
            r"(x+x+)+y",
            r"^(([a-z])+.)+[A-Z]([a-z])+$",
            r"(?:\s*\w*)*;",
            r"^(\w+\s?){1,40}$",
        ] {
            assert!(is_exponential(pattern, false, false), "{pattern}");
        }
        assert!(is_exponential(r"(a+)+", true, false), "to the end it may fail");
        assert!(is_exponential(r"(a|A)*b", false, true), "the case is ignored");
    }

    #[test]
    fn what_takes_each_text_in_one_way_is_not() {
        for pattern in [
            r"^[\w\s]*$",
            r"^(\w+\s)*$",
            r"^[a-z0-9]+(-[a-z0-9]+)*$",
            r"^\d{3}-\d{4}$",
            r"^(a|b)*c",
            r"^.*x.*y$",
            r"(a+)+",
            r"(\w+\s?)*",
            r"^(\w+\s?){1,3}$",
            r"^([a-z]+\.)+[a-z]{2,}$",
            r"^[\w.+-]+@[\w-]+(\.[\w-]+)+$",
            r"^(?=.*\d)(a+)+$",
            r"^(a+)\1+$",
            r"^https?://[^\s/]+(/[^\s]*)?$",
        ] {
            assert!(!is_exponential(pattern, false, false), "{pattern}");
        }
        assert!(!is_exponential(r"(a|A)*b", false, false), "the case counts");
    }
}
