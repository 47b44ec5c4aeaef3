//! `package-lock.json` and `npm-shrinkwrap.json`, versions 1 to 3, and npm's hidden lock file.

use std::collections::{BTreeMap, BTreeSet};

use component::{
    Component, ComponentId, ComponentKind, Format, Inventory, Origin, OriginKind, RemarkKind,
    Requirement, Scope, Script, line_of, read_document,
};
use source_text::Node;

use crate::{
    installed::candidates, integrity, is, locked, manifest::requirements, note_version, origin,
    pairs, projects_from, split_name, text,
};

pub(crate) fn read(path: &str, bytes: &[u8], into: &mut Inventory) {
    let Some(root) = read_document(path, bytes, Format::Json, into) else { return };
    note_version(path, root.get("lockfileVersion"), into);
    let first = into.components.len();
    let mut lock =
        Lock { path, into, at: BTreeMap::new(), wants: Vec::new(), links: BTreeMap::new() };
    let known = root.get("packages").and_then(Node::as_map);
    match known {
        Some(packages) => {
            for (folder, entry) in packages.entries() {
                lock.package(folder, &entry.value, line_of(entry.key_place));
            }
            lock.connect();
        }
        None if root.get("dependencies").is_some() => {
            lock.old(&root);
            lock.connect();
            lock.wish_of_old_root();
        }
        None if root.get("lockfileVersion").is_some() => {}
        None => {
            let what = "the file has neither `packages` nor `dependencies`";
            lock.into.remark(path, Some(1), RemarkKind::Unread, what);
        }
    }
    // The flags of the entries tell the scopes; only what is direct is still to be found.
    let told: Vec<Scope> = into.components.iter().skip(first).map(|c| c.scope).collect();
    into.spread_scopes(first, &projects_from(first, into));
    for (component, scope) in into.components.iter_mut().skip(first).zip(told) {
        component.scope = scope;
    }
}

struct Lock<'a> {
    path: &'a str,
    into: &'a mut Inventory,
    /// Components by the folder in which they would be installed.
    at: BTreeMap<String, ComponentId>,
    wants: Vec<(String, Requirement)>,
    /// Folders that are links to others.
    links: BTreeMap<String, String>,
}

impl Lock<'_> {
    /// One entry of `packages`, versions 2 and 3.
    fn package(&mut self, folder: &str, entry: &Node, line: Option<u32>) {
        let inside = folder.rfind("node_modules/").map(|at| at + "node_modules/".len());
        let name_at = inside.and_then(|at| folder.get(at..));
        if is(entry, "link") {
            let target = text(entry, "resolved").unwrap_or_default();
            self.links.insert(folder.to_owned(), target.to_owned());
            return;
        }
        // An alias tells the real name; a member of the workspace its own.
        let name = text(entry, "name").or(name_at).or_else(|| folder.rsplit('/').next());
        let name = name.filter(|name| !name.is_empty()).unwrap_or("application");
        let mut component = locked(self.path, name, text(entry, "version"), line);
        describe(&mut component, entry);
        if name_at.is_none() {
            component.kind = ComponentKind::Project;
            component.origin = Origin::at(OriginKind::Path, folder);
        }
        let Some(id) = self.into.add(component) else { return };
        self.at.insert(folder.to_owned(), id);
        for requirement in requirements(entry) {
            if requirement.scope != Scope::Development || name_at.is_none() {
                self.wants.push((folder.to_owned(), requirement));
            }
        }
    }

    /// The nested `dependencies` of version 1.
    fn old(&mut self, root: &Node) {
        let name = text(root, "name").unwrap_or("application");
        let mut project = locked(self.path, name, text(root, "version"), Some(1));
        project.kind = ComponentKind::Project;
        project.scope = Scope::Runtime;
        let Some(id) = self.into.add(project) else { return };
        self.at.insert(String::new(), id);
        let mut queue = vec![(String::new(), root)];
        while let Some((parent, node)) = queue.pop() {
            let map = node.get("dependencies").and_then(Node::as_map);
            for (name, entry) in map.into_iter().flat_map(source_text::Map::entries) {
                let slash = if parent.is_empty() { "" } else { "/" };
                let folder = format!("{parent}{slash}node_modules/{name}");
                self.old_package(&folder, name, &entry.value, line_of(entry.key_place));
                queue.push((folder, &entry.value));
            }
        }
    }

    fn old_package(&mut self, folder: &str, name: &str, entry: &Node, line: Option<u32>) {
        // The version of what came from elsewhere is its address, of an alias `npm:name@version`.
        let version = text(entry, "version").unwrap_or_default();
        let alias = version.strip_prefix("npm:").and_then(split_name);
        let (name, version) = alias.unwrap_or((name, version));
        let is_address = version.contains(':');
        let mut component = locked(self.path, name, Some(version).filter(|_| !is_address), line);
        describe(&mut component, entry);
        if is_address {
            component.origin = origin(version);
        }
        let Some(id) = self.into.add(component) else { return };
        self.at.insert(folder.to_owned(), id);
        for (name, range) in pairs(entry, "requires") {
            let range = range.as_str().unwrap_or_default();
            self.wants.push((folder.to_owned(), Requirement::new(name, range)));
        }
    }

    /// Leads each requirement up the folders, as Node.js will.
    fn connect(&mut self) {
        for (folder, requirement) in std::mem::take(&mut self.wants) {
            let Some(from) = self.at.get(&folder).copied() else { continue };
            let to = candidates(&folder, &requirement.name).find_map(|at| {
                let at = self.links.get(&at).unwrap_or(&at);
                self.at.get(at).copied()
            });
            self.into.require(from, Requirement { to, ..requirement });
        }
    }

    /// Version 1 does not say what the application asks for: what nobody else asks for, it does.
    fn wish_of_old_root(&mut self) {
        let Some(root) = self.at.get("").copied() else { return };
        let reached: BTreeSet<ComponentId> =
            self.into.edges().into_iter().map(|(_, to)| to).collect();
        let top = self.at.iter().filter(|(folder, id)| {
            folder.matches("node_modules/").count() == 1 && !reached.contains(id)
        });
        let top: Vec<ComponentId> = top.map(|(_, id)| *id).collect();
        for to in top {
            let Some(component) = self.into.components.get(to) else { continue };
            let scope = match component.scope {
                Scope::Unknown => Scope::Runtime,
                scope => scope,
            };
            let name = component.name.clone();
            self.into.require(root, Requirement { scope, ..Requirement::resolved(name, "", to) });
        }
    }
}

fn describe(component: &mut Component, entry: &Node) {
    component.scope = scope(entry);
    component.digests = text(entry, "integrity").map(integrity).unwrap_or_default();
    component.licences.extend(text(entry, "license").map(str::to_owned));
    component.deprecated = text(entry, "deprecated").map(str::to_owned);
    if is(entry, "hasInstallScript") {
        component.scripts.push(Script { name: "install".to_owned(), command: None });
    }
    component.origin = match text(entry, "resolved") {
        Some(resolved) => origin(resolved),
        None if is(entry, "inBundle") || is(entry, "bundled") => Origin::of(OriginKind::Bundled),
        None => Origin::of(OriginKind::Unknown),
    };
}

fn scope(entry: &Node) -> Scope {
    if is(entry, "dev") {
        Scope::Development
    } else if is(entry, "optional") || is(entry, "devOptional") {
        Scope::Optional
    } else if is(entry, "peer") {
        Scope::Peer
    } else {
        Scope::Runtime
    }
}
