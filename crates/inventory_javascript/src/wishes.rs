//! What Yarn's lock files leave out and manifests tell: who asks for what, and for whom.

use std::collections::BTreeMap;

use component::{ComponentId, Inventory, Requirement};

/// Lock files that do not tell the wishes of the application, and the manifests that do.
#[derive(Debug, Default)]
pub(crate) struct LockGaps {
    /// Manifests of applications, with their projects.
    pub(crate) manifests: Vec<(String, ComponentId)>,
    /// By the folder of the lock file.
    pub(crate) locks: BTreeMap<String, OpenLock>,
}

/// One lock file of Yarn.
#[derive(Debug, Default)]
pub(crate) struct OpenLock {
    /// Its first component.
    pub(crate) first: ComponentId,
    /// Components by what is asked for: `name@range`.
    pub(crate) by_descriptor: BTreeMap<String, ComponentId>,
    /// Its own projects by their folder; none for Yarn 1.
    pub(crate) projects: BTreeMap<String, ComponentId>,
}

impl LockGaps {
    /// Connects manifests with the lock files in their folder or above.
    pub(crate) fn fill(&self, into: &mut Inventory) {
        let mut roots: BTreeMap<&str, Vec<ComponentId>> = BTreeMap::new();
        for (path, project) in &self.manifests {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let Some((place, lock)) = self.lock_of(folder) else { continue };
            let requires =
                into.components.get(*project).map(|c| c.requires.clone()).unwrap_or_default();
            let requires: Vec<Requirement> =
                requires.into_iter().map(|r| lock.settle(r, into)).collect();
            // Yarn 2 and later has a project of its own in the lock; it takes the scopes over.
            let own = lock.projects.get(folder).and_then(|own| into.components.get_mut(*own));
            if let Some(own) = own {
                own.requires.clone_from(&requires);
            }
            if let Some(project) = into.components.get_mut(*project) {
                project.requires = requires;
            }
            // Members whose manifest was not handed in stay roots as the lock tells them.
            roots
                .entry(place)
                .or_insert_with(|| lock.projects.values().copied().collect())
                .push(*project);
        }
        for (place, roots) in roots {
            if let Some(lock) = self.locks.get(place) {
                into.spread_scopes(lock.first, &roots);
            }
        }
    }

    fn lock_of(&self, folder: &str) -> Option<(&str, &OpenLock)> {
        let mut here = folder;
        loop {
            if let Some((place, lock)) = self.locks.get_key_value(here) {
                return Some((place, lock));
            }
            if here.is_empty() {
                return None;
            }
            here = here.rsplit_once('/').map_or("", |(above, _)| above);
        }
    }
}

impl OpenLock {
    /// The component for what is asked for; Yarn 2 and later writes `npm:` before a range.
    pub(crate) fn find(&self, name: &str, range: &str) -> Option<ComponentId> {
        let plain = self.by_descriptor.get(&format!("{name}@{range}"));
        plain.or_else(|| self.by_descriptor.get(&format!("{name}@npm:{range}"))).copied()
    }

    /// Leads a wish of a manifest to the locked component, and gives the wish its version.
    fn settle(&self, requirement: Requirement, into: &mut Inventory) -> Requirement {
        let Some(to) = self.find(&requirement.name, &requirement.range) else { return requirement };
        let version = into.components.get(to).and_then(|c| c.version.clone());
        if let Some(wish) = requirement.to.and_then(|wish| into.components.get_mut(wish)) {
            wish.version = version;
        }
        Requirement { to: Some(to), ..requirement }
    }
}
