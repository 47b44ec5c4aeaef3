//! Which rules an event may match at all: what a field must hold before a rule can match.

use std::{borrow::Cow, collections::HashMap};

use aho_corasick::AhoCorasick;
use audit_event::{AtHand, AuditEvent, Text};
use foldhash::fast::RandomState;
use memchr::memmem::Finder;

use super::test::TOGETHER;
use crate::{
    pattern::{Pattern, Piece, fold},
    rule::{Condition, Detection, Expected, Item, Rule, Search},
};

/// Bytes of a literal that is worth searching for.
const WORTH: usize = 4;

/// Values of one anchor; more are not worth it.
const MOST: usize = 4_096;

/// Literals of one field that are searched for one after the other.
const MOST_FINDERS: usize = 16;

/// Bytes that are folded without an allocation.
const SHORT: usize = 128;

/// Something that must hold before a rule can match: a field has this text, or holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// The whole text, case folded.
    Whole(Vec<u8>),
    /// Some part of it, case folded, ASCII.
    Inside(Vec<u8>),
    /// Some part of it, as it stands.
    Exactly(Vec<u8>),
}

/// One of these must hold.
#[derive(Clone, Debug)]
pub(crate) struct Anchor {
    keys: Vec<(AtHand, Key)>,
}

impl Anchor {
    /// What must hold for the rule to match, when that can be told.
    pub(crate) fn of(rule: &Rule) -> Option<Self> {
        Self::of_detection(&rule.detection)
    }

    pub(crate) fn of_detection(detection: &Detection) -> Option<Self> {
        let of = |condition| Self::of_condition(condition, detection);
        Self::union(detection.conditions.iter().map(of))
    }

    fn of_condition(condition: &Condition, detection: &Detection) -> Option<Self> {
        let of_search = |at: &usize| {
            detection.searches.get(*at).and_then(|(_, search)| Self::of_search(search))
        };
        match condition {
            Condition::Search(at) => of_search(at),
            Condition::Not(_) => None,
            Condition::All(parts) => {
                Self::best(parts.iter().map(|it| Self::of_condition(it, detection)))
            }
            Condition::Any(parts) => {
                Self::union(parts.iter().map(|it| Self::of_condition(it, detection)))
            }
            Condition::AtLeast(count, searches) if *count >= searches.len() => {
                Self::best(searches.iter().map(of_search))
            }
            Condition::AtLeast(_, searches) => Self::union(searches.iter().map(of_search)),
        }
    }

    fn of_search(search: &Search) -> Option<Self> {
        match search {
            Search::All(parts) => Self::best(parts.iter().map(Self::of_search)),
            Search::Any(parts) => Self::union(parts.iter().map(Self::of_search)),
            Search::Item(item) => Self::of_item(item),
        }
    }

    fn of_item(item: &Item) -> Option<Self> {
        let field = AtHand::of(item.field.as_deref()?)?;
        if item.is_negated {
            return None;
        }
        let values = item.values.iter().map(|value| Self::of_value(field, value));
        if item.needs_all { Self::best(values) } else { Self::union(values) }
    }

    fn of_value(field: AtHand, value: &Expected) -> Option<Self> {
        let key = match value {
            Expected::Text(pattern) | Expected::Number(_, pattern) => key(pattern)?,
            Expected::Regex(regex) => Key::Exactly(regex.needed()?),
            Expected::Any(forms) => {
                return Self::union(forms.iter().map(|form| Self::of_value(field, form)));
            }
            _ => return None,
        };
        Some(Self { keys: vec![(field, key)] })
    }

    /// The one of several, all of which must hold, that lets the fewest events through.
    fn best(parts: impl Iterator<Item = Option<Self>>) -> Option<Self> {
        parts.flatten().min_by_key(|it| (it.cost(), it.keys.len()))
    }

    /// All of several, one of which must hold.
    fn union(parts: impl Iterator<Item = Option<Self>>) -> Option<Self> {
        let mut keys = Vec::new();
        for part in parts {
            keys.extend(part?.keys);
            // A selection that a condition names often would count each time.
            if keys.len() > MOST {
                return None;
            }
        }
        (!keys.is_empty()).then_some(Self { keys })
    }

    fn cost(&self) -> u8 {
        let cost = |(field, key): &(AtHand, Key)| match (field, key) {
            (AtHand::Name, Key::Whole(_)) => 0,
            (AtHand::ErrorCode, Key::Whole(_)) => 1,
            (AtHand::Source, Key::Whole(_)) => 2,
            (_, Key::Whole(_)) => 3,
            (_, Key::Exactly(_)) => 4,
            (_, Key::Inside(_)) => 5,
        };
        self.keys.iter().map(cost).max().unwrap_or(u8::MAX)
    }
}

/// What a text must hold to be like the pattern.
fn key(pattern: &Pattern) -> Option<Key> {
    if let Some(bytes) = pattern.as_literal() {
        return Some(Key::Whole(fold(bytes).into_owned()));
    }
    let literals = pattern.pieces.iter().filter_map(|piece| match piece {
        Piece::Literal(bytes) if bytes.is_ascii() => Some(bytes),
        _ => None,
    });
    let longest = literals.max_by_key(|bytes| bytes.len())?;
    (longest.len() >= WORTH).then(|| Key::Inside(longest.to_ascii_lowercase()))
}

/// Rules by what must hold before they can match.
#[derive(Debug, Default)]
pub(crate) struct Anchors {
    fields: Vec<AnchorField>,
    /// Rules without an anchor: every event may match them.
    always: Vec<u32>,
}

#[derive(Debug)]
struct AnchorField {
    field: AtHand,
    whole: HashMap<Box<[u8]>, Vec<u32>, RandomState>,
    /// A bit for each length that a whole text may have, the last one for longer ones, too.
    lengths: u128,
    inside: Vec<(AhoCorasick, Vec<Vec<u32>>)>,
    exactly: Vec<(Finder<'static>, u32)>,
}

impl Anchors {
    /// The index of rules, by their numbers.
    pub(crate) fn new(rules: &[(u32, Option<Anchor>)]) -> Self {
        let mut always = Vec::new();
        let mut by_field: Vec<(AtHand, Vec<(&Key, u32)>)> = Vec::new();
        for (rule, anchor) in rules {
            let Some(anchor) = anchor else {
                always.push(*rule);
                continue;
            };
            for (field, key) in &anchor.keys {
                match by_field.iter_mut().find(|(it, _)| it == field) {
                    Some((_, keys)) => keys.push((key, *rule)),
                    None => by_field.push((*field, vec![(key, *rule)])),
                }
            }
        }
        let mut fields = Vec::new();
        for (field, keys) in by_field {
            let mut whole: HashMap<Box<[u8]>, Vec<u32>, RandomState> = HashMap::default();
            let mut literals: HashMap<&[u8], Vec<u32>, RandomState> = HashMap::default();
            let mut exactly = Vec::new();
            for (key, rule) in keys {
                match key {
                    Key::Exactly(text) if exactly.len() < MOST_FINDERS => {
                        exactly.push((Finder::new(text).into_owned(), rule));
                    }
                    Key::Exactly(_) => always.push(rule),
                    Key::Whole(text) => whole.entry(text.as_slice().into()).or_default().push(rule),
                    Key::Inside(text) => literals.entry(text).or_default().push(rule),
                }
            }
            let literals: Vec<_> = literals.into_iter().collect();
            let mut inside = Vec::new();
            for some in literals.chunks(TOGETHER) {
                let texts = some.iter().map(|(text, _)| text);
                let lists = some.iter().map(|(_, rules)| rules.clone());
                match AhoCorasick::builder().ascii_case_insensitive(true).build(texts) {
                    Ok(all) => inside.push((all, lists.collect())),
                    Err(_) => always.extend(lists.flatten()),
                }
            }
            let lengths = whole.keys().fold(0, |bits, text| bits | length_bit(text.len()));
            fields.push(AnchorField { field, whole, lengths, inside, exactly });
        }
        Self { fields, always }
    }

    /// Calls `add` with every rule that the event may match, some of them more than once.
    #[inline]
    pub(crate) fn candidates(&self, event: &AuditEvent<'_>, add: &mut impl FnMut(u32)) {
        self.always.iter().for_each(|rule| add(*rule));
        for field in &self.fields {
            // Absent and `null` have no text; other values make an event irregular.
            if let Some(text) = field.field.text(event) {
                field.candidates(text, add);
            }
        }
    }
}

/// The bit of a length; lengths that have none share the last one.
fn length_bit(length: usize) -> u128 {
    1 << length.min(127)
}

impl AnchorField {
    #[inline]
    fn candidates(&self, text: Text<'_>, add: &mut impl FnMut(u32)) {
        let raw = text.raw();
        let is_plain = !text.has_escapes() && raw.is_ascii();
        if !self.exactly.is_empty() {
            let plain = if is_plain { Cow::Borrowed("") } else { text.to_str() };
            let text = if is_plain { raw } else { plain.as_bytes() };
            let found = self.exactly.iter().filter(|(finder, _)| finder.find(text).is_some());
            found.for_each(|(_, rule)| add(*rule));
        }
        // Of plain text the length alone mostly tells that nothing is there.
        if is_plain && self.inside.is_empty() && self.lengths & length_bit(raw.len()) == 0 {
            return;
        }
        let mut short = [0; SHORT];
        if let Some(short) = short.get_mut(..raw.len()).filter(|_| is_plain) {
            short.copy_from_slice(raw);
            short.make_ascii_lowercase();
            self.look_up(short, raw, add);
        } else {
            let plain = text.to_str();
            let folded = fold(plain.as_bytes());
            self.look_up(&folded, &folded, add);
        }
    }

    #[inline]
    fn look_up(&self, folded: &[u8], text: &[u8], add: &mut impl FnMut(u32)) {
        if !self.whole.is_empty()
            && let Some(rules) = self.whole.get(folded)
        {
            for rule in rules {
                add(*rule);
            }
        }
        for (all, lists) in &self.inside {
            for found in all.find_overlapping_iter(text) {
                if let Some(rules) = lists.get(found.pattern().as_usize()) {
                    for rule in rules {
                        add(*rule);
                    }
                }
            }
        }
    }
}
