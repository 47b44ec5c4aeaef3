//! What a scan with edits has that the one without them has not.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use finding::{Finding, RuleKey};

/// What a finding is known by when its place moves: its rule, path, function, resource and property.
pub(crate) type Key = (RuleKey, String, Option<String>, Option<String>, Option<String>);

/// How often each finding is there.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts(BTreeMap<Key, usize>);

pub(crate) fn key(finding: &Finding, outcome: &scan::Outcome) -> Key {
    (
        finding.rule,
        outcome.sources.path(finding.place.file),
        finding.function.clone(),
        finding.resource.clone(),
        finding.property.clone(),
    )
}

impl Counts {
    /// Of all findings, the accepted ones, too.
    pub(crate) fn of(outcome: &scan::Outcome) -> Self {
        let mut counts = BTreeMap::new();
        for finding in &outcome.report.findings {
            *counts.entry(key(finding, outcome)).or_insert(0) += 1;
        }
        Self(counts)
    }

    pub(crate) fn get(&self, key: &Key) -> usize {
        self.0.get(key).copied().unwrap_or_default()
    }

    /// The counts, with those of `other` for some files.
    pub(crate) fn but_for(mut self, files: &BTreeSet<String>, other: &Self) -> Self {
        self.0.retain(|key, _| !files.contains(&key.1));
        let kept = other.0.iter().filter(|(key, _)| files.contains(&key.1));
        self.0.extend(kept.map(|(key, count)| (key.clone(), *count)));
        self
    }

    /// What is there more often than before.
    pub(crate) fn more_than<'a>(&'a self, before: &'a Self) -> impl Iterator<Item = &'a Key> {
        self.0.iter().filter(|(key, count)| **count > before.get(key)).map(|(key, _)| key)
    }

    /// Those of `mended` that are not gone as often as they were mended.
    pub(crate) fn not_gone<'a>(&self, before: &Self, mended: &[&'a Key]) -> Vec<&'a Key> {
        let mut times: HashMap<&Key, usize> = HashMap::new();
        for key in mended {
            *times.entry(key).or_insert(0) += 1;
        }
        let stays = |key: &&Key| {
            let gone = before.get(key).saturating_sub(self.get(key));
            gone < times.get(*key).copied().unwrap_or_default()
        };
        let mut keys: Vec<&Key> = mended.to_vec();
        keys.sort();
        keys.dedup();
        keys.into_iter().filter(stays).collect()
    }
}
