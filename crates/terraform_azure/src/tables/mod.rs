//! The tables, by family of services.
//!
//! A row's path goes below `properties` of the ARM body; one that begins with `^` goes to its top.

mod data;
mod gateways;
mod identities;
mod messages;
mod monitoring;
mod network;
mod sites;
mod storage;
mod vaults;

use std::{collections::HashMap, sync::LazyLock};

use terraform_tables::row::{Row, Shape, Type};

static FAMILIES: [&[Type]; 9] = [
    sites::TYPES,
    storage::TYPES,
    vaults::TYPES,
    identities::TYPES,
    messages::TYPES,
    data::TYPES,
    gateways::TYPES,
    monitoring::TYPES,
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

/// A resource of an ARM type.
const fn arm(kind: &'static str, type_: &'static str, rows: &'static [Row]) -> Type {
    Type { kind, shape: Shape::Resource(type_, "properties"), rows }
}

/// A truth value as ARM writes it in many places.
static ENABLED: &[(&str, &str)] = &[("true", "Enabled"), ("false", "Disabled")];

/// `local_auth_enabled` as `disableLocalAuth`.
static NOT: &[(&str, &str)] = &[("true", "false"), ("false", "true")];

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
