//! The invocations that the runtime works on.

use std::collections::HashMap;
use std::time::{Duration, Instant, SystemTime};

use guard_inspect::{Refused, Trigger};
use guard_logs::Invocation;

/// An invocation from its event to its answer.
#[derive(Debug)]
pub(crate) struct Flight {
    pub(crate) trigger: Trigger,
    /// Records that the handler did not see.
    pub(crate) refused: Vec<Refused>,
    pub(crate) trace: Option<String>,
    pub(crate) started: SystemTime,
    pub(crate) since: Instant,
    /// What the guard itself took of the time.
    pub(crate) guard: Duration,
    pub(crate) is_first: bool,
    /// What is learned from once the answer is out.
    pub(crate) sample: Option<Vec<u8>>,
}

/// All that are in flight. Bounded: a runtime that takes events and never answers is no reason to
/// grow.
#[derive(Debug, Default)]
pub(crate) struct Flights {
    by_id: HashMap<String, Flight>,
}

/// A runtime with more in flight has lost them.
const MOST: usize = 10_000;

impl Flights {
    pub(crate) fn begin(&mut self, request_id: &str, flight: Flight) {
        if self.by_id.len() >= MOST {
            let oldest = self.by_id.iter().min_by_key(|(_, flight)| flight.since);
            if let Some(id) = oldest.map(|(id, _)| id.clone()) {
                self.by_id.remove(&id);
            }
        }
        self.by_id.insert(request_id.to_owned(), flight);
    }

    pub(crate) fn get(&self, request_id: &str) -> Option<&Flight> {
        self.by_id.get(request_id)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    pub(crate) fn end(&mut self, request_id: &str) -> Option<Flight> {
        self.by_id.remove(request_id)
    }

    /// What a line of the log belongs to: the invocation in flight, where there is exactly one.
    pub(crate) fn invocation(&self, now: Instant) -> Invocation<'_> {
        let mut all = self.by_id.iter();
        match (all.next(), all.next()) {
            (Some((id, flight)), None) => Invocation {
                request_id: Some(id),
                trace_id: flight.trace.as_deref(),
                cold_start: flight.is_first,
                elapsed: Some(now.saturating_duration_since(flight.since)),
            },
            _ => Invocation::default(),
        }
    }
}
