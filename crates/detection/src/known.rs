//! Memory with a limit: what was seen least recently is forgotten first.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Values by name, at most a given number. When it is full, the eighth that was touched least
/// recently goes, so that the cost of forgetting is spread.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Known<V> {
    values: BTreeMap<String, Touched<V>>,
    limit: usize,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Touched<V> {
    last: i64,
    value: V,
}

impl<V: Default> Known<V> {
    pub(crate) fn new(limit: usize) -> Self {
        Self { values: BTreeMap::new(), limit: limit.max(1) }
    }

    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    pub(crate) fn get(&self, name: &str) -> Option<&V> {
        self.values.get(name).map(|it| &it.value)
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &V)> {
        self.values.iter().map(|(name, it)| (name.as_str(), &it.value))
    }

    /// The value of that name, made when it is not there.
    pub(crate) fn touch(&mut self, name: &str, time: i64) -> &mut V {
        if !self.values.contains_key(name) && self.values.len() >= self.limit {
            self.forget();
        }
        let entry = self.values.entry(name.to_owned());
        let touched = entry.or_insert_with(|| Touched { last: time, value: V::default() });
        touched.last = touched.last.max(time);
        &mut touched.value
    }

    /// Whether the name was not there before; it is from now on.
    pub(crate) fn add(&mut self, name: &str, time: i64) -> bool {
        let is_new = !self.contains(name);
        self.touch(name, time);
        is_new
    }

    /// Visits every value.
    pub(crate) fn each(&mut self, visit: impl Fn(&mut V)) {
        self.values.values_mut().for_each(|it| visit(&mut it.value));
    }

    /// Holds the limit of this program, whatever a snapshot says.
    pub(crate) fn limit_to(&mut self, limit: usize) {
        self.limit = limit.max(1);
        while self.values.len() > self.limit {
            self.forget();
        }
    }

    fn forget(&mut self) {
        let mut times: Vec<i64> = self.values.values().map(|it| it.last).collect();
        times.sort_unstable();
        let go = (times.len() / 8).max(1);
        let Some(&until) = times.get(go - 1) else { return };
        let mut left = go;
        self.values.retain(|_, it| {
            let goes = it.last <= until && left > 0;
            left -= usize::from(goes);
            !goes
        });
    }
}

#[cfg(test)]
mod tests {
    use super::Known;

    #[test]
    fn the_least_recent_are_forgotten_first() {
        let mut known: Known<()> = Known::new(4);
        for (time, name) in (0..).zip(["a", "b", "c", "d"]) {
            assert!(known.add(name, time));
        }
        assert!(!known.add("a", 9));
        assert!(known.add("e", 10));
        assert_eq!(known.names().collect::<Vec<_>>(), ["a", "c", "d", "e"]);
    }

    #[test]
    fn a_limit_of_nothing_keeps_one() {
        let mut known: Known<()> = Known::new(0);
        known.add("a", 1);
        known.add("b", 2);
        assert_eq!(known.names().collect::<Vec<_>>(), ["b"]);
    }
}
