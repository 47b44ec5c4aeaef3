//! `pdm.lock`.

use component::{
    Format, Inventory, Origin, OriginKind, RemarkKind, Requirement, Scope, line_of, read_document,
};
use source_text::Node;

use super::{Locked, digests_of, items, note_version, scope_of_groups, text};
use crate::{Wanted, address};

pub(crate) fn read(path: &str, bytes: &[u8], into: &mut Inventory) {
    let Some(root) = read_document(path, bytes, Format::Toml, into) else { return };
    note_version(path, root.at(&["metadata", "lock_version"]), into);
    let mut locked = Locked::new(path, into);
    for package in items(&root, "package") {
        let Some(mut component) = locked.named(package) else { continue };
        component.origin = origin(package);
        component.digests = digests_of(items(package, "files"));
        let grouped = scope_of_groups(items(package, "groups"), &["default"]);
        component.scope = grouped.unwrap_or(Scope::Unknown);
        let Some(id) = locked.add(component) else { break };
        for wanted in items(package, "dependencies").iter().filter_map(Node::as_str) {
            match Wanted::parse(wanted) {
                Ok(wanted) => {
                    let range = wanted.url.unwrap_or(wanted.range);
                    let condition = wanted.marker;
                    locked.want(
                        id,
                        Requirement { condition, ..Requirement::new(wanted.name, range) },
                    );
                }
                Err(error) => {
                    locked.into.remark(
                        path,
                        line_of(package.place),
                        RemarkKind::Partial,
                        error.to_string(),
                    );
                }
            }
        }
    }
    locked.connect();
    locked.mark_direct();
}

fn origin(package: &Node) -> Origin {
    if let Some(git) = text(package, "git") {
        let revision = text(package, "revision").or_else(|| text(package, "ref"));
        return Origin::at(OriginKind::Git, git).with_revision(revision.map(str::to_owned));
    }
    if let Some(url) = text(package, "url").or_else(|| text(package, "path")) {
        return address::origin(url);
    }
    Origin::of(OriginKind::Registry)
}
