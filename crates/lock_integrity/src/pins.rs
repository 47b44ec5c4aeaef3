//! Manifests that ask for ranges, and no lock file that says which versions they get.

use component::{Component, ComponentId, Inventory, Scope};

use crate::{
    Fact, FactKind,
    files::{Files, component, fact, is_requirements, name_of},
    sources::is_from_elsewhere,
};

pub(crate) fn judge(inventory: &Inventory, files: &Files<'_>, facts: &mut Vec<Fact>) {
    for (path, file) in files.manifests() {
        let name = name_of(path);
        let is_known = matches!(name, "package.json" | "pyproject.toml" | "Pipfile")
            || matches!(name, "Gemfile" | "gems.rb" | "composer.json")
            || is_requirements(inventory, path, file);
        if !is_known || files.lock_of(path).is_some() {
            continue;
        }
        let run: Vec<(ComponentId, &Component)> = file
            .packages
            .iter()
            .filter_map(|id| Some((*id, component(inventory, *id)?)))
            .filter(|(_, c)| matches!(c.scope, Scope::Runtime | Scope::Unknown))
            .filter(|(_, c)| !is_from_elsewhere(c))
            .collect();
        let loose: Vec<ComponentId> =
            run.iter().filter(|(_, c)| !is_one_version(c)).map(|(id, _)| *id).collect();
        facts.extend(fact(inventory, FactKind::Unlocked, path, loose, run.len()));
    }
}

/// Whether what is asked for is one version, by itself or by a constraint.
fn is_one_version(package: &Component) -> bool {
    package.is_pinned() == Some(true)
        || package.wanted.is_none()
        || package.version.is_some() && is_python(package)
}

/// Of Python a wish has a version only when it or a constraint pins it; of npm also when what is
/// installed beside it fits.
fn is_python(package: &Component) -> bool {
    package.ecosystem == Some(component::Ecosystem::PyPI)
}
