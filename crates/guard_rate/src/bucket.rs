//! A token bucket per caller, kept as one number each (the generic cell rate algorithm).
//!
//! A bucket that holds `burst` tokens and is filled at a steady rate is the same as one point in
//! time: when it will be full again. A caller whose bucket is full needs no memory, so what is
//! remembered are only those callers that called within the last moments.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// Parts of a nanosecond in which time is counted: a rate of a million per second is then exact to
/// a hundred-thousandth, and the count lasts for 36 years.
const TICKS_PER_NANOSECOND: u32 = 16;

/// Callers that share the fate of one hash: small enough to be looked through at every request.
const WAYS: usize = 8;

/// How much a caller may do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    per_second: f64,
    burst: u32,
    /// Ticks between two requests at the steady rate.
    interval: u64,
    /// Ticks that a caller may be ahead of the steady rate.
    tolerance: u64,
}

/// Why limits hold for nothing.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("`rate.per_second` is {per_second}; give a number from 0.001 to 1000000")]
pub struct LimitsError {
    /// What was asked for.
    pub per_second: f64,
}

impl Limits {
    /// `per_second` requests per second in the long run (0.001 to 1,000,000), `burst` at once (0
    /// counts as 1).
    ///
    /// # Errors
    /// [`LimitsError`] when `per_second` is outside its range or no number.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range of per_second keeps the interval between 16e3 and 16e12"
    )]
    pub fn new(per_second: f64, burst: u32) -> Result<Self, LimitsError> {
        if !(0.001..=1e6).contains(&per_second) {
            return Err(LimitsError { per_second });
        }
        let burst = burst.max(1);
        let interval = (1e9 * f64::from(TICKS_PER_NANOSECOND) / per_second).round() as u64;
        Ok(Self {
            per_second,
            burst,
            interval,
            tolerance: interval.saturating_mul(u64::from(burst)),
        })
    }

    /// Requests per second in the long run.
    #[must_use]
    pub fn per_second(&self) -> f64 {
        self.per_second
    }

    /// Requests at once, at least 1.
    #[must_use]
    pub fn burst(&self) -> u32 {
        self.burst
    }
}

/// Whether a request may pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It may, and is counted.
    Allowed,
    /// It may not, and is not counted.
    Refused {
        /// When the same caller may try again, from now.
        retry_after: Duration,
    },
}

#[derive(Debug, Clone, Copy, Default)]
struct Bucket {
    /// Hash of the caller; the table's key is secret, so nobody can aim at another's bucket.
    caller: u64,
    /// When it is full again, in ticks; the past for a full one.
    full_at: u64,
}

/// Buckets of many callers in bounded memory.
///
/// INVARIANT: no caller ever gets more than [`Limits`] allow, however many others there are. When
/// the places of a hash are all taken by callers with debts, a newcomer takes over the place with the
/// smallest one **and its debt**: what is remembered of a caller is never less than he owes. So an
/// attacker with many names cannot make the table forget what he used up; what he can do, by
/// spending the full rate of a whole table all the time, is make newcomers wait.
#[derive(Debug)]
pub struct Buckets<S = RandomState> {
    limits: Limits,
    hasher: S,
    sets: Vec<[Bucket; WAYS]>,
}

impl Buckets {
    /// Room for 65,536 callers that call at the same time: one MiB, of which only what is used is
    /// ever touched.
    pub const CALLERS: usize = 65_536;

    /// An empty table with room for [`Buckets::CALLERS`].
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self::with_room(limits, Self::CALLERS, RandomState::new())
    }
}

impl<S: BuildHasher> Buckets<S> {
    /// An empty table for about `callers` callers, hashed with `hasher` (keyed by a secret).
    #[must_use]
    pub fn with_room(limits: Limits, callers: usize, hasher: S) -> Self {
        let sets = callers.div_ceil(WAYS).next_power_of_two().min(1 << 24);
        Self { limits, hasher, sets: vec![[Bucket::default(); WAYS]; sets] }
    }

    /// The limits that each caller has.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Decides about one request of `caller`, at `now` (since any fixed moment; it should not run
    /// backwards, and a step back only makes callers wait).
    pub fn decide(&mut self, caller: &[u8], now: Duration) -> Decision {
        let limits = self.limits;
        let now = ticks(now);
        let Some(Place { hash, slot }) = self.bucket_of(caller) else { return Decision::Allowed };
        let full_at = slot.full_at.max(now).saturating_add(limits.interval);
        let decision = within(full_at, now, limits);
        if decision == Decision::Allowed {
            *slot = Bucket { caller: hash, full_at };
        }
        decision
    }

    /// What [`Buckets::decide`] would say, without counting anything.
    pub fn peek(&mut self, caller: &[u8], now: Duration) -> Decision {
        let limits = self.limits;
        let now = ticks(now);
        let Some(place) = self.bucket_of(caller) else { return Decision::Allowed };
        within(place.slot.full_at.max(now).saturating_add(limits.interval), now, limits)
    }

    /// The place of a caller, or the one with the smallest debt that it would take over. `None`
    /// never: the table has a set for every hash.
    fn bucket_of(&mut self, caller: &[u8]) -> Option<Place<'_>> {
        let hash = self.hasher.hash_one(caller);
        // The low bits choose the set, all of them tell callers apart.
        let set = usize::try_from(hash & (self.sets.len() as u64 - 1)).ok()?;
        let ways = self.sets.get_mut(set)?;
        let known = ways.iter().position(|slot| slot.caller == hash);
        let slot = match known {
            Some(at) => ways.get_mut(at),
            None => ways.iter_mut().min_by_key(|slot| slot.full_at),
        }?;
        Some(Place { hash, slot })
    }
}

struct Place<'a> {
    hash: u64,
    slot: &'a mut Bucket,
}

fn ticks(time: Duration) -> u64 {
    u64::try_from(time.as_nanos())
        .unwrap_or(u64::MAX)
        .saturating_mul(u64::from(TICKS_PER_NANOSECOND))
}

fn within(full_at: u64, now: u64, limits: Limits) -> Decision {
    let ahead = full_at.saturating_sub(now);
    match ahead.checked_sub(limits.tolerance) {
        None | Some(0) => Decision::Allowed,
        Some(wait) => Decision::Refused {
            retry_after: Duration::from_nanos(wait.div_ceil(u64::from(TICKS_PER_NANOSECOND))),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::hash::RandomState;
    use std::time::Duration;

    use super::{Buckets, Decision, Limits};

    fn allowed(buckets: &mut Buckets, caller: &str, times: u32, now: Duration) -> u32 {
        (0..times)
            .filter(|_| buckets.decide(caller.as_bytes(), now) == Decision::Allowed)
            .count()
            .try_into()
            .unwrap()
    }

    #[test]
    fn a_burst_passes_and_then_the_steady_rate() {
        let mut buckets = Buckets::new(Limits::new(10.0, 5).unwrap());
        let start = Duration::from_secs(7);
        assert_eq!(allowed(&mut buckets, "a", 100, start), 5);
        assert_eq!(
            buckets.decide(b"a", start),
            Decision::Refused { retry_after: Duration::from_millis(100) }
        );
        assert_eq!(allowed(&mut buckets, "a", 100, start + Duration::from_millis(99)), 0);
        assert_eq!(allowed(&mut buckets, "a", 100, start + Duration::from_millis(350)), 3);
        // An hour later the bucket holds its burst, not an hour of tokens.
        assert_eq!(allowed(&mut buckets, "a", 100, start + Duration::from_hours(1)), 5);
    }

    #[test]
    fn callers_have_buckets_of_their_own() {
        let mut buckets = Buckets::new(Limits::new(10.0, 5).unwrap());
        assert_eq!(allowed(&mut buckets, "a", 9, Duration::ZERO), 5);
        assert_eq!(allowed(&mut buckets, "b", 9, Duration::ZERO), 5);
    }

    #[test]
    fn looking_counts_nothing() {
        let mut buckets = Buckets::new(Limits::new(1.0, 1).unwrap());
        assert_eq!(buckets.peek(b"a", Duration::ZERO), Decision::Allowed);
        assert_eq!(buckets.decide(b"a", Duration::ZERO), Decision::Allowed);
        assert_ne!(buckets.peek(b"a", Duration::ZERO), Decision::Allowed);
    }

    #[test]
    fn a_crowd_does_not_free_anyone() {
        // Eight places, a thousand names: whoever used up his burst stays refused.
        let limits = Limits::new(0.01, 3).unwrap();
        let mut buckets = Buckets::with_room(limits, 8, RandomState::new());
        let now = Duration::from_secs(1);
        assert_eq!(allowed(&mut buckets, "mallory", 10, now), 3);
        for name in 0..1000_u32 {
            buckets.decide(&name.to_le_bytes(), now);
        }
        assert_eq!(allowed(&mut buckets, "mallory", 10, now), 0);
    }

    #[test]
    fn names_that_push_each_other_out_gain_nothing() {
        let mut buckets = Buckets::with_room(Limits::new(0.01, 3).unwrap(), 8, RandomState::new());
        let now = Duration::from_secs(1);
        for name in 0..7_u32 {
            allowed(&mut buckets, &name.to_string(), 3, now);
        }
        let turns = (0..100)
            .map(|_| allowed(&mut buckets, "one", 1, now) + allowed(&mut buckets, "other", 1, now));
        assert_eq!(turns.sum::<u32>(), 3);
    }

    #[test]
    fn a_rate_without_meaning_is_an_error() {
        for per_second in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e7] {
            assert!(Limits::new(per_second, 1).is_err(), "{per_second}");
        }
        assert_eq!(Limits::new(1.0, 0).unwrap().burst(), 1);
    }

    #[test]
    fn the_end_of_time_overflows_nothing() {
        let mut buckets = Buckets::new(Limits::new(0.001, u32::MAX).unwrap());
        assert_eq!(buckets.decide(b"a", Duration::MAX), Decision::Allowed);
        assert_eq!(buckets.decide(b"a", Duration::ZERO), Decision::Allowed);
    }
}
