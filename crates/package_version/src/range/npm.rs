//! Ranges of npm, and the requirements of Cargo, which are its closest kin.
//!
//! Sources: the documentation of `semver` (npm), "Ranges"; The Cargo Book, "Specifying dependencies".

use super::interval::Bound;
use crate::{
    key::{is_number, trim_zeros},
    semver::{NUMBERS, Semver, is_loose, is_loose_npm},
};

/// Whose notation is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// `||` between alternatives, spaces between comparators.
    Npm,
    /// As npm; commas may stand between comparators, and prereleases are versions as others.
    Go,
    /// Commas between comparators; a bare version is one with `^`.
    Cargo,
}

/// Alternatives, each of comparators that must all hold.
#[derive(Debug, Clone)]
pub(crate) struct NpmRange {
    dialect: Dialect,
    /// As they are when prereleases are let in only where a comparator names one.
    plain: Vec<Vec<Comparator>>,
    /// As they are when prereleases are versions as others.
    including: Vec<Vec<Comparator>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Comparator {
    bound: Bound,
    /// The numbers of a prerelease that is named; then prereleases of these numbers are let in.
    names_prerelease_of: Option<[u64; NUMBERS]>,
}

impl Comparator {
    fn new(bound: fn(Vec<u8>) -> Bound, numbers: [u64; NUMBERS], prerelease: &str) -> Self {
        let digits = numbers.map(|number| number.to_string());
        let numbers_of_key = digits.iter().map(|digits| trim_zeros(digits)).collect();
        let key = Semver { numbers: numbers_of_key, prerelease }.key();
        let names_prerelease_of = (!prerelease.is_empty()).then_some(numbers);
        Self { bound: bound(key), names_prerelease_of }
    }

    /// What comes before every prerelease of these numbers.
    fn below(numbers: [u64; NUMBERS]) -> Self {
        Self::new(Bound::Below, numbers, "0")
    }

    fn lets_in_prereleases_of(&self, version: &Semver<'_>) -> bool {
        self.names_prerelease_of.is_some_and(|named| {
            named.iter().zip(&version.numbers).all(|(named, digits)| {
                // Zero is the empty text.
                if digits.is_empty() { *named == 0 } else { digits.parse() == Ok(*named) }
            })
        })
    }
}

/// A version of which the last numbers may be missing or any.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Partial {
    /// `None` from the first that is missing, `x`, `X` or `*`.
    numbers: [Option<u64>; NUMBERS],
    prerelease: String,
    /// Whether `x`, `X` or `*` stands in it.
    has_wildcard: bool,
}

impl NpmRange {
    /// # Errors
    /// The part that is no range.
    pub(crate) fn parse(text: &str, dialect: Dialect) -> Result<Self, &str> {
        let read = |prereleases: bool| -> Result<Vec<Vec<Comparator>>, &str> {
            let reader = Reader { dialect, prereleases };
            match dialect {
                Dialect::Cargo => Ok(vec![reader.alternative(text)?]),
                _ => text.split("||").map(|part| reader.alternative(part)).collect(),
            }
        };
        Ok(Self { dialect, plain: read(false)?, including: read(true)? })
    }

    pub(crate) fn contains(&self, text: &str, prereleases: bool) -> bool {
        let is_version = match self.dialect {
            Dialect::Npm => is_loose_npm(text),
            Dialect::Go | Dialect::Cargo => is_loose(text),
        };
        if !is_version {
            return false;
        }
        let version = Semver::read(text, NUMBERS);
        let key = version.key();
        let all = prereleases || self.dialect == Dialect::Go;
        let alternatives = if all { &self.including } else { &self.plain };
        alternatives.iter().any(|comparators| {
            comparators.iter().all(|comparator| comparator.bound.holds(&key))
                && (all
                    || !version.is_prerelease()
                    || comparators.iter().any(|one| one.lets_in_prereleases_of(&version)))
        })
    }
}

impl NpmRange {
    /// Whether a version that the range does not contain comes after all of each alternative. As npm has
    /// it, a prerelease that is left out between the ends comes after an upper end.
    pub(crate) fn is_below(&self, key: &[u8]) -> bool {
        self.plain.iter().all(|comparators| {
            let ends = comparators.iter().map(|one| &one.bound);
            let (Some(low), Some(high)) =
                (ends.clone().min_by_key(|it| it.key()), ends.max_by_key(|it| it.key()))
            else {
                return false;
            };
            !matches!(high, Bound::Above(_) | Bound::AtLeast(_))
                && match low {
                    Bound::Above(bound) | Bound::Equal(bound) => key > bound.as_slice(),
                    Bound::AtLeast(bound) => key >= bound.as_slice(),
                    _ => true,
                }
        })
    }

    /// Whether a version that the range does not contain comes before all of each alternative.
    pub(crate) fn is_above(&self, key: &[u8]) -> bool {
        self.plain.iter().all(|comparators| {
            let ends = comparators.iter().map(|one| &one.bound);
            let (Some(low), Some(high)) =
                (ends.clone().min_by_key(|it| it.key()), ends.max_by_key(|it| it.key()))
            else {
                return false;
            };
            !matches!(low, Bound::Below(_) | Bound::AtMost(_))
                && match high {
                    Bound::Below(bound) | Bound::Equal(bound) => key < bound.as_slice(),
                    Bound::AtMost(bound) => key <= bound.as_slice(),
                    _ => true,
                }
        })
    }
}

/// Reads comparators.
#[derive(Clone, Copy)]
struct Reader {
    dialect: Dialect,
    prereleases: bool,
}

impl Reader {
    fn alternative(self, text: &str) -> Result<Vec<Comparator>, &str> {
        let mut comparators = Vec::new();
        if self.dialect != Dialect::Cargo
            && let Some((from, to)) = split_hyphen(text)
        {
            self.hyphen(from, to, &mut comparators).ok_or(text.trim())?;
            return Ok(comparators);
        }
        let mut rest = text.trim();
        while !rest.is_empty() {
            let end = self.end_of_comparator(rest);
            let (part, after) = rest.split_at(end);
            self.comparator(part, &mut comparators).ok_or(part)?;
            rest = after.trim_start();
            if self.dialect != Dialect::Npm
                && let Some(next) = rest.strip_prefix(',')
            {
                rest = next.trim_start();
            }
        }
        Ok(comparators)
    }

    /// Where the comparator at the start ends; spaces may stand after its operator.
    fn end_of_comparator(self, text: &str) -> usize {
        let is_lead = |c: char| "<>=~^v".contains(c) || c.is_whitespace();
        let lead = text.find(|c| !is_lead(c)).unwrap_or(text.len());
        let is_end = |c: char| c.is_whitespace() || (c == ',' && self.dialect != Dialect::Npm);
        let body = text.get(lead..).unwrap_or_default();
        lead + body.find(is_end).unwrap_or(body.len())
    }

    fn comparator(self, text: &str, into: &mut Vec<Comparator>) -> Option<()> {
        let end = text.find(|c| !"<>=~^".contains(c)).unwrap_or(text.len());
        let (operator, version) = text.split_at(end);
        let partial = Partial::parse(version.trim())?;
        // npm reads `==1` as `=1`: what is left of the sign belongs to the version.
        match operator {
            "^" => self.caret(&partial, into),
            "~" | "~>" => self.tilde(&partial, into),
            "" if self.dialect == Dialect::Cargo && !partial.has_wildcard => {
                self.caret(&partial, into);
            }
            "" | "=" | "==" => self.within(&partial, into),
            ">=" => into.extend(self.at_least(&partial)),
            ">" => into.push(self.greater(&partial)),
            "<" => into.push(Self::less(&partial)),
            "<=" => into.extend(Self::at_most(&partial)),
            _ => return None,
        }
        Some(())
    }

    /// The lower bound of a partial version; none when it is any version.
    fn at_least(self, partial: &Partial) -> Option<Comparator> {
        let [major, minor, patch] = partial.numbers;
        let numbers = [major?, minor.unwrap_or(0), patch.unwrap_or(0)];
        let opens = self.prereleases && patch.is_none();
        let prerelease = if opens { "0" } else { &partial.prerelease };
        Some(Comparator::new(Bound::AtLeast, numbers, prerelease))
    }

    fn greater(self, partial: &Partial) -> Comparator {
        let opened = if self.prereleases { "0" } else { "" };
        match partial.numbers {
            [None, ..] => Comparator::below([0; NUMBERS]),
            [Some(major), None, _] => {
                Comparator::new(Bound::AtLeast, [major.saturating_add(1), 0, 0], opened)
            }
            [Some(major), Some(minor), None] => {
                Comparator::new(Bound::AtLeast, [major, minor.saturating_add(1), 0], opened)
            }
            [Some(major), Some(minor), Some(patch)] => {
                Comparator::new(Bound::Above, [major, minor, patch], &partial.prerelease)
            }
        }
    }

    fn less(partial: &Partial) -> Comparator {
        match partial.numbers {
            [Some(major), Some(minor), Some(patch)] => {
                Comparator::new(Bound::Below, [major, minor, patch], &partial.prerelease)
            }
            [major, minor, _] => Comparator::below([major.unwrap_or(0), minor.unwrap_or(0), 0]),
        }
    }

    fn at_most(partial: &Partial) -> Option<Comparator> {
        match partial.numbers {
            [Some(major), Some(minor), Some(patch)] => {
                Some(Comparator::new(Bound::AtMost, [major, minor, patch], &partial.prerelease))
            }
            _ => next_of(partial).map(Comparator::below),
        }
    }

    /// A version alone: itself, or all that it leaves open.
    fn within(self, partial: &Partial, into: &mut Vec<Comparator>) {
        if let [Some(major), Some(minor), Some(patch)] = partial.numbers {
            let numbers = [major, minor, patch];
            into.push(Comparator::new(Bound::Equal, numbers, &partial.prerelease));
        } else {
            into.extend(self.at_least(partial));
            into.extend(next_of(partial).map(Comparator::below));
        }
    }

    fn tilde(self, partial: &Partial, into: &mut Vec<Comparator>) {
        into.extend(self.at_least(partial));
        let [major, minor, _] = partial.numbers;
        let upper = Partial { numbers: [major, minor, None], ..partial.clone() };
        into.extend(next_of(&upper).map(Comparator::below));
    }

    fn caret(self, partial: &Partial, into: &mut Vec<Comparator>) {
        into.extend(self.at_least(partial));
        let upper = match partial.numbers {
            [None, ..] => return,
            [Some(0), None, _] => [1, 0, 0],
            [Some(0), Some(0), Some(patch)] => [0, 0, patch.saturating_add(1)],
            [Some(0), Some(minor), _] => [0, minor.saturating_add(1), 0],
            [Some(major), ..] => [major.saturating_add(1), 0, 0],
        };
        into.push(Comparator::below(upper));
    }

    /// `1.2 - 3.4`: both ends within.
    fn hyphen(self, from: &str, to: &str, into: &mut Vec<Comparator>) -> Option<()> {
        let (mut from, to) = (Partial::parse(from)?, Partial::parse(to)?);
        if self.prereleases && from.prerelease.is_empty() {
            "0".clone_into(&mut from.prerelease);
        }
        into.extend(self.at_least(&from));
        match to.numbers {
            [Some(major), Some(minor), Some(patch)]
                if self.prereleases && to.prerelease.is_empty() =>
            {
                into.push(Comparator::below([major, minor, patch.saturating_add(1)]));
            }
            _ => into.extend(Self::at_most(&to)),
        }
        Some(())
    }
}

/// The numbers after all that a partial version leaves open.
fn next_of(partial: &Partial) -> Option<[u64; NUMBERS]> {
    match partial.numbers {
        [None, ..] => None,
        [Some(major), None, _] => Some([major.saturating_add(1), 0, 0]),
        [Some(major), Some(minor), _] => Some([major, minor.saturating_add(1), 0]),
    }
}

/// The two ends of `1.2 - 3.4`; spaces must stand around the hyphen.
fn split_hyphen(text: &str) -> Option<(&str, &str)> {
    let mut words = text.split_whitespace();
    match (words.next(), words.next(), words.next(), words.next()) {
        (Some(from), Some("-"), Some(to), None) => Some((from, to)),
        _ => None,
    }
}

impl Partial {
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim_start_matches(['v', '=', ' ']);
        let text = text.split('+').next().unwrap_or(text);
        // The first character outside of numbers, dots and wildcards begins the prerelease, with or
        // without a hyphen.
        let is_core = |c: char| c.is_ascii_digit() || ".xX*".contains(c);
        let end = text.find(|c| !is_core(c)).unwrap_or(text.len());
        let (core, rest) = text.split_at(end);
        let prerelease = rest.strip_prefix('-').unwrap_or(rest);
        let is_identifier = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
        if !prerelease.chars().all(is_identifier) || (!rest.is_empty() && prerelease.is_empty()) {
            return None;
        }
        let mut numbers = [None; NUMBERS];
        let mut has_wildcard = false;
        let mut parts = core.split('.');
        for number in &mut numbers {
            match parts.next() {
                None => break,
                Some("x" | "X" | "*") => has_wildcard = true,
                Some("") if core.is_empty() => {}
                Some(digits) if is_number(digits) => {
                    let read: u64 = digits.parse().ok()?;
                    // A number after a wildcard counts for nothing.
                    *number = (!has_wildcard).then_some(read);
                }
                Some(_) => return None,
            }
        }
        if parts.next().is_some() || (core.is_empty() && !rest.is_empty()) {
            return None;
        }
        let prerelease = if numbers.contains(&None) { "" } else { prerelease };
        Some(Self { numbers, prerelease: prerelease.to_owned(), has_wildcard })
    }
}
