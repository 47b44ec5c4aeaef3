//! What functions did at run time, folded out of the records of their logs.

use std::{
    collections::{BTreeMap, HashSet, hash_map::RandomState},
    hash::BuildHasher as _,
};

use lambda_log::{Entry, GuardEvent, Record, function_of_path};

/// Milliseconds of a day.
pub(crate) const DAY_MS: i64 = 86_400_000;

/// Functions that are told apart.
const MOST_FUNCTIONS: usize = 100_000;
/// Kinds of events that are told apart for one function; what comes later counts for the first of its kind.
const MOST_EVENTS: usize = 1_000;
/// Days that are counted apart.
const MOST_DAYS: usize = 800;
/// Lines that are remembered, so that one that stands in two exports counts once.
const MOST_LINES: usize = 4_000_000;

/// What functions did at run time, by their names in the account.
#[derive(Debug, Default)]
pub struct Observed {
    pub(crate) functions: BTreeMap<String, ObservedFunction>,
    /// Records of functions that nothing names.
    pub(crate) unnamed: u64,
    hasher: RandomState,
    told: HashSet<u64>,
}

/// What one function did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObservedFunction {
    /// Invocations that a report tells of.
    pub(crate) invocations: Tally,
    /// What its guard told.
    pub(crate) events: BTreeMap<EventKey, Tally>,
}

/// What the guard told, apart from when.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct EventKey {
    /// `event-blocked`, `egress-denied` …
    pub(crate) kind: String,
    /// Class of the attack; without one the reason in words, such as `more requests than the limit`.
    pub(crate) class: Option<String>,
    /// The field of the event, indexes as `*`; or what it was done to.
    pub(crate) subject: String,
    /// Whether the guard refused it.
    pub(crate) is_refused: bool,
}

/// How often, and when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) count: u64,
    /// Milliseconds since 1970.
    pub(crate) first: Option<i64>,
    pub(crate) last: Option<i64>,
    /// By day since 1970.
    pub(crate) days: BTreeMap<i64, u64>,
}

impl Tally {
    pub(crate) fn add(&mut self, time: Option<i64>) {
        self.count += 1;
        let Some(time) = time else { return };
        self.first = Some(self.first.map_or(time, |it| it.min(time)));
        self.last = self.last.max(Some(time));
        *self.days.entry(time.div_euclid(DAY_MS)).or_default() += 1;
        if self.days.len() > MOST_DAYS {
            self.days.pop_first();
        }
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.first = match (self.first, other.first) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        self.last = self.last.max(other.last);
        for (day, count) in &other.days {
            *self.days.entry(*day).or_default() += count;
        }
        while self.days.len() > MOST_DAYS {
            self.days.pop_first();
        }
    }

    /// How many of the seven days up to `now`, in milliseconds since 1970.
    pub(crate) fn of_last_week(&self, now: i64) -> u64 {
        let today = now.div_euclid(DAY_MS);
        self.days.range(today - 6..=today).map(|(_, count)| count).sum()
    }
}

impl Observed {
    /// Counts a record of a log; `file` is the name of the file that it stands in.
    pub fn add(&mut self, entry: &Entry<'_>, file: &str) {
        let is_told = match &entry.record {
            Record::Report(report) => !self.is_repeated(entry, &report.request_id),
            Record::Guard(event) => {
                let id = event.request_id.as_deref().unwrap_or_default();
                // Without a time and an id nothing tells a line from its like.
                (entry.time.is_none() && id.is_empty()) || !self.is_repeated(entry, id)
            }
            _ => return,
        };
        if !is_told {
            return;
        }
        let name = entry.function.map(str::to_owned).or_else(|| function_of_path(file));
        let Some(name) = name.filter(|it| !it.is_empty()) else {
            self.unnamed += 1;
            return;
        };
        let is_new = !self.functions.contains_key(&name);
        if is_new && self.functions.len() >= MOST_FUNCTIONS {
            self.unnamed += 1;
            return;
        }
        let function = self.functions.entry(name).or_default();
        match &entry.record {
            Record::Guard(event) => function.add_event(event, entry.time),
            _ => function.invocations.add(entry.time),
        }
    }

    /// Whether nothing was seen.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.functions.is_empty()
    }

    /// What was seen of each function, by its name in the account.
    pub fn functions(&self) -> impl Iterator<Item = (&str, &ObservedFunction)> {
        self.functions.iter().map(|(name, function)| (name.as_str(), function))
    }

    fn is_repeated(&mut self, entry: &Entry<'_>, id: &str) -> bool {
        if self.told.len() >= MOST_LINES {
            return false;
        }
        let key = (entry.function, entry.time, id, entry.text);
        !self.told.insert(self.hasher.hash_one(key))
    }
}

impl ObservedFunction {
    fn add_event(&mut self, event: &GuardEvent<'_>, time: Option<i64>) {
        let is_refused = match event.kind.as_ref() {
            "event-blocked" => true,
            "event-flagged" => false,
            _ => event.mode.as_deref() == Some("block") && event.detail.starts_with("refused"),
        };
        let subject = match (&event.field, &event.target) {
            (Some(field), _) => without_indexes(field),
            (None, Some(target)) => short(target),
            (None, None) => String::new(),
        };
        let mut key = EventKey {
            kind: short(&event.kind),
            class: Some(event.class.as_deref().unwrap_or(reason(&event.detail)))
                .filter(|it| !it.is_empty())
                .map(short),
            subject,
            is_refused,
        };
        if self.events.len() >= MOST_EVENTS && !self.events.contains_key(&key) {
            key.subject.clear();
        }
        self.events.entry(key).or_default().add(time);
    }

    /// Attacks that would have been refused, had the guard not only watched: `` `sql` in `body.note` ``, and how
    /// often.
    #[must_use]
    pub fn flagged(&self) -> Vec<(String, u64)> {
        let is_flagged =
            |key: &EventKey| key.kind == "event-flagged" && !key.is_refused && key.class.is_some();
        let each = self.events.iter().filter(|(key, _)| is_flagged(key));
        each.filter_map(|one| Some((crate::attacks::subjects(&[one]).pop()?, one.1.count)))
            .collect()
    }

    /// Hosts that it contacted, or would have, while the guard only watched, with how often; and programs
    /// that it started.
    pub fn watched(&self, kind: &str) -> impl Iterator<Item = (&str, u64)> {
        self.events
            .iter()
            .filter(move |(key, _)| key.kind == kind && !key.is_refused && !key.subject.is_empty())
            .map(|(key, tally)| (key.subject.as_str(), tally.count))
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.invocations.merge(&other.invocations);
        for (key, tally) in &other.events {
            self.events.entry(key.clone()).or_default().merge(tally);
        }
    }
}

/// Why an event without a class of attack was refused: the words of the guard that are always the same.
fn reason(detail: &str) -> &str {
    const REASONS: [&str; 4] = [
        "more requests than the limit",
        "not as its schema says",
        "larger than the limit",
        "nested deeper than the limit",
    ];
    REASONS.iter().find(|it| detail.starts_with(**it)).copied().unwrap_or_default()
}

/// `Records[3].body.name` as `Records[*].body.name`.
fn without_indexes(field: &str) -> String {
    let mut out = String::with_capacity(field.len().min(200));
    let mut digits = false;
    for character in field.chars().take(200) {
        if digits && character.is_ascii_digit() {
            continue;
        }
        digits = false;
        out.push(character);
        if character == '[' {
            digits = true;
            out.push('*');
        }
    }
    // `[name]` is no index.
    out.replace("[*]", "\u{0}").replace("[*", "[").replace('\u{0}', "[*]")
}

fn short(text: &str) -> String {
    text.chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use lambda_log::{Entry, Limits, LogReader};
    use proptest::prelude::*;

    use super::{Observed, without_indexes};

    pub(crate) fn observed(log: &str, file: &str) -> Observed {
        let mut observed = Observed::default();
        let mut reader = LogReader::new(Limits::default());
        let mut visit = |entry: &Entry<'_>| observed.add(entry, file);
        reader.push(log.as_bytes(), &mut visit);
        reader.finish(&mut visit);
        observed
    }

    const BLOCKED: &str = r#"2026-11-27T10:00:00.000Z {"faasguard":"event","kind":"event-blocked","class":"sql","request_id":"r-1","function":"shop-Orders-1A2B3C4D5E6F","detail":"sql (score 1.00)","mode":"block","field":"Records[3].body.name"}"#;

    #[test]
    fn a_line_that_stands_in_two_exports_counts_once() {
        let seen = observed(&format!("{BLOCKED}\n{BLOCKED}\n"), "a.log");
        let function = &seen.functions["shop-Orders-1A2B3C4D5E6F"];
        let (key, tally) = function.events.first_key_value().unwrap();
        assert_eq!((key.subject.as_str(), tally.count), ("Records[*].body.name", 1));
        assert!(key.is_refused);
        assert_eq!(tally.of_last_week(tally.last.unwrap()), 1);
        assert_eq!(tally.of_last_week(tally.last.unwrap() + 8 * super::DAY_MS), 0);
    }

    #[test]
    fn what_the_guard_only_watched_is_learned_and_what_it_refused_is_not() {
        let line = |mode: &str, verb: &str| {
            format!(
                r#"{{"faasguard":"event","kind":"egress-denied","class":null,"request_id":"{mode}","function":"F","detail":"{verb} `api.example.com`","mode":"{mode}","target":"api.example.com:443"}}"#
            )
        };
        let log = format!(
            "{}\n{}\n",
            line("monitor", "connected to"),
            line("block", "refused to connect to")
        );
        let seen = observed(&log, "a.log");
        let watched: Vec<_> = seen.functions["F"].watched("egress-denied").collect();
        assert_eq!(watched, [("api.example.com:443", 1)]);
    }

    #[test]
    fn a_record_of_nobody_is_counted() {
        let report = "REPORT RequestId: r-1\tDuration: 12.50 ms\tBilled Duration: 13 ms\n";
        assert_eq!(observed(report, "000000.gz").unnamed, 1);
        assert_eq!(observed(report, "orders.log").functions["orders"].invocations.count, 1);
    }

    #[test]
    fn only_numbers_are_indexes() {
        assert_eq!(without_indexes("Records[12].a[b].c[0]"), "Records[*].a[b].c[*]");
        assert_eq!(without_indexes("a["), "a[");
    }

    proptest! {
        #[test]
        fn no_log_ends_the_fold(log in "\\PC{0,400}", field in "\\PC{0,300}") {
            observed(&log, &field);
            without_indexes(&field);
        }
    }
}
