//! What was fetched, and who waits for what.

use std::collections::HashMap;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use crate::ask::{Ask, Key};
use crate::service::Answer;

/// Bytes of all values together: a few secrets at their largest, hundreds at their usual size.
const MOST_BYTES: usize = 4 * 1024 * 1024;
/// A value that was fetched within this time is fresh enough even for one who asks for a fresh one:
/// a loop that always asks so costs one call a second, not one a request.
const FRESH: Duration = Duration::from_secs(1);
/// The longest that a request is held.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// How long values are served.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lifetimes {
    pub(crate) secret: Duration,
    pub(crate) parameter: Duration,
}

impl Lifetimes {
    fn of(&self, key: &Key) -> Duration {
        match key {
            Key::Secret { .. } => self.secret,
            Key::Parameter { .. } => self.parameter,
        }
    }
}

/// How often what happened, since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stats {
    /// Served from memory within its lifetime.
    pub hits: u64,
    /// Served from memory beyond it, while it was fetched anew.
    pub stale: u64,
    /// Held until the service had answered.
    pub misses: u64,
    /// Calls of a service that ended without a value.
    pub failures: u64,
}

/// What a request gets.
pub(crate) enum Served {
    /// The answer, and how long ago it was fetched where it is older than its lifetime.
    Answer(Arc<Answer>, Option<Duration>),
    /// The service took too long.
    Late,
}

#[derive(Default)]
struct Entry {
    value: Option<(Arc<Answer>, Moment)>,
    /// The last answer, also an error; for those that waited for it.
    last: Option<Arc<Answer>>,
    fetching: bool,
    /// How often an answer came.
    answers: u64,
    used: u64,
}

/// A moment by two clocks: a frozen environment stops the one, a set clock moves the other. A value
/// is as old as the one that says more.
#[derive(Clone, Copy)]
struct Moment {
    steady: Instant,
    wall: SystemTime,
}

impl Moment {
    fn now() -> Self {
        Self { steady: Instant::now(), wall: SystemTime::now() }
    }

    fn age(&self, now: &Self) -> Duration {
        let steady = now.steady.saturating_duration_since(self.steady);
        // A clock that was set back tells nothing.
        steady.max(now.wall.duration_since(self.wall).unwrap_or_default())
    }
}

#[derive(Default)]
struct Inside {
    entries: HashMap<Key, Entry>,
    bytes: usize,
    uses: u64,
    stats: Stats,
}

pub(crate) struct Cache {
    lifetimes: Lifetimes,
    capacity: usize,
    fetch: Mutex<Sender<Key>>,
    inside: Mutex<Inside>,
    answered: Condvar,
}

impl Cache {
    /// `fetch` is where keys go that must be fetched; their answers come back by [`Cache::put`].
    pub(crate) fn new(lifetimes: Lifetimes, capacity: usize, fetch: Sender<Key>) -> Self {
        Self {
            lifetimes,
            capacity,
            fetch: Mutex::new(fetch),
            inside: Mutex::default(),
            answered: Condvar::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn stats(&self) -> Stats {
        self.lock().stats
    }

    /// Begins to fetch what nobody has asked for yet.
    pub(crate) fn prefetch(&self, key: &Key) {
        let mut inside = self.lock();
        self.begin(inside.entries.entry(key.clone()).or_default(), key);
    }

    /// Answers from memory, or waits for the service: many who ask for the same wait for one call.
    pub(crate) fn get(&self, ask: &Ask) -> Served {
        let lifetime = self.lifetimes.of(&ask.key);
        let now = Moment::now();
        let mut inside = self.lock();
        inside.uses += 1;
        let uses = inside.uses;
        if !inside.entries.contains_key(&ask.key) {
            inside.make_room(self.capacity);
        }
        let Inside { entries, stats, .. } = &mut *inside;
        let entry = entries.entry(ask.key.clone()).or_default();
        entry.used = uses;
        if let Some((answer, fetched)) = &entry.value {
            let age = fetched.age(&now);
            let answer = Arc::clone(answer);
            if !lifetime.is_zero() && age < if ask.refresh { FRESH.min(lifetime) } else { lifetime }
            {
                stats.hits += 1;
                return Served::Answer(answer, None);
            }
            // As long again: a service that is down for a while, or a slow one, holds nobody up.
            if age < lifetime * 2 && !ask.refresh {
                stats.stale += 1;
                self.begin(entry, &ask.key);
                return Served::Answer(answer, Some(age));
            }
        }
        stats.misses += 1;
        self.begin(entry, &ask.key);
        let seen = entry.answers;
        self.wait(inside, &ask.key, seen)
    }

    fn wait(&self, mut inside: MutexGuard<'_, Inside>, key: &Key, seen: u64) -> Served {
        let until = Instant::now() + LONGEST_WAIT;
        loop {
            let entry = inside.entries.get(key);
            if let Some(entry) = entry.filter(|entry| entry.answers > seen) {
                return match &entry.last {
                    Some(answer) => Served::Answer(Arc::clone(answer), None),
                    None => Served::Late,
                };
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() || entry.is_none() {
                return Served::Late;
            }
            inside = match self.answered.wait_timeout(inside, left) {
                Ok((inside, _)) => inside,
                Err(poisoned) => poisoned.into_inner().0,
            };
        }
    }

    fn begin(&self, entry: &mut Entry, key: &Key) {
        if !entry.fetching {
            let fetch = self.fetch.lock().unwrap_or_else(PoisonError::into_inner);
            entry.fetching = fetch.send(key.clone()).is_ok();
        }
    }

    /// What a service answered for a key.
    pub(crate) fn put(&self, key: &Key, answer: Answer) {
        let mut inside = self.lock();
        let inside = &mut *inside;
        let answer = Arc::new(answer);
        let Some(entry) = inside.entries.get_mut(key) else { return };
        entry.fetching = false;
        entry.answers += 1;
        entry.last = Some(Arc::clone(&answer));
        if answer.status == 200 {
            let old = entry.value.replace((Arc::clone(&answer), Moment::now()));
            inside.bytes -= old.map_or(0, |(old, _)| old.body.len());
            inside.bytes += answer.body.len();
        } else {
            inside.stats.failures += 1;
            // A right that was taken away, a secret that is gone: what is known of it, too. A fault
            // of the service says nothing about the value.
            if !answer.transient {
                let old = entry.value.take();
                inside.bytes -= old.map_or(0, |(old, _)| old.body.len());
            }
        }
        while inside.bytes > MOST_BYTES && inside.remove_oldest() {}
        self.answered.notify_all();
    }
}

impl Inside {
    fn make_room(&mut self, capacity: usize) {
        while self.entries.len() >= capacity && self.remove_oldest() {}
    }

    /// Removes what was not used for the longest time and is not being fetched; false when there is
    /// none.
    fn remove_oldest(&mut self) -> bool {
        let idle = self.entries.iter().filter(|(_, entry)| !entry.fetching);
        let Some(key) = idle.min_by_key(|(_, entry)| entry.used).map(|(key, _)| key.clone()) else {
            return false;
        };
        if let Some(entry) = self.entries.remove(&key) {
            self.bytes -= entry.value.map_or(0, |(answer, _)| answer.body.len());
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::mpsc::{Receiver, channel};
    use std::time::Duration;

    use super::{Cache, Lifetimes, Served};
    use crate::ask::{Ask, Key};
    use crate::service::Answer;
    use zeroize::Zeroizing;

    fn cache(lifetime: Duration, capacity: usize) -> (Arc<Cache>, Receiver<Key>) {
        let (fetch, fetched) = channel();
        let lifetimes = Lifetimes { secret: lifetime, parameter: lifetime };
        (Arc::new(Cache::new(lifetimes, capacity, fetch)), fetched)
    }

    fn key(name: &str) -> Key {
        Key::of_setting(name)
    }

    fn value(text: &str) -> Answer {
        let body = Zeroizing::new(text.as_bytes().to_vec());
        Answer { status: 200, body, transient: false }
    }

    fn get(cache: &Cache, name: &str, refresh: bool) -> (u16, String, bool) {
        match cache.get(&Ask { key: key(name), refresh }) {
            Served::Answer(answer, stale) => {
                let text = String::from_utf8_lossy(&answer.body).into_owned();
                (answer.status, text, stale.is_some())
            }
            Served::Late => panic!("late"),
        }
    }

    #[test]
    fn many_who_ask_wait_for_one_call() {
        let (cache, fetched) = cache(Duration::from_mins(5), 10);
        let threads: Vec<_> = (0..8)
            .map(|_| {
                let cache = Arc::clone(&cache);
                std::thread::spawn(move || get(&cache, "a", false).1)
            })
            .collect();
        while cache.stats().misses < 8 {
            std::thread::yield_now();
        }
        assert_eq!(fetched.recv().unwrap(), key("a"));
        assert!(fetched.try_recv().is_err());
        cache.put(&key("a"), value("one"));
        for thread in threads {
            assert_eq!(thread.join().unwrap(), "one");
        }
        assert_eq!(get(&cache, "a", true).1, "one", "fresh enough");
    }

    #[test]
    fn an_old_value_is_served_while_it_is_fetched() {
        let (cache, fetched) = cache(Duration::from_millis(60), 10);
        cache.prefetch(&key("a"));
        cache.put(&fetched.recv().unwrap(), value("one"));
        std::thread::sleep(Duration::from_millis(65));
        let (_, text, stale) = get(&cache, "a", false);
        // A slow machine may have slept for longer than twice the lifetime: then nothing is asserted.
        if stale {
            assert_eq!(text, "one");
            cache.put(&fetched.recv().unwrap(), Answer::fault(503, "Fault", "down"));
            assert_eq!(cache.stats().failures, 1);
        }
    }

    #[test]
    fn a_right_taken_away_takes_the_value_along() {
        let (cache, fetched) = cache(Duration::from_mins(5), 10);
        cache.prefetch(&key("a"));
        cache.put(&fetched.recv().unwrap(), value("one"));
        assert_eq!(get(&cache, "a", false).1, "one");
        cache.put(&key("a"), Answer::fault(503, "Fault", "down"));
        assert_eq!(get(&cache, "a", false).1, "one", "a fault says nothing about the value");
        cache.put(&key("a"), Answer::fault(400, "AccessDeniedException", ""));
        let other = Arc::clone(&cache);
        let waiting = std::thread::spawn(move || get(&other, "a", false));
        cache.put(&fetched.recv().unwrap(), Answer::fault(400, "AccessDeniedException", ""));
        assert_eq!(waiting.join().unwrap().0, 400);
    }

    #[test]
    fn the_least_used_makes_room() {
        let (cache, fetched) = cache(Duration::from_mins(5), 2);
        for name in ["a", "b"] {
            cache.prefetch(&key(name));
            cache.put(&fetched.recv().unwrap(), value(name));
        }
        get(&cache, "a", false);
        let other = Arc::clone(&cache);
        let waiting = std::thread::spawn(move || get(&other, "c", false));
        cache.put(&fetched.recv().unwrap(), value("c"));
        waiting.join().unwrap();
        assert_eq!(get(&cache, "a", false).1, "a");
        assert_eq!(cache.lock().entries.len(), 2);
        assert_eq!(cache.lock().bytes, 2);
    }
}
