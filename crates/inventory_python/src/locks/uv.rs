//! `uv.lock`: packages and workspace members, with the graph and for whom each edge is.

use component::{
    ComponentId, ComponentKind, Format, Inventory, Origin, OriginKind, Requirement, Scope,
    read_document,
};
use source_text::Node;

use super::{Locked, digests_of, items, note_version, text};
use crate::address;

pub(crate) fn read(path: &str, bytes: &[u8], into: &mut Inventory) {
    let Some(root) = read_document(path, bytes, Format::Toml, into) else { return };
    let members: Vec<&str> = root
        .at(&["manifest", "members"])
        .and_then(Node::as_list)
        .unwrap_or_default()
        .iter()
        .filter_map(Node::as_str)
        .collect();
    note_version(path, root.at(&["version"]), into);
    let mut locked = Locked::new(path, into);
    let mut projects = Vec::new();
    for package in items(&root, "package") {
        let Some(mut component) = locked.named(package) else { continue };
        let source = package.get("source");
        component.origin = origin(source);
        let own = source.is_some_and(|source| {
            let here = text(source, "virtual").or_else(|| text(source, "editable"));
            here == Some(".") || here.is_some() && members.contains(&component.name.as_str())
        });
        if own {
            component.kind = ComponentKind::Project;
        }
        let files: Vec<Node> = package
            .get("sdist")
            .cloned()
            .into_iter()
            .chain(items(package, "wheels").iter().cloned())
            .collect();
        component.digests = digests_of(&files);
        if package.get("sdist").is_some() && package.get("wheels").is_none() {
            component.scripts.push(super::build_script());
        }
        let Some(id) = locked.add(component) else { break };
        if own {
            projects.push(id);
        }
        edges(&mut locked, id, package);
    }
    locked.connect();
    let first = locked.first;
    if projects.is_empty() {
        locked.mark_direct();
    } else {
        into.spread_scopes(first, &projects);
    }
}

fn edges(locked: &mut Locked<'_>, from: ComponentId, package: &Node) {
    for wanted in items(package, "dependencies") {
        want(locked, from, wanted, Scope::Runtime, None);
    }
    for (table, scope) in
        [("optional-dependencies", Scope::Optional), ("dev-dependencies", Scope::Development)]
    {
        let groups = package.get(table).and_then(Node::as_map);
        for (group, wants) in groups.into_iter().flat_map(source_text::Map::iter) {
            let extra = (scope == Scope::Optional).then(|| format!("extra == \"{group}\""));
            for wanted in wants.as_list().unwrap_or_default() {
                want(locked, from, wanted, scope, extra.clone());
            }
        }
    }
}

fn want(
    locked: &mut Locked<'_>,
    from: ComponentId,
    wanted: &Node,
    scope: Scope,
    extra: Option<String>,
) {
    let Some(name) = text(wanted, "name") else { return };
    let range = text(wanted, "version").map(|version| format!("=={version}")).unwrap_or_default();
    let marker = text(wanted, "marker").map(str::to_owned);
    let condition = match (marker, extra) {
        (Some(marker), Some(extra)) => Some(format!("({marker}) and {extra}")),
        (marker, extra) => marker.or(extra),
    };
    locked.want(from, Requirement { scope, condition, ..Requirement::new(name, range) });
}

fn origin(source: Option<&Node>) -> Origin {
    let Some(source) = source else { return Origin::of(OriginKind::Unknown) };
    let word = |key: &str| text(source, key);
    if let Some(index) = word("registry") {
        // A folder can be an index, too.
        return Origin::at(OriginKind::Registry, index);
    }
    if let Some(git) = word("git") {
        let (address, revision) = match git.split_once('#') {
            Some((address, revision)) => (address, Some(revision.to_owned())),
            None => (git, None),
        };
        let address = address.split('?').next().unwrap_or(address);
        return Origin::at(OriginKind::Git, address).with_revision(revision);
    }
    if let Some(url) = word("url") {
        return address::origin(url);
    }
    let folder = ["path", "directory", "editable", "virtual"].into_iter().find_map(word);
    folder.map_or(Origin::of(OriginKind::Unknown), |folder| Origin::at(OriginKind::Path, folder))
}
