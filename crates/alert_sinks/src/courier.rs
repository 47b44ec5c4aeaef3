//! A thread for each sink, which sends what waits for it.

use std::{
    collections::hash_map::RandomState,
    hash::{BuildHasher as _, Hasher as _},
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use alert_form::Alert;

use crate::{
    queue::{Admitted, Queue},
    sink::{Fate, Sink},
};

/// The longest pause between two tries, unless a server asks for a longer one.
const LONGEST_PAUSE: Duration = Duration::from_mins(5);

/// How often is tried, and how long is waited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Tries of one delivery before it is a dead letter.
    pub attempts: u32,
    /// The pause before the second try; doubled with each, with some chance in it.
    pub first_pause: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { attempts: 8, first_pause: Duration::from_secs(1) }
    }
}

/// What became of alerts that were offered, over all sinks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Offered {
    /// Deliveries that wait.
    pub queued: u64,
    /// Deliveries that were made before.
    pub known: u64,
    /// Deliveries that found no room.
    pub full: u64,
    /// Deliveries below the level of their sink.
    pub below: u64,
}

/// What a sink did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SinkReport {
    /// Its name.
    pub name: String,
    /// Deliveries that arrived.
    pub sent: u64,
    /// Deliveries that were made before and not again.
    pub known: u64,
    /// Alerts below its level.
    pub below: u64,
    /// Deliveries that were given up.
    pub dead: u64,
    /// Deliveries that still wait.
    pub waiting: usize,
    /// Why the last one failed.
    pub last_failure: Option<String>,
}

/// Sends what a queue holds.
#[derive(Debug)]
pub struct Courier {
    shared: Arc<Shared>,
    sinks: Vec<Arc<Sink>>,
    threads: Vec<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    /// Something is to be sent, or it is time to end.
    changed: Condvar,
    patience: Patience,
}

#[derive(Debug)]
struct State {
    queue: Queue,
    reports: Vec<SinkReport>,
    /// From when on threads end although something waits.
    end: Option<Instant>,
}

impl Courier {
    /// Begins to send. What waits from an earlier run goes out first.
    ///
    /// # Errors
    /// When a thread cannot be started, or a file of a sink not be made good.
    pub fn start(mut queue: Queue, sinks: Vec<Sink>, patience: Patience) -> io::Result<Self> {
        let mut reports = Vec::new();
        for sink in &sinks {
            let mut report = SinkReport { name: sink.name.clone(), ..SinkReport::default() };
            let waiting = queue.first(&sink.name, usize::MAX);
            for id in sink.recover(&waiting)? {
                queue.sent(&sink.name, id)?;
                report.sent += 1;
            }
            reports.push(report);
        }
        let state = Mutex::new(State { queue, reports, end: None });
        let shared = Arc::new(Shared { state, changed: Condvar::new(), patience });
        let sinks: Vec<Arc<Sink>> = sinks.into_iter().map(Arc::new).collect();
        let mut threads = Vec::new();
        for (at, sink) in sinks.iter().enumerate() {
            let (shared, sink) = (Arc::clone(&shared), Arc::clone(sink));
            let name = format!("sink {}", sink.name);
            threads.push(thread::Builder::new().name(name).spawn(move || shared.send(at, &sink))?);
        }
        Ok(Self { shared, sinks, threads })
    }

    /// Offers alerts to every sink. When this returns, those that are queued survive a crash, if the queue
    /// has a folder.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn offer(&self, alerts: &[Arc<Alert>], now: i64) -> io::Result<Offered> {
        let mut offered = Offered::default();
        let mut state = self.shared.lock();
        for (at, sink) in self.sinks.iter().enumerate() {
            let taken: Vec<Arc<Alert>> =
                alerts.iter().filter(|it| sink.takes(it.level)).map(Arc::clone).collect();
            let below = (alerts.len() - taken.len()) as u64;
            let admitted = state.queue.offer(&sink.name, &taken, now)?;
            let count = |what| admitted.iter().filter(|it| **it == what).count() as u64;
            let (known, full) = (count(Admitted::Known), count(Admitted::Full));
            offered.queued += count(Admitted::Queued);
            offered.known += known;
            offered.full += full;
            offered.below += below;
            if let Some(report) = state.reports.get_mut(at) {
                report.known += known;
                report.below += below;
                report.dead += full;
            }
        }
        drop(state);
        self.shared.changed.notify_all();
        Ok(offered)
    }

    /// Deliveries that wait, over all sinks.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.shared.lock().queue.waiting().map(|(_, count)| count).sum()
    }

    /// Waits until everything is sent or given up, at most so long, and ends.
    #[must_use]
    pub fn finish(self, at_most: Duration) -> Finished {
        self.shared.lock().end = Some(Instant::now() + at_most);
        self.shared.changed.notify_all();
        for thread in self.threads {
            // A thread that panicked has told so; what it had to send still waits.
            let _ = thread.join();
        }
        let state = self.shared.lock();
        let mut sinks = state.reports.clone();
        for report in &mut sinks {
            report.waiting = state.queue.waiting_for(&report.name);
        }
        let others =
            state.queue.waiting().filter(|(name, _)| !sinks.iter().any(|it| it.name == *name));
        let others = others.map(|(name, count)| (name.to_owned(), count)).collect();
        Finished { others, damaged: state.queue.damaged, forgotten: state.queue.forgotten, sinks }
    }
}

/// How everything ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Finished {
    /// What each sink did.
    pub sinks: Vec<SinkReport>,
    /// Deliveries that wait for sinks that this run does not have.
    pub others: Vec<(String, usize)>,
    /// Lines of the journal that were damaged.
    pub damaged: u64,
    /// Keys that were forgotten early: these alerts may be told twice.
    pub forgotten: u64,
}

impl Finished {
    /// Whether every delivery arrived.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.damaged == 0 && self.sinks.iter().all(|it| it.dead == 0 && it.waiting == 0)
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The work of one thread.
    fn send(&self, at: usize, sink: &Sink) {
        let random = RandomState::new();
        let mut not_before = Instant::now();
        loop {
            let mut state = self.lock();
            let batch = loop {
                let now = Instant::now();
                let is_empty = state.queue.waiting_for(&sink.name) == 0;
                if !is_empty && now >= not_before {
                    break state.queue.first(&sink.name, sink.batch());
                }
                if state.end.is_some_and(|end| is_empty || not_before > end) {
                    return;
                }
                let pause = if is_empty { LONGEST_PAUSE } else { not_before - now };
                let waited = self.changed.wait_timeout(state, pause);
                state = waited.unwrap_or_else(PoisonError::into_inner).0;
            };
            if state.end.is_some_and(|end| Instant::now() > end) {
                return;
            }
            drop(state);
            let now = now_s();
            let fates = catch_unwind(AssertUnwindSafe(|| sink.deliver(&batch, now)));
            let fates = fates.unwrap_or_else(|_| {
                let reason = "a fault of this program; please report it".to_owned();
                vec![Fate::Refused { reason }; batch.len()]
            });
            let mut state = self.lock();
            let mut pause: Option<Duration> = None;
            for (waiting, fate) in batch.iter().zip(fates) {
                let result =
                    self.settle(&mut state, at, sink, waiting.id, fate, &mut pause, &random);
                if let Err(error) = result
                    && let Some(report) = state.reports.get_mut(at)
                {
                    report.last_failure = Some(format!("the journal cannot be written: {error}"));
                    pause = pause.max(Some(LONGEST_PAUSE));
                }
            }
            if let Some(pause) = pause {
                not_before = Instant::now() + pause;
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "each is a part of one delivery")]
    fn settle(
        &self,
        state: &mut State,
        at: usize,
        sink: &Sink,
        id: u64,
        fate: Fate,
        pause: &mut Option<Duration>,
        random: &RandomState,
    ) -> io::Result<()> {
        let Some(report) = state.reports.get_mut(at) else { return Ok(()) };
        match fate {
            Fate::Sent => {
                report.sent += 1;
                state.queue.sent(&sink.name, id)
            }
            Fate::Refused { reason } => {
                report.dead += 1;
                report.last_failure = Some(reason.clone());
                state.queue.dead(&sink.name, id, &reason, now_s())
            }
            Fate::Again { reason, after } => {
                report.last_failure = Some(reason.clone());
                let attempts = state.queue.tried(&sink.name, id)?;
                if attempts >= self.patience.attempts {
                    report.dead += 1;
                    let reason = format!("{attempts} tries; the last: {reason}");
                    state.queue.dead(&sink.name, id, &reason, now_s())?;
                }
                let own = pause_before(attempts, self.patience.first_pause, random, id);
                *pause = (*pause).max(Some(own.max(after.unwrap_or_default())));
                Ok(())
            }
        }
    }
}

/// The pause after so many tries: doubled each time, and between a half and the whole of it, so that many
/// senders do not come back at once.
fn pause_before(attempts: u32, first: Duration, random: &RandomState, id: u64) -> Duration {
    let doubled = first.saturating_mul(1 << attempts.saturating_sub(1).min(16)).min(LONGEST_PAUSE);
    let mut hasher = random.build_hasher();
    hasher.write_u64(id);
    hasher.write_u32(attempts);
    let part = u32::try_from(hasher.finish() % 1_000).unwrap_or(0);
    doubled / 2 + (doubled / 2).saturating_mul(part) / 1_000
}

fn now_s() -> i64 {
    jiff::Timestamp::now().as_second()
}

#[cfg(test)]
mod tests {
    use std::{collections::hash_map::RandomState, time::Duration};

    use super::pause_before;

    #[test]
    fn pauses_grow_and_never_exceed_their_bound() {
        let random = RandomState::new();
        for attempts in 1..40 {
            let pause = pause_before(attempts, Duration::from_secs(1), &random, 7);
            let whole =
                Duration::from_secs(1 << (attempts - 1).min(16)).min(Duration::from_mins(5));
            assert!(pause >= whole / 2 && pause <= whole, "{attempts}: {pause:?}");
        }
    }
}
