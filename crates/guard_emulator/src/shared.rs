//! The state of the environment behind its lock, and those who are told when it changes.

use std::{
    fmt::{self, Write as _},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use serde_json::Value;

use crate::{process::Running, state::State, telemetry_api::Bus};

/// Where a line of output comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Standard output of the runtime.
    Stdout,
    /// Standard error of the runtime.
    Stderr,
    /// An extension.
    Extension,
    /// The platform: `START`, `END`, `REPORT`, faults of the environment.
    Platform,
}

/// Gets each line that the function, its extensions and the platform write, without its end.
pub type Sink = Arc<dyn Fn(Source, &[u8]) + Send + Sync>;

/// What all threads of an emulator share.
pub(crate) struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    pub(crate) bus: Bus,
    pub(crate) running: Running,
    sink: Sink,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("state", &self.state).finish_non_exhaustive()
    }
}

impl Shared {
    pub(crate) fn new(state: State, sink: Sink) -> Self {
        Self {
            state: Mutex::new(state),
            changed: Condvar::new(),
            bus: Bus::default(),
            running: Running::default(),
            sink,
        }
    }

    /// The state, to look at.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        // A thread that panicked left a state that is still whole: each change is one assignment.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state, and tells everybody who waits or listens.
    pub(crate) fn update<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.state();
        let result = change(&mut state);
        self.spread(&mut state);
        result
    }

    /// Tries `change` until it gives something, whenever the state changes and at least as often as
    /// `pulse` says. `is_gone` ends the wait with `None`.
    pub(crate) fn wait_for<T>(
        &self,
        pulse: Duration,
        mut is_gone: impl FnMut() -> bool,
        mut change: impl FnMut(&mut State) -> Option<T>,
    ) -> Option<T> {
        let mut state = self.state();
        loop {
            if is_gone() {
                return None;
            }
            let result = change(&mut state);
            // What it found out on the way (the runtime is up) is news to others, too.
            if result.is_some() || state.has_news() {
                self.spread(&mut state);
            }
            if result.is_some() {
                return result;
            }
            state = self
                .changed
                .wait_timeout(state, pulse)
                .map_or_else(|poisoned| poisoned.into_inner().0, |(state, _)| state);
        }
    }

    fn spread(&self, state: &mut State) {
        for (kind, record) in state.take_news() {
            self.write_platform_lines(kind, &record);
            self.bus.tell(kind, &record);
        }
        self.changed.notify_all();
    }

    /// `START`, `END` and `REPORT` as they stand in the log of a function.
    fn write_platform_lines(&self, kind: &str, record: &Value) {
        let id = record.get("requestId").and_then(Value::as_str).unwrap_or_default();
        let metric =
            |name: &str| record.pointer(&format!("/metrics/{name}")).and_then(Value::as_f64);
        match kind {
            "platform.start" => self.say(&format!("START RequestId: {id} Version: $LATEST")),
            "platform.report" => {
                self.say(&format!("END RequestId: {id}"));
                let mut line = format!(
                    "REPORT RequestId: {id}\tDuration: {:.2} ms\tBilled Duration: {:.0} ms\t\
                     Memory Size: {:.0} MB\tMax Memory Used: {:.0} MB",
                    metric("durationMs").unwrap_or_default(),
                    metric("billedDurationMs").unwrap_or_default(),
                    metric("memorySizeMB").unwrap_or_default(),
                    metric("maxMemoryUsedMB").unwrap_or_default(),
                );
                // Writing to a text cannot fail.
                if let Some(init) = metric("initDurationMs") {
                    let _ = write!(line, "\tInit Duration: {init:.2} ms");
                }
                match record.get("status").and_then(Value::as_str) {
                    Some("success") | None => {}
                    Some(status) => {
                        let _ = write!(line, "\tStatus: {status}");
                    }
                }
                self.say(&line);
            }
            _ => {}
        }
    }

    /// A line of the platform.
    pub(crate) fn say(&self, line: &str) {
        (self.sink)(Source::Platform, line.as_bytes());
    }

    /// A line of the function or an extension, for the log and for who listens.
    pub(crate) fn log(&self, source: Source, line: &[u8]) {
        (self.sink)(source, line);
        let kind = if source == Source::Extension { "extension" } else { "function" };
        self.bus.tell(kind, &Value::String(String::from_utf8_lossy(line).into_owned()));
    }

    /// Ends an invocation; `false` when it was not in flight.
    pub(crate) fn finish(&self, request_id: &str, outcome: crate::Outcome) -> bool {
        let now = Instant::now();
        let peak = self.running.peak_mib();
        self.update(|state| {
            state.peak_mib = peak;
            state.finish(request_id, outcome, now)
        })
    }
}

/// Milliseconds since 1970, `after` from now.
pub(crate) fn wall_clock_ms(after: Duration) -> u128 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    (now + after).as_millis()
}
