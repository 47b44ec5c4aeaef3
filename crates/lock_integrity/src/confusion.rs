//! Names that two registries may both answer for: dependency confusion.
//!
//! Source: A. Birsan, "Dependency Confusion: How I Hacked Into Apple, Microsoft and Dozens of Other
//! Companies" (2021).

use std::collections::{BTreeMap, BTreeSet};

use component::{Component, ComponentId, Ecosystem, IndexRole, Inventory, OriginKind, SettingKind};

use crate::{
    Fact, FactKind, HostKind,
    files::{File, Files, component, fact, is_requirements, name_of},
    host_kind,
    lookalike::is_well_known,
    sources::scope_of,
};

pub(crate) fn judge(inventory: &Inventory, files: &Files<'_>, facts: &mut Vec<Fact>) {
    extra_indexes(inventory, files, facts);
    for (path, file) in files.locks() {
        unscoped(inventory, path, file, facts);
        scopes(inventory, path, file, facts);
    }
}

/// Indexes of Python besides the usual one. Digests settle which bytes are right, wherever they come
/// from; so does a lock file.
fn extra_indexes(inventory: &Inventory, files: &Files<'_>, facts: &mut Vec<Fact>) {
    let any_wins: BTreeSet<&str> = inventory
        .settings
        .iter()
        .filter(|setting| setting.kind == SettingKind::AnyIndexWins)
        .map(|setting| setting.path.as_str())
        .collect();
    let mut told = BTreeSet::new();
    for index in &inventory.indexes {
        let competes = match index.role {
            IndexRole::Extra => true,
            IndexRole::First => any_wins.contains(index.path.as_str()),
            _ => false,
        };
        let Some(host) = index.origin.host.clone().filter(|_| competes) else { continue };
        let is_default = host_kind(Ecosystem::PyPI, &host) == HostKind::Registry;
        if is_default || is_settled(inventory, files, &index.path) {
            continue;
        }
        if told.insert((index.path.as_str(), host.clone())) {
            let is_public = host_kind(Ecosystem::PyPI, &host) == HostKind::Mirror;
            let kind = FactKind::ExtraIndex { host, is_public };
            facts.push(Fact::of_file(kind, &index.path, index.line));
        }
    }
}

/// Whether what a file's indexes offer is checked against digests or a lock file.
fn is_settled(inventory: &Inventory, files: &Files<'_>, path: &str) -> bool {
    if matches!(name_of(path), "pyproject.toml" | "Pipfile") {
        return files.lock_of(path).is_some();
    }
    let of_all = matches!(name_of(path), "pip.conf" | "pip.ini");
    let asked = files.manifests().filter(|(manifest, file)| {
        (of_all || *manifest == path) && is_requirements(inventory, manifest, file)
    });
    let mut asked = asked.flat_map(|(_, file)| &file.packages).peekable();
    let any = asked.peek().is_some();
    any && asked.all(|id| component(inventory, *id).is_some_and(|c| !c.digests.is_empty()))
}

/// Packages of npm without a scope that a private registry has, while the others come from the
/// public one: without the lock file the public one is asked for them, too.
fn unscoped(inventory: &Inventory, path: &str, file: &File, facts: &mut Vec<Fact>) {
    let mut private: BTreeMap<&str, Vec<(ComponentId, &Component)>> = BTreeMap::new();
    let mut has_public = false;
    for id in &file.packages {
        let Some(package) = component(inventory, *id) else { continue };
        let Some(host) = package.origin.host.as_deref() else { continue };
        let is_of_npm = package.ecosystem == Some(Ecosystem::Npm);
        if !is_of_npm || package.origin.kind != OriginKind::Registry {
            continue;
        }
        match host_kind(Ecosystem::Npm, host) {
            HostKind::Registry => has_public = true,
            HostKind::Private => private.entry(host).or_default().push((*id, package)),
            HostKind::Mirror | HostKind::Other => {}
        }
    }
    if !has_public {
        return;
    }
    for (host, packages) in private {
        let is_default = inventory.indexes.iter().any(|index| {
            index.role == IndexRole::Primary && index.origin.host.as_deref() == Some(host)
        });
        // A registry that also passes on what the public one has is asked for everything.
        if is_default || packages.iter().any(|(_, package)| is_well_known(package)) {
            continue;
        }
        let open = packages.into_iter().filter(|(_, package)| scope_of(&package.name).is_none());
        let open: Vec<ComponentId> = open.map(|(id, _)| id).collect();
        let kind = FactKind::UnscopedInternalName { host: host.to_owned() };
        facts.extend(fact(inventory, kind, path, open, file.packages.len()));
    }
}

/// Packages of a scope that settings lead to a private registry, taken from the public one.
fn scopes(inventory: &Inventory, path: &str, file: &File, facts: &mut Vec<Fact>) {
    let mut told = BTreeSet::new();
    for index in &inventory.indexes {
        let IndexRole::Named(scope) = &index.role else { continue };
        let Some(host) = index.origin.host.as_deref() else { continue };
        if host_kind(Ecosystem::Npm, host) == HostKind::Registry || !scope.starts_with('@') {
            continue;
        }
        let from_public = |package: &Component| {
            let of = package.origin.host.as_deref();
            package.ecosystem == Some(Ecosystem::Npm)
                && scope_of(&package.name) == Some(scope)
                && of.is_some_and(|of| host_kind(Ecosystem::Npm, of) == HostKind::Registry)
                // Some publishers sell a part of a scope and give the rest away.
                && !is_well_known(package)
        };
        let odd = file.packages.iter().copied();
        let odd: Vec<ComponentId> =
            odd.filter(|id| component(inventory, *id).is_some_and(from_public)).collect();
        if told.insert((scope, host)) {
            let kind = FactKind::ScopeFromPublic { scope: scope.clone(), host: host.to_owned() };
            facts.extend(fact(inventory, kind, path, odd, file.packages.len()));
        }
    }
}
