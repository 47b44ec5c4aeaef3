//! The result: principals, their actions, the resources, and from where.

use std::collections::BTreeMap;

use audit_event::{Text, Time};
use serde::{Deserialize, Serialize};

use crate::json::moment;

/// Who used what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Sorted by ARN.
    pub principals: Vec<Principal>,
    /// Events without an action, sorted by source and name.
    pub unmapped: Vec<Unmapped>,
    /// Counts over all events.
    pub totals: Totals,
}

/// Counts over all events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Totals {
    /// Events that counted: delivered for the first time, and let through by the filter.
    pub events: u64,
    /// Events that were delivered again.
    pub duplicates: u64,
    /// Events without an id, each of which counted.
    pub without_id: u64,
    /// Events that the filter left out.
    pub left_out: u64,
    /// Of `events`, the requests to an API that succeeded.
    pub succeeded: u64,
    /// Of `events`, the requests that IAM denied.
    pub denied: u64,
    /// Of `events`, the requests that failed for another reason.
    pub failed: u64,
    /// Of `events`, those that are no requests to an API.
    pub apart: u64,
}

/// A role, a user, or who else makes requests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Principal {
    /// ARN of the role (with its path, when an event tells it) or user; the name of a service; what
    /// else the events tell of it.
    pub arn: String,
    /// `Role`, `IAMUser`, `Root`, `AWSService` … as CloudTrail calls it.
    pub kind: String,
    /// Account, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Events of it.
    pub events: u64,
    /// Names of sessions of a role; a Lambda function's session has the function's name. At most
    /// [`Sample::MOST`], the first by the alphabet.
    #[serde(default)]
    pub sessions: Sample,
    /// Sorted by name.
    pub actions: Vec<Action>,
}

/// What a principal did with one action.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// As IAM spells it: `s3:GetObject`.
    pub action: String,
    /// ARNs on which it succeeded, sorted; `*` for requests that name none.
    pub resources: Vec<String>,
    /// Requests that succeeded.
    pub count: u64,
    /// Requests that were denied.
    pub denied: u64,
    /// Requests that failed for another reason.
    #[serde(default)]
    pub failed: u64,
    /// The first request that succeeded.
    #[serde(default, with = "moment")]
    pub first: Option<Time>,
    /// The last request that succeeded.
    #[serde(default, with = "moment")]
    pub last: Option<Time>,
    /// The same, one by one, sorted.
    pub uses: Vec<Resource>,
}

/// What a principal did with one action on one resource.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    /// ARN, or a glob of ARNs where the event does not tell it whole; `*` when it tells nothing.
    pub resource: String,
    /// How it is known.
    #[serde(default)]
    pub evidence: Evidence,
    /// The service that made the request with the rights of the principal: `kms.amazonaws.com`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
    /// Whether single resources were too many to tell and this glob stands for them.
    #[serde(default, rename = "generalised", skip_serializing_if = "std::ops::Not::not")]
    pub is_generalised: bool,
    /// Requests that succeeded.
    pub count: u64,
    /// Requests that were denied.
    pub denied: u64,
    /// Requests that failed for another reason.
    #[serde(default)]
    pub failed: u64,
    /// The first request that succeeded.
    #[serde(default, with = "moment")]
    pub first: Option<Time>,
    /// The last request that succeeded.
    #[serde(default, with = "moment")]
    pub last: Option<Time>,
    /// The last request that was denied.
    #[serde(default, with = "moment")]
    pub last_denied: Option<Time>,
    /// Regions.
    #[serde(default)]
    pub regions: Sample,
    /// Addresses, or names of services.
    #[serde(default)]
    pub source_ips: Sample,
    /// User agents.
    #[serde(default)]
    pub user_agents: Sample,
}

/// How a use is known.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    /// The event is the request.
    #[default]
    Called,
    /// A parameter of the request hands over the role: `iam:PassRole`.
    Passed,
}

/// A few texts, at most [`Sample::MOST`]: the first by the alphabet, so that they are the same in
/// whatever order events come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// Sorted.
    pub some: Vec<String>,
    /// Whether there are more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub has_more: bool,
}

/// Events without an action.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unmapped {
    /// `eventSource`
    pub source: String,
    /// `eventName`
    pub name: String,
    /// How many.
    pub count: u64,
    /// Why there is no action.
    pub reason: String,
}

impl Sample {
    /// How many are kept.
    pub const MOST: usize = 8;

    /// Adds one as it stands in a record. Most were added before: these cost a comparison of bytes.
    pub(crate) fn add_text(&mut self, text: Text<'_>) {
        if !self.some.iter().any(|known| known.as_bytes() == text.raw()) {
            self.add(&text.to_str());
        }
    }

    /// Adds one.
    pub(crate) fn add(&mut self, text: &str) {
        let Err(at) = self.some.binary_search_by(|known| known.as_str().cmp(text)) else { return };
        if self.some.len() < Self::MOST {
            self.some.insert(at, text.to_owned());
            return;
        }
        self.has_more = true;
        if at < Self::MOST {
            self.some.pop();
            self.some.insert(at, text.to_owned());
        }
    }

    fn merge(&mut self, other: &Self) {
        self.has_more |= other.has_more;
        for text in &other.some {
            self.add(text);
        }
    }
}

fn earlier(a: Option<Time>, b: Option<Time>) -> Option<Time> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

impl Resource {
    /// Adds the counts of another.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.is_generalised |= other.is_generalised;
        self.count += other.count;
        self.denied += other.denied;
        self.failed += other.failed;
        self.first = earlier(self.first, other.first);
        self.last = self.last.max(other.last);
        self.last_denied = self.last_denied.max(other.last_denied);
        self.regions.merge(&other.regions);
        self.source_ips.merge(&other.source_ips);
        self.user_agents.merge(&other.user_agents);
    }

    fn key(&self) -> (String, Evidence, Option<String>) {
        (self.resource.clone(), self.evidence, self.via.clone())
    }
}

impl Action {
    /// An action with the sums of its uses. More than `most` resources of it, or some that were
    /// generalised already, become globs.
    pub(crate) fn of(action: String, uses: Vec<Resource>, most: usize) -> Self {
        let mut uses = gathered(uses);
        let is_generalised = uses.iter().any(|it| it.is_generalised);
        if uses.len() > most || is_generalised {
            for one in &mut uses {
                one.resource = generalised(&one.resource);
                one.is_generalised = true;
            }
            uses = gathered(uses);
        }
        if uses.len() > most {
            for one in &mut uses {
                "*".clone_into(&mut one.resource);
            }
            uses = gathered(uses);
        }
        let mut sum = Resource::default();
        for one in &uses {
            sum.merge(one);
        }
        let mut resources: Vec<_> =
            uses.iter().filter(|it| it.count > 0).map(|it| it.resource.clone()).collect();
        resources.dedup();
        let Resource { count, denied, failed, first, last, .. } = sum;
        Self { action, resources, count, denied, failed, first, last, uses }
    }
}

/// Uses of the same resource made one, sorted.
fn gathered(uses: Vec<Resource>) -> Vec<Resource> {
    let mut by_key: BTreeMap<_, Resource> = BTreeMap::new();
    for one in uses {
        match by_key.get_mut(&one.key()) {
            Some(known) => known.merge(&one),
            None => {
                by_key.insert(one.key(), one);
            }
        }
    }
    by_key.into_values().collect()
}

/// The glob of all resources beside this one: `arn:aws:s3:::orders/1.json` is in
/// `arn:aws:s3:::orders/*`.
pub(crate) fn generalised(arn: &str) -> String {
    let Some((colon, _)) = arn.match_indices(':').nth(4) else { return "*".to_owned() };
    let (head, resource) = arn.split_at(colon + 1);
    match resource.find(['/', ':']).and_then(|at| resource.get(..=at)) {
        Some(kind) => format!("{head}{kind}*"),
        None => format!("{head}*"),
    }
}

impl Usage {
    /// Adds the usage of other events, whose ids were not seen here (see
    /// [`SeenIds`](crate::SeenIds)). `most` bounds the resources told of one action.
    #[must_use]
    pub fn merge(self, other: Self, most: usize) -> Self {
        let mut principals: BTreeMap<String, Principal> = BTreeMap::new();
        for principal in self.principals.into_iter().chain(other.principals) {
            match principals.get_mut(&principal.arn) {
                Some(known) => known.merge(principal),
                None => {
                    principals.insert(principal.arn.clone(), principal);
                }
            }
        }
        for principal in principals.values_mut() {
            let mut actions: BTreeMap<String, Vec<Resource>> = BTreeMap::new();
            for action in std::mem::take(&mut principal.actions) {
                actions.entry(action.action).or_default().extend(action.uses);
            }
            principal.actions =
                actions.into_iter().map(|(name, uses)| Action::of(name, uses, most)).collect();
        }
        let mut unmapped: BTreeMap<_, Unmapped> = BTreeMap::new();
        for one in self.unmapped.into_iter().chain(other.unmapped) {
            let key = (one.source.clone(), one.name.clone(), one.reason.clone());
            unmapped.entry(key).and_modify(|it| it.count += one.count).or_insert(one);
        }
        Self {
            principals: principals.into_values().collect(),
            unmapped: unmapped.into_values().collect(),
            totals: self.totals.plus(&other.totals),
        }
    }

    /// The principal with this ARN; a role is found by its ARN without the path as well.
    #[must_use]
    pub fn principal(&self, arn: &str) -> Option<&Principal> {
        self.principals.iter().find(|it| it.arn == arn).or_else(|| {
            self.principals.iter().find(|it| without_path(&it.arn) == without_path(arn))
        })
    }
}

/// `arn:aws:iam::111122223333:role/app/r` as `arn:aws:iam::111122223333:role/r`.
fn without_path(arn: &str) -> (Option<&str>, Option<&str>) {
    match arn.split_once(":role/") {
        Some((account, role)) => (Some(account), role.rsplit('/').next()),
        None => (Some(arn), None),
    }
}

impl Principal {
    /// Adds what another part of the events tells of the same principal; actions are put behind
    /// each other.
    fn merge(&mut self, other: Self) {
        self.account = self.account.take().or(other.account);
        self.events += other.events;
        self.sessions.merge(&other.sessions);
        self.actions.extend(other.actions);
    }

    /// Name of the role, without its path; `None` for who is no role.
    #[must_use]
    pub fn role_name(&self) -> Option<&str> {
        without_path(&self.arn).1
    }
}

impl Totals {
    fn plus(self, other: &Self) -> Self {
        Self {
            events: self.events + other.events,
            duplicates: self.duplicates + other.duplicates,
            without_id: self.without_id + other.without_id,
            left_out: self.left_out + other.left_out,
            succeeded: self.succeeded + other.succeeded,
            denied: self.denied + other.denied,
            failed: self.failed + other.failed,
            apart: self.apart + other.apart,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Sample, generalised};

    #[test]
    fn a_glob_keeps_the_bucket_and_the_kind() {
        assert_eq!(generalised("arn:aws:s3:::orders/a/b"), "arn:aws:s3:::orders/*");
        assert_eq!(generalised("arn:aws:s3:::orders"), "arn:aws:s3:::*");
        assert_eq!(
            generalised("arn:aws:lambda:eu-west-1:111122223333:function:f:1"),
            "arn:aws:lambda:eu-west-1:111122223333:function:*"
        );
        assert_eq!(generalised("*"), "*");
    }

    #[test]
    fn the_first_by_the_alphabet_are_kept() {
        let mut from = Sample::default();
        for letter in ('a'..='z').rev() {
            from.add(&letter.to_string());
            from.add(&letter.to_string());
        }
        assert_eq!(from.some, ["a", "b", "c", "d", "e", "f", "g", "h"]);
        assert!(from.has_more);
    }
}
