//! The tables, by family of services: which asset type a Terraform type is, and which of its
//! arguments have another place in the interface.

mod compute;
mod data;
mod events;
mod functions;
mod identities;
mod machines;

use std::{collections::HashMap, sync::LazyLock};

use crate::turn::Row;

/// What the table says of one Terraform type.
pub(crate) struct Type {
    /// Terraform's name.
    pub(crate) kind: &'static str,
    /// Type in Cloud Asset Inventory; empty: it is known, and nobody asks about it.
    pub(crate) asset: &'static str,
    /// Arguments whose place is not the one of their name.
    pub(crate) rows: &'static [Row],
}

/// A type all of whose arguments have the place of their names.
const fn plain(kind: &'static str, asset: &'static str) -> Type {
    Type { kind, asset, rows: &[] }
}

/// A type with arguments that have another place.
const fn with(kind: &'static str, asset: &'static str, rows: &'static [Row]) -> Type {
    Type { kind, asset, rows }
}

/// A type that is known and tells nothing.
const fn nothing(kind: &'static str) -> Type {
    Type { kind, asset: "", rows: &[] }
}

static FAMILIES: [&[Type]; 6] = [
    functions::TYPES,
    events::TYPES,
    identities::TYPES,
    data::TYPES,
    compute::TYPES,
    machines::TYPES,
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
            assert!(one.kind.starts_with("google_"), "{}", one.kind);
            let mut names = HashSet::new();
            for (from, _) in one.rows {
                assert!(names.insert(from), "{}.{from} has two rows", one.kind);
            }
        }
    }
}
