//! Every fix, by family.
//!
//! Left out on purpose is what deletes or replaces something when it is deployed: encryption of an existing
//! database, file system or cache, which makes a new one.

mod access;
mod azure;
mod google;
mod limits;
mod monitoring;
mod network;
mod storage;

use finding::RuleKey;

use crate::Fix;

static FAMILIES: [&[Fix]; 7] = [
    monitoring::FIXES,
    storage::FIXES,
    network::FIXES,
    access::FIXES,
    limits::FIXES,
    azure::FIXES,
    google::FIXES,
];

/// Every fix; of several of one cloud the safe one comes first.
pub fn all() -> impl Iterator<Item = &'static Fix> {
    FAMILIES.iter().copied().flatten()
}

/// The fixes of a rule.
pub fn of(rule: impl Into<RuleKey>) -> impl Iterator<Item = &'static Fix> {
    let rule = rule.into();
    all().filter(move |fix| rule == fix.rule)
}
