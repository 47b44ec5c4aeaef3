//! Extensions: who is registered for what, and the events that they have not fetched yet.

use std::{collections::VecDeque, time::Instant};

use serde_json::{Value, json};

use crate::state::{INIT_LIMIT, ShutdownReason};

/// What an extension can be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ExtensionEvent {
    Invoke { request_id: String, trace: String },
    Shutdown(ShutdownReason),
}

/// One that is registered.
#[derive(Debug)]
pub(crate) struct Extension {
    pub(crate) name: String,
    /// What it identifies itself by.
    pub(crate) identifier: String,
    pub(crate) events: Events,
    /// It waits for the next event.
    pub(crate) is_waiting: bool,
    /// It has reported an error and is not waited for any more.
    pub(crate) failed: Option<String>,
    pending: VecDeque<ExtensionEvent>,
    /// When it was last heard of.
    pub(crate) heard: Instant,
}

/// What it wants to hear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Events {
    pub(crate) invoke: bool,
    pub(crate) shutdown: bool,
}

impl Events {
    /// Reads `{"events": ["INVOKE", "SHUTDOWN"]}`; `None` when it is not that.
    pub(crate) fn parse(body: &[u8]) -> Option<Self> {
        let body: Value = serde_json::from_slice(body).ok()?;
        let mut events = Self::default();
        for name in body.get("events").map_or(Some(&Vec::new()), Value::as_array)? {
            match name.as_str()? {
                "INVOKE" => events.invoke = true,
                "SHUTDOWN" => events.shutdown = true,
                _ => return None,
            }
        }
        Some(events)
    }

    pub(crate) fn names(self) -> Vec<&'static str> {
        [(self.invoke, "INVOKE"), (self.shutdown, "SHUTDOWN")]
            .into_iter()
            .filter_map(|(wanted, name)| wanted.then_some(name))
            .collect()
    }
}

impl Extension {
    pub(crate) fn new(name: &str, identifier: String, events: Events, now: Instant) -> Self {
        Self {
            name: name.to_owned(),
            identifier,
            events,
            is_waiting: false,
            failed: None,
            pending: VecDeque::new(),
            heard: now,
        }
    }

    /// Keeps an event for it, when it wants such.
    pub(crate) fn push(&mut self, event: ExtensionEvent) {
        let wanted = match event {
            ExtensionEvent::Invoke { .. } => self.events.invoke,
            ExtensionEvent::Shutdown(_) => self.events.shutdown,
        };
        if wanted && self.failed.is_none() {
            self.pending.push_back(event);
        }
    }

    pub(crate) fn pop(&mut self, now: Instant) -> Option<ExtensionEvent> {
        self.heard = now;
        let event = self.pending.pop_front();
        self.is_waiting = event.is_none();
        event
    }

    /// Whether the next invocation may begin, as far as this one goes. One that has not been heard
    /// of for as long as Lambda lets it start is not waited for.
    pub(crate) fn is_idle_at(&self, now: Instant) -> bool {
        self.failed.is_some()
            || (self.is_waiting && self.pending.is_empty())
            || now.saturating_duration_since(self.heard) > INIT_LIMIT
    }
}

impl ExtensionEvent {
    /// The body of an answer to `event/next`.
    pub(crate) fn to_json(&self, arn: &str, deadline_ms: u128) -> Value {
        match self {
            Self::Invoke { request_id, trace } => json!({
                "eventType": "INVOKE",
                "deadlineMs": u64::try_from(deadline_ms).unwrap_or(u64::MAX),
                "requestId": request_id,
                "invokedFunctionArn": arn,
                "tracing": { "type": "X-Amzn-Trace-Id", "value": trace },
            }),
            Self::Shutdown(reason) => json!({
                "eventType": "SHUTDOWN",
                "shutdownReason": reason.name(),
                "deadlineMs": u64::try_from(deadline_ms).unwrap_or(u64::MAX),
            }),
        }
    }
}
