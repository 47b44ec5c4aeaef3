//! The components of an inventory as the code of a function sees them.

use std::collections::VecDeque;

use code_ir::Language;
use component::{Component, ComponentId, ComponentKind, Ecosystem, EvidenceKind, Inventory};
use source_text::Place;

use crate::{
    Loaded, Modules, go,
    names::{Names, names_of},
};

/// Lock files that tell what each package asks for.
const WITH_GRAPH: [&str; 8] = [
    "package-lock.json",
    "npm-shrinkwrap.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "bun.lock",
    "poetry.lock",
    "uv.lock",
    "pdm.lock",
];

/// Packages of Python that load others by names in settings.
const LOADS_BY_NAME: [&str; 4] = ["django", "celery", "stevedore", "zope-interface"];

/// Whether the code of a function gets at a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// It imports it here.
    Imported(Place),
    /// It imports another component here, which asks for this one, directly or through others.
    Through(ComponentId, Place),
    /// Nothing that it loads imports it or a package that asks for it.
    NotImported,
    /// Nobody can tell.
    Unknown(&'static str),
}

/// Judges every component of an inventory, by its number. `modules` are those of installed
/// distributions of Python.
#[must_use]
pub fn reach(inventory: &Inventory, modules: &Modules, loaded: &Loaded) -> Vec<Reach> {
    let components = &inventory.components;
    let names: Vec<Option<Names>> = components.iter().map(|it| names_of(it, modules)).collect();
    let mut reached: Vec<Option<Reach>> = vec![None; components.len()];
    let mut open = VecDeque::new();
    for (id, (component, names)) in components.iter().zip(&names).enumerate() {
        if component.kind == ComponentKind::Project {
            continue;
        }
        let Some(place) = names.as_ref().and_then(|names| imported(component, names, loaded))
        else {
            continue;
        };
        if let Some(slot) = reached.get_mut(id) {
            *slot = Some(Reach::Imported(place));
            open.push_back((id, id, place));
        }
    }
    while let Some((id, root, place)) = open.pop_front() {
        let requires = components.get(id).map_or(&[][..], |component| &component.requires);
        for to in requires.iter().filter_map(|requirement| requirement.to) {
            if let Some(slot @ None) = reached.get_mut(to) {
                *slot = Some(Reach::Through(root, place));
                open.push_back((to, root, place));
            }
        }
    }
    let doubtful = doubtful(components, &names, &reached);
    let is_open = |ecosystem| open_end(ecosystem, components, &reached, loaded);
    let doubts = [Ecosystem::Npm, Ecosystem::PyPI].map(|it| (it, is_open(it)));
    let of_go = go::reach(inventory, loaded);
    components
        .iter()
        .enumerate()
        .map(|(id, component)| {
            if let Some(known) = of_go.get(&id) {
                return *known;
            }
            if let Some(Some(known)) = reached.get(id) {
                return *known;
            }
            let doubt = doubts.iter().find(|(of, _)| Some(*of) == component.ecosystem);
            match doubt {
                None => Reach::Unknown("imports of its ecosystem are not followed"),
                Some((_, Some(why))) => Reach::Unknown(why),
                Some(_) if doubtful.get(id).copied().unwrap_or(true) => {
                    Reach::Unknown("its modules are not known")
                }
                Some(_) => Reach::NotImported,
            }
        })
        .collect()
}

/// Where a component is imported.
fn imported(component: &Component, names: &Names, loaded: &Loaded) -> Option<Place> {
    let is_python = component.ecosystem == Some(Ecosystem::PyPI);
    let separator = if is_python { '.' } else { '/' };
    let found = loaded.imports.iter().find(|import| {
        language_is(component.ecosystem, import.language)
            && names.names.iter().any(|name| {
                let module = import.module.as_str();
                let head = module.get(..name.len());
                let is_same = head.is_some_and(|head| {
                    if is_python { head.eq_ignore_ascii_case(name) } else { head == name }
                });
                let rest = module.get(name.len()..).unwrap_or_default();
                is_same && (rest.is_empty() || rest.starts_with(separator))
            })
    });
    found.map(|import| import.place)
}

fn language_is(ecosystem: Option<Ecosystem>, language: Language) -> bool {
    match ecosystem {
        Some(Ecosystem::PyPI) => language == Language::Python,
        Some(Ecosystem::Npm) => matches!(language, Language::JavaScript | Language::TypeScript),
        _ => false,
    }
}

/// Components whose modules are not all known and that were not met, and what they ask for.
fn doubtful(
    components: &[Component],
    names: &[Option<Names>],
    reached: &[Option<Reach>],
) -> Vec<bool> {
    let mut doubtful = vec![false; components.len()];
    let mut open: Vec<ComponentId> = Vec::new();
    for (id, names) in names.iter().enumerate() {
        let is_met = reached.get(id).is_some_and(Option::is_some);
        let is_project = components.get(id).is_some_and(|it| it.kind == ComponentKind::Project);
        let is_sure = names.as_ref().is_some_and(|names| names.are_all);
        if !is_met && !is_project && !is_sure {
            open.push(id);
        }
    }
    while let Some(id) = open.pop() {
        let Some(slot) = doubtful.get_mut(id).filter(|slot| !**slot) else { continue };
        *slot = true;
        let requires = components.get(id).map_or(&[][..], |component| &component.requires);
        open.extend(requires.iter().filter_map(|requirement| requirement.to));
    }
    doubtful
}

/// Why what was not met in an ecosystem may be reached all the same.
fn open_end(
    ecosystem: Ecosystem,
    components: &[Component],
    reached: &[Option<Reach>],
    loaded: &Loaded,
) -> Option<&'static str> {
    if let Some(why) = loaded.unknown {
        return Some(why);
    }
    if !loaded.languages.iter().any(|language| language_is(Some(ecosystem), *language)) {
        return Some("no code of its language was read");
    }
    let met = components
        .iter()
        .zip(reached)
        .filter(|(component, reached)| component.ecosystem == Some(ecosystem) && reached.is_some());
    for (component, _) in met {
        let tells = component.evidence.iter().any(|evidence| match evidence.kind {
            EvidenceKind::Installed => true,
            EvidenceKind::Lock => {
                let file = evidence.path.rsplit('/').next().unwrap_or_default();
                WITH_GRAPH.contains(&file)
            }
            EvidenceKind::Manifest | EvidenceKind::Binary => false,
        });
        if !tells {
            return Some("no file tells what the imported packages ask for");
        }
        if ecosystem == Ecosystem::PyPI && LOADS_BY_NAME.contains(&component.key().as_str()) {
            return Some("a framework loads packages by names in settings");
        }
    }
    None
}
