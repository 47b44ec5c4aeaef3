//! What a function really runs: its code and its layers as one, in the order of the runtime.
//!
//! Code stands in `/var/task`, the layers in `/opt`, a later one over an earlier one. What a package
//! asks for is found as the runtime finds it, so that a package in a layer which the function's own
//! hides is told as hidden, not as used.

#![deny(clippy::disallowed_methods)]

mod drift;
mod records;
mod runtime;
mod shadow;
mod view;

use component::{
    Component, ComponentKind, EvidenceKind, Inventory, Origin, OriginKind, RemarkKind, Requirement,
    Scope,
};

pub use drift::{Drift, drift};
use lock_integrity::{Fact, judge};
pub use records::{Tampering, TamperingKind};
pub use runtime::Runtime;
pub use shadow::Shadowed;
pub use view::{Files, Located, Overridden, Part, View};

/// The packages of one function.
#[derive(Clone, Debug, Default)]
pub struct FunctionInventory {
    /// One component for each file that tells of it; paths are those of [`View`]
    /// (`var/task/requirements.txt`). [`Inventory::merged`] makes them one a package.
    pub inventory: Inventory,
    /// Packages that are there but hidden by another of the same name.
    pub shadowed: Vec<Shadowed>,
    /// Where lock files and what is installed differ.
    pub drift: Vec<Drift>,
    /// What manifests and lock files leave open.
    pub open: Vec<Fact>,
    /// Files of installed wheels that are not those which the wheel brought.
    pub tampering: Vec<Tampering>,
    /// Files of a layer that a later one replaces with other bytes.
    pub overridden: Vec<Overridden>,
    /// Where every file comes from.
    pub view: View,
}

/// Reads the code of a function and its layers, in the order in which they are attached.
///
/// Nothing of the input is an error: what cannot be read is a remark of the inventory.
#[must_use]
pub fn take(runtime: &Runtime, code: &Part<'_>, layers: &[Part<'_>]) -> FunctionInventory {
    let (view, overridden) = View::of(code, layers);
    let mut inventory = Inventory::default();
    let mut python = inventory_python::Reader::new();
    let mut javascript = inventory_javascript::Reader::new();
    // What is installed first: it tells which manifests are not the application's.
    let installed = view.files().filter(|(path, _)| inventory_python::is_installed(path));
    let others = view.files().filter(|(path, _)| !inventory_python::is_installed(path));
    for (path, located) in installed.chain(others) {
        let reads_python = inventory_python::reads(path);
        if !reads_python && !inventory_javascript::reads(path) {
            continue;
        }
        let Some(bytes) = view::bytes(code, layers, located) else {
            inventory.remark(path, None, RemarkKind::Unread, "the file cannot be read");
            continue;
        };
        if reads_python {
            python.read(path, &bytes, &mut inventory);
        } else {
            javascript.read(path, &bytes, &mut inventory);
        }
    }
    read_includes(&mut python, &view, code, layers, &mut inventory);
    let tampering = records::check(&python, &view, code, layers);
    python.finish(&runtime.python_search(), runtime.python_version(), &mut inventory);
    javascript.finish(&runtime.node_search(), &mut inventory);
    lend_bundled(runtime, &mut inventory);
    FunctionInventory {
        shadowed: shadow::find(runtime, &inventory),
        drift: drift(&inventory),
        open: judge(&inventory),
        tampering,
        overridden,
        view,
        inventory,
    }
}

/// Files that requirements files name, which may name more.
fn read_includes(
    python: &mut inventory_python::Reader,
    view: &View,
    code: &Part<'_>,
    layers: &[Part<'_>],
    into: &mut Inventory,
) {
    // Ends: every turn reads a file that was not read before, and there are finitely many.
    loop {
        let found = python.includes().into_iter().find_map(|include| {
            let bytes = view::bytes(code, layers, view.get(&include.path)?)?;
            Some((include, bytes))
        });
        let Some((include, bytes)) = found else { return };
        python.read_include(&include, &bytes, into);
    }
}

/// What nothing in the package fulfils but the runtime brings along: the SDK of AWS.
fn lend_bundled(runtime: &Runtime, into: &mut Inventory) {
    let mut lent = std::collections::BTreeMap::new();
    let mut met = Vec::new();
    for (from, component) in into.components.iter().enumerate() {
        for (number, requirement) in component.requires.iter().enumerate() {
            let wished = requirement.to.and_then(|to| into.components.get(to));
            let open = wished.is_none_or(|wish| {
                wish.version.is_none()
                    && wish.evidence.iter().all(|e| e.kind == EvidenceKind::Manifest)
            });
            let needed = open && matches!(requirement.scope, Scope::Runtime | Scope::Peer);
            if let Some(ecosystem) = component.ecosystem
                && needed
                && runtime.bundles(ecosystem, &requirement.name)
            {
                met.push((from, number, ecosystem, requirement.name.clone()));
            }
        }
    }
    // A requirements file asks without a project.
    let asked: Vec<(component::Ecosystem, String)> = into
        .components
        .iter()
        .filter(|c| {
            c.kind == ComponentKind::Library && c.version.is_none() && c.scope == Scope::Runtime
        })
        .filter_map(|c| Some((c.ecosystem?, c.name.clone())))
        .filter(|(ecosystem, name)| runtime.bundles(*ecosystem, name))
        .collect();
    for (ecosystem, name) in asked {
        lend(&mut lent, ecosystem, &name, into);
    }
    for (from, number, ecosystem, name) in met {
        let to = lend(&mut lent, ecosystem, &name, into);
        let requirement = into.components.get_mut(from).and_then(|c| c.requires.get_mut(number));
        if let Some(requirement) = requirement {
            *requirement = Requirement { to, ..requirement.clone() };
        }
    }
}

fn lend(
    lent: &mut std::collections::BTreeMap<(component::Ecosystem, String), Option<usize>>,
    ecosystem: component::Ecosystem,
    name: &str,
    into: &mut Inventory,
) -> Option<usize> {
    let key = component::lookup_name(ecosystem, name);
    let installed = into.components.iter().position(|c| {
        c.ecosystem == Some(ecosystem) && c.key() == key && c.seen_as(EvidenceKind::Installed)
    });
    *lent.entry((ecosystem, key)).or_insert_with(|| {
        if installed.is_some() {
            return installed;
        }
        let mut bundled = Component::new(ecosystem, name, None).seen(
            runtime::BUNDLED_AT,
            None,
            EvidenceKind::Installed,
        );
        bundled.scope = Scope::Runtime;
        bundled.origin = Origin::of(OriginKind::Bundled);
        into.add(bundled)
    })
}

#[cfg(test)]
mod tests;
