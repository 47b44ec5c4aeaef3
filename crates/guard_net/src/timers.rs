//! What is to happen later.

use std::collections::BTreeMap;
use std::time::Instant;

use crate::net::Token;

/// A timer that was set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimerId {
    at: Instant,
    number: u64,
}

/// Timers by the time at which they go off. A cancelled one leaves nothing behind.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    set: BTreeMap<TimerId, Token>,
    next: u64,
}

impl Timers {
    pub(crate) fn set(&mut self, at: Instant, token: Token) -> TimerId {
        let id = TimerId { at, number: self.next };
        self.next += 1;
        self.set.insert(id, token);
        id
    }

    pub(crate) fn cancel(&mut self, id: TimerId) {
        self.set.remove(&id);
    }

    /// When the next one goes off.
    pub(crate) fn next_at(&self) -> Option<Instant> {
        self.set.first_key_value().map(|(id, _)| id.at)
    }

    /// The first that went off by `now`; it is gone then.
    pub(crate) fn pop_due(&mut self, now: Instant) -> Option<(TimerId, Token)> {
        let entry = self.set.first_entry().filter(|entry| entry.key().at <= now)?;
        Some(entry.remove_entry())
    }
}
