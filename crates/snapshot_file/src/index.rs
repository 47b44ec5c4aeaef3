//! Answers found by what was asked.

use std::collections::BTreeMap;

use crate::snapshot::{Account, Answer, NotLookedAt, Snapshot};

/// The answers of one account by service and operation, and what was not looked at there.
#[derive(Clone, Debug)]
pub struct Index<'a> {
    account: &'a Account,
    answers: BTreeMap<&'a str, BTreeMap<&'a str, Vec<&'a Answer>>>,
    gaps: Vec<&'a NotLookedAt>,
}

impl<'a> Index<'a> {
    /// The index of `account`, which is one of `snapshot`.
    #[must_use]
    pub fn new(snapshot: &'a Snapshot, account: &'a Account) -> Self {
        let mut answers: BTreeMap<_, BTreeMap<_, Vec<_>>> = BTreeMap::new();
        for answer in &account.answers {
            let service = answers.entry(answer.service.as_str()).or_default();
            service.entry(answer.operation.as_str()).or_default().push(answer);
        }
        for found in answers.values_mut().flat_map(BTreeMap::values_mut) {
            found.sort_by(|left, right| left.key().cmp(&right.key()));
        }
        let gaps = snapshot.not_looked_at.iter().filter(|it| it.account == account.account);
        Self { account, answers, gaps: gaps.collect() }
    }

    /// The account.
    #[must_use]
    pub const fn account(&self) -> &'a Account {
        self.account
    }

    /// Every answer of an operation, ordered by region and subject.
    #[must_use]
    pub fn all(&self, service: &str, operation: &str) -> &[&'a Answer] {
        let operations = self.answers.get(service);
        operations.and_then(|it| it.get(operation)).map_or(&[], Vec::as_slice)
    }

    /// Those in one region; `None` asks for those of a service that is the same everywhere.
    pub fn in_region(
        &self,
        service: &str,
        operation: &str,
        region: Option<&str>,
    ) -> impl Iterator<Item = &'a Answer> {
        let all = self.all(service, operation);
        let from = all.partition_point(|it| it.region.as_deref() < region);
        let rest = all.get(from..).unwrap_or_default();
        let to = rest.partition_point(|it| it.region.as_deref() <= region);
        rest.get(..to).unwrap_or_default().iter().copied()
    }

    /// The answer about one subject; with `of` none, the list.
    #[must_use]
    pub fn about(
        &self,
        service: &str,
        operation: &str,
        region: Option<&str>,
        of: Option<&str>,
    ) -> Option<&'a Answer> {
        let all = self.all(service, operation);
        let found = all
            .binary_search_by(|it| (it.region.as_deref(), it.of.as_deref()).cmp(&(region, of)))
            .ok()?;
        all.get(found).copied()
    }

    /// Why an operation gave no answer: about this subject, or at all in this region. `None` does not
    /// mean that it was asked: then [`Self::about`] finds nothing either.
    #[must_use]
    pub fn gap(
        &self,
        service: &str,
        operation: &str,
        region: Option<&str>,
        of: Option<&str>,
    ) -> Option<&'a NotLookedAt> {
        self.gaps.iter().copied().find(|gap| {
            gap.service == service
                && gap.operation.as_deref().is_none_or(|it| it == operation)
                && (gap.region.is_none() || gap.region.as_deref() == region)
                && (gap.of.is_none() || gap.of.as_deref() == of)
        })
    }

    /// All of what was not looked at in this account.
    #[must_use]
    pub fn gaps(&self) -> &[&'a NotLookedAt] {
        &self.gaps
    }
}
