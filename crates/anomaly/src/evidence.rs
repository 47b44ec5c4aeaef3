//! From the surprise of the committee to a score: surprise counts by what is usual for the series, and a
//! score is given once for one event.

/// Points in which half of the past surprise is forgotten.
const HALF_LIFE: f32 = 1_500.0;

/// How strongly past surprise lowers the weight of new surprise.
const HABIT: f32 = 1_000.0;

/// Points after a score within which only a higher one is given, at least.
const REST: f32 = 60.0;
/// The rest as a part of the series' length so far: who has seen much is woken rarely.
const REST_PART: f32 = 0.03;
/// The rest at most.
const REST_MOST: f32 = 400.0;

/// Evidence at which the score is one half: the best threshold over the benchmark.
const HALF_SCORE: f32 = 2.0e-6;

/// Peaks that are remembered for the rest; smaller ones behind them are left out.
pub(crate) const PEAKS: usize = 12;

/// A score that was given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Peak {
    pub(crate) at: u32,
    pub(crate) evidence: f32,
}

impl Peak {
    pub(crate) const NONE: Self = Self { at: 0, evidence: 0.0 };
}

/// What evidence the series had.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Evidence {
    /// Decayed sum of the surprise so far.
    pub(crate) habit: f32,
    /// Falling peaks, the highest and oldest first; unused ones are [`Peak::NONE`].
    pub(crate) peaks: [Peak; PEAKS],
}

impl Evidence {
    pub(crate) const EMPTY: Self = Self { habit: 0.0, peaks: [Peak::NONE; PEAKS] };

    /// The score, from 0 to 1, of the surprise at point number `at`; 0 while an event rests.
    pub(crate) fn score(&mut self, surprise: f32, at: u32) -> f64 {
        self.habit *= 0.5_f32.powf(1.0 / HALF_LIFE);
        if surprise <= 0.0 {
            return 0.0;
        }
        let evidence = surprise / (1.0 + HABIT * self.habit);
        self.habit += surprise;
        #[expect(clippy::cast_precision_loss, reason = "a rest needs no exact point")]
        let rest = REST.max(REST_PART * at as f32).min(REST_MOST);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "60 to 400")]
        let rest = rest as u32;
        let is_record = self.record(evidence, at, rest);
        if !is_record {
            return 0.0;
        }
        // The parts of evidence are cubes; their root spreads scores evenly.
        let ratio = f64::from(evidence / HALF_SCORE).cbrt();
        ratio / (1.0 + ratio)
    }

    /// Whether nothing within the rest was as high; remembers the new peak.
    fn record(&mut self, evidence: f32, at: u32, rest: u32) -> bool {
        let alive = |peak: &Peak| peak.evidence > 0.0 && at.saturating_sub(peak.at) <= rest;
        let highest =
            self.peaks.iter().filter(|peak| alive(peak)).map(|p| p.evidence).fold(0.0, f32::max);
        let mut kept = [Peak::NONE; PEAKS];
        let higher = self.peaks.iter().filter(|peak| alive(peak) && peak.evidence > evidence);
        let new = Peak { at, evidence };
        for (slot, peak) in kept.iter_mut().zip(higher.chain(std::iter::once(&new))) {
            *slot = *peak;
        }
        self.peaks = kept;
        evidence > highest
    }
}

#[cfg(test)]
mod tests {
    use super::Evidence;

    #[test]
    fn one_event_is_scored_once_unless_it_grows() {
        let mut evidence = Evidence::EMPTY;
        assert!(evidence.score(0.1, 1_000) > 0.9);
        assert!(evidence.score(0.1, 1_001) <= 0.0);
        assert!(evidence.score(0.05, 1_010) <= 0.0);
        evidence.habit = 0.0;
        assert!(evidence.score(0.2, 1_020) > 0.9);
    }

    #[test]
    fn a_habit_of_surprise_lowers_the_score() {
        let (mut calm, mut wild) = (Evidence::EMPTY, Evidence::EMPTY);
        for at in 0..1_000 {
            wild.score(0.01, at);
        }
        assert!(calm.score(0.1, 2_000) > wild.score(0.1, 2_000));
    }
}
