//! Where a walk is, written down only when something is found there.

use std::fmt;

/// A place in an event: a step, and the place that it leads from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'p> {
    before: Option<&'p Place<'p>>,
    step: Step<'p>,
}

#[derive(Debug, Clone, Copy)]
enum Step<'p> {
    Root,
    Member(&'p str),
    Element(u32),
}

/// Longest name of a member in a log line; names may be hostile.
const LONGEST_NAME: usize = 64;

impl<'p> Place<'p> {
    pub(crate) const ROOT: Self = Self { before: None, step: Step::Root };

    pub(crate) fn member(&'p self, name: &'p str) -> Self {
        Self { before: Some(self), step: Step::Member(name) }
    }

    pub(crate) fn element(&'p self, index: u32) -> Self {
        Self { before: Some(self), step: Step::Element(index) }
    }

    /// Whether this is the member of a member `outer`.
    pub(crate) fn is_within(&self, outer: &str) -> bool {
        let before = self.before.map(|before| before.step);
        matches!(before, Some(Step::Member(name)) if name == outer)
    }

    /// The innermost name of a member on the way here.
    pub(crate) fn name(&self) -> &str {
        match self.step {
            Step::Member(name) => name,
            _ => self.before.map_or("", Place::name),
        }
    }
}

/// As [`guard_settings::FieldPath`] reads it; a name that is no word is cut and its odd letters are
/// replaced, since it may be the attack itself.
impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(before) = self.before {
            before.fmt(f)?;
        }
        match self.step {
            Step::Root => Ok(()),
            Step::Element(index) => write!(f, "[{index}]"),
            Step::Member(name) => {
                let is_first = self.before.is_none_or(|before| matches!(before.step, Step::Root));
                if !is_first {
                    f.write_str(".")?;
                }
                let odd = |letter: char| !letter.is_alphanumeric() && !"_-:/$@".contains(letter);
                let letters = name.chars().take(LONGEST_NAME);
                let mut shown = letters.map(|letter| if odd(letter) { '_' } else { letter });
                shown.try_for_each(|letter| fmt::Write::write_char(f, letter))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Place;

    #[test]
    fn a_place_reads_as_a_path_and_shows_no_attack() {
        let records = Place::ROOT.member("Records");
        let third = records.element(3);
        let body = third.member("body");
        let hostile = body.member("<script>\n' or 1=1");
        assert_eq!(hostile.to_string(), "Records[3].body._script____or_1_1");
        assert_eq!(Place::ROOT.element(0).member("a").to_string(), "[0].a");
        assert_eq!(third.name(), "Records");
    }
}
