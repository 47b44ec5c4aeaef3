//! What Lambda keeps of one execution environment, and what follows from each call. Knows no clock
//! and no socket: the time comes in, and the threads of `server` and `process` wait around it.

use std::{
    collections::VecDeque,
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    extensions::{Extension, ExtensionEvent},
    function::Function,
    identity,
    record::{Outcome, Record},
};

/// How long Lambda waits for extensions and the runtime to come up.
pub(crate) const INIT_LIMIT: Duration = Duration::from_secs(10);

/// Why the environment ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShutdownReason {
    /// There is nothing left to do.
    Spindown,
    /// An invocation took too long.
    Timeout,
    /// The runtime ended by itself.
    Failure,
}

impl ShutdownReason {
    /// The name that extensions get.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Spindown => "spindown",
            Self::Timeout => "timeout",
            Self::Failure => "failure",
        }
    }
}

/// An invocation handed to the runtime and not answered yet.
#[derive(Debug, Clone, Copy)]
struct InFlight {
    record: usize,
    since: Instant,
}

/// What the runtime gets for its `next`.
#[derive(Debug, Clone)]
pub(crate) struct Work {
    pub(crate) record: usize,
    pub(crate) request_id: String,
    pub(crate) event: Arc<[u8]>,
    pub(crate) trace: String,
    pub(crate) client_context: Option<String>,
}

/// The answer to a runtime that asks for work.
#[derive(Debug)]
pub(crate) enum Next {
    Work(Work),
    /// Nothing now.
    Wait,
    /// It may not ask: it has not answered what it holds.
    Refused,
    /// The environment is being closed.
    Closed,
}

/// One execution environment.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) function: Function,
    pub(crate) records: Vec<Record>,
    pub(crate) extensions: Vec<Extension>,
    /// Nothing more is handed out.
    pub(crate) closed: bool,
    /// Connections are not taken any more.
    pub(crate) stopped: bool,
    /// Most memory that the runtime has had, as last measured.
    pub(crate) peak_mib: u64,
    /// Errors that runtimes reported instead of coming up.
    pub(crate) init_errors: Vec<Vec<u8>>,
    /// Client contexts of invocations that have one.
    contexts: Vec<(usize, String)>,
    queue: VecDeque<usize>,
    in_flight: Vec<InFlight>,
    runtime: Runtime,
    /// What the Telemetry API is to tell, oldest first.
    news: Vec<(&'static str, Value)>,
}

/// The runtime as seen through the API.
#[derive(Debug, Default)]
struct Runtime {
    started: Option<Instant>,
    /// It has asked for work since it was started.
    is_up: bool,
    /// How long it took; told with the first invocation after it.
    init: Option<Duration>,
}

impl State {
    pub(crate) fn new(function: Function) -> Self {
        Self {
            function,
            records: Vec::new(),
            extensions: Vec::new(),
            closed: false,
            stopped: false,
            peak_mib: 0,
            init_errors: Vec::new(),
            contexts: Vec::new(),
            queue: VecDeque::new(),
            in_flight: Vec::new(),
            runtime: Runtime::default(),
            news: Vec::new(),
        }
    }

    /// Takes what the Telemetry API has to tell.
    pub(crate) fn take_news(&mut self) -> Vec<(&'static str, Value)> {
        std::mem::take(&mut self.news)
    }

    pub(crate) fn has_news(&self) -> bool {
        !self.news.is_empty()
    }

    pub(crate) fn tell(&mut self, kind: &'static str, record: Value) {
        self.news.push((kind, record));
    }

    /// Asks for an invocation; returns the number of its record.
    pub(crate) fn invoke(
        &mut self,
        event: Arc<[u8]>,
        trace: Option<String>,
        client_context: Option<String>,
    ) -> usize {
        let number = self.records.len();
        self.records.push(Record {
            request_id: identity::request_id(),
            event,
            deliveries: 0,
            late_answers: 0,
            outcome: self.closed.then_some(Outcome::Closed),
            duration: Duration::ZERO,
            trace: trace.unwrap_or_else(identity::trace_header),
        });
        if !self.closed {
            self.queue.push_back(number);
        }
        self.contexts.extend(client_context.map(|context| (number, context)));
        number
    }

    /// A process of the runtime was started.
    pub(crate) fn runtime_started(&mut self, now: Instant) {
        self.runtime = Runtime { started: Some(now), ..Runtime::default() };
        let function = self.function.name.clone();
        self.tell(
            "platform.initStart",
            json!({ "initializationType": "on-demand", "phase": "init", "functionName": function,
                "functionVersion": "$LATEST", "runtimeVersion": "local" }),
        );
    }

    /// The runtime asks for work.
    pub(crate) fn next(&mut self, now: Instant) -> Next {
        if self.closed {
            return Next::Closed;
        }
        if !self.runtime.is_up {
            self.runtime_is_up(now);
        }
        let limit = usize::try_from(self.function.concurrency.max(1)).unwrap_or(usize::MAX);
        if self.in_flight.len() >= limit {
            // With one at a time, who asks again without an answer has lost count.
            return if limit == 1 { Next::Refused } else { Next::Wait };
        }
        // All begin together: an extension that still works on the last event is waited for.
        if self.in_flight.is_empty() && !self.extensions.iter().all(|one| one.is_idle_at(now)) {
            return Next::Wait;
        }
        let Some(work) = self.queue.front().copied().and_then(|number| self.work(number)) else {
            return Next::Wait;
        };
        self.queue.pop_front();
        self.dispatch(&work, now);
        Next::Work(work)
    }

    fn runtime_is_up(&mut self, now: Instant) {
        self.runtime.is_up = true;
        let init = self.runtime.started.map(|since| now.saturating_duration_since(since));
        self.runtime.init = init;
        let milliseconds = milliseconds(init.unwrap_or_default());
        self.tell(
            "platform.initRuntimeDone",
            json!({ "initializationType": "on-demand", "phase": "init", "status": "success" }),
        );
        self.tell(
            "platform.initReport",
            json!({ "initializationType": "on-demand", "phase": "init", "status": "success",
                "metrics": { "durationMs": milliseconds } }),
        );
    }

    fn work(&self, number: usize) -> Option<Work> {
        let record = self.records.get(number)?;
        let context = self.contexts.iter().find(|(of, _)| *of == number);
        Some(Work {
            record: number,
            request_id: record.request_id.clone(),
            event: Arc::clone(&record.event),
            trace: record.trace.clone(),
            client_context: context.map(|(_, context)| context.clone()),
        })
    }

    fn dispatch(&mut self, work: &Work, now: Instant) {
        self.in_flight.push(InFlight { record: work.record, since: now });
        if let Some(record) = self.records.get_mut(work.record) {
            record.deliveries += 1;
        }
        for extension in &mut self.extensions {
            extension.push(ExtensionEvent::Invoke {
                request_id: work.request_id.clone(),
                trace: work.trace.clone(),
            });
        }
        self.tell(
            "platform.start",
            json!({ "requestId": work.request_id, "version": "$LATEST",
                "tracing": tracing(&work.trace) }),
        );
    }

    /// The runtime went away before it had read what it was handed: the next one gets it.
    pub(crate) fn hand_back(&mut self, number: usize) {
        let before = self.in_flight.len();
        self.in_flight.retain(|one| one.record != number);
        if self.in_flight.len() == before {
            return;
        }
        if let Some(record) = self.records.get_mut(number) {
            record.deliveries = record.deliveries.saturating_sub(1);
        }
        self.queue.push_front(number);
    }

    /// The number of the invocation in flight with this id.
    pub(crate) fn in_flight(&self, request_id: &str) -> Option<usize> {
        self.in_flight.iter().map(|one| one.record).find(|number| {
            self.records.get(*number).is_some_and(|record| record.request_id == request_id)
        })
    }

    /// Ends an invocation. `false` when it is not in flight: its answer came too late, or twice.
    pub(crate) fn finish(&mut self, request_id: &str, outcome: Outcome, now: Instant) -> bool {
        let Some(number) = self.in_flight(request_id) else {
            let known = self.records.iter_mut().find(|record| record.request_id == request_id);
            if let Some(record) = known {
                record.late_answers += 1;
            }
            return false;
        };
        self.end(number, outcome, now);
        true
    }

    fn end(&mut self, number: usize, outcome: Outcome, now: Instant) {
        let since = self.in_flight.iter().find(|one| one.record == number).map(|one| one.since);
        self.in_flight.retain(|one| one.record != number);
        self.queue.retain(|waiting| *waiting != number);
        let Some(record) = self.records.get_mut(number) else { return };
        if record.outcome.is_some() {
            return;
        }
        record.duration = since.map_or(Duration::ZERO, |at| now.saturating_duration_since(at));
        record.outcome = Some(outcome);
        self.report(number);
    }

    /// `platform.runtimeDone` and `platform.report`.
    fn report(&mut self, number: usize) {
        let Some(record) = self.records.get(number) else { return };
        let (id, trace) = (record.request_id.clone(), tracing(&record.trace));
        let status = match &record.outcome {
            Some(Outcome::Response(response)) if response.failure.is_none() => "success",
            Some(Outcome::Timeout) => "timeout",
            Some(Outcome::Exit { .. }) => "failure",
            _ => "error",
        };
        let duration = milliseconds(record.duration);
        let produced = match &record.outcome {
            Some(Outcome::Response(response)) => response.body.len(),
            _ => 0,
        };
        let done = json!({ "requestId": id, "status": status, "tracing": trace,
            "metrics": { "durationMs": duration, "producedBytes": produced } });
        let peak = self.peak_mib;
        let metrics = match self.runtime.init.take() {
            Some(init) => json!({ "durationMs": duration, "billedDurationMs": duration.ceil(),
                "memorySizeMB": self.function.memory_mib, "maxMemoryUsedMB": peak,
                "initDurationMs": milliseconds(init) }),
            None => json!({ "durationMs": duration, "billedDurationMs": duration.ceil(),
                "memorySizeMB": self.function.memory_mib, "maxMemoryUsedMB": peak }),
        };
        let report = json!({ "requestId": id, "status": status, "tracing": trace,
            "metrics": metrics });
        self.tell("platform.runtimeDone", done);
        self.tell("platform.report", report);
    }

    /// Gives up what has taken too long; `true` when there was any.
    pub(crate) fn give_up(&mut self, now: Instant) -> bool {
        let limit = self.function.timeout;
        let late: Vec<usize> = self
            .in_flight
            .iter()
            .filter(|one| now.saturating_duration_since(one.since) >= limit)
            .map(|one| one.record)
            .collect();
        for number in &late {
            self.end(*number, Outcome::Timeout, now);
        }
        !late.is_empty()
    }

    /// When the next invocation in flight has had its time.
    pub(crate) fn next_deadline(&self) -> Option<Instant> {
        self.in_flight.iter().map(|one| one.since + self.function.timeout).min()
    }

    /// The process of the runtime ended. What it held fails; when it never asked for work, so does
    /// the invocation that it was started for.
    pub(crate) fn runtime_ended(&mut self, status: &str, now: Instant) {
        let exit = || Outcome::Exit { status: status.to_owned() };
        let mut lost: Vec<usize> = self.in_flight.iter().map(|one| one.record).collect();
        if !self.runtime.is_up {
            lost.extend(self.queue.front());
        }
        for number in lost {
            self.end(number, exit(), now);
        }
        self.runtime = Runtime::default();
    }

    /// Whether there is an invocation that nobody works on.
    pub(crate) fn has_work(&self) -> bool {
        !self.queue.is_empty()
    }

    /// Whether the first invocation was handed out: nobody registers any more.
    pub(crate) fn init_is_over(&self) -> bool {
        self.records.iter().any(|record| record.deliveries > 0)
    }

    /// Whether the runtime has asked for work since it was started.
    pub(crate) fn is_up(&self) -> bool {
        self.runtime.is_up
    }

    /// Nothing more is handed out; what is open ends as closed.
    pub(crate) fn close(&mut self, now: Instant) {
        self.closed = true;
        let open: Vec<usize> =
            self.in_flight.iter().map(|one| one.record).chain(self.queue.iter().copied()).collect();
        for number in open {
            self.end(number, Outcome::Closed, now);
        }
    }
}

fn tracing(header: &str) -> Value {
    json!({ "type": "X-Amzn-Trace-Id", "value": header })
}

/// Milliseconds with three digits, as Lambda reports them.
pub(crate) fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1_000_000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::{Next, State};
    use crate::{
        function::Function,
        record::{Outcome, Response},
    };
    use std::time::{Duration, Instant};

    fn state(concurrency: u32) -> State {
        State::new(Function { concurrency, ..Function::default() })
    }

    fn answer() -> Outcome {
        Outcome::Response(Response {
            body: b"1".to_vec(),
            content_type: None,
            streamed: false,
            failure: None,
        })
    }

    fn id_of(next: Next) -> String {
        match next {
            Next::Work(work) => work.request_id,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn each_invocation_is_handed_out_once_and_answered_once() {
        let (mut state, now) = (state(1), Instant::now());
        let first = state.invoke((*b"1").into(), None, None);
        state.invoke((*b"2").into(), None, None);
        let id = id_of(state.next(now));
        assert_eq!(state.records[first].request_id, id);
        assert!(matches!(state.next(now), Next::Refused), "it holds one already");
        assert!(state.finish(&id, answer(), now));
        assert!(!state.finish(&id, answer(), now), "answered twice");
        assert_eq!(state.records[first].late_answers, 1);
        assert_ne!(id_of(state.next(now)), id);
        assert!(matches!(state.records[first].outcome, Some(Outcome::Response(_))));
    }

    #[test]
    fn what_nobody_read_goes_to_the_next_runtime_and_counts_once() {
        let (mut state, now) = (state(1), Instant::now());
        let number = state.invoke((*b"1").into(), None, None);
        let _ = state.next(now);
        state.hand_back(number);
        let id = id_of(state.next(now));
        assert!(state.finish(&id, answer(), now));
        assert_eq!(state.records[number].deliveries, 1);
    }

    #[test]
    fn many_are_in_flight_where_the_function_allows_it() {
        let (mut state, now) = (state(3), Instant::now());
        for _ in 0..5 {
            state.invoke((*b"1").into(), None, None);
        }
        let ids: Vec<String> = (0..3).map(|_| id_of(state.next(now))).collect();
        assert!(matches!(state.next(now), Next::Wait));
        assert!(state.finish(&ids[1], answer(), now));
        assert!(matches!(state.next(now), Next::Work(_)));
    }

    #[test]
    fn a_late_one_is_given_up_and_its_answer_comes_too_late() {
        let (mut state, now) = (state(1), Instant::now());
        let number = state.invoke((*b"1").into(), None, None);
        let id = id_of(state.next(now));
        let later = now + Duration::from_secs(31);
        assert!(!state.give_up(now));
        assert!(state.give_up(later));
        assert_eq!(state.records[number].outcome, Some(Outcome::Timeout));
        assert!(!state.finish(&id, answer(), later));
    }

    #[test]
    fn a_runtime_that_ends_takes_with_it_what_it_held() {
        let (mut state, now) = (state(1), Instant::now());
        let first = state.invoke((*b"1").into(), None, None);
        let second = state.invoke((*b"2").into(), None, None);
        state.runtime_started(now);
        let _ = state.next(now);
        state.runtime_ended("exit status: 1", now);
        assert!(matches!(state.records[first].outcome, Some(Outcome::Exit { .. })));
        assert_eq!(state.records[second].outcome, None);
        // The next one never comes up: the invocation that it was started for fails.
        state.runtime_started(now);
        state.runtime_ended("exit status: 1", now);
        assert!(matches!(state.records[second].outcome, Some(Outcome::Exit { .. })));
        assert!(!state.has_work());
    }
}
