//! Correlations followed over events, which are first put in the order of their times.

use std::collections::BTreeMap;

use audit_event::AuditEvent;
use serde::{Deserialize, Serialize};

use crate::{
    facts::Facts,
    rule_set::{Answer, RuleSet},
    state::{Bounds, State, Step},
};

/// Form of snapshots that this program writes and reads.
const VERSION: u32 = 1;

/// Bytes of events that wait; with more, the earliest are taken in.
const MOST_PENDING_BYTES: usize = 64 << 20;

/// Bounds on the memory of a correlator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Events that wait for earlier ones; with more, the earliest is taken in.
    pub pending: usize,
    /// Seconds that an event waits for earlier ones; `i64::MAX` to wait for the end.
    pub lateness_s: i64,
    /// Groups, and events or values in them, of one correlation together.
    pub entries: usize,
    /// Events or values of one group.
    pub group_entries: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { pending: 20_000, lateness_s: i64::MAX, entries: 100_000, group_entries: 10_000 }
    }
}

/// What was given up to stay within [`Limits`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Losses {
    /// Events that came after later ones had been taken in.
    pub late: u64,
    /// Events without a time, taken in where they stood.
    pub timeless: u64,
    /// Groups that were forgotten before their time; their values are remembered in a sketch.
    pub groups: u64,
    /// Events or values that groups forgot before their time.
    pub entries: u64,
}

/// A correlation that holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Alert {
    /// Which one: the index of a speaker of the rule set.
    pub speaker: usize,
    /// The event with which it came to hold.
    pub facts: Facts,
    /// Fields of the group and their values.
    pub group: Vec<(String, String)>,
    /// Why, in words.
    pub explanation: String,
    /// Ids of the last events of the group.
    pub event_ids: Vec<String>,
}

/// Follows the correlations of a rule set.
#[derive(Debug)]
pub struct Correlator<'r> {
    rules: &'r RuleSet,
    limits: Limits,
    states: Vec<State>,
    /// Events that wait, by time and arrival.
    pending: BTreeMap<(i64, u64), Observation>,
    pending_bytes: usize,
    arrivals: u64,
    /// Time of the last event taken in, and of the latest that came.
    taken: i64,
    latest: i64,
    alerts: Vec<Alert>,
    losses: Losses,
}

/// An event that a rule matched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Observation {
    rule: usize,
    answers: Vec<Answer>,
    facts: Facts,
}

impl Observation {
    /// About what it takes of memory.
    fn bytes(&self) -> usize {
        let of_answer = |it: &Answer| it.group.len() + it.value.as_ref().map_or(0, String::len);
        let answers: usize = self.answers.iter().map(of_answer).sum();
        size_of::<Self>() + size_of::<Answer>() * self.answers.len() + answers + self.facts.bytes()
    }
}

impl<'r> Correlator<'r> {
    /// Follows the correlations of these rules, from nothing.
    #[must_use]
    pub fn new(rules: &'r RuleSet, limits: Limits) -> Self {
        Self {
            rules,
            limits,
            states: vec![State::default(); rules.correlations().len()],
            pending: BTreeMap::new(),
            pending_bytes: 0,
            arrivals: 0,
            taken: i64::MIN,
            latest: i64::MIN,
            alerts: Vec::new(),
            losses: Losses::default(),
        }
    }

    /// Takes note of an event that a rule matched.
    pub fn observe(&mut self, rule: usize, event: &AuditEvent<'_>, facts: &Facts) {
        if let Some(sighting) = Sighting::of(self.rules, rule, event, facts) {
            self.take_note(sighting);
        }
    }

    /// Takes note of an event that a rule matched, as [`Sighting::of`] has it.
    pub fn take_note(&mut self, sighting: Sighting) {
        let Sighting(observation) = sighting;
        let time = observation.facts.time.unwrap_or_else(|| {
            self.losses.timeless += 1;
            self.latest.max(0)
        });
        self.latest = self.latest.max(time);
        self.losses.late += u64::from(time < self.taken);
        self.pending_bytes += observation.bytes();
        self.pending.insert((time, self.arrivals), observation);
        self.arrivals += 1;
        let horizon = self.latest.saturating_sub(self.limits.lateness_s);
        while let Some(((time, _), _)) = self.pending.first_key_value() {
            let is_full =
                self.pending.len() > self.limits.pending || self.pending_bytes > MOST_PENDING_BYTES;
            if *time >= horizon && !is_full {
                break;
            }
            self.take_first();
        }
    }

    /// Alerts that came since this was asked last, in the order of time.
    pub fn alerts(&mut self) -> Vec<Alert> {
        std::mem::take(&mut self.alerts)
    }

    /// Takes in all events that wait, and gives the alerts.
    pub fn finish(&mut self) -> Vec<Alert> {
        while self.take_first() {}
        self.alerts()
    }

    /// What was given up so far.
    #[must_use]
    pub fn losses(&self) -> Losses {
        self.losses
    }

    fn take_first(&mut self) -> bool {
        let Some(((time, _), observation)) = self.pending.pop_first() else { return false };
        self.pending_bytes = self.pending_bytes.saturating_sub(observation.bytes());
        self.taken = self.taken.max(time);
        let base = self.rules.rule_count();
        let mut sources = vec![observation.rule];
        let limits = &self.limits;
        let bounds = Bounds { weight: limits.entries, entries: limits.group_entries };
        for answer in &observation.answers {
            let Some(resolved) = self.rules.correlations().get(answer.correlation) else {
                continue;
            };
            let Some(state) = self.states.get_mut(answer.correlation) else { continue };
            let mut fired = None;
            for (position, source) in resolved.sources.iter().enumerate() {
                if !sources.contains(source) {
                    continue;
                }
                let step = Step {
                    time,
                    id: observation.facts.event_id.as_deref(),
                    position,
                    group: &answer.group,
                    value: answer.value.as_deref(),
                };
                let said = state.step(&resolved.correlation, step, bounds, &mut self.losses);
                fired = fired.or(said);
            }
            let Some(fired) = fired else { continue };
            let speaker = base + answer.correlation;
            sources.push(speaker);
            if self.rules.speaks(speaker) {
                let names = resolved.correlation.group_by.iter().map(ToString::to_string);
                let values = answer.group.split('\u{1f}').map(str::to_owned);
                self.alerts.push(Alert {
                    speaker,
                    facts: observation.facts.clone(),
                    group: names.zip(values).collect(),
                    explanation: fired.explanation,
                    event_ids: fired.ids,
                });
            }
        }
        true
    }

    /// The state, to go on with in another run.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            version: VERSION,
            correlations: identities(self.rules),
            rules: (self.pending.values().map(|it| it.rule))
                .map(|rule| (rule, name_of(self.rules, rule)))
                .collect(),
            states: self.states.clone(),
            pending: self.pending.iter().map(|(key, it)| (*key, it.clone())).collect(),
            arrivals: self.arrivals,
            taken: self.taken,
            latest: self.latest,
            losses: self.losses,
        }
    }

    /// Goes on from a snapshot. Correlations that are new or were changed since begin from nothing.
    ///
    /// # Errors
    /// [`SnapshotError`] when it is of another version.
    pub fn restore(
        rules: &'r RuleSet,
        limits: Limits,
        snapshot: Snapshot,
    ) -> Result<Self, SnapshotError> {
        if snapshot.version != VERSION {
            return Err(SnapshotError::Version { found: snapshot.version, wanted: VERSION });
        }
        let mut correlator = Self::new(rules, limits);
        let own = identities(rules);
        let place = |at: usize| {
            let identity = snapshot.correlations.get(at)?;
            own.iter().position(|it| it == identity)
        };
        for (at, state) in snapshot.states.into_iter().enumerate() {
            if let Some(slot) = place(at).and_then(|at| correlator.states.get_mut(at)) {
                *slot = state;
            }
        }
        for (key, mut observation) in snapshot.pending {
            observation.answers = observation
                .answers
                .into_iter()
                .filter_map(|it| Some(Answer { correlation: place(it.correlation)?, ..it }))
                .collect();
            // The same rule may have another index now, or be gone.
            let name = snapshot.rules.get(&observation.rule);
            let rule = (0..rules.rule_count()).find(|it| Some(&name_of(rules, *it)) == name);
            if let Some(rule) = rule {
                let observation = Observation { rule, ..observation };
                correlator.pending_bytes += observation.bytes();
                correlator.pending.insert(key, observation);
            }
        }
        correlator.arrivals = snapshot.arrivals;
        correlator.taken = snapshot.taken;
        correlator.latest = snapshot.latest;
        correlator.losses = snapshot.losses;
        Ok(correlator)
    }
}

/// An event that a rule matched, with what correlations ask of it: made where the event is, taken in
/// elsewhere.
#[derive(Clone, Debug)]
pub struct Sighting(Observation);

impl Sighting {
    /// What correlations ask of the event; `None` when none asks for the rule, or the event has no
    /// group in any.
    #[must_use]
    pub fn of(rules: &RuleSet, rule: usize, event: &AuditEvent<'_>, facts: &Facts) -> Option<Self> {
        let answers = rules.answers(rule, event);
        (!answers.is_empty()).then(|| Self(Observation { rule, answers, facts: facts.clone() }))
    }
}

/// What tells correlations apart over runs.
fn identities(rules: &RuleSet) -> Vec<String> {
    let of = |it: &crate::resolve::Resolved| {
        let own = &it.correlation;
        let name = own.meta.id.as_ref().unwrap_or(&own.meta.title);
        format!("{name}|{:?}|{:?}|{}|{:?}", own.kind, own.rules, own.timespan_s, own.group_by)
    };
    rules.correlations().iter().map(of).collect()
}

/// What tells a rule apart over runs.
fn name_of(rules: &RuleSet, rule: usize) -> String {
    let meta = rules.meta(rule);
    let name = meta.map(|meta| meta.id.as_ref().unwrap_or(&meta.title).to_string());
    name.unwrap_or_default()
}

/// The state of a correlator.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    version: u32,
    correlations: Vec<String>,
    /// Names of the rules of events that wait.
    rules: BTreeMap<usize, String>,
    states: Vec<State>,
    pending: Vec<((i64, u64), Observation)>,
    arrivals: u64,
    taken: i64,
    latest: i64,
    losses: Losses,
}

/// Why a snapshot cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// It is of another version of the program.
    #[error("the snapshot has version {found}, this program reads {wanted}; begin without it")]
    Version {
        /// Of the snapshot.
        found: u32,
        /// Of this program.
        wanted: u32,
    },
    /// It is no snapshot.
    #[error("this is no snapshot of correlations: {reason}; begin without it")]
    Malformed {
        /// In the words of the reader.
        reason: String,
    },
}

impl Snapshot {
    /// As JSON.
    ///
    /// # Errors
    /// [`SnapshotError::Malformed`] never for a snapshot of a correlator.
    pub fn to_json(&self) -> Result<String, SnapshotError> {
        serde_json::to_string(self)
            .map_err(|error| SnapshotError::Malformed { reason: error.to_string() })
    }

    /// From what [`Snapshot::to_json`] wrote.
    ///
    /// # Errors
    /// [`SnapshotError::Malformed`] for anything else.
    pub fn from_json(text: &str) -> Result<Self, SnapshotError> {
        serde_json::from_str(text)
            .map_err(|error| SnapshotError::Malformed { reason: error.to_string() })
    }
}
