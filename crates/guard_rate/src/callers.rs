//! What programs ask: may this caller go on?

use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, Ipv6Addr};
use std::time::{Duration, Instant};

use crate::bucket::{Buckets, Decision, Limits};
use crate::store::{Address, Answer, Store, Told};

/// The longest that a request waits for the store before the local bucket decides.
const DEADLINE: Duration = Duration::from_millis(20);
/// The least time between two faults that are told.
const FAULT_PAUSE: Duration = Duration::from_secs(30);

/// What came of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// It is decided.
    Decided(Decision),
    /// The store is asked; [`Callers::settle`] tells, with this number.
    Pending(u64),
}

/// A question that was pending and is decided now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settled {
    /// The number that [`Asked::Pending`] gave.
    pub ticket: u64,
    /// What holds.
    pub decision: Decision,
}

struct Waiting {
    ticket: u64,
    caller: Box<[u8]>,
    until: Duration,
}

/// The limits of all callers: by the store where there is one, by local buckets while it fails.
pub struct Callers {
    started: Instant,
    buckets: Buckets,
    store: Option<Store>,
    /// In the order of their deadlines.
    waiting: VecDeque<Waiting>,
    next_ticket: u64,
    faults: Faults,
}

impl std::fmt::Debug for Callers {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.debug_struct("Callers").field("waiting", &self.waiting.len()).finish_non_exhaustive()
    }
}

#[derive(Default)]
struct Faults {
    last_told: Option<Duration>,
    untold: u64,
    next: Option<String>,
}

impl Callers {
    /// Every environment counts for itself.
    #[must_use]
    pub fn local(limits: Limits) -> Self {
        Self {
            started: Instant::now(),
            buckets: Buckets::new(limits),
            store: None,
            waiting: VecDeque::new(),
            next_ticket: 0,
            faults: Faults::default(),
        }
    }

    /// One bucket per caller for all that use the same store and `namespace` (the function's name).
    /// `wake` is called from another thread when [`Callers::settle`] has something to say.
    ///
    /// # Errors
    /// What the system says when the thread of the store cannot be started.
    pub fn shared(
        limits: Limits,
        address: Address,
        namespace: &str,
        wake: impl Fn() + Send + 'static,
    ) -> io::Result<Self> {
        let store = Store::start(address, limits, namespace, DEADLINE, wake)?;
        Ok(Self { store: Some(store), ..Self::local(limits) })
    }

    /// As the settings say: shared where they name a store.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidInput`] with what is wrong in the settings; others when the thread
    /// that asks the store cannot be started.
    pub fn of_settings(
        rate: &guard_settings::Rate,
        namespace: &str,
        wake: impl Fn() + Send + 'static,
    ) -> io::Result<Self> {
        match read(rate)? {
            (limits, None) => Ok(Self::local(limits)),
            (limits, Some(address)) => Self::shared(limits, address, namespace, wake),
        }
    }

    /// Whether the settings can be followed, before anything is started.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidInput`] with what is wrong in them.
    pub fn check(rate: &guard_settings::Rate) -> io::Result<()> {
        read(rate).map(drop)
    }

    /// Asks for one request of `caller` (an address, a key; at most a few hundred bytes).
    pub fn ask(&mut self, caller: &[u8]) -> Asked {
        let now = self.started.elapsed();
        let Some(store) = &self.store else {
            return Asked::Decided(self.buckets.decide(caller, now));
        };
        // Whoever has used up his share here has used it up everywhere: a flood stays off the store.
        if let refused @ Decision::Refused { .. } = self.buckets.peek(caller, now) {
            return Asked::Decided(refused);
        }
        let ticket = self.next_ticket;
        if store.ask(ticket, caller).is_err() {
            return Asked::Decided(self.buckets.decide(caller, now));
        }
        self.next_ticket += 1;
        self.waiting.push_back(Waiting { ticket, caller: caller.into(), until: now + DEADLINE });
        Asked::Pending(ticket)
    }

    /// What is decided by now: by the store, or by the local bucket where the store was too slow.
    pub fn settle(&mut self) -> Vec<Settled> {
        let now = self.started.elapsed();
        let told: Vec<Told> = self.store.as_ref().map(|s| s.told().collect()).unwrap_or_default();
        let mut settled: Vec<Settled> =
            told.into_iter().filter_map(|told| self.take(told, now)).collect();
        while self.waiting.front().is_some_and(|waiting| waiting.until <= now) {
            let Some(Waiting { ticket, caller, .. }) = self.waiting.pop_front() else { break };
            self.faults.add("rate store: no answer in time", now);
            settled.push(Settled { ticket, decision: self.buckets.decide(&caller, now) });
        }
        settled
    }

    /// How long until [`Callers::settle`] has something to say even if the store never answers.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Duration> {
        let now = self.started.elapsed();
        self.waiting.front().map(|waiting| waiting.until.saturating_sub(now))
    }

    /// Asks and waits, at most as long as the store may take (20 ms): for one who has one request
    /// at a time. Not to be mixed with [`Callers::ask`].
    pub fn ask_and_wait(&mut self, caller: &[u8]) -> Decision {
        let ticket = match self.ask(caller) {
            Asked::Decided(decision) => return decision,
            Asked::Pending(ticket) => ticket,
        };
        loop {
            let limit = self.next_deadline().unwrap_or_default();
            let told = self.store.as_ref().and_then(|store| store.wait(limit));
            let now = self.started.elapsed();
            let first = told.and_then(|told| self.take(told, now));
            for settled in first.into_iter().chain(self.settle()) {
                if settled.ticket == ticket {
                    return settled.decision;
                }
            }
        }
    }

    /// What went wrong with the store, in words for the log; at most one in 30 seconds.
    pub fn take_fault(&mut self) -> Option<String> {
        self.faults.next.take()
    }

    fn take(&mut self, told: Told, now: Duration) -> Option<Settled> {
        let Answer { ticket, decision } = match told {
            Told::Answer(answer) => answer,
            Told::Failed(text) => {
                self.faults.add(&text, now);
                return None;
            }
            Told::Back => return None,
        };
        // Not there: it came too late and was decided here.
        let at = self.waiting.binary_search_by_key(&ticket, |waiting| waiting.ticket).ok()?;
        let waiting = self.waiting.remove(at)?;
        let decision = match decision {
            // What the store granted is counted here, too: it holds from the moment the store fails.
            Some(Decision::Allowed) => {
                self.buckets.decide(&waiting.caller, now);
                Decision::Allowed
            }
            Some(refused) => refused,
            None => self.buckets.decide(&waiting.caller, now),
        };
        Some(Settled { ticket, decision })
    }
}

impl Faults {
    fn add(&mut self, text: &str, now: Duration) {
        if self.last_told.is_some_and(|last| now < last + FAULT_PAUSE) {
            self.untold += 1;
            return;
        }
        let more = std::mem::take(&mut self.untold);
        let held = "the buckets of this environment hold meanwhile";
        self.next = Some(match more {
            0 => format!("{text}; {held}"),
            more => format!("{text} ({more} more since the last one); {held}"),
        });
        self.last_told = Some(now);
    }
}

/// The address that stands for a caller: an IPv6 network of 64 bits is one caller, because each of
/// its machines may choose among 2^64 addresses; an IPv4 address in IPv6 form is that IPv4 address.
#[must_use]
pub fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        v4 @ IpAddr::V4(_) => v4,
        IpAddr::V6(v6) => {
            let network = u128::from(v6) >> 64 << 64;
            IpAddr::V6(Ipv6Addr::from(network))
        }
    }
}

fn read(rate: &guard_settings::Rate) -> io::Result<(Limits, Option<Address>)> {
    let invalid = |error: &dyn std::fmt::Display| {
        io::Error::new(io::ErrorKind::InvalidInput, error.to_string())
    };
    let limits = Limits::new(rate.per_second, rate.burst).map_err(|error| invalid(&error))?;
    let address = rate.store.as_deref().map(str::parse).transpose();
    Ok((limits, address.map_err(|error| invalid(&error))?))
}

#[cfg(test)]
mod tests {
    use super::network_of;

    #[test]
    fn one_machine_is_one_caller() {
        let network = |text: &str| network_of(text.parse().unwrap()).to_string();
        assert_eq!(network("2001:db8:1:2:aaaa::1"), "2001:db8:1:2::");
        assert_eq!(network("2001:db8:1:2::9"), "2001:db8:1:2::");
        assert_eq!(network("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(network("192.0.2.7"), "192.0.2.7");
    }
}
