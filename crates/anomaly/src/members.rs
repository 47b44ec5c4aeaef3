//! The committee: each member remembers the range that one feature of the series had in one context, and is
//! surprised by what lies outside.

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Feature {
    /// The value.
    Value,
    /// Mean of 16 values: a context only.
    Mean16,
    /// The value less the mean of the 64 before it.
    Above64,
    /// The value less the one 48 before it.
    Change48,
    /// The largest of 24 values.
    Peak24,
    /// The logarithm of the value's size.
    Log,
}

/// How many features there are.
pub(crate) const FEATURES: usize = 6;

/// The features of one moment, in the order of [`Feature`]; `NaN` where there are too few values yet.
pub(crate) type Features = [f32; FEATURES];

/// Of what the range depends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Context {
    /// Of nothing.
    Any,
    /// Of the time of day.
    Day,
    /// Of the value before.
    Previous,
    /// Of the value 16 values before.
    Earlier,
    /// Of the mean of the 16 values before.
    Level,
}

/// One member.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member {
    pub(crate) feature: Feature,
    pub(crate) context: Context,
    /// Its part in the evidence.
    pub(crate) weight: f32,
}

const fn member(feature: Feature, context: Context, weight: f32) -> Member {
    Member { feature, context, weight }
}

/// The committee. Chosen and weighed by repeated greedy selection on resampled halves of a public benchmark
/// (docs/design/0008-ranges-in-contexts.md); nothing here names a series or a kind of metric.
pub(crate) const MEMBERS: [Member; 9] = [
    member(Feature::Peak24, Context::Any, 0.165),
    member(Feature::Above64, Context::Day, 0.122),
    member(Feature::Value, Context::Earlier, 0.109),
    member(Feature::Value, Context::Any, 0.074),
    member(Feature::Log, Context::Day, 0.070),
    member(Feature::Above64, Context::Any, 0.044),
    member(Feature::Change48, Context::Level, 0.033),
    member(Feature::Value, Context::Level, 0.030),
    member(Feature::Peak24, Context::Previous, 0.017),
];

/// Each context is cut twice, coarse and fine: the coarse ranges know more, the fine ones are closer.
pub(crate) const COARSE: usize = 3;
/// The fine cut.
pub(crate) const FINE: usize = 6;

/// Values that a range must have seen before it may be surprised.
const ENOUGH: u16 = 3;

/// Part of its width that a range loses with each value that falls into it: what happened once is forgotten
/// in some ten thousand points.
const FORGET: f32 = 0.000_1;

/// What a feature was between, so far.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Range {
    pub(crate) low: f32,
    pub(crate) high: f32,
}

impl Range {
    /// Knows nothing.
    pub(crate) const EMPTY: Self = Self { low: f32::INFINITY, high: f32::NEG_INFINITY };

    pub(crate) fn take_in(&mut self, value: f32) {
        self.low = self.low.min(value);
        self.high = self.high.max(value);
    }

    pub(crate) fn width(self) -> f32 {
        (self.high - self.low).max(0.0)
    }

    /// Where a value lies in the range, from 0 to 1.
    pub(crate) fn position(self, value: f32) -> Option<f32> {
        let position = (value - self.low) / self.width();
        if position.is_nan() {
            return value.is_finite().then_some(0.0);
        }
        Some(position.clamp(0.0, 1.0))
    }
}

/// A range in a context, which forgets slowly.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Memory {
    pub(crate) range: Range,
    pub(crate) seen: u16,
}

impl Memory {
    pub(crate) const EMPTY: Self = Self { range: Range::EMPTY, seen: 0 };

    /// How far `value` lies outside, from 0 (inside) towards 1, and then remembers it.
    ///
    /// The distance is measured in `whole`, the width of the feature over all contexts, or in twice the own
    /// width where that is less: a narrow context is surprised early.
    fn surprise(&mut self, value: f32, whole: f32, is_alone: bool) -> f32 {
        let Range { low, high } = self.range;
        let mut surprise = 0.0;
        if self.seen >= if is_alone { 1 } else { ENOUGH } {
            let outside = (value - high).max(low - value).max(0.0);
            let width = self.range.width();
            let unit = if is_alone { width } else { whole.min(2.0 * width + 0.05 * whole) };
            if outside > 0.0 {
                let ratio = outside / unit.max(f32::MIN_POSITIVE);
                surprise = if ratio.is_finite() { ratio / (1.0 + ratio) } else { 1.0 };
            }
        }
        self.seen = self.seen.saturating_add(1);
        self.range.take_in(value);
        let centre = self.range.low / 2.0 + self.range.high / 2.0;
        self.range.high -= (self.range.high - centre) * FORGET;
        self.range.low += (centre - self.range.low) * FORGET;
        surprise
    }
}

/// What one member remembers: without a context only the first of all.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Memories {
    pub(crate) coarse: [Memory; COARSE],
    pub(crate) fine: [Memory; FINE],
}

impl Memories {
    pub(crate) const EMPTY: Self =
        Self { coarse: [Memory::EMPTY; COARSE], fine: [Memory::EMPTY; FINE] };

    /// The surprise of one member about `value` in a context, a `position` from 0 to 1 or none.
    pub(crate) fn surprise(&mut self, value: f32, position: Option<f32>, whole: f32) -> f32 {
        let Some(position) = position else {
            let alone = self.coarse.first_mut();
            return alone.map_or(0.0, |memory| memory.surprise(value, whole, true));
        };
        let coarse = at(&mut self.coarse, position);
        let coarse = coarse.map_or(0.0, |memory| memory.surprise(value, whole, false));
        let fine = at(&mut self.fine, position);
        let fine = fine.map_or(0.0, |memory| memory.surprise(value, whole, false));
        f32::midpoint(coarse, fine)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a position from 0 to 1 times the few cuts of a context"
)]
fn at(memories: &mut [Memory], position: f32) -> Option<&mut Memory> {
    let last = memories.len().checked_sub(1)?;
    let index = (position * memories.len() as f32) as usize;
    memories.get_mut(index.min(last))
}

#[cfg(test)]
mod tests {
    use super::{MEMBERS, Memories};

    #[test]
    fn a_member_is_surprised_only_outside_its_context() {
        let mut memories = Memories::EMPTY;
        for _ in 0..10 {
            assert!(memories.surprise(1.0, Some(0.1), 10.0) <= 0.0);
            assert!(memories.surprise(9.0, Some(0.9), 10.0) <= 0.0);
        }
        assert!(memories.surprise(9.0, Some(0.1), 10.0) > 0.5, "9 is usual, but not here");
        assert!(memories.surprise(9.0, Some(0.1), 10.0) < 0.01, "it was seen now");
    }

    #[test]
    fn parts_of_the_members_sum_to_less_than_one() {
        let sum: f32 = MEMBERS.iter().map(|member| member.weight).sum();
        assert!(sum > 0.5 && sum <= 1.0, "{sum}");
    }
}
