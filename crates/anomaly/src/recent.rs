//! The newest values of a series.

/// A window over the newest `N` values, oldest first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Recent<const N: usize> {
    values: [f32; N],
    len: usize,
}

impl<const N: usize> Recent<N> {
    pub(crate) const fn new() -> Self {
        Self { values: [0.0; N], len: 0 }
    }

    pub(crate) fn push(&mut self, value: f32) {
        // Moving 256 bytes costs less than the care of a ring, and every window is one slice.
        self.values.copy_within(1.., 0);
        if let Some(newest) = self.values.last_mut() {
            *newest = value;
        }
        self.len = N.min(self.len + 1);
    }

    /// The newest `count` values, or nothing when there are fewer.
    pub(crate) fn newest(&self, count: usize) -> Option<&[f32]> {
        if count == 0 || count > self.len {
            return None;
        }
        self.values.get(N - count..)
    }

    /// The value that came `steps` before the newest.
    pub(crate) fn back(&self, steps: usize) -> Option<f32> {
        self.newest(steps + 1)?.first().copied()
    }

    /// Mean of the newest `count` values.
    pub(crate) fn mean(&self, count: usize) -> Option<f64> {
        let values = self.newest(count)?;
        let sum: f64 = values.iter().map(|value| f64::from(*value)).sum();
        Some(sum / f64::from(u32::try_from(count).ok()?))
    }

    /// The values that are held, oldest first.
    pub(crate) fn held(&self) -> &[f32] {
        self.newest(self.len).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::Recent;

    #[test]
    fn a_window_holds_the_newest_values() {
        let mut recent = Recent::<4>::new();
        assert_eq!(recent.newest(1), None);
        for value in 1_u8..=6 {
            recent.push(f32::from(value));
        }
        assert_eq!(recent.held(), [3.0, 4.0, 5.0, 6.0]);
        assert_eq!(recent.back(3), Some(3.0));
        assert_eq!(recent.back(4), None);
        assert_eq!(recent.mean(2), Some(5.5));
    }
}
