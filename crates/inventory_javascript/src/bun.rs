//! `bun.lock`, the text form of Bun's lock file.

use std::collections::BTreeMap;

use component::{
    ComponentId, ComponentKind, Format, Inventory, Origin, OriginKind, RemarkKind, Requirement,
    Scope, line_of, read_document,
};
use source_text::Node;

use crate::{integrity, locked, manifest::requirements, origin, projects_from, split_name, text};

pub(crate) fn read(path: &str, bytes: &[u8], into: &mut Inventory) {
    let Some(root) = read_document(path, bytes, Format::JsonWithComments, into) else { return };
    let first = into.components.len();
    let mut by_key: BTreeMap<&str, ComponentId> = BTreeMap::new();
    let mut wants: Vec<(ComponentId, &str, Vec<Requirement>)> = Vec::new();
    let mut members: BTreeMap<String, ComponentId> = BTreeMap::new();
    let workspaces = root.get("workspaces").and_then(Node::as_map);
    for (folder, entry) in workspaces.into_iter().flat_map(source_text::Map::entries) {
        let name = text(&entry.value, "name").or_else(|| folder.rsplit('/').next());
        let name = name.filter(|name| !name.is_empty()).unwrap_or("application");
        let mut project =
            locked(path, name, text(&entry.value, "version"), line_of(entry.key_place));
        project.kind = ComponentKind::Project;
        project.origin = Origin::at(OriginKind::Path, folder);
        let Some(id) = into.add(project) else { return };
        members.insert(format!("{name}@workspace:{folder}"), id);
        // A member looks for its packages below its own name first.
        let key = if folder.is_empty() { "" } else { name };
        wants.push((id, key, requirements(&entry.value)));
    }
    let packages = root.get("packages").and_then(Node::as_map);
    for (key, entry) in packages.into_iter().flat_map(source_text::Map::entries) {
        let items = entry.value.as_list().unwrap_or_default();
        let line = line_of(entry.key_place);
        let resolved = items.first().and_then(Node::as_str);
        let Some((name, reference)) = resolved.and_then(split_name) else {
            into.remark(
                path,
                line,
                RemarkKind::Partial,
                "this entry does not start with `name@version`",
            );
            continue;
        };
        if let Some(member) = resolved.and_then(|resolved| members.get(resolved)) {
            by_key.insert(key, *member);
            continue;
        }
        let is_version =
            reference.starts_with(|c: char| c.is_ascii_digit()) && !reference.contains(':');
        let mut component = locked(path, name, is_version.then_some(reference), line);
        component.digests =
            items.iter().skip(1).filter_map(Node::as_str).flat_map(integrity).collect();
        component.origin = match items.get(1).and_then(Node::as_str) {
            Some(address) if is_version && address.contains("://") => {
                Origin::at(OriginKind::Registry, address)
            }
            _ if is_version => Origin::of(OriginKind::Registry),
            _ => origin(reference),
        };
        let Some(id) = into.add(component) else { break };
        by_key.insert(key, id);
        if let Some(about) = items.iter().find(|item| item.as_map().is_some()) {
            let wanted = requirements(about).into_iter().filter(|r| r.scope != Scope::Development);
            wants.push((id, key, wanted.collect()));
        }
    }
    for (from, key, wanted) in wants {
        for requirement in wanted {
            let to = find(&by_key, key, &requirement.name);
            into.require(from, Requirement { to, ..requirement });
        }
    }
    into.spread_scopes(first, &projects_from(first, into));
}

/// The package that the one under `key` finds: nested below it, else below those that hold it.
fn find(by_key: &BTreeMap<&str, ComponentId>, key: &str, name: &str) -> Option<ComponentId> {
    let mut above = key;
    while !above.is_empty() {
        if let Some(id) = by_key.get(format!("{above}/{name}").as_str()) {
            return Some(*id);
        }
        above = above.rsplit_once('/').map_or("", |(above, _)| above);
    }
    by_key.get(name).copied()
}
