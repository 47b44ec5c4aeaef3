//! Events: what is unusual from one moment to another, told once.

use crate::{
    baseline::Expectation,
    members::{Context, Feature},
};

/// What kind of anomaly an alert is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A few values are far too high.
    Spike,
    /// A few values are far too low.
    Drop,
    /// Values went to another level and stayed.
    Level,
    /// Values vary much more than before.
    Variance,
    /// The level went away slowly.
    Drift,
    /// The value is usual, but not at this time.
    Season,
    /// Nothing came, or nothing but zero.
    Silence,
    /// The first value that is not zero: an error that never happened before.
    NewError,
    /// A shape that the series never had.
    Other,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Spike,
        Self::Drop,
        Self::Level,
        Self::Variance,
        Self::Drift,
        Self::Season,
        Self::Silence,
        Self::NewError,
        Self::Other,
    ];

    /// The name in outputs: `spike`, `new-error`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Spike => "spike",
            Self::Drop => "drop",
            Self::Level => "level",
            Self::Variance => "variance",
            Self::Drift => "drift",
            Self::Season => "season",
            Self::Silence => "silence",
            Self::NewError => "new-error",
            Self::Other => "other",
        }
    }
}

/// How bad an alert is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth a look.
    Low,
    /// Outside of what was ever seen.
    Medium,
    /// Far outside, or for long.
    High,
}

impl Severity {
    /// The name in outputs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// What was unusual, from when to when.
#[derive(Clone, Debug, PartialEq)]
pub struct Alert {
    /// Unix time of the first unusual value, in seconds.
    pub start: i64,
    /// Unix time of the last one.
    pub end: i64,
    /// What kind it is.
    pub kind: Kind,
    /// How bad it is.
    pub severity: Severity,
    /// The highest score, 0 to 1.
    pub score: f64,
    /// The value that was farthest from what was expected.
    pub value: f64,
    /// What was expected then.
    pub expected: f64,
    /// The usual band about it: lower end.
    pub low: f64,
    /// The usual band about it: upper end.
    pub high: f64,
    /// Values outside the band.
    pub points: u32,
    /// Who noticed.
    pub noticed: Noticed,
}

/// Who noticed an alert: a fact for its explanation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noticed {
    /// A feature left the range that it ever had in its context: the number of the member of the committee.
    Range(u8),
    /// Values stayed far from what was expected.
    Distance,
    /// Values went away slowly: their distances add up.
    Trend,
    /// No value came in time.
    Absence,
    /// Zeros went on for longer than ever.
    Zeros,
    /// The series had been zero since it began.
    First,
}

/// Spreads from the expected value to the ends of the usual band.
pub(crate) const BAND: f64 = 4.0;

/// Values inside the band, in a row, that end an event.
const CALM: u32 = 4;

/// Values outside the band after which they are the new normal.
pub(crate) const NEW_NORMAL: u32 = 96;

/// An event that goes on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Event {
    pub(crate) start: i64,
    pub(crate) end: i64,
    pub(crate) score: f64,
    pub(crate) value: f64,
    pub(crate) expected: f64,
    /// As it was when the event began.
    pub(crate) level: f64,
    pub(crate) spread: f64,
    /// Distance of the first value, in spreads.
    pub(crate) first: f64,
    pub(crate) above: u32,
    pub(crate) below: u32,
    pub(crate) zeros: u32,
    pub(crate) calm: u32,
    pub(crate) noticed: Noticed,
    pub(crate) is_in_range: bool,
}

impl Event {
    /// To be filled from a snapshot.
    pub(crate) const NONE: Self = Self {
        start: 0,
        end: 0,
        score: 0.0,
        value: 0.0,
        expected: 0.0,
        level: 0.0,
        spread: 0.0,
        first: 0.0,
        above: 0,
        below: 0,
        zeros: 0,
        calm: 0,
        noticed: Noticed::Distance,
        is_in_range: false,
    };

    pub(crate) fn begin(
        time: i64,
        value: f64,
        expectation: Expectation,
        noticed: Noticed,
        is_in_range: bool,
    ) -> Self {
        Self {
            start: time,
            end: time,
            value,
            expected: expectation.value,
            level: expectation.value,
            spread: expectation.spread,
            first: spreads(value - expectation.value, expectation.spread),
            noticed,
            is_in_range,
            ..Self::NONE
        }
    }

    /// Takes in a value; `is_zero` where something was expected. Says whether the event is over.
    pub(crate) fn take_in(
        &mut self,
        time: i64,
        value: f64,
        is_zero: bool,
        now: Expectation,
        score: f64,
    ) -> bool {
        self.score = self.score.max(score);
        let expected = if now.is_seasonal { now.value } else { self.level };
        let distance = value - expected;
        if spreads(distance, self.spread).abs() > BAND {
            self.calm = 0;
            self.end = time;
            let side = if distance > 0.0 { &mut self.above } else { &mut self.below };
            *side = side.saturating_add(1);
            self.zeros = self.zeros.saturating_add(u32::from(is_zero));
            if distance.abs() > (self.value - self.expected).abs() {
                (self.value, self.expected) = (value, expected);
            }
        } else {
            self.calm = self.calm.saturating_add(1);
        }
        self.calm >= CALM || self.outside() >= NEW_NORMAL
    }

    pub(crate) fn outside(&self) -> u32 {
        self.above.saturating_add(self.below)
    }

    /// The kind as far as it is known by now.
    pub(crate) fn kind(&self) -> Kind {
        let outside = self.outside();
        match self.noticed {
            Noticed::First => return Kind::NewError,
            Noticed::Trend => return Kind::Drift,
            _ => {}
        }
        if outside == 0 {
            return self.kind_inside();
        }
        let is_high = self.value > self.expected;
        if self.zeros >= 3 && u64::from(self.zeros) * 10 >= u64::from(outside) * 9 {
            return Kind::Silence;
        }
        if outside <= 3 {
            return match self.noticed {
                Noticed::Range(member) if self.is_in_range && is_daily(member) => Kind::Season,
                _ if is_high => Kind::Spike,
                _ => Kind::Drop,
            };
        }
        if u64::from(self.above.min(self.below)) * 4 >= u64::from(outside) {
            return Kind::Variance;
        }
        let is_slow = self.first.abs() < 2.0 * BAND;
        if is_slow && outside >= NEW_NORMAL / 2 { Kind::Drift } else { Kind::Level }
    }

    /// The kind when no value is outside the band: a member knew the context better.
    fn kind_inside(&self) -> Kind {
        let Noticed::Range(index) = self.noticed else { return Kind::Other };
        let Some(member) = crate::members::MEMBERS.get(usize::from(index)) else {
            return Kind::Other;
        };
        match (member.feature, member.context) {
            (_, Context::Day) => Kind::Season,
            (Feature::Value | Feature::Peak24 | Feature::Log, Context::Any) => {
                if self.value >= self.expected { Kind::Spike } else { Kind::Drop }
            }
            _ => Kind::Other,
        }
    }

    pub(crate) fn severity(&self) -> Severity {
        let distance = spreads(self.value - self.expected, self.spread).abs();
        let is_long = self.outside() >= 12;
        match self.kind() {
            Kind::NewError => Severity::Medium,
            Kind::Silence => Severity::High,
            Kind::Season | Kind::Other => Severity::Low,
            _ if distance >= 12.0 && (is_long || self.score >= 0.8) => Severity::High,
            _ if distance >= 6.0 || is_long => Severity::Medium,
            _ => Severity::Low,
        }
    }

    /// The alert; `base` is what all values of the series are less, `least` what none of them can be below.
    pub(crate) fn alert(&self, base: f64, least: f64) -> Alert {
        let half = BAND * self.spread;
        Alert {
            start: self.start,
            end: self.end,
            kind: self.kind(),
            severity: self.severity(),
            score: self.score,
            value: base + self.value,
            expected: base + self.expected,
            low: (base + self.expected - half).max(least),
            high: base + self.expected + half,
            points: self.outside(),
            noticed: self.noticed,
        }
    }
}

fn is_daily(member: u8) -> bool {
    let member = crate::members::MEMBERS.get(usize::from(member));
    member.is_some_and(|member| member.context == Context::Day)
}

/// A distance in spreads; a series that never moved is left by any step.
pub(crate) fn spreads(distance: f64, spread: f64) -> f64 {
    if distance == 0.0 {
        return 0.0;
    }
    let ratio = distance / spread;
    if ratio.is_nan() { 0.0 } else { ratio.clamp(-1e6, 1e6) }
}

#[cfg(test)]
mod tests {
    use super::{Event, Noticed};
    use crate::baseline::Expectation;

    #[test]
    fn counts_of_a_damaged_snapshot_stay_within_bounds() {
        let most = u32::MAX;
        let mut event = Event { above: most, below: most, zeros: most, calm: most, ..Event::NONE };
        let now = Expectation { value: 0.0, spread: 1.0, is_seasonal: false };
        for value in [0.0, 100.0] {
            assert!(event.take_in(1, value, true, now, 0.5));
        }
        for noticed in [Noticed::Range(0), Noticed::Distance] {
            event.noticed = noticed;
            assert!(!event.alert(0.0, 0.0).explain().is_empty());
        }
    }
}
