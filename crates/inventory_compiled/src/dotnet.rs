//! `packages.lock.json` of `NuGet` and the `*.deps.json` that the .NET SDK publishes.
//!
//! Source: the documentation of `NuGet`, "Locking dependencies"; of .NET, "Runtime configuration files".

use std::collections::BTreeMap;

use component::{
    Component, ComponentId, ComponentKind, Digest, Ecosystem, EvidenceKind, FileRole, Format,
    Inventory, Origin, OriginKind, RemarkKind, Requirement, Scope, line_of, lookup_name,
    read_document,
};
use source_text::{Map, Node};

/// The entries of a mapping; none when it is not one.
fn pairs(node: Option<&Node>) -> impl Iterator<Item = (&str, &Node)> {
    let map = node.and_then(Node::as_map);
    map.into_iter().flat_map(Map::iter).map(|(key, value)| (key.as_str(), value))
}

fn text<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    node.get(key).and_then(Node::as_str)
}

pub(crate) fn read_lock(path: &str, bytes: &[u8], into: &mut Inventory) {
    let Some(root) = read_document(path, bytes, Format::Json, into) else { return };
    if root.get("dependencies").and_then(Node::as_map).is_none() {
        let what = "the file has no `dependencies`";
        return into.remark(path, Some(1), RemarkKind::Unread, what);
    }
    into.file(path, FileRole::Lock);
    for (_, packages) in pairs(root.get("dependencies")) {
        let mut by_name = BTreeMap::new();
        for (name, package) in pairs(Some(packages)) {
            let version = text(package, "resolved").map(str::to_owned);
            let mut component = Component::new(Ecosystem::NuGet, name, version).seen(
                path,
                line_of(package.place),
                EvidenceKind::Lock,
            );
            let kind = text(package, "type").unwrap_or_default();
            component.direct = kind == "Direct";
            component.wanted = text(package, "requested").map(str::to_owned);
            component.scope = Scope::Runtime;
            component.origin = Origin::of(OriginKind::Registry);
            if kind == "Project" {
                component.kind = ComponentKind::Project;
                component.origin = Origin::of(OriginKind::Path);
            }
            let hash = text(package, "contentHash").map(|hash| format!("sha512-{hash}"));
            component.digests.extend(hash.and_then(|hash| Digest::parse_base64(&hash)));
            let Some(id) = into.add(component) else { return };
            by_name.insert(lookup_name(Ecosystem::NuGet, name), id);
        }
        for (name, package) in pairs(Some(packages)) {
            connect(name, package, &by_name, into);
        }
    }
}

/// Leads the `dependencies` of a package to their components.
fn connect(
    name: &str,
    package: &Node,
    by_name: &BTreeMap<String, ComponentId>,
    into: &mut Inventory,
) {
    let Some(from) = by_name.get(&lookup_name(Ecosystem::NuGet, name)) else { return };
    for (wanted, range) in pairs(package.get("dependencies")) {
        let to = by_name.get(&lookup_name(Ecosystem::NuGet, wanted)).copied();
        let range = range.as_str().unwrap_or_default();
        into.require(*from, Requirement { to, ..Requirement::new(wanted, range) });
    }
}

pub(crate) fn read_deps(path: &str, bytes: &[u8], into: &mut Inventory) {
    let Some(root) = read_document(path, bytes, Format::Json, into) else { return };
    if root.get("libraries").and_then(Node::as_map).is_none() {
        let what = "the file has no `libraries`";
        return into.remark(path, Some(1), RemarkKind::Unread, what);
    }
    let mut by_name = BTreeMap::new();
    for (whole, library) in pairs(root.get("libraries")) {
        let (name, version) = whole.split_once('/').unwrap_or((whole, ""));
        let mut component = Component::new(Ecosystem::NuGet, name, Some(version.to_owned())).seen(
            path,
            line_of(library.place),
            EvidenceKind::Installed,
        );
        component.scope = Scope::Runtime;
        component.origin = Origin::of(OriginKind::Registry);
        if text(library, "type") == Some("project") {
            component.kind = ComponentKind::Project;
            component.origin = Origin::of(OriginKind::Path);
        }
        component.digests.extend(text(library, "sha512").and_then(Digest::parse_base64));
        let Some(id) = into.add(component) else { return };
        by_name.insert(lookup_name(Ecosystem::NuGet, name), id);
    }
    // The target that the program runs on; others repeat its packages.
    let target = root.at(&["runtimeTarget", "name"]).and_then(Node::as_str).unwrap_or_default();
    for (whole, package) in pairs(root.get("targets").and_then(|it| it.get(target))) {
        let name = whole.split('/').next().unwrap_or(whole);
        connect(name, package, &by_name, into);
    }
}
