//! Which packages stand in which file, which lock file belongs to which manifest.

use std::collections::BTreeMap;

use component::{
    Component, ComponentId, ComponentKind, Ecosystem, EvidenceKind, FileRole, Inventory,
    SettingKind,
};

use crate::{Fact, FactKind};

/// A package manager, as far as its lock file is its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Manager {
    Npm,
    Yarn,
    Pnpm,
    Bun,
    Poetry,
    Pipenv,
    Pdm,
    Uv,
    Bundler,
    Composer,
}

impl Manager {
    /// Whose lock file a path is; `None` for what several managers write (`pylock.toml`).
    pub(crate) fn of_lock(path: &str) -> Option<Self> {
        Some(match name_of(path) {
            "package-lock.json" | "npm-shrinkwrap.json" => Self::Npm,
            "yarn.lock" => Self::Yarn,
            "pnpm-lock.yaml" => Self::Pnpm,
            "bun.lock" => Self::Bun,
            "poetry.lock" => Self::Poetry,
            "Pipfile.lock" => Self::Pipenv,
            "pdm.lock" => Self::Pdm,
            "uv.lock" => Self::Uv,
            "Gemfile.lock" | "gems.locked" => Self::Bundler,
            "composer.lock" => Self::Composer,
            _ => return None,
        })
    }

    fn is_of_javascript(self) -> bool {
        matches!(self, Self::Npm | Self::Yarn | Self::Pnpm | Self::Bun)
    }

    /// The ecosystem, as managers that may stand in for each other share it.
    fn family(self) -> u8 {
        match self {
            Self::Npm | Self::Yarn | Self::Pnpm | Self::Bun => 0,
            Self::Poetry | Self::Pipenv | Self::Pdm | Self::Uv => 1,
            Self::Bundler => 2,
            Self::Composer => 3,
        }
    }

    /// Whether its lock files pin what a manifest asks for.
    pub(crate) fn locks(self, manifest: &str) -> bool {
        match name_of(manifest) {
            "package.json" => self.is_of_javascript(),
            "Pipfile" => self == Self::Pipenv,
            "pyproject.toml" => matches!(self, Self::Poetry | Self::Pdm | Self::Uv),
            "Gemfile" | "gems.rb" => self == Self::Bundler,
            "composer.json" => self == Self::Composer,
            _ => false,
        }
    }
}

/// Whether a manifest is a requirements file of pip, whatever its name: such files name each other.
pub(crate) fn is_requirements(inventory: &Inventory, path: &str, file: &File) -> bool {
    let is_python = |id: &ComponentId| {
        component(inventory, *id).is_some_and(|c| c.ecosystem == Some(Ecosystem::PyPI))
    };
    !matches!(name_of(path), "pyproject.toml" | "Pipfile") && file.packages.iter().any(is_python)
}

/// File name of a path.
pub(crate) fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Folder of a path; empty at the root.
pub(crate) fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The packages of one file.
#[derive(Clone, Debug, Default)]
pub(crate) struct File {
    /// Libraries, in the order of the file.
    pub(crate) packages: Vec<ComponentId>,
}

/// The files of an inventory.
#[derive(Clone, Debug, Default)]
pub(crate) struct Files<'a> {
    manifests: BTreeMap<&'a str, File>,
    locks: BTreeMap<&'a str, File>,
}

impl<'a> Files<'a> {
    pub(crate) fn of(inventory: &'a Inventory) -> Self {
        let mut files = Self::default();
        for file in &inventory.files {
            let slot = match file.role {
                FileRole::Manifest => &mut files.manifests,
                FileRole::Lock => &mut files.locks,
            };
            slot.entry(&file.path).or_default();
        }
        for (id, component) in inventory.components.iter().enumerate() {
            if component.kind == ComponentKind::Project {
                continue;
            }
            for evidence in &component.evidence {
                let slot = match evidence.kind {
                    EvidenceKind::Manifest => files.manifests.get_mut(evidence.path.as_str()),
                    EvidenceKind::Lock => files.locks.get_mut(evidence.path.as_str()),
                    EvidenceKind::Installed | EvidenceKind::Binary => None,
                };
                if let Some(slot) = slot {
                    slot.packages.push(id);
                }
            }
        }
        files
    }

    pub(crate) fn manifests(&self) -> impl Iterator<Item = (&'a str, &File)> {
        self.manifests.iter().map(|(path, file)| (*path, file))
    }

    pub(crate) fn locks(&self) -> impl Iterator<Item = (&'a str, &File)> {
        self.locks.iter().map(|(path, file)| (*path, file))
    }

    /// Manifests, then lock files.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&'a str, &File)> {
        self.manifests().chain(self.locks())
    }

    /// The lock file that pins what a manifest asks for: in its folder or, of a workspace, above.
    pub(crate) fn lock_of(&self, manifest: &str) -> Option<(&'a str, &File)> {
        let mut folder = folder_of(manifest);
        loop {
            let found = self.locks().find(|(path, _)| {
                folder_of(path) == folder
                    && Manager::of_lock(path).is_some_and(|manager| manager.locks(manifest))
            });
            if found.is_some() || folder.is_empty() {
                return found;
            }
            folder = folder_of(folder);
        }
    }
}

/// The component of a number.
pub(crate) fn component(inventory: &Inventory, id: ComponentId) -> Option<&Component> {
    inventory.components.get(id)
}

/// The line at which a file tells of a component.
pub(crate) fn line_in(inventory: &Inventory, id: ComponentId, path: &str) -> Option<u32> {
    let evidence = &component(inventory, id)?.evidence;
    evidence.iter().find(|evidence| evidence.path == path)?.line
}

/// A fact about packages of one file; none when there are no packages.
pub(crate) fn fact(
    inventory: &Inventory,
    kind: FactKind,
    path: &str,
    packages: Vec<ComponentId>,
    of: usize,
) -> Option<Fact> {
    let line = line_in(inventory, *packages.first()?, path);
    Some(Fact { kind, path: path.to_owned(), line, packages, of })
}

/// Lock files besides each other, and formats of earlier days.
pub(crate) fn judge(inventory: &Inventory, files: &Files<'_>, facts: &mut Vec<Fact>) {
    let mut rivals: BTreeMap<(&str, u8), Vec<(Manager, &str)>> = BTreeMap::new();
    for (path, _) in files.locks() {
        if let Some(manager) = Manager::of_lock(path) {
            let key = (folder_of(path), manager.family());
            rivals.entry(key).or_default().push((manager, path));
        }
    }
    for locks in rivals.values() {
        let Some(((first, path), others)) = locks.split_first() else { continue };
        let others: Vec<String> = others
            .iter()
            .filter(|(manager, _)| manager != first)
            .map(|(_, path)| name_of(path).to_owned())
            .collect();
        if !others.is_empty() {
            facts.push(Fact::of_file(FactKind::RivalLocks { others }, path, None));
        }
    }
    for setting in &inventory.settings {
        if let SettingKind::LockVersion(version) = &setting.kind
            && is_old(&setting.path, version)
        {
            let kind = FactKind::OldLockFormat { version: version.clone() };
            facts.push(Fact::of_file(kind, &setting.path, setting.line));
        }
    }
}

/// Whether a version of a lock file's format is one that today's managers rewrite because it says
/// less: npm 6 wrote 1, pnpm 7 wrote 5, Poetry before 1.3 wrote 1.
fn is_old(path: &str, version: &str) -> bool {
    let major: Option<u32> = version.split('.').next().and_then(|major| major.parse().ok());
    let oldest_good = match Manager::of_lock(path) {
        Some(Manager::Npm | Manager::Poetry) => 2,
        Some(Manager::Pnpm) => 6,
        _ => return false,
    };
    major.is_some_and(|major| major < oldest_good)
}

#[cfg(test)]
mod tests {
    use super::{Manager, is_old};

    #[test]
    fn lock_files_pin_the_manifests_of_their_own_managers() {
        let locks = |lock: &str, manifest: &str| Manager::of_lock(lock).unwrap().locks(manifest);
        assert!(locks("a/yarn.lock", "a/b/package.json"));
        assert!(locks("uv.lock", "pyproject.toml"));
        assert!(!locks("poetry.lock", "requirements.txt"));
        assert!(!locks("package-lock.json", "pyproject.toml"));
        assert_eq!(Manager::of_lock("Cargo.lock"), None);
    }

    #[test]
    fn only_formats_that_say_less_are_old() {
        assert!(is_old("package-lock.json", "1") && !is_old("package-lock.json", "2"));
        assert!(is_old("pnpm-lock.yaml", "5.4") && !is_old("pnpm-lock.yaml", "6.0"));
        assert!(!is_old("yarn.lock", "1") && !is_old("uv.lock", "1"));
    }
}
