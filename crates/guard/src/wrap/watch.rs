//! What the guard does with each event and each answer.

use std::borrow::Cow;
use std::net::{IpAddr, SocketAddr};
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant, SystemTime};

use guard_inspect::{
    Answer, Decision, Inspector, InspectorError, Judgement, Response, Scratch, Trigger,
};
use guard_learn::Learner;
use guard_logs::{Masker, redacted_line};
use guard_proxy::{Ending, Event, Refusal, Rewrite, Verdict, Watch};
use guard_rate::{Callers, Decision as RateDecision, network_of};
use guard_sandbox::Incident;
use guard_settings::{EventKind, Mode, OnFault, RateKey, SecurityEvent, Settings};
use guard_telemetry::{Invocation, Recorder, Status, TraceHeader};

use super::confine::Watched;
use super::flights::{Flight, Flights};
use super::logs::{Logs, owns_log};

/// What is built while the runtime starts.
#[derive(Debug)]
pub(crate) enum Built {
    /// Comes first: the log waits for it.
    Masker(Box<Masker>),
    /// The first event waits for it.
    Inspector(Box<Result<Inspector, InspectorError>>),
}

/// Looks at events and answers by the settings.
#[derive(Debug)]
pub(crate) struct Guarding {
    pub(crate) settings: Settings,
    pub(crate) function: String,
    pub(crate) logs: Logs,
    pub(crate) flights: Flights,
    /// The sandbox of the runtime, once it runs.
    pub(crate) confined: Option<Watched>,
    built: Receiver<Built>,
    inspector: Option<Inspector>,
    scratch: Scratch,
    callers: Option<Callers>,
    recorder: Option<Recorder>,
    /// Learns the shape of what passes, where the settings want it.
    learning: Option<Learning>,
    /// Kept, because it ends when it is dropped.
    secrets: Option<guard_secrets::Handle>,
    started: Instant,
    is_first: bool,
}

/// Headers of the platform's answer that the log and traces tell.
const TRACE: &str = "lambda-runtime-trace-id";
/// Bytes that an event may have beyond the limit of the settings and still be held, to be answered
/// in the form of its trigger.
const SLACK: u64 = 1_048_576;
/// What Lambda itself allows.
const LARGEST_EVENT: u64 = 6_291_456;

/// Bytes of an event that is kept until its answer is out, to be learned from.
const LARGEST_SAMPLE: usize = 256 << 10;
/// What was learned is told at least so often, since an environment may end without a word.
const SELDOM: Duration = Duration::from_mins(5);

/// What is learned, and when it was told.
#[derive(Debug)]
struct Learning {
    learner: Learner,
    told: Instant,
    /// The last invocation that was learned from.
    last: String,
}

impl Default for Learning {
    fn default() -> Self {
        Self { learner: Learner::new(), told: Instant::now(), last: String::new() }
    }
}

/// A copy of what passes, where it is to be learned from.
fn sample(learning: &mut Option<Learning>, body: &[u8]) -> Option<Vec<u8>> {
    let is_taken = learning.as_mut()?.learner.takes() && body.len() <= LARGEST_SAMPLE;
    is_taken.then(|| body.to_vec())
}

impl Guarding {
    pub(crate) fn new(
        settings: Settings,
        function: String,
        built: Receiver<Built>,
        started: Instant,
    ) -> Self {
        let learning = settings.validate.learn.then(Learning::default);
        Self {
            settings,
            function,
            learning,
            logs: Logs::default(),
            flights: Flights::default(),
            confined: None,
            built,
            inspector: None,
            scratch: Scratch::default(),
            callers: None,
            recorder: None,
            secrets: None,
            started,
            is_first: true,
        }
    }

    pub(crate) fn set_callers(&mut self, callers: Callers) {
        self.callers = Some(callers);
    }

    pub(crate) fn set_secrets(&mut self, secrets: guard_secrets::Handle) {
        self.secrets = Some(secrets);
    }

    pub(crate) fn set_recorder(&mut self, recorder: Recorder) {
        self.recorder = Some(recorder);
    }

    /// Takes what another thread has built by now.
    pub(crate) fn take_built(&mut self) {
        while let Ok(built) = self.built.try_recv() {
            self.take(built);
        }
    }

    fn take(&mut self, built: Built) {
        match built {
            Built::Masker(masker) => {
                self.logs.set_masker(*masker);
                self.drain();
            }
            Built::Inspector(built) => match *built {
                Ok(inspector) => self.inspector = Some(inspector),
                Err(error) => self.fault(None, &error.to_string()),
            },
        }
    }

    /// Waits for the inspector where it is still being built.
    fn wait_for_inspector(&mut self) {
        while self.inspector.is_none() {
            match self.built.recv() {
                Ok(built) => self.take(built),
                Err(_) => return,
            }
        }
    }

    /// Waits for the masker where lines wait for it.
    pub(crate) fn wait_for_masker(&mut self) {
        while self.logs.wants_masker() {
            match self.built.recv() {
                Ok(built) => self.take(built),
                Err(_) => return,
            }
        }
    }

    /// Moves what the function has written by now into the log.
    pub(crate) fn drain(&mut self) {
        let now = Instant::now();
        self.logs.drain(&self.flights.invocation(now));
        if let Some(detail) = self.logs.take_fault() {
            self.fault(None, &detail);
        }
    }

    /// Tells something in the log and counts it.
    pub(crate) fn tell(&mut self, event: &SecurityEvent<'_>) {
        self.logs.tell(&event.to_line());
        if let Some(recorder) = &mut self.recorder {
            recorder.event(event);
        }
    }

    /// Tells what the sandbox saw.
    pub(crate) fn tell_incidents(&mut self) {
        let incidents = self.confined.as_ref().map(Watched::incidents).unwrap_or_default();
        self.tell_all(&incidents);
    }

    /// Tells what an invocation left, once none is in flight.
    fn sweep(&mut self) {
        self.tell_incidents();
        if self.flights.is_empty() {
            let incidents = self.confined.as_mut().map(Watched::sweep).unwrap_or_default();
            self.tell_all(&incidents);
        }
    }

    /// Tells which secrets could not be fetched at the start.
    fn tell_secrets(&mut self) {
        let faults = self.secrets.as_ref().map(guard_secrets::Handle::take_faults);
        for fault in faults.unwrap_or_default() {
            self.fault(None, &fault);
        }
    }

    fn tell_all(&mut self, incidents: &[Incident]) {
        if incidents.is_empty() {
            return;
        }
        let function = self.function.clone();
        let invocation = self.flights.invocation(Instant::now()).request_id;
        // What comes between two invocations comes from the one before.
        let last = || self.confined.as_ref().filter(|_| self.flights.is_empty())?.last();
        let request_id = invocation.or_else(last).map(str::to_owned);
        for incident in incidents {
            self.tell(&SecurityEvent {
                request_id: request_id.as_deref(),
                ..incident.event(&function, self.settings.mode)
            });
        }
    }

    /// Learns from an event that was answered.
    fn learn(&mut self, request_id: &str, body: &[u8]) {
        let (Some(learning), Some(inspector)) = (&mut self.learning, &self.inspector) else {
            return;
        };
        inspector.learn(&mut self.scratch, body, &mut learning.learner);
        learning.last.clear();
        learning.last.push_str(request_id);
        if learning.learner.is_due() || learning.told.elapsed() >= SELDOM {
            self.tell_learned();
        }
    }

    fn tell_learned(&mut self) {
        let Some(learning) = &mut self.learning else { return };
        learning.told = Instant::now();
        for learned in learning.learner.take(&self.function) {
            self.logs.tell(&learned.to_line(Some(&learning.last)));
        }
    }

    /// The end: everything is handed on, within `limit`.
    pub(crate) fn close(&mut self, limit: Duration) {
        self.tell_secrets();
        self.tell_learned();
        if let Some(recorder) = &mut self.recorder {
            let mut lines = Vec::new();
            recorder.close(SystemTime::now(), limit, &mut lines);
            self.logs.tell(&String::from_utf8_lossy(&lines));
        }
    }

    fn tell_hits(&mut self, request_id: &str, judgement: &Judgement) {
        for hit in &judgement.hits {
            let event = hit.security_event(&self.function, Some(request_id), self.settings.mode);
            self.logs.tell(&event.to_line());
            if let Some(recorder) = &mut self.recorder {
                recorder.event(&event);
            }
        }
    }

    /// The answer to a caller that calls too often.
    fn over_rate(&mut self, judgement: &Judgement, request_id: &str) -> Option<Answer> {
        let key = self.settings.rate.as_ref()?.key;
        let (callers, caller) = (self.callers.as_mut()?, judgement.caller.as_deref()?);
        let decision = callers.ask_and_wait(bucket_of(caller, key).as_bytes());
        if let Some(detail) = callers.take_fault() {
            self.fault(Some(request_id), &detail);
        }
        if decision == RateDecision::Allowed {
            return None;
        }
        let kind = if self.settings.mode == Mode::Block {
            EventKind::EventBlocked
        } else {
            EventKind::EventFlagged
        };
        let function = self.function.clone();
        self.tell(&SecurityEvent {
            request_id: Some(request_id),
            ..SecurityEvent::new(
                kind,
                &function,
                self.settings.mode,
                "more requests than the limit",
            )
        });
        if let Some(recorder) = &mut self.recorder {
            recorder.counts().rate_refused += 1;
        }
        if self.settings.mode != Mode::Block {
            return None;
        }
        self.inspector.as_ref().map(|inspector| inspector.too_many(judgement.trigger, request_id))
    }

    fn without_inspector(&mut self, event: &Event<'_>) -> Verdict {
        self.fault(Some(event.request_id), "there is no inspector");
        if self.fails_closed() { uninspected() } else { Verdict::Pass }
    }

    fn decide(&mut self, event: &Event<'_>, flight: &mut Flight) -> Verdict {
        let Some(inspector) = &self.inspector else { return self.without_inspector(event) };
        let judgement = inspector.event(&mut self.scratch, event.body, event.request_id);
        flight.trigger = judgement.trigger;
        self.tell_hits(event.request_id, &judgement);
        if let Some(answer) = self.over_rate(&judgement, event.request_id) {
            return Verdict::Answer(refusal(answer));
        }
        match judgement.decision {
            Decision::Pass => {
                // Nothing is learned from what monitoring lets through.
                if judgement.hits.is_empty() {
                    flight.sample = sample(&mut self.learning, event.body);
                }
                Verdict::Pass
            }
            Decision::Reduced { body, refused } => {
                flight.sample = sample(&mut self.learning, &body);
                flight.refused = refused;
                Verdict::Replace(body)
            }
            Decision::Answer(answer) => Verdict::Answer(refusal(answer)),
        }
    }

    /// Keeps what is known of an invocation, judges its event and notes how long that took.
    fn begin(
        &mut self,
        event: &Event<'_>,
        decide: impl FnOnce(&mut Self, &mut Flight) -> Verdict,
    ) -> Verdict {
        let since = Instant::now();
        if let Some(confined) = &mut self.confined {
            confined.begin(event.request_id);
        }
        let mut flight = Flight {
            trigger: Trigger::Direct,
            refused: Vec::new(),
            trace: event.headers.text(TRACE).map(str::to_owned),
            started: SystemTime::now(),
            since,
            guard: Duration::ZERO,
            is_first: std::mem::take(&mut self.is_first),
            sample: None,
        };
        let verdict = if self.settings.mode == Mode::Off {
            Verdict::Pass
        } else {
            self.wait_for_inspector();
            decide(self, &mut flight)
        };
        flight.guard = since.elapsed();
        self.flights.begin(event.request_id, flight);
        verdict
    }

    /// Tells what was masked in an answer; what goes out instead.
    fn rewritten(&mut self, request_id: Option<&str>, response: Response) -> Rewrite {
        let function = self.function.clone();
        let replacement = match response {
            Response::Replaced(replacement) => replacement,
            Response::Unchanged => return Rewrite::Keep,
            Response::Uninspected(unread) => {
                let detail = format!("the answer is {}", unread.words());
                self.tell(&SecurityEvent {
                    request_id,
                    ..SecurityEvent::new(
                        EventKind::Uninspected,
                        &function,
                        self.settings.mode,
                        &detail,
                    )
                });
                return Rewrite::Keep;
            }
        };
        if replacement.masked > 0 {
            let detail = format!("masked in the answer: {} values", replacement.masked);
            self.tell(&SecurityEvent {
                request_id,
                ..SecurityEvent::new(EventKind::LogRedacted, &function, self.settings.mode, &detail)
            });
        }
        Rewrite::Replace(replacement.body)
    }

    fn looks_at_answers(&self) -> bool {
        self.settings.mode != Mode::Off
            && (self.settings.redact.responses || self.settings.errors.hide_details)
    }
}

impl Watch for Guarding {
    fn reads_events(&self) -> bool {
        // Lines of the log and traces name the invocation that they belong to.
        self.settings.mode != Mode::Off || self.recorder.is_some() || owns_log(&self.settings)
    }

    fn event_limit(&self) -> usize {
        let limit = self.settings.validate.max_bytes.max(LARGEST_EVENT).saturating_add(SLACK);
        usize::try_from(limit).unwrap_or(usize::MAX)
    }

    fn event(&mut self, event: &Event<'_>) -> Verdict {
        self.begin(event, |own, flight| own.decide(event, flight))
    }

    fn too_large(&mut self, event: &Event<'_>) -> Verdict {
        self.begin(event, |own, flight| {
            let Some(inspector) = &own.inspector else { return own.without_inspector(event) };
            let judgement = inspector.too_large(&mut own.scratch, event.body, event.request_id);
            flight.trigger = judgement.trigger;
            own.tell_hits(event.request_id, &judgement);
            match judgement.decision {
                Decision::Answer(answer) => Verdict::Answer(refusal(answer)),
                Decision::Pass | Decision::Reduced { .. } => Verdict::Pass,
            }
        })
    }

    fn reads_response(&self, request_id: &str) -> bool {
        self.looks_at_answers()
            || self.flights.get(request_id).is_some_and(|flight| !flight.refused.is_empty())
    }

    fn response(&mut self, request_id: &str, body: &[u8]) -> Rewrite {
        let (Some(inspector), Some(flight)) = (&self.inspector, self.flights.get(request_id))
        else {
            return Rewrite::Keep;
        };
        let response = inspector.response(&mut self.scratch, flight.trigger, body, &flight.refused);
        self.rewritten(Some(request_id), response)
    }

    fn reads_errors(&self) -> bool {
        self.looks_at_answers()
    }

    fn error(&mut self, request_id: Option<&str>, body: &[u8]) -> Rewrite {
        self.wait_for_inspector();
        let Some(inspector) = &self.inspector else { return Rewrite::Keep };
        let flight = request_id.and_then(|id| self.flights.get(id));
        let trigger = flight.map_or(Trigger::Direct, |flight| flight.trigger);
        let response = inspector.error(&mut self.scratch, trigger, body);
        self.rewritten(request_id, response)
    }

    fn late_error(&mut self, request_id: &str, trailer: &str) -> Option<String> {
        self.wait_for_inspector();
        let inspector = self.inspector.as_ref()?;
        let trigger = self.flights.get(request_id).map_or(Trigger::Direct, |it| it.trigger);
        let response = inspector.late_error(&mut self.scratch, trigger, trailer);
        match self.rewritten(Some(request_id), response) {
            Rewrite::Replace(text) => String::from_utf8(text).ok(),
            Rewrite::Keep | Rewrite::Refuse(_) => None,
        }
    }

    fn error_cause(&mut self, request_id: Option<&str>, cause: &str) -> Option<String> {
        if !self.settings.redact.logs {
            return None;
        }
        self.wait_for_masker();
        let (masked, count) = self.logs.masked(cause)?;
        let function = self.function.clone();
        let detail = format!("masked in what the error tells traces: {count} values");
        self.tell(&SecurityEvent {
            request_id,
            ..SecurityEvent::new(EventKind::LogRedacted, &function, self.settings.mode, &detail)
        });
        Some(masked)
    }

    fn idle(&mut self) {
        // Once the platform has the question for the next event, it may freeze this environment.
        self.sweep();
        self.tell_secrets();
        self.drain();
        if let Some(recorder) = &mut self.recorder {
            let mut lines = Vec::new();
            recorder.flush(SystemTime::now(), &mut lines);
            if !lines.is_empty() {
                self.logs.tell(&String::from_utf8_lossy(&lines));
            }
        }
    }

    fn ended(&mut self, request_id: &str, ending: Ending) {
        if ending != Ending::Refused {
            // What the handler wrote belongs to this invocation, and may not wait for the next.
            self.wait_for_masker();
            // While it is known whose they are.
            self.tell_incidents();
            self.drain();
            let counts = self.logs.take_counts();
            if let Some(recorder) = &mut self.recorder {
                recorder.counts().redacted += counts.total();
            }
            let mode = self.settings.mode;
            if let Some(line) = redacted_line(&counts, &self.function, mode, Some(request_id)) {
                self.logs.tell(&line);
            }
        }
        let Some(flight) = self.flights.end(request_id) else { return };
        // What the handler failed on says nothing about what it expects.
        if let Some(sample) = flight.sample.as_ref().filter(|_| ending == Ending::Response) {
            self.learn(request_id, sample);
        }
        let Some(recorder) = &mut self.recorder else { return };
        recorder.invocation(Invocation {
            request_id: request_id.to_owned(),
            trace: flight.trace.as_deref().and_then(TraceHeader::parse),
            started: flight.started,
            duration: flight.since.elapsed(),
            guard: flight.guard,
            init: flight.is_first.then(|| flight.since.saturating_duration_since(self.started)),
            status: match ending {
                Ending::Response => Status::Success,
                Ending::Error => Status::Error,
                Ending::Refused => Status::Refused,
            },
            peak_memory: None,
        });
    }

    fn fault(&mut self, request_id: Option<&str>, detail: &str) {
        let function = self.function.clone();
        let mode = self.settings.mode;
        self.tell(&SecurityEvent {
            request_id,
            ..SecurityEvent::new(EventKind::Fault, &function, mode, detail)
        });
    }

    fn fails_closed(&self) -> bool {
        self.settings.on_fault == OnFault::Closed && self.settings.mode == Mode::Block
    }
}

/// Whose bucket a caller draws from: an address with its network, as at the front.
fn bucket_of(caller: &str, key: RateKey) -> Cow<'_, str> {
    // A load balancer may be set to tell the port too.
    let with_port = || caller.parse().ok().map(|socket: SocketAddr| socket.ip());
    match caller.parse::<IpAddr>().ok().or_else(with_port) {
        Some(address) if key == RateKey::Ip => network_of(address).to_string().into(),
        _ => caller.into(),
    }
}

fn refusal(answer: Answer) -> Refusal {
    match answer {
        Answer::Response { body } => Refusal { error_type: None, body },
        Answer::Error { error_type, body } => Refusal { error_type: Some(error_type), body },
    }
}

fn uninspected() -> Verdict {
    Verdict::Answer(Refusal {
        error_type: Some("Faasguard.Fault"),
        body: br#"{"errorMessage":"the invocation could not be inspected","errorType":"Faasguard.Fault","stackTrace":[]}"#
            .to_vec(),
    })
}

#[cfg(test)]
mod tests {
    use super::{RateKey, bucket_of};

    #[test]
    fn addresses_of_one_network_share_a_bucket_and_keys_do_not() {
        let bucket = |caller| bucket_of(caller, RateKey::Ip);
        assert_eq!(bucket("2001:db8:1:2::7"), bucket("2001:db8:1:2:ffff::1"));
        assert_ne!(bucket("2001:db8:1:2::7"), bucket("2001:db8:1:3::7"));
        assert_eq!(bucket("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(bucket("192.0.2.7:51234"), bucket("192.0.2.7"));
        assert_eq!(bucket("[2001:db8:1:2::7]:443"), bucket("2001:db8:1:2::9"));
        assert_eq!(bucket("unknown"), "unknown");
        assert_eq!(bucket_of("2001:db8::7", RateKey::ApiKey), "2001:db8::7");
    }
}
