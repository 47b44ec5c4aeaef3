//! Names that are nearly those of far better known packages.
//!
//! Who mistypes `requests` gets whatever somebody has published as `reqeusts`. A name that is itself
//! well known looks like nothing, and one that differs in a word of its own (`preact-router`) is another
//! name, not a slip.

mod names;
mod tricks;

use std::collections::BTreeSet;

use component::{
    Component, ComponentId, ComponentKind, Ecosystem, EvidenceKind, Inventory, OriginKind,
    lookup_name,
};

use crate::{
    Fact, FactKind, HostKind,
    files::{Files, line_in},
    host_kind,
    sources::{is_configured, scope_of},
};

pub use tricks::Trick;

/// The better known name that another one looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lookalike {
    /// The better known name.
    pub of: &'static str,
    /// Its place among the most downloaded ones, from 1.
    pub rank: usize,
    /// What makes them look alike.
    pub trick: Trick,
}

/// The better known package of npm or `PyPI` whose name a name looks like; of several the best known.
///
/// `None` for other ecosystems, for names that are well known themselves, and for those that are
/// merely similar.
#[must_use]
pub fn lookalike(ecosystem: Ecosystem, name: &str) -> Option<Lookalike> {
    let names = names::of(ecosystem)?;
    // Longer names are no slips; this also bounds the time for each.
    if name.len() > 100 {
        return None;
    }
    let name = lookup_name(ecosystem, name);
    if names.rank(&name).is_some() {
        return None;
    }
    tricks::best(names, &name)
}

/// Whether a package is among the most downloaded ones of its ecosystem.
pub(crate) fn is_well_known(package: &Component) -> bool {
    let names = package.ecosystem.and_then(names::of);
    names.is_some_and(|names| names.rank(&package.key()).is_some())
}

pub(crate) fn judge(inventory: &Inventory, _files: &Files<'_>, facts: &mut Vec<Fact>) {
    let own: BTreeSet<&str> = inventory
        .components
        .iter()
        .filter(|component| component.kind == ComponentKind::Project)
        .map(|project| project.name.as_str())
        .collect();
    // Of several files that name a package the manifest is where to mend it.
    let mut seen: BTreeSet<(Ecosystem, String)> = BTreeSet::new();
    let mut places: Vec<(EvidenceKind, ComponentId)> = Vec::new();
    for (id, component) in inventory.components.iter().enumerate() {
        let first = component.evidence.first();
        if let Some(evidence) = first.filter(|_| is_judged(inventory, component, &own)) {
            places.push((evidence.kind, id));
        }
    }
    places.sort_by_key(|(kind, id)| (*kind != EvidenceKind::Manifest, *id));
    for (_, id) in places {
        let Some(component) = inventory.components.get(id) else { continue };
        let Some(ecosystem) = component.ecosystem else { continue };
        if !seen.insert((ecosystem, component.key())) {
            continue;
        }
        let Some(found) = lookalike(ecosystem, &component.name) else { continue };
        let Some(evidence) = component.evidence.first() else { continue };
        facts.push(Fact {
            kind: FactKind::Lookalike { of: found.of.to_owned(), trick: found.trick },
            path: evidence.path.clone(),
            line: line_in(inventory, id, &evidence.path),
            packages: vec![id],
            of: 0,
        });
    }
}

/// Whether a component is a package of the public registry, as far as the input tells.
fn is_judged(inventory: &Inventory, component: &Component, own: &BTreeSet<&str>) -> bool {
    let Some(ecosystem) = component.ecosystem else { return false };
    let is_own_host = component.origin.host.as_deref().is_some_and(|host| {
        host_kind(ecosystem, host) == HostKind::Private || is_configured(inventory, host)
    });
    let is_own_scope = scope_of(&component.name).is_some_and(|scope| {
        let in_scope = |name: &&&str| scope_of(name) == Some(scope);
        own.iter().any(|name| in_scope(&name))
    });
    component.kind == ComponentKind::Library
        && matches!(component.origin.kind, OriginKind::Registry | OriginKind::Unknown)
        && !is_own_host
        && !is_own_scope
        && !own.contains(component.name.as_str())
}
