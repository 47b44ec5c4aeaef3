//! Errors that are alike as one: a tree of two levels, then the most similar template.

use std::collections::BTreeMap;

use crate::{sensitive::LogPlace, template::template_of};

/// Part of the words that must be the same for a message to be of a cluster.
const SIMILAR: f64 = 0.6;

/// Stands for a word that differs.
const ANY: &str = "<*>";

/// Letters of an example.
const MOST_EXAMPLE: usize = 300;

/// Errors that are alike.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// Kind of the error: a name of an exception; `None` when only the level says that it is one.
    pub kind: Option<String>,
    /// Words that all have, with placeholders for what differs.
    pub words: Vec<String>,
    /// How many there were.
    pub count: u64,
    /// How many of them ended an invocation.
    pub unhandled: u64,
    /// How many came with their stack.
    pub with_stack: u64,
    /// Time of the first, in milliseconds since 1970.
    pub first: Option<i64>,
    /// Time of the last.
    pub last: Option<i64>,
    /// One of them, secrets and personal data masked.
    pub example: String,
    /// Where that stands.
    pub place: LogPlace,
}

impl Cluster {
    /// The words as a text.
    #[must_use]
    pub fn template(&self) -> String {
        self.words.join(" ")
    }
}

/// One error, masked.
#[derive(Clone, Debug)]
pub(crate) struct Seen<'a> {
    pub(crate) kind: Option<&'a str>,
    pub(crate) message: &'a str,
    pub(crate) is_unhandled: bool,
    pub(crate) has_stack: bool,
    pub(crate) time: Option<i64>,
    pub(crate) place: LogPlace,
}

/// Clusters of errors, bounded.
///
/// Source: the idea is that of He, Zhu, Zheng, Lyu, "Drain: an online log parsing approach with fixed depth
/// tree" (2017): messages are alike when they have the same kind, number of words and most words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Clusters {
    list: Vec<Cluster>,
    /// Kind and number of words, and the clusters with both.
    index: BTreeMap<(Option<String>, usize), Vec<usize>>,
    /// Errors that found no place.
    left_out: u64,
}

impl Clusters {
    /// Adds an error. Above `most` clusters it is only counted.
    pub(crate) fn add(&mut self, seen: &Seen<'_>, most: usize) {
        let cluster = Cluster {
            kind: seen.kind.map(|kind| cut(kind, 120)),
            words: template_of(seen.message),
            count: 1,
            unhandled: u64::from(seen.is_unhandled),
            with_stack: u64::from(seen.has_stack),
            first: seen.time,
            last: seen.time,
            example: cut(seen.message, MOST_EXAMPLE),
            place: seen.place.clone(),
        };
        self.put(cluster, most);
    }

    fn put(&mut self, cluster: Cluster, most: usize) {
        let key = (cluster.kind.clone(), cluster.words.len());
        let known = self.index.get(&key).map(Vec::as_slice).unwrap_or_default();
        let mut best: Option<(usize, f64)> = None;
        for at in known {
            let Some(other) = self.list.get(*at) else { continue };
            let similarity = similarity(&other.words, &cluster.words);
            if similarity >= SIMILAR && best.is_none_or(|(_, found)| similarity > found) {
                best = Some((*at, similarity));
            }
        }
        if let Some(found) = best.and_then(|(at, _)| self.list.get_mut(at)) {
            found.join(&cluster);
            return;
        }
        if self.list.len() >= most {
            self.left_out += cluster.count;
            return;
        }
        self.index.entry(key).or_default().push(self.list.len());
        self.list.push(cluster);
    }

    /// Adds what another one has.
    pub(crate) fn merge(&mut self, other: Self, most: usize) {
        for cluster in other.list {
            self.put(cluster, most);
        }
        self.left_out += other.left_out;
    }

    /// The clusters, the most frequent first.
    #[must_use]
    pub fn sorted(&self) -> Vec<&Cluster> {
        let mut all: Vec<&Cluster> = self.list.iter().collect();
        all.sort_by(|a, b| {
            b.count.cmp(&a.count).then_with(|| (&a.kind, &a.words).cmp(&(&b.kind, &b.words)))
        });
        all
    }

    /// Errors that found no place.
    #[must_use]
    pub fn left_out(&self) -> u64 {
        self.left_out
    }
}

impl Cluster {
    fn join(&mut self, other: &Self) {
        for (mine, theirs) in self.words.iter_mut().zip(&other.words) {
            if mine != theirs {
                ANY.clone_into(mine);
            }
        }
        self.count += other.count;
        self.unhandled += other.unhandled;
        self.with_stack += other.with_stack;
        self.last = self.last.max(other.last);
        self.first = match (self.first, other.first) {
            (Some(mine), Some(theirs)) => Some(mine.min(theirs)),
            (mine, theirs) => mine.or(theirs),
        };
    }
}

/// Part of the words that are the same; 1 for two messages without words.
fn similarity(one: &[String], other: &[String]) -> f64 {
    let same = one.iter().zip(other).filter(|(a, b)| a == b || *a == ANY).count();
    #[expect(clippy::cast_precision_loss, reason = "forty words at most")]
    let part = same as f64 / one.len().max(1) as f64;
    if one.is_empty() { 1.0 } else { part }
}

/// The begin of a text, with a mark when something is left out.
pub(crate) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Clusters, Seen};
    use crate::sensitive::LogPlace;

    fn clusters(messages: &[(&str, i64)], most: usize) -> Clusters {
        let mut clusters = Clusters::default();
        for (message, time) in messages {
            let (kind, _) = message.split_once(": ").unwrap_or(("none", ""));
            let place = LogPlace::default();
            let seen = Seen {
                kind: Some(kind),
                message,
                is_unhandled: false,
                has_stack: false,
                time: Some(*time),
                place,
            };
            clusters.add(&seen, most);
        }
        clusters
    }

    #[test]
    fn errors_that_are_alike_are_one() {
        let messages = [
            ("KeyError: order 17 of shop berlin was not found", 5),
            ("KeyError: order 18 of shop paris was not found", 3),
            ("KeyError: order 19 of shop rome was not found", 9),
            ("ValueError: order 19 of shop rome was not found", 9),
            ("KeyError: something else", 1),
        ];
        let found = clusters(&messages, 100);
        let sorted = found.sorted();
        assert_eq!(sorted.len(), 3);
        assert_eq!(sorted[0].template(), "KeyError: order <num> of shop <*> was not found");
        assert_eq!((sorted[0].count, sorted[0].first, sorted[0].last), (3, Some(3), Some(9)));
    }

    #[test]
    fn parts_put_together_are_the_whole_and_the_number_is_bounded() {
        let messages = [("A: x one", 1), ("B: y", 2), ("A: x two", 3), ("C: z", 4)];
        let (one, two) = messages.split_at(2);
        let mut merged = clusters(one, 100);
        merged.merge(clusters(two, 100), 100);
        assert_eq!(merged, clusters(&messages, 100));
        let bounded = clusters(&messages, 2);
        assert_eq!((bounded.sorted().len(), bounded.left_out()), (2, 1));
    }
}
