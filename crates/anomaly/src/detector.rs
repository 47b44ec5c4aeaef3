//! The detector of one series.

use crate::{
    alert::{Alert, BAND, Event, Kind, NEW_NORMAL, Noticed, Severity, spreads},
    baseline::{Baseline, Expectation},
    evidence::Evidence,
    members::{Context, FEATURES, Feature, Features, MEMBERS, Memories, Range},
    recent::Recent,
    trend::Trend,
};

/// How a series is watched.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Params {
    /// Score from which on an alert is raised, 0 to 1.
    pub threshold: f64,
    /// Points that are only learned from, at the beginning and after a deployment.
    pub warm_up: u32,
    /// Length of the season that is known from the start, in seconds: a day.
    pub season_s: u32,
}

impl Default for Params {
    fn default() -> Self {
        Self { threshold: 0.5, warm_up: 100, season_s: 86_400 }
    }
}

/// What one point was found to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// How anomalous the point is, 0 to 1. One event is scored once: what follows is 0 unless it is worse.
    pub score: f64,
    /// The point was no number; it was counted and otherwise left alone.
    pub is_missing: bool,
    /// What was expected, `NaN` in the first points.
    pub expected: f64,
    /// Lower end of the usual band.
    pub low: f64,
    /// Upper end of the usual band.
    pub high: f64,
    /// An alert begins here; what kind it is so far. It comes from [`Detector::take_alerts`] when it ends.
    pub opened: Option<Kind>,
}

/// Values farther from zero are taken as this far: sums of their distances must stay finite.
const MOST: f64 = 1e36;

/// Times the longest pause so far, and times the usual interval, that make a silence.
const PAUSES: i64 = 3;
const INTERVALS: f64 = 10.0;

/// Zeros for this many times the longest run of them so far make a silence.
const ZERO_RUNS: i64 = 2;
/// Runs that must have ended before one can be too long.
const FEW_RUNS: u32 = 8;

/// Spreads from the expected value that are worth an alert, at least.
const FAR: f64 = 6.0;

/// Times the largest distance lately that make a value worth an alert: series with tails are woken by what
/// lies outside of them.
const RECORD: f64 = 1.4;
/// Part of the largest distance that is forgotten with each point.
const RECORD_FORGET: f64 = 1.0 / 2_000.0;

/// Points without which nobody knows what a slow change is.
const DRIFT_WARM_UP: u32 = 1_024;

/// Alerts that wait for [`Detector::take_alerts`]; older ones are dropped behind it.
const MOST_WAITING: usize = 64;

/// Where a series stands in time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    pub(crate) last: i64,
    pub(crate) interval: f64,
    pub(crate) longest_pause: i64,
    /// Since when values are zero.
    pub(crate) zero_since: Option<i64>,
    pub(crate) longest_zeros: i64,
    /// Runs of zeros that ended.
    pub(crate) zero_runs: u32,
    /// It was told that the run that goes on is a silence.
    pub(crate) is_told: bool,
}

/// What is known of one series: constant in size, 1 µs a point.
#[derive(Clone, Debug)]
pub struct Detector {
    pub(crate) params: Params,
    pub(crate) base: f64,
    pub(crate) points: u32,
    pub(crate) missing: u32,
    /// Points since the beginning or the last deployment.
    pub(crate) settled: u32,
    pub(crate) is_all_zero: bool,
    pub(crate) clock: Clock,
    pub(crate) values: Recent<64>,
    pub(crate) size: f64,
    pub(crate) ranges: [Range; FEATURES],
    pub(crate) memories: [Memories; MEMBERS.len()],
    pub(crate) evidence: Evidence,
    pub(crate) baseline: Baseline,
    /// Smoothed distance from the expected value, in spreads.
    pub(crate) distance: f64,
    /// Smoothed part of the points that lie far away.
    pub(crate) wildness: f64,
    /// The largest distance lately, in spreads.
    pub(crate) farthest: f64,
    pub(crate) trend: Trend,
    pub(crate) event: Option<Event>,
    pub(crate) rebaseline_at: Option<i64>,
    waiting: Vec<Alert>,
}

impl Detector {
    /// A detector that knows nothing yet.
    #[must_use]
    pub fn new(params: &Params) -> Self {
        Self {
            params: *params,
            base: 0.0,
            points: 0,
            missing: 0,
            settled: 0,
            is_all_zero: true,
            clock: Clock {
                last: 0,
                interval: 0.0,
                longest_pause: 0,
                zero_since: None,
                longest_zeros: 0,
                zero_runs: 0,
                is_told: false,
            },
            values: Recent::new(),
            size: 0.0,
            ranges: [Range::EMPTY; FEATURES],
            memories: [Memories::EMPTY; MEMBERS.len()],
            evidence: Evidence::EMPTY,
            baseline: Baseline::EMPTY,
            distance: 0.0,
            wildness: 0.0,
            farthest: 0.0,
            trend: Trend::EMPTY,
            event: None,
            rebaseline_at: None,
            waiting: Vec::new(),
        }
    }

    /// Points that were numbers.
    #[must_use]
    pub const fn points(&self) -> u32 {
        self.points
    }

    /// Points that were none.
    #[must_use]
    pub const fn missing(&self) -> u32 {
        self.missing
    }

    /// Scores a point, and learns from it. `time` is Unix time in seconds; a time before that of the point
    /// before is taken as the same. Never uses what comes later.
    pub fn push(&mut self, time: i64, value: f64) -> Score {
        if !value.is_finite() {
            self.missing = self.missing.saturating_add(1);
            return Score {
                score: 0.0,
                is_missing: true,
                expected: f64::NAN,
                low: f64::NAN,
                high: f64::NAN,
                opened: None,
            };
        }
        if self.rebaseline_at.is_some_and(|at| time >= at) {
            self.begin_anew();
        }
        if self.points == 0 {
            self.base = value.clamp(-MOST, MOST);
            self.clock.last = time;
        }
        let time = time.max(self.clock.last);
        self.keep_time(time);
        // Less the first value: a counter of billions that moves by ones keeps its ones.
        let relative = f64::from(single((value - self.base).clamp(-MOST, MOST)));
        let expectation = self.baseline.expect(time);
        let is_in_range = self.is_in_range(relative);
        let (surprise, speaker) = self.surprise(time, value, relative);
        let score = self.evidence.score(surprise, self.points);
        let is_first = self.note_zero(time, value);
        self.points = self.points.saturating_add(1);
        self.settled = self.settled.saturating_add(1);
        let is_ready = self.settled > self.params.warm_up;
        // Hostile snapshots may hold ranges without an end.
        let score = if is_ready && score.is_finite() { score.clamp(0.0, 1.0) } else { 0.0 };
        let opened = match expectation {
            Some(now) if !is_ready => {
                self.measure(relative, now);
                None
            }
            Some(now) => {
                let is_zero = value == 0.0 && self.base + now.value > 0.0;
                self.watch(time, relative, is_zero, now, score, speaker, is_in_range, is_first)
            }
            None => None,
        };
        self.baseline.learn(time, relative, self.clock.interval);
        let half = expectation.map_or(f64::NAN, |now| BAND * now.spread);
        let expected = expectation.map_or(f64::NAN, |now| self.base + now.value);
        Score {
            score,
            is_missing: false,
            expected,
            low: if expected.is_nan() { expected } else { (expected - half).max(self.least()) },
            high: expected + half,
            opened,
        }
    }

    /// A deployment: what comes from this time on may be another normal, which is learned anew.
    pub fn rebaseline(&mut self, at: i64) {
        self.rebaseline_at = Some(self.rebaseline_at.map_or(at, |earlier| earlier.min(at)));
    }

    /// The series ended, or was looked at, at `now`: ends what goes on, and tells of a silence until then.
    pub fn close(&mut self, now: i64) {
        if let Some(event) = self.event.take() {
            self.wait(event.alert(self.base, self.least()));
        }
        if self.points > 0 && now > self.clock.last {
            let mut clock = self.clock;
            self.tell_pause(&mut clock, now);
        }
    }

    /// The alerts that ended since the last call.
    pub fn take_alerts(&mut self) -> Vec<Alert> {
        std::mem::take(&mut self.waiting)
    }

    /// The alert that goes on, as far as it is known.
    #[must_use]
    pub fn open_alert(&self) -> Option<Alert> {
        self.event.map(|event| event.alert(self.base, self.least()))
    }

    fn wait(&mut self, alert: Alert) {
        if self.waiting.len() == MOST_WAITING {
            self.waiting.remove(0);
        }
        self.waiting.push(alert);
    }

    /// Zero for a series that was never below it, as counts and durations are.
    fn least(&self) -> f64 {
        let low = self.ranges.first().map_or(f32::INFINITY, |range| range.low);
        if self.base + f64::from(low) >= 0.0 { 0.0 } else { f64::NEG_INFINITY }
    }

    fn begin_anew(&mut self) {
        if let Some(event) = self.event.take() {
            self.wait(event.alert(self.base, self.least()));
        }
        self.rebaseline_at = None;
        self.settled = 0;
        self.ranges = [Range::EMPTY; FEATURES];
        self.memories = [Memories::EMPTY; MEMBERS.len()];
        self.values = Recent::new();
        self.baseline.forget();
        (self.distance, self.wildness, self.farthest) = (0.0, 0.0, 0.0);
        self.trend.forget();
    }

    /// Follows the interval between points, and tells of a pause that is too long.
    fn keep_time(&mut self, time: i64) {
        let pause = time.saturating_sub(self.clock.last);
        if pause > 0 {
            let mut clock = self.clock;
            self.tell_pause(&mut clock, time);
            let most = clock.interval * 4.0;
            #[expect(clippy::cast_precision_loss, reason = "seconds between two points")]
            let seconds = pause as f64;
            if clock.interval == 0.0 {
                clock.interval = seconds;
            }
            let seconds = if most > 0.0 { seconds.min(most) } else { seconds };
            clock.interval += (seconds - clock.interval) / 32.0;
            clock.longest_pause = clock.longest_pause.max(pause);
            clock.last = time;
            self.clock = clock;
        }
    }

    fn tell_pause(&mut self, clock: &mut Clock, time: i64) {
        let pause = time.saturating_sub(clock.last);
        #[expect(clippy::cast_precision_loss, reason = "seconds between two points")]
        let is_long = pause as f64 > INTERVALS * clock.interval
            && pause > clock.longest_pause.saturating_mul(PAUSES);
        if !is_long || self.settled <= self.params.warm_up {
            return;
        }
        let Some(now) = self.baseline.expect(clock.last) else { return };
        self.tell_silence(clock.last, time, now, Noticed::Absence);
    }

    /// Tells when zeros go on for much longer than ever, once.
    fn tell_zeros(&mut self, since: i64, time: i64) {
        let run = time.saturating_sub(since);
        let clock = &mut self.clock;
        #[expect(clippy::cast_precision_loss, reason = "seconds of a run")]
        let is_long = run > clock.longest_zeros.saturating_mul(ZERO_RUNS)
            && run as f64 > INTERVALS * clock.interval
            && clock.zero_runs >= FEW_RUNS;
        if clock.is_told || !is_long || self.settled <= self.params.warm_up {
            return;
        }
        clock.is_told = true;
        // An event that goes on is told by itself.
        let now = self.baseline.expect(since).filter(|_| self.event.is_none());
        if let Some(now) = now {
            self.tell_silence(since, time, now, Noticed::Zeros);
        }
    }

    fn tell_silence(&mut self, start: i64, end: i64, now: Expectation, noticed: Noticed) {
        let half = BAND * now.spread;
        let expected = self.base + now.value;
        self.wait(Alert {
            start,
            end,
            kind: Kind::Silence,
            severity: Severity::High,
            score: 1.0,
            value: 0.0,
            expected,
            low: (expected - half).max(self.least()),
            high: expected + half,
            points: 0,
            noticed,
        });
    }

    /// Follows runs of zeros; says whether this is the first value that is not zero.
    fn note_zero(&mut self, time: i64, value: f64) -> bool {
        let is_first = self.is_all_zero && value != 0.0 && self.points > 0;
        if value == 0.0 {
            let since = *self.clock.zero_since.get_or_insert(time);
            self.tell_zeros(since, time);
        } else {
            self.is_all_zero = false;
            if let Some(since) = self.clock.zero_since.take() {
                let run = time.saturating_sub(since);
                self.clock.longest_zeros = self.clock.longest_zeros.max(run);
                self.clock.zero_runs = self.clock.zero_runs.saturating_add(1);
                self.clock.is_told = false;
            }
        }
        is_first
    }

    /// Whether values so far were on both sides of this one.
    fn is_in_range(&self, value: f64) -> bool {
        let value = single(value);
        self.ranges.first().is_some_and(|range| range.low <= value && value <= range.high)
    }

    /// The surprise of the committee, and who was surprised most.
    fn surprise(&mut self, time: i64, value: f64, relative: f64) -> (f32, u8) {
        let contexts = self.contexts(time);
        let features = self.features(value, relative);
        for (range, feature) in self.ranges.iter_mut().zip(features) {
            if !feature.is_nan() {
                range.take_in(feature);
            }
        }
        let (mut sum, mut most, mut speaker) = (0.0, 0.0, 0);
        let members = MEMBERS.iter().zip(&mut self.memories).zip(0..);
        for ((member, memories), index) in members {
            let feature = member.feature as usize;
            let (Some(&value), Some(range)) = (features.get(feature), self.ranges.get(feature))
            else {
                continue;
            };
            let position = match position(member.context, &contexts) {
                Position::Unknown => continue,
                Position::None => None,
                Position::At(position) => Some(position),
            };
            if value.is_nan() {
                continue;
            }
            let surprise = memories.surprise(value, position, range.width());
            let part = member.weight * surprise * surprise * surprise;
            sum += part;
            if part > most {
                (most, speaker) = (part, index);
            }
        }
        (sum, speaker)
    }

    /// Positions of the contexts: day, value before, level before, value 16 before.
    fn contexts(&self, time: i64) -> [Option<f32>; 4] {
        let season = i64::from(self.params.season_s.max(1));
        #[expect(clippy::cast_precision_loss, reason = "a part of a day")]
        let day = time.rem_euclid(season) as f32 / season as f32;
        let place = |feature: Feature, value: Option<f32>| {
            let range = self.ranges.get(feature as usize);
            range.zip(value).and_then(|(range, value)| range.position(value))
        };
        let level = self.values.mean(16).map(single);
        [
            Some(day),
            place(Feature::Value, self.values.back(0)),
            place(Feature::Mean16, level),
            place(Feature::Value, self.values.back(15)),
        ]
    }

    /// The features of the newest value, which is remembered.
    fn features(&mut self, value: f64, relative: f64) -> Features {
        let nan = |feature: Option<f64>| feature.map_or(f32::NAN, single);
        let above = nan(self.values.mean(64).map(|mean| relative - mean));
        let newest = single(relative);
        self.values.push(newest);
        let change = self.values.back(48).map_or(f32::NAN, |earlier| newest - earlier);
        let peak = self.values.newest(24);
        let peak = peak.map_or(f32::NAN, |values| values.iter().copied().fold(f32::MIN, f32::max));
        let size = value.abs().min(MOST);
        let rate = (1.0 / (f64::from(self.points) + 1.0)).max(1.0 / 5_000.0);
        self.size += rate * (size - self.size);
        let log = single((size + 0.02 * self.size + 1e-12).ln());
        let mean = nan(self.values.mean(16));
        [newest, mean, above, change, peak, log]
    }

    /// Begins, follows and ends events.
    #[expect(clippy::too_many_arguments, reason = "the facts of one point")]
    fn watch(
        &mut self,
        time: i64,
        value: f64,
        is_zero: bool,
        now: Expectation,
        score: f64,
        speaker: u8,
        is_in_range: bool,
        is_first: bool,
    ) -> Option<Kind> {
        let Measure { away, is_record, drift } = self.measure(value, now);
        let is_far = f64::from(u8::from(away > 6.0));
        if let Some(mut event) = self.event {
            let is_over = event.take_in(time, value, is_zero, now, score);
            self.event = Some(event);
            if is_over {
                self.event = None;
                self.distance = 0.0;
                self.wait(event.alert(self.base, self.least()));
                if event.outside() >= NEW_NORMAL {
                    self.baseline.forget_level();
                }
            }
            return None;
        }
        self.wildness += (is_far - self.wildness) / 512.0;
        let is_lasting = self.distance > 5.0 && self.wildness < 0.02;
        let noticed = if is_first {
            Noticed::First
        } else if score >= self.params.threshold && away > FAR && is_record {
            Noticed::Range(speaker)
        } else if is_lasting {
            Noticed::Distance
        } else if drift.is_some() {
            Noticed::Trend
        } else {
            return None;
        };
        let before = drift.filter(|_| noticed == Noticed::Trend).unwrap_or(now);
        let mut event = Event::begin(time, value, before, noticed, is_in_range);
        // Whoever noticed, it is worth an alert.
        event.take_in(time, value, is_zero, before, score.max(self.params.threshold));
        self.event = Some(event);
        Some(event.kind())
    }

    /// Follows the distances of the values from what is expected, near and over days.
    fn measure(&mut self, value: f64, now: Expectation) -> Measure {
        let away = spreads(value - now.value, now.spread).abs();
        self.distance += (away.min(20.0) - self.distance) / 8.0;
        let is_record = away > RECORD * self.farthest;
        self.farthest = (self.farthest * (1.0 - RECORD_FORGET)).max(away);
        // Against the hour where it is known. The spread of the level would hold the drift itself.
        let before = Expectation {
            value: if now.is_seasonal { now.value } else { self.baseline.slow },
            spread: self.baseline.step.max(1.25 * self.baseline.slow_error),
            is_seasonal: now.is_seasonal,
        };
        let is_drift = self.trend.take_in(spreads(value - before.value, before.spread));
        let drift = (is_drift && self.settled > DRIFT_WARM_UP).then_some(before);
        Measure { away, is_record, drift }
    }
}

/// How far a value is from what was expected.
struct Measure {
    /// In spreads.
    away: f64,
    /// It is much farther than any lately.
    is_record: bool,
    /// Small distances have added up, from what was expected over days.
    drift: Option<Expectation>,
}

/// A position for one member.
enum Position {
    /// Too few values yet.
    Unknown,
    /// It has no context.
    None,
    /// From 0 to 1.
    At(f32),
}

fn position(context: Context, positions: &[Option<f32>; 4]) -> Position {
    let [day, previous, level, earlier] = *positions;
    let found = match context {
        Context::Any => return Position::None,
        Context::Day => day,
        Context::Previous => previous,
        Context::Level => level,
        Context::Earlier => earlier,
    };
    found.map_or(Position::Unknown, Position::At)
}

/// As the number that is kept; values were cut before so that this stays finite.
#[expect(clippy::cast_possible_truncation, reason = "this is the one place that shortens")]
fn single(value: f64) -> f32 {
    value as f32
}
