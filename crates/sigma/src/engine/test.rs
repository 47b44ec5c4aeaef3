//! What a value of a field is tested for, made ready.

use std::{collections::HashSet, net::IpAddr};

use aho_corasick::{AhoCorasick, Anchored, Input, MatchKind, StartKind};
use audit_event::Time;
use foldhash::fast::RandomState;
use memchr::memmem::Finder;

use super::{
    fields::{Fields, Slot},
    glob::Glob,
};
use crate::{
    pattern::{Pattern, Piece, Regex, fold},
    rule::{Expected, Item, Network, Order, Part, TimePart},
};

/// Texts up to which they are compared one after the other.
const FEW: usize = 4;

/// Pairs of values up to which two fields are compared one value after the other.
pub(crate) const MOST_PAIRS: usize = 4_096;

/// Texts that are searched for together: making an automaton may take the square of their number.
pub(crate) const TOGETHER: usize = 2_048;

/// Bytes of values of a field that are searched for together.
const TOGETHER_BYTES: usize = 1 << 20;

/// A test of a field.
#[derive(Debug)]
pub(crate) enum Test {
    /// It is absent or `null`.
    Null,
    /// It is there, or not.
    Exists(bool),
    /// One of its values is such.
    Value(ValueTest),
    /// One of its values is like one of another field.
    Field {
        slot: Slot,
        part: Part,
        is_cased: bool,
    },
    Every(Vec<Test>),
    Any(Vec<Test>),
    Not(Box<Test>),
}

/// A test of one value.
#[derive(Debug)]
pub(crate) enum ValueTest {
    /// Any value but `null`.
    Anything,
    /// Text, case folded.
    Folded(TextSet),
    /// Text as it stands.
    Cased(TextSet),
    Regexes(regex::bytes::RegexSet),
    Regex(regex::bytes::Regex),
    Number(f64),
    Network(Network),
    Compared {
        part: Option<TimePart>,
        order: Order,
        number: f64,
    },
}

/// What kind of value it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ValueKind {
    Null,
    /// A string, a number or a truth value.
    Scalar,
    /// A number.
    Number,
    Object,
    /// An array without elements.
    Nothing,
}

impl Test {
    /// Makes an item ready.
    pub(crate) fn new(item: &Item, fields: &Fields) -> Self {
        let mut tests = if item.needs_all {
            item.values.iter().map(|value| any(std::slice::from_ref(value), fields)).collect()
        } else {
            vec![any(&item.values, fields)]
        };
        let test = match tests.pop() {
            Some(only) if tests.is_empty() => only,
            last => {
                tests.extend(last);
                Self::Every(tests)
            }
        };
        if item.is_negated { Self::Not(Box::new(test)) } else { test }
    }

    /// What the test costs beside the looking up of its field.
    pub(crate) fn cost(&self) -> u8 {
        match self {
            Self::Null | Self::Exists(_) => 0,
            Self::Value(ValueTest::Regex(_) | ValueTest::Regexes(_)) => 2,
            Self::Value(_) | Self::Field { .. } => 1,
            Self::Not(inner) => inner.cost(),
            Self::Every(tests) | Self::Any(tests) => {
                tests.iter().map(Self::cost).max().unwrap_or(0)
            }
        }
    }
}

/// The test whether a value is one of these.
fn any(values: &[Expected], fields: &Fields) -> Test {
    let mut tests = Vec::new();
    let mut words = [Texts::default(), Texts::default()];
    let mut regexes = Vec::new();
    sort(values, fields, &mut tests, &mut words, &mut regexes);
    let [folded, cased] = words;
    if folded.has_anything || cased.has_anything {
        tests.push(Test::Value(ValueTest::Anything));
    }
    if !folded.is_empty() {
        tests.push(Test::Value(ValueTest::Folded(TextSet::new(folded))));
    }
    if !cased.is_empty() {
        tests.push(Test::Value(ValueTest::Cased(TextSet::new(cased))));
    }
    tests.extend(regex_tests(&regexes));
    match tests.pop() {
        Some(only) if tests.is_empty() => only,
        last => {
            tests.extend(last);
            Test::Any(tests)
        }
    }
}

fn sort<'v>(
    values: &'v [Expected],
    fields: &Fields,
    tests: &mut Vec<Test>,
    words: &mut [Texts; 2],
    regexes: &mut Vec<&'v Regex>,
) {
    for value in values {
        match value {
            Expected::Null => tests.push(Test::Null),
            Expected::Exists(is_there) => tests.push(Test::Exists(*is_there)),
            Expected::Text(pattern) => {
                let [folded, cased] = words;
                (if pattern.is_cased { cased } else { folded }).add(pattern);
            }
            Expected::Number(number, text) => {
                tests.push(Test::Value(ValueTest::Number(*number)));
                let [folded, _] = words;
                folded.add(text);
            }
            Expected::Regex(regex) => regexes.push(regex),
            Expected::Network(network) => tests.push(Test::Value(ValueTest::Network(*network))),
            Expected::Compared { part, order, number } => {
                let (part, order, number) = (*part, *order, *number);
                tests.push(Test::Value(ValueTest::Compared { part, order, number }));
            }
            Expected::Field { field, part, is_cased } => {
                if let Some(slot) = fields.slot(field) {
                    tests.push(Test::Field { slot, part: *part, is_cased: *is_cased });
                }
            }
            Expected::Any(inner) => sort(inner, fields, tests, words, regexes),
        }
    }
}

/// All as one set when that stays within its bounds, else one by one.
fn regex_tests(regexes: &[&Regex]) -> Vec<Test> {
    let (plain, others): (Vec<_>, Vec<_>) = regexes
        .iter()
        .partition(|regex| !regex.ignores_case && !regex.is_multi_line && !regex.dot_matches_all);
    let mut tests = Vec::new();
    let mut single = others;
    let sources = plain.iter().map(|regex: &&Regex| regex.source.as_str());
    let set = regex::bytes::RegexSetBuilder::new(sources).size_limit(4 << 20).build();
    match set {
        Ok(set) if plain.len() > 1 => tests.push(Test::Value(ValueTest::Regexes(set))),
        _ => single.extend(plain),
    }
    // INVARIANT: rules whose expressions do not compile were refused when they were read.
    let compiled = single.iter().filter_map(|regex| regex.compile().ok());
    tests.extend(compiled.map(|regex| Test::Value(ValueTest::Regex(regex))));
    tests
}

impl ValueTest {
    /// Whether a value is such. `folded` is its text with case folded.
    pub(crate) fn matches(&self, kind: ValueKind, text: &[u8], folded: &[u8]) -> bool {
        if let Self::Anything = self {
            return !matches!(kind, ValueKind::Null | ValueKind::Nothing);
        }
        if !matches!(kind, ValueKind::Scalar | ValueKind::Number) {
            return false;
        }
        match self {
            Self::Anything => true,
            Self::Folded(set) => set.matches(folded),
            Self::Cased(set) => set.matches(text),
            Self::Regexes(set) => set.is_match(text),
            Self::Regex(regex) => regex.is_match(text),
            Self::Number(number) => {
                kind == ValueKind::Number
                    && to_number(text).is_some_and(|it| Order::Equal.holds(it, *number))
            }
            Self::Network(network) => network.contains(text),
            Self::Compared { part: None, order, number } => {
                to_number(text).is_some_and(|it| order.holds(it, *number))
            }
            Self::Compared { part: Some(part), order, number } => {
                let time = Time::parse(text);
                time.is_some_and(|time| order.holds(part.of(time), *number))
            }
        }
    }
}

fn to_number(text: &[u8]) -> Option<f64> {
    std::str::from_utf8(text).ok()?.trim().parse().ok().filter(|number: &f64| !number.is_nan())
}

impl Network {
    /// Whether `text` is an address of it.
    #[must_use]
    pub fn contains(&self, text: &[u8]) -> bool {
        let address = std::str::from_utf8(text).ok().and_then(|text| text.trim().parse().ok());
        let (number, is_v6, all) = match address.map(|it: IpAddr| it.to_canonical()) {
            Some(IpAddr::V4(address)) => (u128::from(u32::from(address)), false, 32),
            Some(IpAddr::V6(address)) => (u128::from(address), true, 128),
            None => return false,
        };
        let free = u32::from(all - self.bits.min(all));
        let same = |number: u128| number.checked_shr(free).unwrap_or(0);
        is_v6 == self.is_v6 && same(number) == same(self.address)
    }
}

impl TimePart {
    /// This part of a time, in UTC.
    #[must_use]
    pub fn of(self, time: Time) -> f64 {
        let day = time.0.div_euclid(86_400);
        let second = time.0.rem_euclid(86_400);
        let text = time.to_string();
        let digits = |range: std::ops::Range<usize>| {
            text.get(range).and_then(|it| it.parse::<f64>().ok()).unwrap_or(0.0)
        };
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        match self {
            Self::Minute => (second / 60 % 60) as f64,
            Self::Hour => (second / 3_600) as f64,
            Self::Day => digits(8..10),
            Self::Month => digits(5..7),
            Self::Year => digits(0..4),
            Self::Week => {
                // The week that has the year's first Thursday is its first; 1970-01-01 was one.
                let thursday = day - (day + 3).rem_euclid(7) + 3;
                let year = Time(thursday * 86_400).to_string();
                let first = year.get(..4).map(|year| format!("{year}-01-01"));
                let first = first.and_then(|first| Time::parse(first.as_bytes()));
                first.map_or(0.0, |first| ((thursday - first.0 / 86_400) / 7 + 1) as f64)
            }
        }
    }
}

/// Texts and patterns to be compared with one text.
#[derive(Debug, Default)]
struct Texts {
    has_anything: bool,
    whole: Vec<Box<[u8]>>,
    parts: Vec<(Part, Box<[u8]>)>,
    globs: Vec<Glob>,
}

impl Texts {
    fn is_empty(&self) -> bool {
        self.whole.is_empty() && self.parts.is_empty() && self.globs.is_empty()
    }

    fn add(&mut self, pattern: &Pattern) {
        let own = |bytes: &[u8]| -> Box<[u8]> {
            if pattern.is_cased { bytes.into() } else { fold(bytes).into_owned().into() }
        };
        let part = |part, bytes: &[u8]| (part, own(bytes));
        match pattern.pieces.as_slice() {
            [Piece::Many] => self.has_anything = true,
            [] => self.whole.push(Box::default()),
            [Piece::Literal(bytes)] => self.whole.push(own(bytes)),
            [Piece::Literal(bytes), Piece::Many] => self.parts.push(part(Part::Start, bytes)),
            [Piece::Many, Piece::Literal(bytes)] => self.parts.push(part(Part::End, bytes)),
            [Piece::Many, Piece::Literal(bytes), Piece::Many] => {
                self.parts.push(part(Part::Some, bytes));
            }
            _ => self.globs.push(Glob::new(pattern)),
        }
    }
}

/// Texts and patterns made ready.
#[derive(Debug)]
pub(crate) struct TextSet {
    whole: Whole,
    parts: Parts,
    globs: Vec<Glob>,
}

#[derive(Debug)]
enum Whole {
    Few(Vec<Box<[u8]>>),
    Many(HashSet<Box<[u8]>, RandomState>),
}

#[derive(Debug)]
enum Parts {
    Few(Vec<(Part, Box<[u8]>, Finder<'static>)>),
    Many(Vec<(AhoCorasick, Vec<Part>)>),
}

impl TextSet {
    fn new(texts: Texts) -> Self {
        let whole = if texts.whole.len() <= FEW {
            Whole::Few(texts.whole)
        } else {
            Whole::Many(texts.whole.into_iter().collect())
        };
        let few = |parts: Vec<(Part, Box<[u8]>)>| {
            let ready = parts.into_iter().map(|(part, text)| {
                let finder = Finder::new(&text).into_owned();
                (part, text, finder)
            });
            Parts::Few(ready.collect())
        };
        let parts = if texts.parts.len() <= FEW {
            few(texts.parts)
        } else {
            let together = texts.parts.chunks(TOGETHER).map(|some| {
                let literals = some.iter().map(|(_, text)| text);
                let all = AhoCorasick::builder().match_kind(MatchKind::Standard).build(literals);
                Ok((all?, some.iter().map(|(part, _)| *part).collect()))
            });
            match together.collect::<Result<_, aho_corasick::BuildError>>() {
                Ok(all) => Parts::Many(all),
                Err(_) => few(texts.parts),
            }
        };
        Self { whole, parts, globs: texts.globs }
    }

    fn matches(&self, text: &[u8]) -> bool {
        let is_whole = match &self.whole {
            Whole::Few(few) => few.iter().any(|it| &**it == text),
            Whole::Many(many) => many.contains(text),
        };
        is_whole || self.has_part(text) || self.globs.iter().any(|glob| glob.matches(text))
    }

    fn has_part(&self, text: &[u8]) -> bool {
        match &self.parts {
            Parts::Few(few) => few.iter().any(|(part, literal, finder)| match part {
                Part::Whole => text == &**literal,
                Part::Start => text.starts_with(literal),
                Part::End => text.ends_with(literal),
                Part::Some => finder.find(text).is_some(),
            }),
            Parts::Many(all) => all.iter().any(|(all, parts)| {
                all.find_overlapping_iter(text).any(|found| {
                    match parts.get(found.pattern().as_usize()) {
                        Some(Part::Start) => found.start() == 0,
                        Some(Part::End) => found.end() == text.len(),
                        Some(Part::Some) => true,
                        Some(Part::Whole) => found.start() == 0 && found.end() == text.len(),
                        None => false,
                    }
                })
            }),
        }
    }
}

/// Whether `text` is, or has as that part, `other`.
pub(crate) fn has(part: Part, text: &[u8], other: &[u8]) -> bool {
    match part {
        Part::Whole => text == other,
        Part::Start => text.starts_with(other),
        Part::End => text.ends_with(other),
        Part::Some => memchr::memmem::find(text, other).is_some(),
    }
}

/// Whether one of `texts` is, or has as that part, one of `others`: for fields of so many values that
/// comparing each with each would take the square of their number.
pub(crate) fn has_any<'t, T: Iterator<Item = &'t [u8]>>(
    part: Part,
    texts: impl Fn() -> T,
    others: impl Iterator<Item = &'t [u8]>,
) -> bool {
    let mut others = others.peekable();
    while others.peek().is_some() {
        let (mut some, mut bytes) = (Vec::new(), 0);
        while let Some(other) = others.next_if(|_| bytes < TOGETHER_BYTES && some.len() < TOGETHER)
        {
            bytes += other.len() + 1;
            some.push(other);
        }
        if one_has(part, texts(), &some) {
            return true;
        }
    }
    false
}

fn one_has<'t>(part: Part, mut texts: impl Iterator<Item = &'t [u8]>, others: &[&[u8]]) -> bool {
    let reversed = |text: &[u8]| text.iter().rev().copied().collect::<Vec<u8>>();
    let ready = match part {
        Part::Whole => {
            let others: HashSet<&[u8], RandomState> = others.iter().copied().collect();
            return texts.any(|text| others.contains(text));
        }
        Part::Some => AhoCorasick::new(others),
        Part::Start => AhoCorasick::builder().start_kind(StartKind::Anchored).build(others),
        Part::End => AhoCorasick::builder()
            .start_kind(StartKind::Anchored)
            .build(others.iter().map(|other| reversed(other))),
    };
    let Ok(ready) = ready else {
        return texts.any(|text| others.iter().any(|other| has(part, text, other)));
    };
    texts.any(|text| match part {
        Part::Some => ready.is_match(text),
        Part::End => ready.find(Input::new(&reversed(text)).anchored(Anchored::Yes)).is_some(),
        _ => ready.find(Input::new(text).anchored(Anchored::Yes)).is_some(),
    })
}

#[cfg(test)]
mod tests {
    use audit_event::Time;

    use super::{Part, has, has_any};

    use crate::rule::{Network, Order, TimePart};

    #[test]
    fn parts_of_times_are_those_of_the_calendar() {
        let check = |text: &str, week: f64| {
            let time = Time::parse(text.as_bytes()).unwrap();
            assert!(Order::Equal.holds(TimePart::Week.of(time), week), "{text}");
        };
        check("2024-01-01T00:00:00Z", 1.0);
        check("2023-01-01T00:00:00Z", 52.0);
        check("2020-12-31T23:00:00Z", 53.0);
        check("2026-11-27T04:00:00Z", 48.0);
        check("1969-12-29T00:00:00Z", 1.0);
        let time = Time::parse(b"2026-11-27T04:05:06Z").unwrap();
        let parts =
            [TimePart::Minute, TimePart::Hour, TimePart::Day, TimePart::Month, TimePart::Year];
        let found = parts.map(|part| part.of(time).to_string());
        assert_eq!(found, ["5", "4", "27", "11", "2026"]);
    }

    #[test]
    fn many_values_are_compared_as_few_are() {
        let few: [&[u8]; 4] = [b"", b"a", b"ab", b"bab"];
        for part in [Part::Whole, Part::Start, Part::End, Part::Some] {
            for text in [&b"abab"[..], b"b", b"xx", b""] {
                for others in [&few[1..], &few[2..], &few[3..], &few[..0]] {
                    let found = has_any(part, || [text].into_iter(), others.iter().copied());
                    let expected = others.iter().any(|other| has(part, text, other));
                    assert_eq!(found, expected, "{part:?} {text:?} {others:?}");
                }
            }
        }
    }

    #[test]
    fn addresses_belong_to_networks_of_their_family() {
        let ten = Network { address: 0x0A00_0000, is_v6: false, bits: 8 };
        assert!(ten.contains(b"10.1.2.3") && ten.contains(b"::ffff:10.0.0.1"));
        assert!(!ten.contains(b"11.1.2.3") && !ten.contains(b"lambda.amazonaws.com"));
        let all = Network { address: 0, is_v6: true, bits: 0 };
        assert!(all.contains(b"2001:db8::1") && !all.contains(b"10.0.0.1"));
    }
}
