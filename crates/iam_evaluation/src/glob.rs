//! Globs of IAM: `*` is any text, `?` is any one character.
//!
//! Time grows with the sum of both lengths; where `?` make it grow with their product, a
//! [`Budget`] ends it.

use std::cell::Cell;

/// Bytes that one decision may compare, other work counted as so many: a fraction of a second.
const MOST_WORK: u64 = 1 << 27;

/// Work that is left to a decision.
#[derive(Debug)]
pub(crate) struct Budget(Cell<u64>);

impl Budget {
    pub(crate) fn new() -> Self {
        Self(Cell::new(MOST_WORK))
    }

    /// Whether nothing is left.
    pub(crate) fn is_spent(&self) -> bool {
        self.0.get() == 0
    }

    /// Takes `bytes` of it; false when nothing is left.
    pub(crate) fn spend(&self, bytes: usize) -> bool {
        let left = self.0.get();
        self.0.set(left.saturating_sub(bytes as u64));
        left > 0
    }
}

/// A glob, as what stands between its stars.
#[derive(Debug, Default)]
pub(crate) struct Glob {
    /// One more than there are stars.
    segments: Vec<Segment>,
}

/// Text in which some `?` stand for any character.
#[derive(Debug, Default)]
struct Segment {
    text: String,
    /// Where in `text` such `?` are, in bytes, ascending.
    any: Vec<usize>,
}

/// What a search came to.
enum Search<'a> {
    /// What follows the occurrence.
    Found(&'a str),
    Absent,
    OutOfBudget,
}

impl Glob {
    pub(crate) fn new() -> Self {
        Self { segments: vec![Segment::default()] }
    }

    /// Adds text that stands for itself.
    pub(crate) fn push_literal(&mut self, text: &str) {
        if let Some(segment) = self.segments.last_mut() {
            segment.text.push_str(text);
        }
    }

    /// Adds text in which `*` and `?` are wildcards.
    pub(crate) fn push_pattern(&mut self, text: &str) {
        for (index, part) in text.split('*').enumerate() {
            if index > 0 {
                self.push_star();
            }
            if let Some(segment) = self.segments.last_mut() {
                let start = segment.text.len();
                segment.any.extend(part.match_indices('?').map(|(at, _)| start + at));
                segment.text.push_str(part);
            }
        }
    }

    /// Adds a `*`; one after another is the same as one.
    pub(crate) fn push_star(&mut self) {
        let follows_star = self.segments.len() > 1
            && self.segments.last().is_some_and(|segment| segment.text.is_empty());
        if !follows_star {
            self.segments.push(Segment::default());
        }
    }

    /// Whether `text` matches; `None` when the budget ended before it was known.
    pub(crate) fn matches(&self, text: &str, budget: &Budget) -> Option<bool> {
        if !budget.spend(text.len() + self.segments.len()) {
            return None;
        }
        let Some((first, rest)) = self.segments.split_first() else { return Some(text.is_empty()) };
        let Some(after) = first.strip_from(text) else { return Some(false) };
        let Some((last, middle)) = rest.split_last() else { return Some(after.is_empty()) };
        let Some(mut between) = last.strip_end(after) else { return Some(false) };
        for segment in middle {
            match segment.find_in(between, budget) {
                Search::Found(after) => between = after,
                Search::Absent => return Some(false),
                Search::OutOfBudget => return None,
            }
        }
        Some(true)
    }
}

impl Segment {
    /// What follows when `text` begins with the segment.
    fn strip_from<'a>(&self, text: &'a str) -> Option<&'a str> {
        let mut own = self.text.as_str();
        let mut rest = text;
        let mut done = 0;
        for at in &self.any {
            let (before, after) = own.split_at_checked(at.checked_sub(done)?)?;
            rest = rest.strip_prefix(before)?;
            let mut characters = rest.chars();
            characters.next()?;
            rest = characters.as_str();
            own = after.get(1..)?;
            done = at + 1;
        }
        rest.strip_prefix(own)
    }

    /// What comes before when `text` ends with the segment.
    fn strip_end<'a>(&self, text: &'a str) -> Option<&'a str> {
        let mut own = self.text.as_str();
        let mut rest = text;
        for at in self.any.iter().rev() {
            let (before, after) = own.split_at_checked(*at)?;
            rest = rest.strip_suffix(after.get(1..)?)?;
            let mut characters = rest.chars();
            characters.next_back()?;
            rest = characters.as_str();
            own = before;
        }
        rest.strip_suffix(own)
    }

    /// What follows the first occurrence of the segment in `text`.
    fn find_in<'a>(&self, text: &'a str, budget: &Budget) -> Search<'a> {
        let Some(&first_any) = self.any.first() else {
            let found = text.find(&self.text).and_then(|at| text.get(at + self.text.len()..));
            return found.map_or(Search::Absent, Search::Found);
        };
        let head = self.text.get(..first_any).unwrap_or_default();
        let mut rest = text;
        loop {
            // Only where the part before the first `?` stands can the whole begin.
            let Some(at) = rest.find(head) else { return Search::Absent };
            rest = rest.get(at..).unwrap_or_default();
            if !budget.spend(self.text.len()) {
                return Search::OutOfBudget;
            }
            if let Some(after) = self.strip_from(rest) {
                return Search::Found(after);
            }
            let mut characters = rest.chars();
            if characters.next().is_none() {
                return Search::Absent;
            }
            rest = characters.as_str();
        }
    }
}

/// Whether `text` matches `pattern`, in which nothing but `*` and `?` means something.
pub(crate) fn matches(pattern: &str, text: &str, budget: &Budget) -> Option<bool> {
    // Most patterns are exact, everything, or a prefix: they need no parsing.
    match pattern.find(['*', '?']) {
        None => return Some(pattern == text),
        Some(at) if at + 1 == pattern.len() && pattern.ends_with('*') => {
            return Some(text.starts_with(pattern.get(..at).unwrap_or_default()));
        }
        Some(at) if !text.starts_with(pattern.get(..at).unwrap_or_default()) => {
            return Some(false);
        }
        Some(_) => {}
    }
    if !budget.spend(pattern.len()) {
        return None;
    }
    let mut glob = Glob::new();
    glob.push_pattern(pattern);
    glob.matches(text, budget)
}

#[cfg(test)]
mod tests {
    use super::{Budget, matches};

    fn check(pattern: &str, text: &str, expect: bool) {
        assert_eq!(matches(pattern, text, &Budget::new()), Some(expect), "{pattern} on {text}");
    }

    #[test]
    fn stars_take_any_text_and_question_marks_one_character() {
        check("a*c", "abbc", true);
        check("a*c", "ac", true);
        check("a*a", "a", false);
        check("*b*b", "b", false);
        check("*b?d*", "abcd", true);
        check("*b?d*", "abdd", true);
        check("*b?d*", "abbxd", true);
        check("?", "é", true);
        check("*?", "", false);
        check("a?*", "a", false);
        check("**a**", "xax", true);
        check("*ab*bc*", "abc", false);
        check("*?b?*?b", "abcab", true);
        check("", "", true);
        check("*.jpg", "a.jpg.jpg", true);
    }

    #[test]
    fn hostile_globs_end_in_time() {
        let stars = "*a".repeat(100_000);
        let text = "a".repeat(80_000);
        check(&stars, &text, false);
        check(&format!("*{}b*", "a".repeat(20_000)), &text, false);
        let questions = format!("*{}?b*", "a".repeat(20_000));
        assert_ne!(matches(&questions, &text, &Budget::new()), Some(true));
    }
}
