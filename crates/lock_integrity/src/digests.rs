//! Which packages have a digest, and what it is worth.

use component::{Algorithm, Component, ComponentId, Inventory, OriginKind, Scope, SettingKind};

use crate::{
    Fact, FactKind,
    files::{File, Files, Manager, component, fact, is_requirements, name_of},
};

pub(crate) fn judge(inventory: &Inventory, files: &Files<'_>, facts: &mut Vec<Fact>) {
    for (path, file) in files.locks() {
        missing(inventory, path, file, facts);
        weak(inventory, path, file, facts);
    }
    for (path, file) in files.manifests() {
        // Of the manifests only requirements files can promise digests.
        if is_requirements(inventory, path, file) {
            missing(inventory, path, file, facts);
            weak(inventory, path, file, facts);
        }
    }
}

/// Packages without a digest: all of a file, or some while others have one.
fn missing(inventory: &Inventory, path: &str, file: &File, facts: &mut Vec<Fact>) {
    let checked: Vec<(ComponentId, &Component)> = file
        .packages
        .iter()
        .filter_map(|id| Some((*id, component(inventory, *id)?)))
        .filter(|(_, package)| can_have_digest(package, path))
        .collect();
    let lacking: Vec<ComponentId> =
        checked.iter().filter(|(_, c)| c.digests.is_empty()).map(|(id, _)| *id).collect();
    if lacking.is_empty() || writes_none(path) {
        return;
    }
    let demanded = inventory
        .settings
        .iter()
        .any(|setting| setting.kind == SettingKind::RequireHashes && setting.path == path);
    let kind = if lacking.len() < checked.len() || demanded {
        // Yarn fills in what belongs to other platforms when it is there.
        if checked.iter().any(|(_, c)| has(c, Algorithm::YarnCache)) {
            return;
        }
        FactKind::MissingDigests
    } else {
        FactKind::NoDigests
    };
    let runs =
        |id: &ComponentId| component(inventory, *id).is_some_and(|c| c.scope != Scope::Development);
    if kind == FactKind::NoDigests && !lacking.iter().any(runs) {
        return;
    }
    facts.extend(fact(inventory, kind, path, lacking, checked.len()));
}

/// Whether the file would hold a digest of the package: it comes from a registry at one version.
fn can_have_digest(package: &Component, path: &str) -> bool {
    package.version.is_some()
        && match package.origin.kind {
            OriginKind::Registry => true,
            // npm leaves address and digest out together, in lock files that went through its bugs.
            OriginKind::Unknown => Manager::of_lock(path) == Some(Manager::Npm),
            _ => false,
        }
}

/// Lock files that hold no digests by nature.
fn writes_none(path: &str) -> bool {
    // A Go module's digests stand in `go.sum`, which is compared where it is read; Gradle keeps
    // them in a file of its own; Bundler writes them when asked, Composer for few archives.
    let managers = [Manager::Bundler, Manager::Composer];
    Manager::of_lock(path).is_some_and(|manager| managers.contains(&manager))
        || matches!(name_of(path), "go.sum" | "gradle.lockfile" | "buildscript-gradle.lockfile")
}

fn has(package: &Component, algorithm: Algorithm) -> bool {
    package.digests.iter().any(|digest| digest.algorithm == algorithm)
}

/// Packages with digests of broken hash functions only.
fn weak(inventory: &Inventory, path: &str, file: &File, facts: &mut Vec<Fact>) {
    let weak: Vec<ComponentId> = file
        .packages
        .iter()
        .copied()
        .filter(|id| {
            component(inventory, *id).is_some_and(|c| {
                !c.digests.is_empty() && !c.digests.iter().any(|d| d.algorithm.is_strong())
            })
        })
        .collect();
    facts.extend(fact(inventory, FactKind::WeakDigests, path, weak, file.packages.len()));
}
