//! `poetry.lock`, all versions.

use component::{Format, Inventory, Origin, OriginKind, Requirement, Scope, read_document};
use source_text::{Kind, Node};

use super::{Locked, digests_of, items, note_version, scope_of_groups, text};
use crate::{address, key};

pub(crate) fn read(path: &str, bytes: &[u8], into: &mut Inventory) {
    let Some(root) = read_document(path, bytes, Format::Toml, into) else { return };
    note_version(path, root.at(&["metadata", "lock-version"]), into);
    let mut locked = Locked::new(path, into);
    for package in items(&root, "package") {
        let Some(mut component) = locked.named(package) else { continue };
        component.origin = origin(package.get("source"));
        component.digests = digests_of(items(package, "files"));
        if component.digests.is_empty() {
            component.digests = old_digests(&root, &component.name);
        }
        component.scope = scope(package);
        let Some(id) = locked.add(component) else { break };
        let dependencies = package.get("dependencies").and_then(Node::as_map);
        for (name, wanted) in dependencies.into_iter().flat_map(source_text::Map::iter) {
            // One dependency may be written once for each environment.
            let all = wanted.as_list().unwrap_or(std::slice::from_ref(wanted));
            for wanted in all {
                locked.want(id, requirement(name, wanted));
            }
        }
    }
    locked.connect();
    locked.mark_direct();
}

pub(crate) fn requirement(name: &str, wanted: &Node) -> Requirement {
    match &wanted.kind {
        Kind::Map(map) => {
            let word = |key: &str| map.get(key).and_then(Node::as_str);
            let range = word("version").or_else(|| word("git")).or_else(|| word("url"));
            let optional = map.get("optional").and_then(Node::as_bool) == Some(true);
            Requirement {
                condition: word("markers").map(str::to_owned),
                scope: if optional { Scope::Optional } else { Scope::Runtime },
                ..Requirement::new(name, range.unwrap_or_default())
            }
        }
        _ => Requirement::new(name, wanted.as_str().unwrap_or_default().trim_matches('*')),
    }
}

fn scope(package: &Node) -> Scope {
    if package.get("optional").and_then(Node::as_bool) == Some(true) {
        return Scope::Optional;
    }
    let grouped = scope_of_groups(items(package, "groups"), &["main"]);
    grouped.unwrap_or_else(|| match text(package, "category") {
        Some("main") => Scope::Runtime,
        Some("dev") => Scope::Development,
        _ => Scope::Unknown,
    })
}

fn origin(source: Option<&Node>) -> Origin {
    let Some(source) = source else { return Origin::of(OriginKind::Registry) };
    let url = text(source, "url").unwrap_or_default();
    let revision = text(source, "resolved_reference").or_else(|| text(source, "reference"));
    match text(source, "type") {
        Some("git") => Origin::at(OriginKind::Git, url).with_revision(revision.map(str::to_owned)),
        Some("url") => Origin::at(OriginKind::Url, url),
        Some("file" | "directory") => Origin::at(OriginKind::Path, url),
        Some("legacy") => Origin::at(OriginKind::Registry, url),
        _ => address::origin(url),
    }
}

/// Before 1.0 the digests of all packages stand at the end of the file.
fn old_digests(root: &Node, name: &str) -> Vec<component::Digest> {
    for table in ["files", "hashes"] {
        let known = root.at(&["metadata", table]).and_then(Node::as_map);
        let found = known.and_then(|map| {
            map.get(name)
                .or_else(|| map.iter().find(|(other, _)| key(other) == key(name)).map(|(_, n)| n))
        });
        if let Some(files) = found.and_then(Node::as_list) {
            return digests_of(files);
        }
    }
    Vec::new()
}
