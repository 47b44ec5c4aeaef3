//! Twenty made series of Lambda metrics with labels: what is normal for functions, and what attacks and
//! faults look like in them. The same seed makes the same series.

use std::f64::consts::TAU;

/// Seconds between two points.
pub(crate) const STEP: i64 = 300;
/// Points of a day.
pub(crate) const DAY: i64 = 288;
/// Points of an hour.
const HOUR: i64 = 12;
/// Length of a series: three weeks.
const POINTS: i64 = 21 * DAY;
/// Until here a series is only learned from: it holds one weekend.
pub(crate) const LEARNED: i64 = 10 * DAY;
/// 2026-03-02T00:00:00Z, a Monday.
const START: i64 = 1_772_409_600;

/// What an alert should say, and when.
#[derive(Clone, Debug)]
pub(crate) struct Label {
    /// First and last point.
    pub(crate) from: i64,
    pub(crate) to: i64,
    /// Kinds that name it well.
    pub(crate) kinds: &'static [&'static str],
}

/// One series.
#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    /// What happens, in one sentence.
    pub(crate) about: &'static str,
    /// Unix time and value.
    pub(crate) points: Vec<(i64, f64)>,
    pub(crate) labels: Vec<Label>,
    pub(crate) deploys: Vec<i64>,
}

/// Unix time of a point.
pub(crate) fn time_of(point: i64) -> i64 {
    START + point * STEP
}

/// Numbers that look random, by `SplitMix64`.
struct Random(u64);

impl Random {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// From 0 to 1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits are exact")]
    fn part(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Normal, with mean 0 and deviation 1.
    fn normal(&mut self) -> f64 {
        let (one, two) = (self.part().max(1e-12), self.part());
        (-2.0 * one.ln()).sqrt() * (TAU * two).cos()
    }

    /// A count with this mean.
    fn count(&mut self, mean: f64) -> f64 {
        if mean > 30.0 {
            return (mean + mean.sqrt() * self.normal()).round().max(0.0);
        }
        let (limit, mut product, mut count) = ((-mean).exp(), self.part(), 0.0);
        while product > limit && count < 200.0 {
            product *= self.part();
            count += 1.0;
        }
        count
    }
}

/// The load of a shop: busy from eight to eight, half at weekends. 1 is the busiest.
#[expect(clippy::cast_precision_loss, reason = "points of three weeks")]
fn load(point: i64) -> f64 {
    let hour = (point % DAY) as f64 / HOUR as f64;
    let day = 0.15 + 0.85 * (-((hour - 14.0) / 4.5).powi(2)).exp();
    if (point / DAY) % 7 >= 5 { 0.5 * day } else { day }
}

/// A duration in ms with a tail, as functions have them.
fn duration(random: &mut Random, mean: f64) -> f64 {
    mean * (0.08 * random.normal() + 0.01 * random.part()).exp()
}

type Value<'a> = &'a mut dyn FnMut(&mut Random, i64) -> Option<f64>;

fn make(name: &str, seed: u64, value: Value<'_>) -> Vec<(i64, f64)> {
    let salt = name
        .bytes()
        .fold(seed, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let mut random = Random(salt);
    (0..POINTS)
        .filter_map(|point| value(&mut random, point).map(|value| (time_of(point), value)))
        .collect()
}

struct Maker {
    seed: u64,
    made: Vec<Scenario>,
}

impl Maker {
    fn add(
        &mut self,
        name: &'static str,
        about: &'static str,
        labels: &[(i64, i64, &'static [&'static str])],
        value: Value<'_>,
    ) {
        let points = make(name, self.seed, value);
        let labels =
            labels.iter().map(|(from, to, kinds)| Label { from: *from, to: *to, kinds }).collect();
        self.made.push(Scenario { name, about, points, labels, deploys: Vec::new() });
    }
}

/// All twenty.
pub(crate) fn all(seed: u64) -> Vec<Scenario> {
    let mut maker = Maker { seed, made: Vec::new() };
    attacks(&mut maker);
    faults(&mut maker);
    troubles(&mut maker);
    normal(&mut maker);
    maker.made
}

/// How far point number `at` is from `from` to `to`, 0 before and 1 behind.
#[expect(clippy::cast_precision_loss, reason = "points of three weeks")]
fn ramp(at: i64, from: i64, to: i64) -> f64 {
    ((at - from) as f64 / (to - from) as f64).clamp(0.0, 1.0)
}

fn attacks(maker: &mut Maker) {
    let from = 15 * DAY + 13 * HOUR;
    maker.add(
        "redos-ramp",
        "duration rises within two hours to the time limit as crafted input reaches an expression",
        &[(from, from + 3 * HOUR, &["level", "spike", "drift"])],
        &mut |random, at| {
            let is_on = (from..=from + 3 * HOUR).contains(&at);
            let extra = if is_on { 2_880.0 * ramp(at, from, from + 2 * HOUR) } else { 0.0 };
            Some(duration(random, 120.0) + extra)
        },
    );
    let from = 14 * DAY + 2 * HOUR;
    maker.add(
        "mining-plateau",
        "duration doubles for half a day as a miner runs inside the function",
        &[(from, from + 12 * HOUR, &["level"])],
        &mut |random, at| {
            let is_on = (from..=from + 12 * HOUR).contains(&at);
            Some(duration(random, if is_on { 260.0 } else { 120.0 }))
        },
    );
    let from = 16 * DAY + 11 * HOUR;
    maker.add(
        "throttling-dos",
        "throttles rise from next to none to hundreds as the concurrency is used up",
        &[(from, from + HOUR, &["level", "spike"])],
        &mut |random, at| {
            let is_on = (from..=from + HOUR).contains(&at);
            Some(random.count(if is_on { 250.0 } else { 0.15 }))
        },
    );
    let from = 17 * DAY + 3 * HOUR;
    maker.add(
        "data-theft",
        "bytes sent out are eight times as many for a quarter of an hour at night",
        &[(from, from + 2, &["spike"])],
        &mut |random, at| {
            let is_on = (from..=from + 2).contains(&at);
            let normal = 4e6 * (0.2 + load(at)) * (0.1 * random.normal()).exp();
            Some(if is_on { normal + 3e7 } else { normal })
        },
    );
    let from = 18 * DAY + 3 * HOUR;
    maker.add(
        "night-calls",
        "the load of a weekday's noon comes at three in the night: a stolen key is used",
        &[(from, from + HOUR, &["season", "level", "spike"])],
        &mut |random, at| {
            let is_on = (from..=from + HOUR).contains(&at);
            let mean = 400.0 * load(at);
            Some(random.count(if is_on { 380.0 } else { mean }))
        },
    );
    let from = 13 * DAY + 9 * HOUR;
    maker.add(
        "new-error-kind",
        "an error that never happened before, as somebody tries an injection",
        &[(from, from + 6, &["new-error"])],
        &mut |_, at| Some(if (from..=from + 6).contains(&at) { 2.0 } else { 0.0 }),
    );
}

fn faults(maker: &mut Maker) {
    let from = 15 * DAY + 10 * HOUR;
    maker.add(
        "error-storm",
        "errors rise for forty minutes as a database is gone",
        &[(from, from + 8, &["level", "spike"])],
        &mut |random, at| {
            let is_on = (from..=from + 8).contains(&at);
            Some(random.count(if is_on { 60.0 } else { 1.2 * load(at) }))
        },
    );
    let from = 13 * DAY;
    maker.add(
        "memory-growth",
        "memory grows for three days until the environment is stopped",
        &[(from, from + 3 * DAY, &["drift", "level"])],
        &mut |random, at| {
            let leak =
                if at <= from + 3 * DAY { 110.0 * ramp(at, from, from + 3 * DAY) } else { 0.0 };
            Some((128.0 + leak + 2.0 * random.normal()).round())
        },
    );
    let from = 17 * DAY + 12 * HOUR;
    maker.add(
        "gone-silent",
        "the function sends nothing any more: its trigger was removed",
        &[(from, POINTS - 1, &["silence"])],
        &mut |random, at| (at < from).then(|| random.count(400.0 * load(at))),
    );
    let from = 16 * DAY + 9 * HOUR;
    maker.add(
        "zero-calls",
        "six hours without a call in the middle of a working day",
        &[(from, from + 6 * HOUR, &["silence", "drop", "level"])],
        &mut |random, at| {
            let is_on = (from..=from + 6 * HOUR).contains(&at);
            let calls = random.count(400.0 * load(at));
            Some(if is_on { 0.0 } else { calls })
        },
    );
    let from = 14 * DAY + 15 * HOUR;
    maker.add(
        "cold-start-storm",
        "cold starts are thirty times as many for an hour and a half",
        &[(from, from + 18, &["level", "spike"])],
        &mut |random, at| {
            let is_on = (from..=from + 18).contains(&at);
            Some(random.count(if is_on { 90.0 } else { 3.0 * load(at) }))
        },
    );
    let from = 15 * DAY + 20 * HOUR;
    maker.add(
        "iterator-age",
        "the age of records grows for four hours as one poisoned record stops its shard",
        &[(from, from + 4 * HOUR, &["level", "spike", "drift"])],
        &mut |random, at| {
            let is_on = (from..=from + 4 * HOUR).contains(&at);
            let usual = 200.0 + 60.0 * random.normal().abs();
            Some(if is_on { usual + 1.4e7 * ramp(at, from, from + 4 * HOUR) } else { usual })
        },
    );
}

fn troubles(maker: &mut Maker) {
    let from = 14 * DAY + 18 * HOUR;
    maker.add(
        "swinging-duration",
        "durations swing for eight hours as a dependency fails now and then",
        &[(from, from + 8 * HOUR, &["variance"])],
        &mut |random, at| {
            let is_on = (from..=from + 8 * HOUR).contains(&at);
            let usual = duration(random, 120.0);
            let swing = if random.bits() & 1 == 0 { 90.0 } else { -90.0 };
            Some(if is_on { usual + swing } else { usual })
        },
    );
    let from = 16 * DAY + 13 * HOUR;
    maker.add(
        "gap",
        "the collection of metrics is down for five hours",
        &[(from, from + 5 * HOUR, &["silence"])],
        &mut |random, at| {
            let is_on = (from..from + 5 * HOUR).contains(&at);
            (!is_on).then(|| duration(random, 120.0))
        },
    );
}

#[expect(clippy::cast_precision_loss, reason = "points of three weeks")]
fn normal(maker: &mut Maker) {
    let deploy = 15 * DAY + 10 * HOUR;
    maker.add(
        "deploy-step",
        "a deployment, which is told, makes the function half as fast again as before",
        &[],
        &mut |random, at| Some(duration(random, if at >= deploy { 190.0 } else { 120.0 })),
    );
    if let Some(made) = maker.made.last_mut() {
        made.deploys.push(time_of(deploy));
    }
    maker.add("daily-season", "calls follow the day, weekends too", &[], &mut |random, at| {
        Some(random.count(300.0 * load(at % DAY)))
    });
    maker.add(
        "weekend",
        "calls follow the day and are half at weekends",
        &[],
        &mut |random, at| Some(random.count(400.0 * load(at))),
    );
    maker.add("counter-reset", "a counter that starts anew every night", &[], &mut |random, at| {
        Some((at % DAY) as f64 * 50.0 + 40.0 * random.part())
    });
    maker.add(
        "sparse-function",
        "a function that is called some three times a day",
        &[],
        &mut |random, _| Some(f64::from(u8::from(random.part() < 0.01))),
    );
    maker.add(
        "slow-growth",
        "calls follow the day and grow by one part in a hundred a day",
        &[],
        &mut |random, at| {
            let growth = 1.0 + 0.01 * at as f64 / DAY as f64;
            Some(random.count(300.0 * growth * load(at)))
        },
    );
}
