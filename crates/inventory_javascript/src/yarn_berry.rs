//! `yarn.lock` of Yarn 2 and later, which is YAML.

use component::{
    Algorithm, Component, ComponentId, ComponentKind, Digest, Format, Inventory, Origin,
    OriginKind, RemarkKind, Requirement, Scope, line_of, read_document,
};
use source_text::Node;

use crate::{Reader, locked, note_version, origin, pairs, split_name, text, wishes::OpenLock};

/// Whether a `yarn.lock` is of this form: it starts with its own version.
pub(crate) fn is(bytes: &[u8]) -> bool {
    let start = bytes.get(..bytes.len().min(4_096)).unwrap_or(bytes);
    start.windows(11).any(|window| window == b"__metadata:")
}

pub(crate) fn read(path: &str, bytes: &[u8], reader: &mut Reader, into: &mut Inventory) {
    let Some(root) = read_document(path, bytes, Format::Yaml, into) else { return };
    note_version(path, root.at(&["__metadata", "version"]), into);
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut lock = OpenLock { first: into.components.len(), ..OpenLock::default() };
    let mut wants: Vec<(ComponentId, &Node)> = Vec::new();
    let entries = root.as_map().into_iter().flat_map(source_text::Map::entries);
    for (descriptors, entry) in entries.filter(|(key, _)| *key != "__metadata") {
        let line = line_of(entry.key_place);
        let Some((name, reference)) = text(&entry.value, "resolution").and_then(split_name) else {
            into.remark(
                path,
                line,
                RemarkKind::Partial,
                "this entry has no `resolution` and is left out",
            );
            continue;
        };
        let component = component_of(path, name, reference, &entry.value, line);
        let is_project = component.kind == ComponentKind::Project;
        let Some(id) = into.add(component) else { break };
        if is_project {
            let place = reference.trim_start_matches("workspace:").trim_start_matches('.');
            let joined = [folder, place.trim_start_matches('/')];
            let parts: Vec<&str> = joined.into_iter().filter(|part| !part.is_empty()).collect();
            lock.projects.insert(parts.join("/"), id);
        }
        for descriptor in descriptors.split(',') {
            lock.by_descriptor.insert(descriptor.trim().to_owned(), id);
        }
        wants.push((id, &entry.value));
    }
    for (from, entry) in wants {
        for (table, scope) in [("dependencies", Scope::Runtime), ("peerDependencies", Scope::Peer)]
        {
            for (name, range) in pairs(entry, table) {
                let range = range.scalar_text().unwrap_or_default();
                let meta = |table: &str| {
                    entry.at(&[table, name]).is_some_and(|meta| crate::is(meta, "optional"))
                };
                let optional = meta("dependenciesMeta") || meta("peerDependenciesMeta");
                let scope = if optional { Scope::Optional } else { scope };
                let to = lock.find(name, &range);
                let requirement =
                    Requirement { scope, to, ..Requirement::new(name, range.as_str()) };
                into.require(from, requirement);
            }
        }
    }
    let projects: Vec<ComponentId> = lock.projects.values().copied().collect();
    // A workspace does not tell what is for development; its manifest may, at the end.
    into.spread_scopes(lock.first, &projects);
    reader.lock_gaps.locks.insert(folder.to_owned(), lock);
}

fn component_of(
    path: &str,
    name: &str,
    reference: &str,
    entry: &Node,
    line: Option<u32>,
) -> Component {
    let version = entry.get("version").and_then(Node::scalar_text);
    // Yarn writes this for what has no version of its own.
    let version = version.as_deref().filter(|version| *version != "0.0.0-use.local");
    let mut component = locked(path, name, version, line);
    if let Some(place) = reference.strip_prefix("workspace:") {
        component.kind = ComponentKind::Project;
        component.origin = Origin::at(OriginKind::Path, place);
        return component;
    }
    component.origin = match reference.split_once(':') {
        Some(("npm", rest)) => match rest.split_once("__archiveUrl=") {
            Some((_, url)) => {
                Origin::at(OriginKind::Registry, &url.replace("%3A", ":").replace("%2F", "/"))
            }
            None => Origin::of(OriginKind::Registry),
        },
        // A published package with changes of the application's own.
        Some(("patch", rest)) => {
            Origin::at(OriginKind::Path, rest.rsplit('#').next().unwrap_or(rest))
        }
        _ => origin(&reference.replace("#commit=", "#")),
    };
    if let Some(checksum) = entry.get("checksum").and_then(Node::scalar_text) {
        let hex = checksum.rsplit('/').next().unwrap_or(&checksum);
        component.digests.extend(Digest::new(Algorithm::YarnCache, hex));
    }
    component
}
