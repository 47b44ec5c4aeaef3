//! Where lock files and what is installed beside them differ.

use std::collections::{BTreeMap, BTreeSet};

use component::{
    Component, ComponentId, ComponentKind, Ecosystem, EvidenceKind, Inventory, OriginKind, Scope,
};
use package_version::{Range, Version};

use crate::tree::{OPT, TASK};

/// A difference between what files promise and what is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Drift {
    /// Another version is installed than the one that is locked or asked for.
    OtherVersion {
        /// The component of the lock file or manifest.
        promised: ComponentId,
        /// The one that is installed.
        installed: ComponentId,
    },
    /// Installed, but the lock file beside it does not know it.
    NotLocked {
        /// The one that is installed.
        installed: ComponentId,
    },
    /// Locked for running, but not installed.
    NotInstalled {
        /// The component of the lock file.
        promised: ComponentId,
    },
}

/// What is known of the packages of one part and ecosystem.
#[derive(Default)]
struct Side {
    promised: BTreeMap<String, Vec<ComponentId>>,
    installed: BTreeMap<String, Vec<ComponentId>>,
    has_lock: bool,
}

/// Compares lock files and manifests with what is installed in the same part of the package.
#[must_use]
pub fn drift(inventory: &Inventory) -> Vec<Drift> {
    let mut sides: BTreeMap<(Ecosystem, &str), Side> = BTreeMap::new();
    for (id, component) in inventory.components.iter().enumerate() {
        let (Some(ecosystem), Some(evidence)) = (component.ecosystem, component.evidence.first())
        else {
            continue;
        };
        // What another package carries along was never installed by name.
        if component.kind == ComponentKind::Project || component.origin.kind == OriginKind::Bundled
        {
            continue;
        }
        // What npm notes for itself about the installed tree promises nothing.
        if evidence.path.ends_with("node_modules/.package-lock.json") {
            continue;
        }
        let side = sides.entry((ecosystem, root_of(&evidence.path))).or_default();
        side.has_lock |= evidence.kind == EvidenceKind::Lock;
        let list = match evidence.kind {
            EvidenceKind::Installed => &mut side.installed,
            EvidenceKind::Lock | EvidenceKind::Manifest => &mut side.promised,
            EvidenceKind::Binary => continue,
        };
        list.entry(component.key()).or_default().push(id);
    }
    sides.values().flat_map(|side| differences(side, inventory)).collect()
}

/// `var/task` or `opt`: a lock file promises for the part in which it stands.
fn root_of(path: &str) -> &str {
    let root = path.split('/').next().unwrap_or(path);
    if root.starts_with(OPT) { root } else { TASK }
}

fn differences(side: &Side, inventory: &Inventory) -> Vec<Drift> {
    let mut drifts = Vec::new();
    if side.installed.is_empty() || side.promised.is_empty() {
        return drifts;
    }
    let component = |id: &ComponentId| inventory.components.get(*id);
    for (key, installed) in &side.installed {
        let Some(promised) = side.promised.get(key) else {
            if side.has_lock {
                drifts.extend(installed.iter().map(|id| Drift::NotLocked { installed: *id }));
            }
            continue;
        };
        // A lock file is exact; a manifest counts only where no lock file speaks.
        let locked: Vec<ComponentId> = promised
            .iter()
            .copied()
            .filter(|id| component(id).is_some_and(|c| c.seen_as(EvidenceKind::Lock)))
            .collect();
        let promised = if locked.is_empty() { promised } else { &locked };
        for there in installed {
            let Some(version) = component(there).and_then(|c| c.version.as_deref()) else {
                continue;
            };
            let kept = promised.iter().filter_map(component).any(|c| is_kept(c, version));
            if let (false, Some(promised)) = (kept, promised.first()) {
                drifts.push(Drift::OtherVersion { promised: *promised, installed: *there });
            }
        }
    }
    let missing = side.promised.iter().filter(|(key, _)| !side.installed.contains_key(*key));
    let missing: BTreeSet<ComponentId> = missing
        .filter_map(|(_, ids)| {
            ids.iter().copied().find(|id| {
                component(id)
                    .is_some_and(|c| c.scope == Scope::Runtime && c.seen_as(EvidenceKind::Lock))
            })
        })
        .collect();
    drifts.extend(missing.into_iter().map(|promised| Drift::NotInstalled { promised }));
    drifts
}

/// Whether an installed version is what a component promises.
fn is_kept(promised: &Component, version: &str) -> bool {
    let Some(ecosystem) = promised.ecosystem else { return true };
    let version = Version::parse(ecosystem, version);
    if let Some(exact) = &promised.version {
        return Version::parse(ecosystem, exact)
            .compare(&version)
            .is_none_or(std::cmp::Ordering::is_eq);
    }
    let range = promised.wanted.as_deref().filter(|range| !range.is_empty());
    // What is no range (a tag, an address) promises no version.
    range
        .and_then(|range| Range::parse(ecosystem, range).ok())
        .is_none_or(|range| range.contains_with_prereleases(&version))
}
