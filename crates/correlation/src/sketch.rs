//! Counts of texts in fixed memory: never too small, sometimes too large.

use std::hash::{BuildHasher as _, Hasher as _};

use foldhash::quality::FixedState;
use serde::{Deserialize, Serialize};

/// Counters of a row, and rows: 256 KiB in all.
const WIDTH: usize = 1 << 15;
const ROWS: usize = 4;

/// A count-min sketch of two generations: what was counted in the one before the last is forgotten.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Sketch {
    young: Vec<u16>,
    old: Vec<u16>,
    /// Number of the young generation.
    generation: i64,
}

impl Sketch {
    /// Forgets what is older than one generation before `generation`.
    pub(crate) fn turn(&mut self, generation: i64) {
        if generation <= self.generation {
            return;
        }
        let young = std::mem::take(&mut self.young);
        self.old = if generation == self.generation + 1 { young } else { Vec::new() };
        self.generation = generation;
    }

    /// Counts a text so many times.
    pub(crate) fn add(&mut self, text: &str, count: u16) {
        if self.young.is_empty() {
            self.young = vec![0; WIDTH * ROWS];
        }
        for at in places(text) {
            if let Some(counter) = self.young.get_mut(at) {
                *counter = counter.saturating_add(count);
            }
        }
    }

    /// How often a text was counted, or more.
    pub(crate) fn count(&self, text: &str) -> u64 {
        let least = |counters: &[u16]| {
            let found = places(text).map(|at| counters.get(at).copied().unwrap_or(0));
            u64::from(found.into_iter().min().unwrap_or(0))
        };
        least(&self.young) + least(&self.old)
    }
}

fn places(text: &str) -> [usize; ROWS] {
    [0, 1, 2, 3].map(|row| {
        let mut hasher = FixedState::with_seed(row as u64 + 1).build_hasher();
        hasher.write(text.as_bytes());
        #[expect(clippy::cast_possible_truncation, reason = "any bits of the hash will do")]
        let at = hasher.finish() as usize % WIDTH;
        row * WIDTH + at
    })
}

#[cfg(test)]
mod tests {
    use super::Sketch;

    #[test]
    fn counts_are_never_too_small_and_are_forgotten() {
        let mut sketch = Sketch::default();
        for at in 0..2_000_u16 {
            sketch.add(&format!("value {at}"), 1 + at % 3);
        }
        assert!(
            (0..2_000_u16).all(|at| sketch.count(&format!("value {at}")) >= u64::from(1 + at % 3))
        );
        let wrong = (2_000..4_000).filter(|at| sketch.count(&format!("value {at}")) > 0).count();
        assert!(wrong < 20, "{wrong}");
        sketch.turn(1);
        assert!(sketch.count("value 1") >= 2);
        sketch.turn(3);
        assert_eq!(sketch.count("value 1"), 0);
    }
}
