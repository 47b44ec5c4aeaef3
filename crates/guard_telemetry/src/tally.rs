//! What is counted: invocations with their times, and what the guard did in them.

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime},
};

use guard_settings::{EventKind, SecurityEvent};
use payload::Class;

use crate::trace::TraceHeader;

/// The function that is watched.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// `$LATEST` or a number.
    pub version: String,
    /// Its region; empty where there is none.
    pub region: String,
}

/// How an invocation ended, as the guard saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Status {
    /// The handler answered.
    #[default]
    Success,
    /// The runtime reported an error.
    Error,
    /// The guard answered in place of the handler.
    Refused,
}

impl Status {
    /// The word in traces.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Error => "error",
            Self::Refused => "refused",
        }
    }
}

/// One invocation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invocation {
    /// Its request id.
    pub request_id: String,
    /// Its trace, where the platform gave one.
    pub trace: Option<TraceHeader>,
    /// When the guard got the event.
    pub started: SystemTime,
    /// From then to the answer.
    pub duration: Duration,
    /// What the guard itself took of that.
    pub guard: Duration,
    /// How long the environment took to start; given for its first invocation.
    pub init: Option<Duration>,
    /// How it ended.
    pub status: Status,
    /// Most memory that the function has had so far, in bytes.
    pub peak_memory: Option<u64>,
}

/// Counts of what the guard did, since they were last taken.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts {
    /// Events refused, by class; `None` for those without one (schema, size).
    pub blocked: BTreeMap<Option<Class>, u64>,
    /// Events that would have been refused, by class.
    pub flagged: BTreeMap<Option<Class>, u64>,
    /// Values masked in logs and answers.
    pub redacted: u64,
    /// Connections denied.
    pub egress_denied: u64,
    /// Callers that called too often.
    pub rate_refused: u64,
    /// Other things that were told: programs started, files read, files left.
    pub behaviour: u64,
    /// Events that passed although a part of them could not be looked at.
    pub uninspected: u64,
    /// Faults of the guard itself.
    pub faults: u64,
    /// Pieces of telemetry that found no room or no taker.
    pub dropped: u64,
}

impl Counts {
    /// Counts one line of the log.
    pub fn add(&mut self, event: &SecurityEvent<'_>) {
        self.add_kind(event.kind, event.class);
    }

    /// Counts an event of this kind and class.
    pub fn add_kind(&mut self, kind: EventKind, class: Option<Class>) {
        match kind {
            EventKind::EventBlocked => *self.blocked.entry(class).or_default() += 1,
            EventKind::EventFlagged => *self.flagged.entry(class).or_default() += 1,
            EventKind::LogRedacted => self.redacted += 1,
            EventKind::EgressDenied => self.egress_denied += 1,
            EventKind::Uninspected => self.uninspected += 1,
            EventKind::Fault => self.faults += 1,
            EventKind::ProcessSpawned
            | EventKind::SensitiveRead
            | EventKind::CodeWritten
            | EventKind::MetadataContacted
            | EventKind::TmpLeft => self.behaviour += 1,
        }
    }

    /// Whether there is nothing to tell.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Names in metrics and their counts, those that are not zero.
    pub(crate) fn named(&self) -> impl Iterator<Item = (&'static str, u64)> {
        [
            ("Blocked", self.blocked.values().sum()),
            ("Flagged", self.flagged.values().sum()),
            ("Redacted", self.redacted),
            ("EgressDenied", self.egress_denied),
            ("RateRefused", self.rate_refused),
            ("BehaviourEvents", self.behaviour),
            ("Uninspected", self.uninspected),
            ("Faults", self.faults),
            ("TelemetryDropped", self.dropped),
        ]
        .into_iter()
        .filter(|(_, count)| *count > 0)
    }
}

/// The name of a class in metrics.
pub(crate) fn class_name(class: Option<Class>) -> &'static str {
    class.map_or("none", Class::name)
}

/// Milliseconds with three digits.
pub(crate) fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1_000_000.0).round() / 1_000.0
}
