//! `pnpm-lock.yaml`, versions 5 to 9.

use std::collections::BTreeMap;

use component::{
    Component, ComponentId, ComponentKind, Format, Inventory, Origin, OriginKind, RemarkKind,
    Requirement, Scope, Script, line_of, read_documents,
};
use source_text::Node;

use crate::{integrity, is, locked, note_version, origin, pairs, split_name, text};

pub(crate) fn read(path: &str, bytes: &[u8], into: &mut Inventory) {
    // From version 11 on pnpm writes a document about itself before the one about the application.
    for root in read_documents(path, bytes, Format::Yaml, into) {
        let version = root.get("lockfileVersion").and_then(Node::scalar_text);
        let major = version.as_deref().and_then(|v| v.split('.').next()?.parse::<u32>().ok());
        let Some(major) = major else {
            let what = "the file does not say its `lockfileVersion`";
            into.remark(path, line_of(root.place), RemarkKind::Unread, what);
            continue;
        };
        if !(5..=9).contains(&major) {
            let what =
                format!("version {major} of this file is not known; it is read as version 9");
            into.remark(path, line_of(root.place), RemarkKind::Odd, what);
        }
        note_version(path, root.get("lockfileVersion"), into);
        let first = into.components.len();
        let mut lock = Lock {
            path,
            major,
            into,
            by_key: BTreeMap::new(),
            known: BTreeMap::new(),
            projects: BTreeMap::new(),
        };
        lock.read(&root);
        let projects: Vec<ComponentId> = lock.projects.values().copied().collect();
        into.spread_scopes(first, &projects);
    }
}

struct Lock<'a> {
    path: &'a str,
    major: u32,
    into: &'a mut Inventory,
    /// Components by the keys of `packages` and `snapshots`.
    by_key: BTreeMap<String, ComponentId>,
    /// Components by name and version: one package stands there once for each set of peers.
    known: BTreeMap<(String, Option<String>), ComponentId>,
    /// Members of the workspace by their folder.
    projects: BTreeMap<String, ComponentId>,
}

impl Lock<'_> {
    fn read(&mut self, root: &Node) {
        let packages = root.get("packages").and_then(Node::as_map);
        for (key, entry) in packages.into_iter().flat_map(source_text::Map::entries) {
            self.package(key, &entry.value, line_of(entry.key_place));
        }
        let snapshots: Vec<(&str, &Node)> = pairs(root, "snapshots").collect();
        for (key, entry) in &snapshots {
            self.snapshot(key, entry);
        }
        let importers: Vec<(&str, &Node)> = match root.get("importers") {
            Some(_) => pairs(root, "importers").collect(),
            None => vec![(".", root)],
        };
        for (folder, importer) in &importers {
            let name =
                folder.rsplit('/').next().filter(|name| *name != ".").unwrap_or("application");
            let mut project = locked(self.path, name, None, line_of(importer.place));
            project.kind = ComponentKind::Project;
            project.origin = Origin::at(OriginKind::Path, folder);
            let Some(id) = self.into.add(project) else { return };
            self.projects.insert((*folder).to_owned(), id);
        }
        for (folder, importer) in importers {
            self.importer(folder, importer);
        }
        let entries =
            if snapshots.is_empty() { pairs(root, "packages").collect() } else { snapshots };
        for (key, entry) in entries {
            let Some(from) = self.by_key.get(key).copied() else { continue };
            self.requires(
                from,
                "",
                entry,
                &[("dependencies", Scope::Runtime), ("optionalDependencies", Scope::Optional)],
            );
            self.peers(from, entry);
        }
    }

    fn package(&mut self, key: &str, entry: &Node, line: Option<u32>) {
        let (from_key, version) = self.parts(key);
        let name = text(entry, "name").map(str::to_owned).or(from_key);
        let Some(name) = name else {
            let what =
                "the key of this entry does not tell the name of the package; it is left out";
            return self.into.remark(self.path, line, RemarkKind::Partial, what);
        };
        let said =
            entry.get("version").and_then(Node::scalar_text).map(|version| version.to_string());
        let version = said.or(version);
        let known = self.known.get(&(name.clone(), version.clone())).copied();
        let id = known.or_else(|| {
            let mut component = locked(self.path, &name, version.as_deref(), line);
            describe(&mut component, key, entry);
            self.into.add(component)
        });
        let Some(id) = id else { return };
        self.known.insert((name, version), id);
        self.by_key.insert(key.to_owned(), id);
    }

    /// A snapshot is a package with its peers in parentheses.
    fn snapshot(&mut self, key: &str, entry: &Node) {
        let bare = key.split('(').next().unwrap_or(key);
        if let Some(id) = self.by_key.get(bare).copied() {
            let component = self.into.components.get_mut(id);
            if let Some(component) = component.filter(|_| is(entry, "optional")) {
                component.scope = Scope::Optional;
            }
            self.by_key.insert(key.to_owned(), id);
        } else {
            let what = format!("the snapshot `{bare}` has no package");
            self.into.remark(self.path, line_of(entry.place), RemarkKind::Odd, what);
        }
    }

    /// Name and version out of a key: `/a/1.0.0_peer`, `/a@1.0.0(peer)`, `a@1.0.0`.
    fn parts(&self, key: &str) -> (Option<String>, Option<String>) {
        let bare = key.split('(').next().unwrap_or(key);
        let local = bare.trim_start_matches('/');
        if self.major >= 6 {
            let Some((name, version)) = split_name(local) else { return (None, None) };
            let numbered = version.starts_with(|c: char| c.is_ascii_digit());
            return (Some(name.to_owned()), numbered.then(|| version.to_owned()));
        }
        if !bare.starts_with('/') && !is_hosted(bare) {
            return (None, None);
        }
        let local = if bare.starts_with('/') {
            local
        } else {
            local.split_once('/').map_or(local, |(_, rest)| rest)
        };
        let Some((name, version)) = local.rsplit_once('/') else { return (None, None) };
        let version = version.split('_').next().unwrap_or(version);
        if !version.starts_with(|c: char| c.is_ascii_digit()) {
            return (None, None);
        }
        (Some(name.to_owned()), Some(version.to_owned()))
    }

    fn importer(&mut self, folder: &str, importer: &Node) {
        let Some(from) = self.projects.get(folder).copied() else { return };
        let tables = [
            ("dependencies", Scope::Runtime),
            ("devDependencies", Scope::Development),
            ("optionalDependencies", Scope::Optional),
        ];
        self.requires(from, folder, importer, &tables);
    }

    fn requires(
        &mut self,
        from: ComponentId,
        folder: &str,
        entry: &Node,
        tables: &[(&str, Scope)],
    ) {
        for (table, scope) in tables {
            for (name, wanted) in pairs(entry, table) {
                // Since version 6 an importer says both what is asked for and what is locked.
                let reference =
                    wanted.get("version").unwrap_or(wanted).scalar_text().unwrap_or_default();
                let specifier = wanted.get("specifier").or_else(|| entry.at(&["specifiers", name]));
                let range =
                    specifier.and_then(Node::scalar_text).unwrap_or_else(|| reference.clone());
                let to = self.find(folder, name, &reference);
                let requirement =
                    Requirement { scope: *scope, to, ..Requirement::new(name, range.as_str()) };
                self.into.require(from, requirement);
            }
        }
    }

    /// Peers that were found stand among the dependencies; the others stay open.
    fn peers(&mut self, from: ComponentId, entry: &Node) {
        for (name, range) in pairs(entry, "peerDependencies") {
            let met = self
                .into
                .components
                .get(from)
                .is_some_and(|c| c.requires.iter().any(|r| r.name == name));
            if !met {
                let range = range.as_str().unwrap_or_default();
                self.into.require(
                    from,
                    Requirement { scope: Scope::Peer, ..Requirement::new(name, range) },
                );
            }
        }
    }

    fn find(&self, folder: &str, name: &str, reference: &str) -> Option<ComponentId> {
        if let Some(path) = reference.strip_prefix("link:") {
            return self.projects.get(&joined(folder, path)).copied();
        }
        let keys = [
            format!("{name}@{reference}"),
            format!("/{name}@{reference}"),
            format!("/{name}/{reference}"),
            reference.to_owned(),
        ];
        keys.iter().find_map(|key| self.by_key.get(key)).copied()
    }
}

/// `registry.example/name/1.0.0` of version 5, not a repository or a file.
fn is_hosted(key: &str) -> bool {
    let host = key.split('/').next().unwrap_or_default();
    let last = key.rsplit('/').next().unwrap_or_default();
    host.contains('.')
        && !host.contains(':')
        && last.starts_with(|c: char| c.is_ascii_digit())
        && last.contains('.')
}

fn describe(component: &mut Component, key: &str, entry: &Node) {
    let resolution = |key: &str| entry.at(&["resolution", key]).and_then(Node::as_str);
    component.digests = resolution("integrity").map(integrity).unwrap_or_default();
    component.origin = if let Some(repository) = resolution("repo") {
        Origin::at(OriginKind::Git, repository)
            .with_revision(resolution("commit").map(str::to_owned))
    } else if let Some(tarball) = resolution("tarball") {
        origin(tarball)
    } else if let Some(folder) = resolution("directory") {
        Origin::at(OriginKind::Path, folder)
    } else {
        let from_key =
            split_name(key.trim_start_matches('/')).map_or(key, |(_, reference)| reference);
        if from_key.contains(':') { origin(from_key) } else { Origin::of(OriginKind::Registry) }
    };
    if is(entry, "dev") {
        component.scope = Scope::Development;
    } else if is(entry, "optional") {
        component.scope = Scope::Optional;
    }
    if is(entry, "requiresBuild") {
        component.scripts.push(Script { name: "install".to_owned(), command: None });
    }
    component.deprecated = text(entry, "deprecated").map(str::to_owned);
}

/// A path relative to a folder, both relative to the lock file.
fn joined(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> =
        folder.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}
