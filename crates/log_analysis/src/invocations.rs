//! What becomes of each invocation, put together from its lines in whatever order they come.

use std::collections::{HashMap, VecDeque};

use lambda_log::{ErrorFact, Report, Status};

/// Invocations that are remembered, and streams.
const MOST: usize = 16_384;

/// Bytes of an id and of the name of a stream; those of Lambda have fewer than 200.
const MOST_BYTES: usize = 256;

/// Part of its memory from which on a function that was killed was out of memory.
const FULL: f64 = 0.97;

/// Kinds of errors that say that there is no memory.
const OUT_OF_MEMORY: [&str; 6] = [
    "OutOfMemory",
    "MemoryError",
    "heap out of memory",
    "NoMemoryError",
    "MemoryLimitExceeded",
    "cannot allocate memory",
];

/// What is to be counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Judged {
    /// It failed.
    pub is_error: bool,
    /// Its time was over.
    pub is_timeout: bool,
    /// It ran out of memory.
    pub is_out_of_memory: bool,
}

impl Judged {
    fn and(self, other: Self) -> Self {
        Self {
            is_error: self.is_error || other.is_error,
            is_timeout: self.is_timeout || other.is_timeout,
            is_out_of_memory: self.is_out_of_memory || other.is_out_of_memory,
        }
    }
}

impl Running {
    /// What is to be counted now.
    fn count(&mut self) -> Judged {
        let (all, before) = (self.judged, self.counted);
        self.counted = all;
        Judged {
            is_error: all.is_error && !before.is_error,
            is_timeout: all.is_timeout && !before.is_timeout,
            is_out_of_memory: all.is_out_of_memory && !before.is_out_of_memory,
        }
    }
}

#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
struct Running {
    judged: Judged,
    /// What of it was counted already.
    counted: Judged,
    was_killed: bool,
    is_reported: bool,
    is_full: bool,
    /// The report says that it had an answer: whatever its lines say.
    is_success: bool,
}

/// The invocations of one file, of which the last 16,384 are remembered.
#[derive(Debug, Default)]
pub struct Invocations {
    known: HashMap<String, Running>,
    /// Ids in the order in which they came, for forgetting.
    order: VecDeque<String>,
    /// The invocation that each stream is in.
    current: HashMap<String, String>,
    /// Invocations that began, and were forgotten without a report.
    unfinished: u64,
}

impl Invocations {
    /// An invocation begins.
    pub fn start(&mut self, id: &str, stream: &str) {
        let (id, stream) = (short(id), short(stream));
        self.enter(id);
        if self.current.len() >= MOST && !self.current.contains_key(stream) {
            self.current.clear();
        }
        self.current.insert(stream.to_owned(), id.to_owned());
    }

    /// A line tells of an error; what is to be counted now, because the report came before.
    pub fn error(&mut self, id: Option<&str>, stream: &str, error: &ErrorFact<'_>) -> Judged {
        let kind = error.kind.as_deref().unwrap_or_default();
        let is_timeout = kind == "Task timed out";
        let was_killed = kind == "signal: killed";
        let is_out_of_memory = is_out_of_memory(kind) && (error.is_unhandled || was_killed);
        if !(error.is_unhandled || is_out_of_memory) {
            return Judged::default();
        }
        let of_stream = || self.current.get(short(stream)).cloned();
        let id = id.map(|id| short(id).to_owned()).or_else(of_stream);
        let Some(id) = id else { return Judged::default() };
        // Of an export of errors alone, neither start nor report is known.
        let is_alone = !self.known.contains_key(&id);
        let running = self.enter(&id);
        if running.is_success {
            return Judged::default();
        }
        running.was_killed |= was_killed;
        running.judged = running.judged.and(Judged {
            is_error: true,
            is_timeout,
            is_out_of_memory: is_out_of_memory
                || was_killed && running.is_reported && running.is_full,
        });
        if running.is_reported || is_alone { running.count() } else { Judged::default() }
    }

    /// An invocation has ended; what is to be counted of it.
    pub fn report(&mut self, report: &Report<'_>, stream: &str) -> Judged {
        let (id, stream) = (short(&report.request_id), short(stream));
        if self.current.len() < MOST {
            self.current.entry(stream.to_owned()).or_insert_with(|| id.to_owned());
        }
        let running = self.enter(id);
        let is_failed = matches!(report.status, Some(Status::Error | Status::Timeout));
        let used = report.max_memory_mib.zip(report.memory_mib);
        running.is_full = used.is_some_and(|(used, size)| used >= size * FULL);
        let kind = report.error_type.as_deref().unwrap_or_default();
        let was_killed = running.was_killed && !running.is_reported || kind == "Runtime.ExitError";
        if running.is_reported {
            // An asynchronous invocation is tried again with the same id: each try is judged alone.
            running.judged = Judged::default();
            running.counted = Judged::default();
        }
        // Only the JSON format says so: an error that was logged was caught.
        running.is_success = report.status == Some(Status::Success);
        if running.is_success {
            running.judged = running.counted;
        }
        running.judged = running.judged.and(Judged {
            is_error: is_failed,
            is_timeout: report.status == Some(Status::Timeout),
            is_out_of_memory: is_out_of_memory(kind) || was_killed && running.is_full,
        });
        running.is_reported = true;
        running.was_killed = false;
        running.count()
    }

    /// Invocations without a report: the log ends before, or they still run.
    #[must_use]
    pub fn unfinished(&self) -> u64 {
        let open = self.known.values().filter(|it| !it.is_reported).count() as u64;
        self.unfinished + open
    }

    fn enter(&mut self, id: &str) -> &mut Running {
        if !self.known.contains_key(id) {
            if self.known.len() >= MOST
                && let Some(oldest) = self.order.pop_front()
                && let Some(running) = self.known.remove(&oldest)
            {
                self.unfinished += u64::from(!running.is_reported);
            }
            self.order.push_back(id.to_owned());
        }
        self.known.entry(id.to_owned()).or_default()
    }
}

/// As much of an id or a stream as is kept.
fn short(text: &str) -> &str {
    text.get(..text.floor_char_boundary(MOST_BYTES)).unwrap_or(text)
}

fn is_out_of_memory(kind: &str) -> bool {
    OUT_OF_MEMORY.iter().any(|words| kind.contains(words))
}

#[cfg(test)]
mod tests {
    use lambda_log::{ErrorFact, Report, Status};

    use super::{Invocations, Judged};

    fn error(kind: &'static str) -> ErrorFact<'static> {
        ErrorFact { kind: Some(kind.into()), is_unhandled: true, ..ErrorFact::default() }
    }

    fn report(used: f64, status: Option<Status>) -> Report<'static> {
        Report {
            request_id: "r-1".into(),
            memory_mib: Some(128.0),
            max_memory_mib: Some(used),
            status,
            ..Report::default()
        }
    }

    #[test]
    fn a_failure_counts_once_whether_it_is_told_before_or_behind_the_report() {
        let failed = Judged { is_error: true, ..Judged::default() };
        let timed_out = Judged { is_timeout: true, ..failed };
        let full = Judged { is_out_of_memory: true, ..failed };

        let mut before = Invocations::default();
        before.start("r-1", "s");
        assert_eq!(before.error(None, "s", &error("Task timed out")), Judged::default());
        assert_eq!(before.report(&report(40.0, None), "s"), timed_out);
        assert_eq!(before.error(Some("r-1"), "s", &error("Task timed out")), Judged::default());

        let mut behind = Invocations::default();
        assert_eq!(behind.report(&report(128.0, None), "s"), Judged::default());
        assert_eq!(behind.error(Some("r-1"), "s", &error("signal: killed")), full);

        let mut json = Invocations::default();
        json.start("r-1", "s");
        assert_eq!(json.unfinished(), 1);
        assert_eq!(json.report(&report(40.0, Some(Status::Timeout)), "s"), timed_out);
        assert_eq!(json.unfinished(), 0);
        // Tried again, with an answer; what was logged was caught.
        json.error(Some("r-1"), "s", &error("KeyError"));
        assert_eq!(json.report(&report(40.0, Some(Status::Success)), "s"), Judged::default());
    }

    #[test]
    fn of_long_ids_little_is_kept() {
        let mut all = Invocations::default();
        let (id, stream) = ("é".repeat(100_000), "s".repeat(200_000));
        all.start(&id, &stream);
        assert_eq!(all.error(None, &stream, &error("Task timed out")), Judged::default());
        let report = Report { request_id: id.as_str().into(), ..report(40.0, None) };
        assert!(all.report(&report, &stream).is_timeout);
        let kept = all.known.keys().chain(&all.order).chain(all.current.keys());
        assert!(kept.chain(all.current.values()).all(|it| it.len() <= super::MOST_BYTES));
    }
}
