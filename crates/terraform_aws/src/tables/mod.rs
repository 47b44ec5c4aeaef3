//! The tables, by family of services.

mod api;
mod data;
mod delivery;
mod events;
mod functions;
mod identities;
mod monitoring;
mod network;
mod storage;

use std::{collections::HashMap, sync::LazyLock};

use terraform_tables::row::Type;

static FAMILIES: [&[Type]; 9] = [
    functions::TYPES,
    api::TYPES,
    identities::TYPES,
    storage::TYPES,
    events::TYPES,
    data::TYPES,
    monitoring::TYPES,
    delivery::TYPES,
    network::TYPES,
];

static BY_KIND: LazyLock<HashMap<&'static str, &'static Type>> =
    LazyLock::new(|| all().map(|one| (one.kind, one)).collect());

/// Every type.
pub(crate) fn all() -> impl Iterator<Item = &'static Type> {
    FAMILIES.iter().copied().flatten()
}

/// What the tables say of a Terraform type.
pub(crate) fn of(kind: &str) -> Option<&'static Type> {
    BY_KIND.get(kind).copied()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    #[test]
    fn every_type_and_every_argument_of_it_is_told_once() {
        let mut kinds = HashSet::new();
        for one in super::all() {
            assert!(kinds.insert(one.kind), "{} stands in two tables", one.kind);
            let mut names = HashSet::new();
            for (from, ..) in one.rows {
                assert!(names.insert(from), "{}.{from} has two rows", one.kind);
            }
        }
    }
}
