//! Slow change: the cumulated sum of distances that are too small to be seen one by one.

/// Distances of this many spreads are noise.
const SLACK: f64 = 1.0;

/// The sum that is a drift, in spreads.
const DRIFT: f64 = 80.0;

/// A drift must be this many times as large as what the series did lately.
const TIMES: f64 = 2.0;

/// Part of the largest sum that is forgotten with each point.
const FORGET: f64 = 1.0 / 2_000.0;

/// Sums of distances above and below, and how far they went before they fell back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Trend {
    pub(crate) above: f64,
    pub(crate) below: f64,
    /// The largest sum since one fell back.
    pub(crate) peak: f64,
    /// The largest sum that fell back lately.
    pub(crate) usual: f64,
}

impl Trend {
    pub(crate) const EMPTY: Self = Self { above: 0.0, below: 0.0, peak: 0.0, usual: 0.0 };

    /// Takes in the distance from the slow level, in spreads; says whether a drift is seen.
    pub(crate) fn take_in(&mut self, away: f64) -> bool {
        let away = away.clamp(-8.0, 8.0);
        let before = *self;
        self.above = (self.above + away - SLACK).clamp(0.0, 1e6);
        self.below = (self.below - away - SLACK).clamp(0.0, 1e6);
        let sum = self.above.max(self.below);
        let is_drift = sum > DRIFT.max(TIMES * self.usual);
        self.peak = self.peak.max(sum);
        self.usual *= 1.0 - FORGET;
        if is_drift {
            (self.above, self.below) = (0.0, 0.0);
        }
        let fell = |before: f64, now: f64| before > 0.0 && now <= 0.0;
        if fell(before.above, self.above) || fell(before.below, self.below) {
            self.usual = self.usual.max(self.peak);
            self.peak = self.above.max(self.below);
        }
        is_drift
    }

    /// Learns what the series does while it may not be judged.
    pub(crate) fn forget(&mut self) {
        *self = Self::EMPTY;
    }
}

#[cfg(test)]
mod tests {
    use super::Trend;

    #[test]
    fn small_distances_on_one_side_add_up() {
        let mut trend = Trend::EMPTY;
        assert!((0..1_000).all(|at| !trend.take_in(if at % 2 == 0 { 2.0 } else { -2.0 })));
        assert!((0..100).any(|_| trend.take_in(2.5)));
    }

    #[test]
    fn what_a_series_does_always_is_no_drift() {
        let mut trend = Trend::EMPTY;
        let wave = |at: i32| if (at / 100) % 2 == 0 { 3.0 } else { -3.0 };
        for at in 0..2_000 {
            trend.take_in(wave(at));
        }
        assert!((2_000..4_000).all(|at| !trend.take_in(wave(at))));
    }
}
