//! What the runtime brings along: the SDK of AWS, for what nothing in the package fulfils.

use std::collections::BTreeMap;

use component::{
    Component, ComponentKind, Ecosystem, EvidenceKind, Inventory, Origin, OriginKind, Requirement,
    Scope, lookup_name,
};

use crate::runtime::{BUNDLED_AT, Runtime};

/// What nothing in the package fulfils but the runtime brings along: the SDK of AWS.
pub(crate) fn lend(runtime: &Runtime, into: &mut Inventory) {
    let mut lent = BTreeMap::new();
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
    let asked: Vec<(Ecosystem, String)> = into
        .components
        .iter()
        .filter(|c| {
            c.kind == ComponentKind::Library && c.version.is_none() && c.scope == Scope::Runtime
        })
        .filter_map(|c| Some((c.ecosystem?, c.name.clone())))
        .filter(|(ecosystem, name)| runtime.bundles(*ecosystem, name))
        .collect();
    for (ecosystem, name) in asked {
        bring(&mut lent, ecosystem, &name, into);
    }
    for (from, number, ecosystem, name) in met {
        let to = bring(&mut lent, ecosystem, &name, into);
        let requirement = into.components.get_mut(from).and_then(|c| c.requires.get_mut(number));
        if let Some(requirement) = requirement {
            *requirement = Requirement { to, ..requirement.clone() };
        }
    }
}

fn bring(
    lent: &mut BTreeMap<(Ecosystem, String), Option<usize>>,
    ecosystem: Ecosystem,
    name: &str,
    into: &mut Inventory,
) -> Option<usize> {
    let key = lookup_name(ecosystem, name);
    *lent.entry((ecosystem, key.clone())).or_insert_with(|| {
        let installed = into.components.iter().position(|c| {
            c.ecosystem == Some(ecosystem) && c.key() == key && c.seen_as(EvidenceKind::Installed)
        });
        if installed.is_some() {
            return installed;
        }
        let mut bundled =
            Component::new(ecosystem, name, None).seen(BUNDLED_AT, None, EvidenceKind::Installed);
        bundled.scope = Scope::Runtime;
        bundled.origin = Origin::of(OriginKind::Bundled);
        into.add(bundled)
    })
}
