//! `Cargo.lock`. Source: The Cargo Book, "Cargo.toml vs Cargo.lock".

use std::collections::BTreeMap;

use component::{
    Algorithm, Component, ComponentId, ComponentKind, Digest, Ecosystem, EvidenceKind, Format,
    Inventory, Origin, OriginKind, RemarkKind, Requirement, line_of, read_document,
};
use source_text::Node;

pub(crate) fn read_lock(path: &str, bytes: &[u8], into: &mut Inventory) {
    let Some(root) = read_document(path, bytes, Format::Toml, into) else { return };
    let first = into.components.len();
    let mut by_name: BTreeMap<String, Vec<ComponentId>> = BTreeMap::new();
    let mut wants: Vec<(ComponentId, &str)> = Vec::new();
    for package in root.get("package").and_then(Node::as_list).unwrap_or_default() {
        let text = |key: &str| package.get(key).and_then(Node::as_str);
        let Some(name) = text("name") else {
            let what = "a package without a name is left out";
            into.remark(path, line_of(package.place), RemarkKind::Partial, what);
            continue;
        };
        let mut component = Component::new(
            Ecosystem::CratesIo,
            name,
            text("version").map(str::to_owned),
        )
        .seen(path, line_of(package.place), EvidenceKind::Lock);
        component.origin = origin(text("source"));
        if text("source").is_none() {
            component.kind = ComponentKind::Project;
        }
        component
            .digests
            .extend(text("checksum").and_then(|it| Digest::new(Algorithm::Sha256, it)));
        let Some(id) = into.add(component) else { break };
        by_name.entry(name.to_owned()).or_default().push(id);
        let wanted = package.get("dependencies").and_then(Node::as_list).unwrap_or_default();
        wants.extend(wanted.iter().filter_map(|it| Some((id, it.as_str()?))));
    }
    for (from, wanted) in wants {
        let mut words = wanted.split(' ');
        let (name, version) = (words.next().unwrap_or_default(), words.next());
        let to = by_name.get(name).and_then(|known| {
            known.iter().copied().find(|id| {
                let found = into.components.get(*id).and_then(|it| it.version.as_deref());
                version.is_none_or(|version| found == Some(version))
            })
        });
        let range = version.unwrap_or_default();
        into.require(from, Requirement { to, ..Requirement::new(name, range) });
    }
    let projects: Vec<ComponentId> = (first..into.components.len())
        .filter(|id| into.components.get(*id).is_some_and(|it| it.kind == ComponentKind::Project))
        .collect();
    into.spread_scopes(first, &projects);
}

/// `registry+URL`, `sparse+URL`, `git+URL?branch=…#commit`; none is a member of the workspace.
fn origin(source: Option<&str>) -> Origin {
    let Some(source) = source else { return Origin::of(OriginKind::Path) };
    let Some((kind, address)) = source.split_once('+') else {
        return Origin::at(OriginKind::Url, source);
    };
    match kind {
        "git" => {
            let (address, commit) = match address.split_once('#') {
                Some((address, commit)) => (address, Some(commit.to_owned())),
                None => (address, None),
            };
            Origin::at(OriginKind::Git, address).with_revision(commit)
        }
        _ if address.contains("github.com/rust-lang/crates.io-index")
            || address.contains("index.crates.io") =>
        {
            Origin::of(OriginKind::Registry)
        }
        _ => Origin::at(OriginKind::Registry, address),
    }
}
