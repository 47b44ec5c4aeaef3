//! Secrets and personal data in lines of a log: kinds, counts, places; never the value.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use guard_mask::{Carry, Kind, Masker};

use crate::clusters::cut;

/// Letters of a preview.
const MOST_PREVIEW: usize = 160;

/// Where something stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct LogPlace {
    /// The file as it was named.
    pub file: Arc<str>,
    /// The line, from 1.
    pub line: u64,
}

/// What of one kind was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sensitive {
    /// Family: `secret`, `card`, `iban`, `email`, `phone`, `id`.
    pub family: &'static str,
    /// Which one: `secret:jwt`, `id:us-ssn`, `card`.
    pub kind: String,
    /// How many there were.
    pub count: u64,
    /// Time of the first, in milliseconds since 1970.
    pub first: Option<i64>,
    /// Where the first stands.
    pub place: LogPlace,
    /// The line of the first, everything masked.
    pub preview: String,
}

/// What was found, by kind. There are at most as many kinds as detectors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SensitiveKinds(BTreeMap<String, Sensitive>);

impl SensitiveKinds {
    /// The kinds in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = &Sensitive> {
        self.0.values()
    }

    /// Adds what another one has; what was there first stays the first.
    pub(crate) fn merge(&mut self, other: Self) {
        for (kind, found) in other.0 {
            match self.0.get_mut(&kind) {
                Some(mine) => mine.count += found.count,
                None => {
                    self.0.insert(kind, found);
                }
            }
        }
    }

    fn add(&mut self, kind: Kind, time: Option<i64>, place: &LogPlace, masked: &str) {
        let name = name_of(kind);
        let found = self.0.entry(name).or_insert_with_key(|name| Sensitive {
            family: kind.family(),
            kind: name.clone(),
            count: 0,
            first: time,
            place: place.clone(),
            preview: around(masked, name),
        });
        found.count += 1;
    }
}

/// Masks lines and remembers what was in them.
#[derive(Debug)]
pub(crate) struct Finder {
    masker: Arc<Masker>,
    masked: Vec<u8>,
}

impl Finder {
    pub(crate) fn new(masker: Arc<Masker>) -> Self {
        Self { masker, masked: Vec::new() }
    }

    /// Adds what is in a message to `kinds`, and gives the message masked.
    pub(crate) fn find(
        &mut self,
        text: &str,
        time: Option<i64>,
        place: &LogPlace,
        kinds: &mut SensitiveKinds,
    ) -> Option<String> {
        self.masked.clear();
        let mut found = Vec::new();
        let tell = &mut |kind| found.push(kind);
        self.masker.mask_telling(&mut Carry::None, text.as_bytes(), &mut self.masked, tell);
        if found.is_empty() {
            return None;
        }
        let mut masked = String::from_utf8_lossy(&self.masked).into_owned();
        // A line may hold thousands of one kind.
        let names: BTreeSet<String> = found.iter().map(|kind| name_of(*kind)).collect();
        for name in names {
            masked = without_rest(&masked, &name);
        }
        for kind in found {
            kinds.add(kind, time, place, &masked);
        }
        Some(masked)
    }

    /// A text masked, without remembering anything.
    pub(crate) fn mask(&mut self, text: &str) -> Option<String> {
        self.find(text, None, &LogPlace::default(), &mut SensitiveKinds::default())
    }
}

fn name_of(kind: Kind) -> String {
    let mut mask = Vec::new();
    kind.write_mask(&mut mask);
    let mask = String::from_utf8_lossy(&mask);
    mask.trim_matches(['[', ']']).to_owned()
}

/// A masked text without what stands at a mask without a blank between: where a value ends is not sure
/// (`password=a&b`), and what is shown may not be the rest of it.
fn without_rest(masked: &str, kind: &str) -> String {
    let mask = ["[", kind, "]"].concat();
    let mut out = String::with_capacity(masked.len());
    let mut parts = masked.split(&mask);
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        out.push_str(&mask);
        let is_end = |it: char| {
            it.is_whitespace() || matches!(it, '"' | '\'' | ',' | ';' | '}' | ']' | ')' | '\\')
        };
        let end = part.find(is_end).unwrap_or(part.len());
        if end > 0 {
            out.push('…');
        }
        out.push_str(part.get(end..).unwrap_or_default());
    }
    out
}

/// The part of a masked line about the first mask of a kind.
fn around(masked: &str, kind: &str) -> String {
    let at = masked.find(&["[", kind, "]"].concat()).unwrap_or_default();
    let line = masked.get(..at).and_then(|front| front.rfind('\n')).map_or(0, |end| end + 1);
    let mut from = at.saturating_sub(MOST_PREVIEW / 2).max(line);
    while !masked.is_char_boundary(from) {
        from += 1;
    }
    let text = masked.get(from..).unwrap_or_default().lines().next().unwrap_or_default();
    let front = if from > line { "…" } else { "" };
    [front, &cut(text, MOST_PREVIEW)].concat()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use guard_mask::Masker;

    use super::{Finder, LogPlace, SensitiveKinds};

    #[test]
    fn kinds_are_counted_and_values_never_kept() {
        let mut finder = Finder::new(Arc::new(Masker::new(&[])));
        let mut kinds = SensitiveKinds::default();
        let place = LogPlace { file: "a.log".into(), line: 7 };
        let text =
            "login password=Tr0ub4dor&3xyz of ana.silva@example.com with 4111 1111 1111 1111";
        for _ in 0..2 {
            finder.find(text, Some(5), &place, &mut kinds).unwrap();
        }
        let found: Vec<(&str, u64, u64)> =
            kinds.iter().map(|it| (it.kind.as_str(), it.count, it.place.line)).collect();
        assert_eq!(found, [("card", 2, 7), ("email", 2, 7), ("secret:password", 2, 7)]);
        for kind in kinds.iter() {
            for secret in ["Tr0ub", "3xyz", "ana.silva", "4111"] {
                assert!(!kind.preview.contains(secret), "{kind:?}");
            }
            assert!(kind.preview.contains(&kind.kind), "{kind:?}");
        }
    }

    #[test]
    fn a_line_of_nothing_but_personal_data_takes_no_longer_than_it_should() {
        let mut finder = Finder::new(Arc::new(Masker::new(&[])));
        let mut kinds = SensitiveKinds::default();
        let text = "ana.silva@example.com ".repeat(10_000);
        let masked = finder.find(&text, None, &LogPlace::default(), &mut kinds).unwrap();
        assert!(!masked.contains("silva"));
        assert_eq!(kinds.iter().map(|it| it.count).sum::<u64>(), 10_000);
    }
}
