//! `Cargo.lock` and `Cargo.toml`. Source: The Cargo Book, "Cargo.toml vs Cargo.lock" and "Specifying
//! Dependencies".

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use component::{
    Algorithm, Component, ComponentId, ComponentKind, Digest, Ecosystem, EvidenceKind, FileRole,
    Format, Inventory, Origin, OriginKind, RemarkKind, Requirement, Scope, line_of, read_document,
};
use source_text::{Map, Node};

use crate::folder_of;

/// Most manifests of one name among which that of a member is looked for.
const MOST_OF_ONE_NAME: usize = 100;

/// Lock files and manifests, to be joined when all are known.
#[derive(Debug, Default)]
pub(crate) struct Manifests {
    locks: Vec<Lock>,
    all: Vec<Manifest>,
}

/// Where the components of a lock file stand.
#[derive(Debug)]
struct Lock {
    folder: String,
    range: Range<ComponentId>,
    members: Vec<ComponentId>,
}

#[derive(Debug)]
struct Manifest {
    path: String,
    name: String,
    version: Option<String>,
    licence: Option<String>,
    line: Option<u32>,
    wanted: Vec<Wanted>,
}

/// What a manifest asks for.
#[derive(Debug)]
struct Wanted {
    name: String,
    range: String,
    scope: Scope,
    origin: Origin,
    line: Option<u32>,
}

/// Tables of dependencies, with for whom they are.
const TABLES: [(&str, Scope); 3] = [
    ("dependencies", Scope::Runtime),
    ("build-dependencies", Scope::Development),
    ("dev-dependencies", Scope::Development),
];

impl Manifests {
    pub(crate) fn read(&mut self, path: &str, bytes: &[u8], into: &mut Inventory) {
        let Some(root) = read_document(path, bytes, Format::Toml, into) else { return };
        // A workspace without a package of its own names members only.
        let Some(package) = root.get("package") else { return };
        let text = |key: &str| package.get(key).and_then(Node::as_str).map(str::to_owned);
        let Some(name) = text("name") else { return };
        let mut manifest = Manifest {
            path: path.to_owned(),
            name,
            version: text("version"),
            licence: text("license"),
            line: line_of(package.place),
            wanted: Vec::new(),
        };
        let targets = root.get("target").and_then(Node::as_map);
        let targets = targets.into_iter().flat_map(Map::iter).map(|(_, target)| target);
        for table in std::iter::once(&root).chain(targets) {
            for (key, scope) in TABLES {
                let wanted = table.get(key).and_then(Node::as_map);
                let wanted = wanted.into_iter().flat_map(Map::iter);
                manifest.wanted.extend(wanted.map(|(name, node)| wish(name, node, scope)));
            }
        }
        self.all.push(manifest);
    }

    pub(crate) fn read_lock(&mut self, path: &str, bytes: &[u8], into: &mut Inventory) {
        let Some(root) = read_document(path, bytes, Format::Toml, into) else { return };
        into.file(path, FileRole::Lock);
        let first = into.components.len();
        read_packages(path, &root, into);
        let members = (first..into.components.len()).filter(|id| {
            into.components.get(*id).is_some_and(|it| it.kind == ComponentKind::Project)
        });
        let members = members.collect();
        let range = first..into.components.len();
        self.locks.push(Lock { folder: folder_of(path).to_owned(), range, members });
    }

    /// Gives members of a workspace their folders and scopes; a manifest without a lock file above it
    /// asks by itself.
    pub(crate) fn finish(self, into: &mut Inventory) {
        let mut by_name: BTreeMap<&str, Vec<&Manifest>> = BTreeMap::new();
        for manifest in &self.all {
            let known = by_name.entry(&manifest.name).or_default();
            if known.len() < MOST_OF_ONE_NAME {
                known.push(manifest);
            }
        }
        for lock in &self.locks {
            for id in &lock.members {
                let Some(member) = into.components.get_mut(*id) else { continue };
                let known = by_name.get(member.name.as_str());
                let mut known = known.into_iter().flatten();
                let manifest = known.find(|it| is_within(folder_of(&it.path), &lock.folder));
                let folder = manifest.map_or(member.name.as_str(), |it| folder_of(&it.path));
                let folder = folder.strip_prefix(lock.folder.as_str()).unwrap_or(folder);
                member.origin = Origin::at(OriginKind::Path, folder.trim_start_matches('/'));
                if let Some(manifest) = manifest {
                    member.licences.extend(manifest.licence.clone());
                    for asked in &mut member.requires {
                        let scopes = manifest.wanted.iter().filter(|it| it.name == asked.name);
                        asked.scope = scopes.map(|it| it.scope).max().unwrap_or(asked.scope);
                    }
                }
            }
            into.spread_scopes_within(lock.range.clone(), &lock.members);
        }
        let locked: BTreeSet<String> = self.locks.into_iter().map(|lock| lock.folder).collect();
        for manifest in self.all {
            if !is_locked(folder_of(&manifest.path), &locked) {
                ask(manifest, into);
            }
        }
    }
}

/// Whether a lock file stands in a folder or above it.
fn is_locked(folder: &str, locked: &BTreeSet<String>) -> bool {
    let mut folder = folder;
    loop {
        if locked.contains(folder) {
            return true;
        }
        if folder.is_empty() {
            return false;
        }
        folder = folder_of(folder);
    }
}

fn is_within(folder: &str, above: &str) -> bool {
    let rest = folder.strip_prefix(above);
    rest.is_some_and(|rest| above.is_empty() || rest.is_empty() || rest.starts_with('/'))
}

fn wish(name: &str, node: &Node, scope: Scope) -> Wanted {
    let text = |key: &str| node.get(key).and_then(Node::as_str);
    let is_optional = node.get("optional").and_then(Node::as_bool) == Some(true);
    let origin = match (text("git"), text("path"), text("registry")) {
        (Some(address), ..) => {
            let revision = ["rev", "tag", "branch"].into_iter().find_map(text);
            Origin::at(OriginKind::Git, address).with_revision(revision.map(str::to_owned))
        }
        (None, Some(folder), _) => Origin::at(OriginKind::Path, folder),
        (None, None, Some(registry)) => Origin::at(OriginKind::Registry, registry),
        (None, None, None) => Origin::of(OriginKind::Registry),
    };
    Wanted {
        name: text("package").unwrap_or(name).to_owned(),
        range: node.as_str().or_else(|| text("version")).unwrap_or_default().to_owned(),
        scope: if is_optional { scope.min(Scope::Optional) } else { scope },
        origin,
        line: line_of(node.place),
    }
}

fn ask(manifest: Manifest, into: &mut Inventory) {
    let mut project = Component::new(Ecosystem::CratesIo, &*manifest.name, manifest.version).seen(
        &manifest.path,
        manifest.line,
        EvidenceKind::Manifest,
    );
    project.kind = ComponentKind::Project;
    project.licences.extend(manifest.licence);
    let Some(project) = into.add(project) else { return };
    for wanted in manifest.wanted {
        let mut wish = Component::new(Ecosystem::CratesIo, &*wanted.name, None).seen(
            &manifest.path,
            wanted.line,
            EvidenceKind::Manifest,
        );
        wish.wanted = Some(wanted.range.clone());
        wish.direct = true;
        wish.scope = wanted.scope;
        wish.origin = wanted.origin;
        let Some(id) = into.add(wish) else { return };
        let asked = Requirement::resolved(wanted.name, wanted.range, id);
        into.require(project, Requirement { scope: wanted.scope, ..asked });
    }
}

fn read_packages(path: &str, root: &Node, into: &mut Inventory) {
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
