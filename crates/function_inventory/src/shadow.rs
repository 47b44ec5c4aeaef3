//! Packages that are there but never loaded: another of the same name is found first.

use std::collections::BTreeMap;

use component::{Component, ComponentId, Ecosystem, EvidenceKind, Inventory};

use crate::{Runtime, runtime::BUNDLED_AT};

/// A package that another one of the same name hides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shadowed {
    /// Its ecosystem.
    pub ecosystem: Ecosystem,
    /// Its name.
    pub name: String,
    /// The component that is loaded.
    pub winner: ComponentId,
    /// The component that is hidden; `None` for the one that the runtime brings along.
    pub hidden: Option<ComponentId>,
    /// Whether both have the same version: then only space is lost.
    pub same_version: bool,
}

pub(crate) fn find(runtime: &Runtime, inventory: &Inventory) -> Vec<Shadowed> {
    let python = runtime.python_search();
    let mut node = vec!["var/task/node_modules".to_owned()];
    node.extend(runtime.node_search());
    // Of each name the components on the search path, with their rank on it.
    let mut found: BTreeMap<(Ecosystem, String), Vec<(usize, ComponentId)>> = BTreeMap::new();
    for (id, component) in inventory.components.iter().enumerate() {
        let Some(ecosystem) = component.ecosystem else { continue };
        let search = match ecosystem {
            Ecosystem::PyPI => &python,
            Ecosystem::Npm => &node,
            _ => continue,
        };
        let rank =
            folder_of(component).and_then(|at| search.iter().position(|folder| folder == at));
        if let Some(rank) = rank {
            found.entry((ecosystem, component.key())).or_default().push((rank, id));
        }
    }
    let mut shadowed = Vec::new();
    for ((ecosystem, key), mut ranks) in found {
        ranks.sort_unstable();
        let Some(((_, winner), hidden)) = ranks.split_first() else { continue };
        let version =
            |id: ComponentId| inventory.components.get(id).and_then(|c| c.version.as_deref());
        let name =
            inventory.components.get(*winner).map_or(key, |component| component.name.clone());
        let one = |hidden: Option<ComponentId>| Shadowed {
            ecosystem,
            name: name.clone(),
            winner: *winner,
            hidden,
            same_version: hidden.is_some_and(|hidden| version(hidden) == version(*winner)),
        };
        shadowed.extend(hidden.iter().map(|(_, id)| one(Some(*id))));
        if runtime.bundles(ecosystem, &name) {
            shadowed.push(one(None));
        }
    }
    shadowed
}

/// The folder on the search path in which an installed package stands.
fn folder_of(component: &Component) -> Option<&str> {
    let evidence =
        component.evidence.iter().find(|evidence| evidence.kind == EvidenceKind::Installed)?;
    if evidence.path == BUNDLED_AT {
        return None;
    }
    let mut up = 0;
    if component.ecosystem == Some(Ecosystem::Npm) {
        // `node_modules/@scope/name/package.json`.
        up += 1 + usize::from(component.name.starts_with('@'));
    } else if !evidence.path.ends_with("-info") {
        // `name.dist-info/METADATA`.
        up += 1;
    }
    let folder = evidence.path.rsplit_once('/')?.0;
    (0..up).try_fold(folder, |folder, _| folder.rsplit_once('/').map(|(above, _)| above))
}
