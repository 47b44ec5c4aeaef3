//! What a value is expected to be, and how far values usually are from it: for the band of a chart, the words
//! of an alert, and for noticing what lasts.

/// Hours of a day, for days of work and for weekends.
pub(crate) const CELLS: usize = 48;

const HOUR_S: i64 = 3_600;
const SECONDS_AN_HOUR: f64 = 3_600.0;
const DAY_S: i64 = 24 * HOUR_S;

/// Points over which the level is averaged.
const MEMORY: f64 = 64.0;

/// Points over which the slow level is averaged.
const SLOW: f64 = 768.0;

/// A value is learned as if it were at most this many spreads away: one outlier teaches little.
const MOST_SPREADS: f64 = 4.0;

/// Mean of an hour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Cell {
    pub(crate) mean: f32,
    pub(crate) seen: u16,
}

/// What is expected at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Expectation {
    /// The value, less the base of the series.
    pub(crate) value: f64,
    /// How far values usually are from it; like a standard deviation, never negative.
    pub(crate) spread: f64,
    /// Whether the hour of the day says it, and not the level of the last values.
    pub(crate) is_seasonal: bool,
}

/// The level of a series, its hours, and the errors of both.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Baseline {
    pub(crate) points: u32,
    pub(crate) level: f64,
    /// Mean distance from the level.
    pub(crate) level_error: f64,
    /// The level over days.
    pub(crate) slow: f64,
    /// Mean distance from the slow level.
    pub(crate) slow_error: f64,
    /// Mean step from one value to the next: noise without the slow changes.
    pub(crate) step: f64,
    pub(crate) last: f64,
    /// Mean distance from the mean of the hour.
    pub(crate) hour_error: f64,
    /// Points for which the hour was known.
    pub(crate) hour_points: u32,
    /// Points of an hour.
    pub(crate) visit: f64,
    pub(crate) cells: [Cell; CELLS],
}

impl Baseline {
    pub(crate) const EMPTY: Self = Self {
        points: 0,
        level: 0.0,
        level_error: 0.0,
        slow: 0.0,
        slow_error: 0.0,
        step: 0.0,
        last: 0.0,
        hour_error: 0.0,
        hour_points: 0,
        visit: 1.0,
        cells: [Cell { mean: 0.0, seen: 0 }; CELLS],
    };

    /// What is expected at `time`; nothing in the first points.
    pub(crate) fn expect(&self, time: i64) -> Option<Expectation> {
        if self.points < 16 {
            return None;
        }
        // Mean distance to standard deviation, as for a normal distribution.
        let to_spread = 1.25;
        let by_level = Expectation {
            value: self.level,
            spread: self.level_error * to_spread,
            is_seasonal: false,
        };
        let is_known = self.hour_points > 64 && self.hour_error < 0.7 * self.level_error;
        // An hour is known from its second day on.
        let enough = (1.5 * self.visit).max(2.0);
        let cell = self.cells.get(cell_index(time));
        let cell = cell.filter(|cell| f64::from(cell.seen) > enough);
        let by_hour = cell.filter(|_| is_known).map(|cell| Expectation {
            value: f64::from(cell.mean),
            spread: self.hour_error * to_spread,
            is_seasonal: true,
        });
        Some(by_hour.unwrap_or(by_level))
    }

    /// Learns a value; `interval_s` is the usual time between two.
    pub(crate) fn learn(&mut self, time: i64, value: f64, interval_s: f64) {
        self.points = self.points.saturating_add(1);
        let rate = (1.0 / f64::from(self.points)).max(1.0 / MEMORY);
        if self.points == 1 {
            self.level = value;
            self.slow = value;
            self.last = value;
            self.level_error = 0.0;
        }
        let step = learned(value - self.level, self.level_error, self.points);
        self.level_error += rate * (step.abs() - self.level_error);
        self.level += rate * step;
        let noise = learned(value - self.last, self.step, self.points).abs();
        self.step += rate * (noise - self.step);
        self.last = value;
        let rate = (1.0 / f64::from(self.points)).max(1.0 / SLOW);
        let step = learned(value - self.slow, self.slow_error, self.points);
        self.slow_error += rate * (step.abs() - self.slow_error);
        self.slow += rate * step;

        let Some(cell) = self.cells.get_mut(cell_index(time)) else { return };
        if cell.seen > 0 {
            let distance = value - f64::from(cell.mean);
            let step = learned(distance, self.hour_error, self.hour_points);
            self.hour_points = self.hour_points.saturating_add(1);
            let rate = (1.0 / f64::from(self.hour_points)).max(1.0 / (4.0 * MEMORY));
            self.hour_error += rate * (step.abs() - self.hour_error);
        }
        cell.seen = cell.seen.saturating_add(1);
        // Three days of an hour make its mean.
        self.visit = (SECONDS_AN_HOUR / interval_s.max(1.0)).max(1.0);
        let rate = (1.0 / f64::from(cell.seen)).max((1.0 / (3.0 * self.visit)).min(0.33));
        let distance = value - f64::from(cell.mean);
        let distance = learned(distance, self.hour_error.max(self.level_error), self.points);
        let mean = f64::from(cell.mean) + rate * distance;
        #[expect(clippy::cast_possible_truncation, reason = "values are kept as f32")]
        if cell.seen == 1 {
            cell.mean = value as f32;
        } else {
            cell.mean = mean as f32;
        }
    }

    /// Keeps nothing: a new normal begins.
    pub(crate) fn forget(&mut self) {
        *self = Self::EMPTY;
    }

    /// Starts the level anew and keeps the hours.
    pub(crate) fn forget_level(&mut self) {
        self.points = 0;
        self.hour_points = 0;
        for cell in &mut self.cells {
            cell.seen = 0;
        }
    }
}

/// A distance as it is learned: whole at first, later cut to a few spreads.
fn learned(distance: f64, error: f64, points: u32) -> f64 {
    if points < 32 || error <= 0.0 {
        return distance;
    }
    let most = MOST_SPREADS * error;
    distance.clamp(-most, most)
}

/// The hour of the day in UTC; weekends have their own.
fn cell_index(time: i64) -> usize {
    let hour = time.rem_euclid(DAY_S) / HOUR_S;
    // The first of January 1970 was a Thursday.
    let weekday = (time.div_euclid(DAY_S) + 3).rem_euclid(7);
    let index = if weekday >= 5 { hour + 24 } else { hour };
    usize::try_from(index).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Baseline, HOUR_S, cell_index};

    #[test]
    fn weekends_have_their_own_hours() {
        let saturday = 1_790_380_800; // 2026-09-26T00:00:00Z
        assert_eq!(cell_index(saturday), 24);
        assert_eq!(cell_index(saturday - HOUR_S), 23);
        assert_eq!(cell_index(saturday + 2 * 24 * HOUR_S), 0);
    }

    #[test]
    fn hours_are_believed_when_they_know_better_than_the_level() {
        let mut baseline = Baseline::EMPTY;
        for point in 0_u32..4_000 {
            let time = i64::from(point) * 300;
            let busy = (8..18).contains(&(time / HOUR_S % 24));
            baseline.learn(time, if busy { 100.0 } else { 10.0 }, 300.0);
        }
        let noon = 4_000 * 300 / (24 * HOUR_S) * 24 * HOUR_S + 12 * HOUR_S;
        let expected = baseline.expect(noon).unwrap();
        assert!(expected.is_seasonal);
        assert!((expected.value - 100.0).abs() < 5.0, "{expected:?}");
    }

    #[test]
    fn one_outlier_teaches_little() {
        let mut baseline = Baseline::EMPTY;
        for point in 0_u32..500 {
            baseline.learn(i64::from(point) * 60, f64::from(point % 3), 60.0);
        }
        baseline.learn(500 * 60, 1e9, 60.0);
        assert!(baseline.level < 3.0);
    }
}
