//! What is kept of one group of events.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

/// Ids of events that an alert names.
const MOST_IDS: usize = 8;

/// Bytes of one of them; an id of CloudTrail has 36.
const MOST_ID_BYTES: usize = 256;

/// What is kept of events with the same values in the fields of `group-by`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Group {
    /// Time of the first and of the last event.
    pub(crate) first: i64,
    pub(crate) last: i64,
    /// Until when the same alert is not told again.
    pub(crate) told: Option<i64>,
    /// The last events by id.
    pub(crate) ids: VecDeque<String>,
    /// Times and numbers of events, in order of time.
    #[serde(default, skip_serializing_if = "VecDeque::is_empty")]
    pub(crate) entries: VecDeque<(i64, f64)>,
    /// Values, with the time of the last event that had each and two counts.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) values: BTreeMap<String, Seen>,
    /// For each rule of a temporal correlation: when it matched last, and when the latest sequence of
    /// rules up to it began.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) rules: Vec<(Option<i64>, Option<i64>)>,
    /// Number of the current window, events in it, and in those before.
    #[serde(default)]
    pub(crate) window: i64,
    #[serde(default)]
    pub(crate) count: u64,
    #[serde(default, skip_serializing_if = "VecDeque::is_empty")]
    pub(crate) before: VecDeque<u64>,
}

/// What is kept of one value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Seen {
    pub(crate) last: i64,
    /// In the current window and in the one before.
    pub(crate) now: u64,
    pub(crate) before: u64,
}

impl Group {
    pub(crate) fn new(time: i64) -> Self {
        Self { first: time, last: time, ..Self::default() }
    }

    /// What the group takes, in entries.
    pub(crate) fn weight(&self) -> usize {
        1 + self.entries.len() + self.values.len()
    }

    pub(crate) fn note(&mut self, time: i64, id: Option<&str>) {
        self.first = self.first.min(time);
        self.last = self.last.max(time);
        if let Some(id) = id {
            if self.ids.len() >= MOST_IDS {
                self.ids.pop_front();
            }
            let end = id.floor_char_boundary(MOST_ID_BYTES);
            self.ids.push_back(id.get(..end).unwrap_or(id).to_owned());
        }
    }

    /// Adds an entry in the order of times and drops those before `from`.
    pub(crate) fn enter(&mut self, time: i64, number: f64, from: i64, most: usize) -> bool {
        let behind = self.entries.iter().rev().take_while(|(it, _)| *it > time).count();
        self.entries.insert(self.entries.len() - behind, (time, number));
        while self.entries.front().is_some_and(|(it, _)| *it < from) {
            self.entries.pop_front();
        }
        let is_full = self.entries.len() > most;
        if is_full {
            self.entries.pop_front();
        }
        is_full
    }
}
