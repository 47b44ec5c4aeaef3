//! Quantiles of many figures in bounded memory, which can be put together.

use std::collections::BTreeMap;

/// Width of a bucket: each is 2 % wider than the one before, so that a quantile is within 1 %.
const GROWTH: f64 = 1.02;

/// What is smaller counts as this.
const LEAST: f64 = 1e-3;

/// What is larger counts as this: bounds the buckets to 2,000.
const GREATEST: f64 = 1e14;

/// A histogram with buckets that grow by a factor: quantiles are within 1 % of the exact figure.
///
/// Source: the method is that of Masson, Rim, Lee, "`DDSketch`: a fast and fully-mergeable quantile sketch with
/// relative-error guarantees" (2019).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Quantiles {
    buckets: BTreeMap<i16, u64>,
    count: u64,
    sum: f64,
    min: Option<f64>,
    max: f64,
}

impl Quantiles {
    /// Adds a figure; what is no number or negative is left out.
    pub fn add(&mut self, value: f64) {
        if !(value >= 0.0 && value.is_finite()) {
            return;
        }
        *self.buckets.entry(bucket(value)).or_default() += 1;
        self.count += 1;
        self.sum += value;
        self.min = Some(self.min.map_or(value, |min| min.min(value)));
        self.max = self.max.max(value);
    }

    /// Adds what another one has.
    pub fn merge(&mut self, other: &Self) {
        for (bucket, count) in &other.buckets {
            *self.buckets.entry(*bucket).or_default() += count;
        }
        self.count += other.count;
        self.sum += other.sum;
        self.min = match (self.min, other.min) {
            (Some(mine), Some(theirs)) => Some(mine.min(theirs)),
            (mine, theirs) => mine.or(theirs),
        };
        self.max = self.max.max(other.max);
    }

    /// How many figures there were.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The greatest; 0 when there was none.
    #[must_use]
    pub fn max(&self) -> f64 {
        self.max
    }

    /// Their sum.
    #[must_use]
    pub fn sum(&self) -> f64 {
        self.sum
    }

    /// The figure below which this part of all is, within 1 %; `None` when there was none. `part` is from 0 to 1.
    #[must_use]
    pub fn at(&self, part: f64) -> Option<f64> {
        #[expect(clippy::cast_precision_loss, reason = "a rank; figures are below 2^52")]
        let wanted = (part.clamp(0.0, 1.0) * self.count as f64).ceil().max(1.0);
        let mut seen = 0.0;
        for (bucket, count) in &self.buckets {
            #[expect(clippy::cast_precision_loss, reason = "as above")]
            let here = *count as f64;
            seen += here;
            if seen >= wanted {
                return Some(middle(*bucket).max(self.min.unwrap_or_default()).min(self.max));
            }
        }
        None
    }
}

fn bucket(value: f64) -> i16 {
    let power = value.clamp(LEAST, GREATEST).ln() / GROWTH.ln();
    #[expect(clippy::cast_possible_truncation, reason = "between -349 and 1,628")]
    let bucket = power.ceil() as i16;
    bucket
}

fn middle(bucket: i16) -> f64 {
    let upper = GROWTH.powi(i32::from(bucket));
    upper * 2.0 / (1.0 + GROWTH)
}

#[cfg(test)]
mod tests {
    use super::Quantiles;

    #[test]
    fn quantiles_are_within_a_hundredth() {
        let (mut all, mut half, mut rest) =
            (Quantiles::default(), Quantiles::default(), Quantiles::default());
        for value in 1..=10_000 {
            all.add(f64::from(value));
            if value % 2 == 0 { half.add(f64::from(value)) } else { rest.add(f64::from(value)) }
        }
        half.merge(&rest);
        assert_eq!(all, half);
        for (part, exact) in
            [(0.5, 5_000.0), (0.95, 9_500.0), (0.99, 9_900.0), (1.0, 10_000.0), (0.0, 1.0)]
        {
            let found = all.at(part).unwrap();
            assert!((found / exact - 1.0).abs() <= 0.0101, "{part}: {found}");
        }
        let mut one = Quantiles::default();
        one.add(250.5);
        assert_eq!(one.at(0.5), Some(250.5));
        assert_eq!(Quantiles::default().at(0.5), None);
        let mut odd = Quantiles::default();
        for value in [f64::NAN, f64::INFINITY, -1.0] {
            odd.add(value);
        }
        assert_eq!(odd.count(), 0);
    }
}
