//! Politeness: each service of each region is a lane with its own speed.
//!
//! A lane starts at its speed, halves it when the service says that it is too fast, and comes back slowly.
//! Nothing here sleeps or looks at a clock: the time is passed in.

use std::{
    collections::{HashMap, VecDeque},
    hash::{BuildHasher as _, Hasher as _, RandomState},
    time::{Duration, Instant},
};

/// The slowest that a lane becomes, in requests a second.
const SLOWEST: f64 = 0.2;
/// How much of its speed a lane gets back after each answer.
const RECOVERY: f64 = 0.02;
/// The first pause after a fault that may pass, and the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// The longest pause that a service may ask for.
const LONGEST_ASKED: u64 = 120;

/// Which lane: the service and the region.
pub(crate) type LaneKey = (String, Option<String>);

struct Lane<T> {
    waiting: VecDeque<T>,
    next_at: Instant,
    rate: f64,
    ceiling: f64,
}

/// All lanes.
pub(crate) struct Lanes<T> {
    by_key: HashMap<LaneKey, Lane<T>>,
    random: RandomState,
    drawn: u64,
}

/// What there is to do.
pub(crate) enum Turn<T> {
    /// This, now.
    Now(T),
    /// Nothing before this moment.
    At(Instant),
    /// Nothing waits.
    Empty,
}

impl<T> Lanes<T> {
    pub(crate) fn new() -> Self {
        Self { by_key: HashMap::new(), random: RandomState::new(), drawn: 0 }
    }

    /// Lets a question wait, at the end of its lane.
    pub(crate) fn push(&mut self, key: LaneKey, rate: f64, now: Instant, question: T) {
        self.lane(key, rate, now).waiting.push_back(question);
    }

    /// Lets a question wait that is the next of its lane: one more page, or once more.
    pub(crate) fn push_first(&mut self, key: LaneKey, rate: f64, now: Instant, question: T) {
        self.lane(key, rate, now).waiting.push_front(question);
    }

    fn lane(&mut self, key: LaneKey, rate: f64, now: Instant) -> &mut Lane<T> {
        let make = || Lane { waiting: VecDeque::new(), next_at: now, rate, ceiling: rate };
        self.by_key.entry(key).or_insert_with(make)
    }

    /// The next question whose lane is ready.
    pub(crate) fn next(&mut self, now: Instant) -> Turn<T> {
        let waiting = self.by_key.values_mut().filter(|lane| !lane.waiting.is_empty());
        let Some(lane) = waiting.min_by_key(|lane| lane.next_at) else { return Turn::Empty };
        if lane.next_at > now {
            return Turn::At(lane.next_at);
        }
        let Some(question) = lane.waiting.pop_front() else { return Turn::Empty };
        lane.next_at = now + Duration::from_secs_f64(1.0 / lane.rate);
        Turn::Now(question)
    }

    /// An answer came: the lane may go a little faster.
    pub(crate) fn went_well(&mut self, key: &LaneKey) {
        if let Some(lane) = self.by_key.get_mut(key) {
            lane.rate = lane.ceiling.min(lane.rate + lane.ceiling * RECOVERY);
        }
    }

    /// A fault came that may pass: the lane pauses. `attempt` counts from 1.
    pub(crate) fn went_wrong(
        &mut self,
        key: &LaneKey,
        now: Instant,
        attempt: u32,
        is_throttled: bool,
        asked_s: Option<u64>,
    ) {
        let grown = FIRST_PAUSE.saturating_mul(1_u32 << attempt.min(8)).min(LONGEST_PAUSE);
        // Between half of it and all, so that runs which were stopped together do not come back together.
        let pause = asked_s.map_or(grown.mul_f64(0.5 + self.draw() / 2.0), |asked| {
            Duration::from_secs(asked.min(LONGEST_ASKED))
        });
        let Some(lane) = self.by_key.get_mut(key) else { return };
        if is_throttled {
            lane.rate = (lane.rate / 2.0).max(SLOWEST);
        }
        lane.next_at = lane.next_at.max(now + pause);
    }

    /// A number from 0 to 1.
    fn draw(&mut self) -> f64 {
        self.drawn += 1;
        let mut hasher = self.random.build_hasher();
        hasher.write_u64(self.drawn);
        f64::from(u32::try_from(hasher.finish() >> 32).unwrap_or_default()) / f64::from(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Lanes, Turn};

    fn lane() -> (String, Option<String>) {
        ("lambda".to_owned(), Some("eu-west-1".to_owned()))
    }

    #[test]
    fn a_lane_keeps_its_speed_and_another_one_is_not_held_up() {
        let start = Instant::now();
        let mut lanes = Lanes::new();
        for question in 0..3 {
            lanes.push(lane(), 10.0, start, question);
        }
        lanes.push(("sqs".to_owned(), None), 10.0, start, 9);
        let mut seen = Vec::new();
        let mut now = start;
        loop {
            match lanes.next(now) {
                Turn::Now(question) => seen.push((question, (now - start).as_millis())),
                Turn::At(moment) => now = moment,
                Turn::Empty => break,
            }
        }
        seen.sort_unstable();
        assert_eq!(seen, [(0, 0), (1, 100), (2, 200), (9, 0)]);
    }

    #[test]
    fn a_service_that_complains_is_asked_more_slowly_and_then_faster_again() {
        let start = Instant::now();
        let mut lanes = Lanes::new();
        lanes.push(lane(), 10.0, start, 1);
        lanes.went_wrong(&lane(), start, 1, true, Some(7));
        let Turn::At(moment) = lanes.next(start) else { panic!("it must pause") };
        assert_eq!(moment - start, Duration::from_secs(7));
        lanes.push(lane(), 10.0, start, 2);
        assert!(matches!(lanes.next(moment), Turn::Now(1)));
        let Turn::At(later) = lanes.next(moment) else { panic!("it must be slow") };
        assert_eq!(later - moment, Duration::from_millis(200));
        for _ in 0..25 {
            lanes.went_well(&lane());
        }
        assert!(matches!(lanes.next(later), Turn::Now(2)));
        lanes.push(lane(), 10.0, later, 3);
        let Turn::At(last) = lanes.next(later) else { panic!("it keeps its speed") };
        assert_eq!(last - later, Duration::from_millis(100));
    }
}
