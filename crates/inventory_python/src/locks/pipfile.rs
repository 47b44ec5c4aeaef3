//! `Pipfile.lock`: packages by category, without a graph.

use component::{Format, Inventory, Origin, OriginKind, RemarkKind, Scope, line_of, read_document};
use source_text::Node;

use super::{Locked, digests_of, items, note_version, text};
use crate::address;

pub(crate) fn read(path: &str, bytes: &[u8], into: &mut Inventory) {
    let Some(root) = read_document(path, bytes, Format::Json, into) else { return };
    let Some(categories) = root.as_map() else {
        return into.remark(
            path,
            Some(1),
            RemarkKind::Unread,
            "the file is no mapping of categories",
        );
    };
    note_version(path, root.at(&["_meta", "pipfile-spec"]), into);
    let mut locked = Locked::new(path, into);
    for (category, packages) in categories.iter().filter(|(name, _)| *name != "_meta") {
        let scope = if category == "develop" { Scope::Development } else { Scope::Runtime };
        for (name, entry) in packages.as_map().into_iter().flat_map(source_text::Map::entries) {
            let package = &entry.value;
            let version = text(package, "version").map(|version| version.trim_start_matches('='));
            let mut component = locked.component(package, name, version);
            if let Some(evidence) = component.evidence.first_mut() {
                evidence.line = line_of(entry.key_place);
            }
            component.origin = origin(package);
            component.digests = digests_of(items(package, "hashes"));
            component.scope = scope;
            let Some(id) = locked.add(component) else { return };
            if let Some(known) = locked.into.components.get_mut(id) {
                known.scope = known.scope.max(scope);
            }
        }
    }
    crate::pyproject::read_sources(path, &root, into);
}

fn origin(package: &Node) -> Origin {
    if let Some(git) = text(package, "git") {
        return Origin::at(OriginKind::Git, git)
            .with_revision(text(package, "ref").map(str::to_owned));
    }
    if let Some(file) = text(package, "file").or_else(|| text(package, "path")) {
        return address::origin(file);
    }
    Origin::of(OriginKind::Registry)
}
