//! What the guard of one function has learned since it last told it.

use std::collections::BTreeMap;

use crate::line::{Learned, Subject};
use crate::summary::Summary;

/// Routes that are told apart; those that come later are not learned.
const MOST_SUBJECTS: usize = 24;
/// Invocations that are all learned from; later one in [`SAMPLE`] is.
const ALL: u64 = 1000;
const SAMPLE: u64 = 10;
/// Invocations after which it is told: ten times as many each time, up to every thousand.
const FIRST: u64 = 10;
const EVERY: u64 = 1000;

/// What was learned and not yet told, in bounded memory.
#[derive(Debug, Clone)]
pub struct Learner {
    summaries: BTreeMap<Subject, Summary>,
    invocations: u64,
    /// It is told when there were so many.
    due: u64,
}

impl Default for Learner {
    fn default() -> Self {
        Self { summaries: BTreeMap::new(), invocations: 0, due: FIRST }
    }
}

impl Learner {
    /// A learner that knows nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts an invocation; whether it is one to learn from.
    pub fn takes(&mut self) -> bool {
        self.invocations = self.invocations.saturating_add(1);
        self.invocations <= ALL || self.invocations.is_multiple_of(SAMPLE)
    }

    /// Learns from one value.
    pub fn learn(&mut self, subject: Subject, summary: Summary) {
        if self.summaries.len() < MOST_SUBJECTS || self.summaries.contains_key(&subject) {
            self.summaries.entry(subject).or_default().merge(summary);
        }
    }

    /// Whether it is time to tell: after 10 and 100 invocations, and after every 1,000.
    #[must_use]
    pub fn is_due(&self) -> bool {
        self.invocations >= self.due
    }

    /// Takes what was learned since the last time. Counts add up over all of them.
    pub fn take(&mut self, function: &str) -> Vec<Learned> {
        while self.due <= self.invocations {
            self.due = self.due.saturating_add(self.due.saturating_mul(9).min(EVERY));
        }
        let summaries = std::mem::take(&mut self.summaries).into_iter();
        let function = function.to_owned();
        summaries
            .map(|(subject, summary)| Learned { function: function.clone(), subject, summary })
            .collect()
    }
}
