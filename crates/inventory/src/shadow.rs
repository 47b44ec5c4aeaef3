//! Packages that are there but never loaded: another of the same name is found first.

use std::collections::BTreeMap;

use component::{Component, ComponentId, Ecosystem, EvidenceKind, Inventory};

use crate::{
    Runtime,
    tree::{OPT, TASK, Tree},
};

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

pub(crate) fn find(runtime: &Runtime, tree: &Tree<'_>, inventory: &Inventory) -> Vec<Shadowed> {
    let python = runtime.python_search();
    let mut node = vec![format!("{TASK}/node_modules")];
    node.extend(runtime.node_search());
    let [python, node] = [python, node].map(|search| with_replaced(search, tree));
    // Of each name the components on the search path, with their rank on it.
    let mut found: BTreeMap<(Ecosystem, String), Vec<(usize, ComponentId)>> = BTreeMap::new();
    for (id, component) in inventory.components.iter().enumerate() {
        let Some(ecosystem) = component.ecosystem else { continue };
        let search = match ecosystem {
            Ecosystem::PyPI => &python,
            Ecosystem::Npm => &node,
            _ => continue,
        };
        let ranked = search.iter().enumerate();
        let found_at =
            ranked.filter_map(|(rank, folder)| Some((rank, name_in(folder, component)?)));
        for (rank, name) in found_at {
            found.entry((ecosystem, name)).or_default().push((rank, id));
        }
    }
    let mut shadowed = Vec::new();
    for ((ecosystem, key), mut ranks) in found {
        // Of two in one folder that of the later layer was read first, and is found.
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

/// A search path with what later layers replaced behind it.
fn with_replaced(search: Vec<String>, tree: &Tree<'_>) -> Vec<String> {
    let gone = tree.replaced.iter().flat_map(|(_, root)| {
        let of_layers = search.iter().filter_map(|folder| folder.strip_prefix(OPT));
        of_layers.map(move |rest| format!("{root}{rest}"))
    });
    let gone: Vec<String> = gone.collect();
    search.into_iter().chain(gone).collect()
}

/// The name under which a folder of the search path offers a component.
fn name_in(folder: &str, component: &Component) -> Option<String> {
    let installed =
        component.evidence.iter().find(|evidence| evidence.kind == EvidenceKind::Installed)?;
    let below = installed.path.strip_prefix(folder)?.strip_prefix('/')?;
    if component.ecosystem == Some(Ecosystem::Npm) {
        // The folder is the name, also of an alias.
        let name = below.strip_suffix("/package.json")?;
        let parts = name.split('/').count();
        return (parts == 1 + usize::from(name.starts_with('@'))).then(|| name.to_owned());
    }
    // `name.dist-info/METADATA`, or an `.egg-info` that is a file.
    (below.split('/').count() <= 2 && below.contains("-info")).then(|| component.key())
}
