//! `pylock.toml` (PEP 751).

use component::{Format, Inventory, Origin, OriginKind, Requirement, Scope, read_document};
use source_text::Node;

use super::{Locked, digests_of, items, note_version, text};
use crate::address;

pub(crate) fn read(path: &str, bytes: &[u8], into: &mut Inventory) {
    let Some(root) = read_document(path, bytes, Format::Toml, into) else { return };
    note_version(path, root.at(&["lock-version"]), into);
    let mut locked = Locked::new(path, into);
    for package in items(&root, "packages") {
        let Some(mut component) = locked.named(package) else { continue };
        component.origin = origin(package);
        component.scope = scope(package);
        let singles = ["sdist", "archive"].into_iter().filter_map(|key| package.get(key));
        let files: Vec<Node> =
            singles.cloned().chain(items(package, "wheels").iter().cloned()).collect();
        component.digests = digests_of(&files);
        if package.get("wheels").is_none() && package.get("sdist").is_some() {
            component.scripts.push(super::build_script());
        }
        let Some(id) = locked.add(component) else { break };
        for wanted in items(package, "dependencies") {
            let Some(name) = text(wanted, "name") else { continue };
            let range = text(wanted, "version").map(|version| format!("=={version}"));
            locked.want(id, Requirement::new(name, range.unwrap_or_default()));
        }
    }
    locked.connect();
}

/// A marker about groups or extras makes a package one for development, or an optional one.
fn scope(package: &Node) -> Scope {
    match text(package, "marker") {
        Some(marker) if marker.contains("dependency_groups") => Scope::Development,
        Some(marker) if marker.contains("extras") => Scope::Optional,
        _ => Scope::Runtime,
    }
}

fn origin(package: &Node) -> Origin {
    if let Some(vcs) = package.get("vcs") {
        let revision = text(vcs, "commit-id").map(str::to_owned);
        let address = text(vcs, "url").or_else(|| text(vcs, "path")).unwrap_or_default();
        return Origin::at(OriginKind::Git, address).with_revision(revision);
    }
    if let Some(folder) = package.get("directory") {
        return Origin::at(OriginKind::Path, text(folder, "path").unwrap_or_default());
    }
    if let Some(archive) = package.get("archive") {
        let address = text(archive, "url").or_else(|| text(archive, "path")).unwrap_or_default();
        return address::origin(address);
    }
    match text(package, "index") {
        Some(index) => Origin::at(OriginKind::Registry, index),
        None => Origin::of(OriginKind::Registry),
    }
}
