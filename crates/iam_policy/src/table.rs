//! Lookup in sorted text tables where they lie: no parsing at start-up.

use std::{cmp::Ordering, sync::LazyLock};

/// A text of lines that are sorted by key, as bytes in lower case.
///
/// Lines are long, so where they begin is found once, at the first look-up.
#[derive(Debug)]
pub(crate) struct Lines(LazyLock<Vec<&'static str>, fn() -> Vec<&'static str>>);

impl Lines {
    /// The lines that `cut` gives.
    pub(crate) const fn new(cut: fn() -> Vec<&'static str>) -> Self {
        Self(LazyLock::new(cut))
    }

    /// The line whose key is `key`, ASCII case ignored.
    pub(crate) fn find(
        &self,
        key: &str,
        key_of: impl Fn(&'static str) -> &'static str,
    ) -> Option<&'static str> {
        let at = self.0.binary_search_by(|line| compare(key_of(line), key)).ok()?;
        self.0.get(at).copied()
    }
}

/// Finds the word of a sorted text whose key is `key`, ASCII case ignored.
///
/// The words are sorted by key, as bytes in lower case. Each probe of the binary search widens to
/// a whole word, so the cost is some twenty words' lengths at worst, and nothing is allocated.
pub(crate) fn find_word(
    mut words: &'static str,
    key: &str,
    key_of: impl Fn(&'static str) -> &'static str,
) -> Option<&'static str> {
    while !words.is_empty() {
        let middle = words.floor_char_boundary(words.len() / 2);
        let start = words.get(..middle)?.rfind(' ').map_or(0, |at| at + 1);
        let rest = words.get(start..)?;
        let word = rest.split(' ').next()?;
        match compare(key_of(word), key) {
            Ordering::Equal => return Some(word),
            Ordering::Less => words = rest.get(word.len() + 1..).unwrap_or_default(),
            Ordering::Greater => {
                words = words.get(..start.saturating_sub(1)).unwrap_or_default();
            }
        }
    }
    None
}

fn compare(left: &str, right: &str) -> Ordering {
    let fold = |byte: u8| byte.to_ascii_lowercase();
    left.bytes().map(fold).cmp(right.bytes().map(fold))
}
