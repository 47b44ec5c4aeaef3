//! `composer.json`, `composer.lock`, and the list that Composer keeps of what it installed.
//!
//! Source: the documentation of Composer, "The composer.json schema"; `Composer\Package\Locker`.

use std::collections::{BTreeMap, BTreeSet};

use component::{
    Algorithm, Component, ComponentId, ComponentKind, Digest, Ecosystem, EvidenceKind, FileRole,
    Format, IndexRole, Inventory, Origin, OriginKind, PackageIndex, RemarkKind, Requirement, Scope,
    Script, line_of, lookup_name, read_document,
};
use source_text::{Map, Node};

/// Most aliases (`provide`, `replace`) of one package.
const MOST_ALIASES: usize = 10_000;

fn text<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    node.get(key).and_then(Node::as_str).filter(|text| !text.is_empty())
}

fn items<'n>(node: &'n Node, key: &str) -> &'n [Node] {
    node.get(key).and_then(Node::as_list).unwrap_or_default()
}

fn pairs<'n>(node: &'n Node, key: &str) -> impl Iterator<Item = (&'n str, &'n Node)> {
    let map = node.get(key).and_then(Node::as_map);
    map.into_iter().flat_map(Map::iter).map(|(key, value)| (key.as_str(), value))
}

/// PHP itself, its extensions and Composer's own interfaces are no packages.
fn is_package(name: &str) -> bool {
    name.contains('/')
}

/// One text, or a list of which one may be chosen.
fn licences(package: &Node) -> Vec<String> {
    let one = text(package, "license");
    let many: Vec<&str> = items(package, "license").iter().filter_map(Node::as_str).collect();
    match (one, many.as_slice()) {
        (Some(one), _) => vec![one.to_owned()],
        (None, many) if many.iter().all(|it| !it.contains(' ')) && !many.is_empty() => {
            vec![many.join(" OR ")]
        }
        (None, many) => many.iter().map(|it| (*it).to_owned()).collect(),
    }
}

pub(crate) fn read_manifest(path: &str, bytes: &[u8], into: &mut Inventory) {
    let Some(root) = read_document(path, bytes, Format::Json, into) else { return };
    if root.as_map().is_none() {
        let what = "the manifest is no mapping";
        return into.remark(path, Some(1), RemarkKind::Unread, what);
    }
    into.file(path, FileRole::Manifest);
    let name = text(&root, "name").unwrap_or("application");
    let version = text(&root, "version").map(str::to_owned);
    let mut project = Component::new(Ecosystem::Packagist, name, version).seen(
        path,
        line_of(root.get("name").map_or(root.place, |node| node.place)),
        EvidenceKind::Manifest,
    );
    project.kind = ComponentKind::Project;
    project.licences = licences(&root);
    let Some(project) = into.add(project) else { return };
    for (key, scope) in [("require", Scope::Runtime), ("require-dev", Scope::Development)] {
        for (name, range) in pairs(&root, key).filter(|(name, _)| is_package(name)) {
            let wanted = range.as_str().unwrap_or_default().to_owned();
            let mut wish = Component::new(Ecosystem::Packagist, name, None).seen(
                path,
                line_of(range.place),
                EvidenceKind::Manifest,
            );
            wish.wanted = Some(wanted.clone());
            wish.direct = true;
            wish.scope = scope;
            wish.origin = Origin::of(OriginKind::Registry);
            let Some(id) = into.add(wish) else { return };
            into.require(project, Requirement { scope, ..Requirement::resolved(name, wanted, id) });
        }
    }
    read_repositories(path, &root, into);
}

/// Registries besides Packagist, or instead of it.
fn read_repositories(path: &str, root: &Node, into: &mut Inventory) {
    let Some(repositories) = root.get("repositories") else { return };
    let named = repositories.as_map().into_iter().flat_map(Map::iter).map(|(_, node)| node);
    let all: Vec<&Node> = repositories.as_list().unwrap_or_default().iter().chain(named).collect();
    let is_off = |node: &Node| {
        ["packagist.org", "packagist"]
            .iter()
            .any(|key| node.get(key).and_then(Node::as_bool) == Some(false))
    };
    let instead = is_off(repositories) || all.iter().any(|node| is_off(node));
    let mut role = if instead { IndexRole::Primary } else { IndexRole::Extra };
    for node in all {
        let Some(address) = text(node, "url").filter(|_| text(node, "type") == Some("composer"))
        else {
            continue;
        };
        let origin = Origin::at(OriginKind::Registry, address);
        let (path, line) = (path.to_owned(), line_of(node.place));
        into.index(PackageIndex { role: role.clone(), origin, path, line });
        role = IndexRole::Extra;
    }
}

pub(crate) fn read_lock(path: &str, bytes: &[u8], into: &mut Inventory) {
    let Some(root) = read_document(path, bytes, Format::Json, into) else { return };
    if root.get("packages").and_then(Node::as_list).is_none() {
        let what = "the file has no `packages`";
        return into.remark(path, Some(1), RemarkKind::Unread, what);
    }
    into.file(path, FileRole::Lock);
    let mut list = List::new(path, EvidenceKind::Lock);
    for (key, scope) in [("packages", Scope::Runtime), ("packages-dev", Scope::Development)] {
        for package in items(&root, key) {
            list.add(package, scope, into);
        }
    }
    list.connect(into);
    list.mark_direct(into);
}

pub(crate) fn read_installed(path: &str, bytes: &[u8], into: &mut Inventory) {
    let Some(root) = read_document(path, bytes, Format::Json, into) else { return };
    // Composer 1 wrote the list alone.
    let packages = root.as_list().or_else(|| root.get("packages").and_then(Node::as_list));
    let Some(packages) = packages else {
        let what = "the file has no `packages`";
        return into.remark(path, Some(1), RemarkKind::Unread, what);
    };
    let for_building: BTreeSet<&str> =
        items(&root, "dev-package-names").iter().filter_map(Node::as_str).collect();
    let mut list = List::new(path, EvidenceKind::Installed);
    for package in packages {
        let builds = text(package, "name").is_some_and(|name| for_building.contains(name));
        let scope = if builds { Scope::Development } else { Scope::Runtime };
        list.add(package, scope, into);
    }
    list.connect(into);
}

/// The packages of one list, to be connected when all are known.
struct List<'a> {
    path: &'a str,
    kind: EvidenceKind,
    by_name: BTreeMap<String, ComponentId>,
    /// Packages that stand in for others.
    stand_ins: BTreeMap<String, ComponentId>,
    wants: Vec<(ComponentId, Requirement)>,
}

impl<'a> List<'a> {
    fn new(path: &'a str, kind: EvidenceKind) -> Self {
        Self { path, kind, by_name: BTreeMap::new(), stand_ins: BTreeMap::new(), wants: Vec::new() }
    }

    fn add(&mut self, package: &Node, scope: Scope, into: &mut Inventory) {
        let place = line_of(package.get("name").map_or(package.place, |node| node.place));
        let Some(name) = text(package, "name") else {
            let what = "a package without a name is left out";
            return into.remark(self.path, place, RemarkKind::Partial, what);
        };
        let version = text(package, "version").map(str::to_owned);
        let mut component =
            Component::new(Ecosystem::Packagist, name, version).seen(self.path, place, self.kind);
        component.licences = licences(package);
        component.scope = scope;
        component.origin = origin(package);
        let sum = package.at(&["dist", "shasum"]).and_then(Node::as_str);
        component.digests.extend(sum.and_then(|sum| Digest::new(Algorithm::Sha1, sum)));
        // A plugin of Composer runs when packages are installed.
        if text(package, "type") == Some("composer-plugin") {
            component.scripts.push(Script { name: "composer-plugin".to_owned(), command: None });
        }
        component.deprecated = deprecated(package);
        let Some(id) = into.add(component) else { return };
        self.by_name.insert(lookup_name(Ecosystem::Packagist, name), id);
        for (alias, _) in
            pairs(package, "replace").chain(pairs(package, "provide")).take(MOST_ALIASES)
        {
            self.stand_ins.entry(lookup_name(Ecosystem::Packagist, alias)).or_insert(id);
        }
        for (name, range) in pairs(package, "require").filter(|(name, _)| is_package(name)) {
            let asked = Requirement::new(name, range.as_str().unwrap_or_default());
            self.wants.push((id, asked));
        }
    }

    fn connect(&mut self, into: &mut Inventory) {
        for (from, asked) in std::mem::take(&mut self.wants) {
            let key = lookup_name(Ecosystem::Packagist, &asked.name);
            let to = self.by_name.get(&key).or_else(|| self.stand_ins.get(&key)).copied();
            into.require(from, Requirement { to, ..asked });
        }
    }

    /// What nobody in the file asks for was asked for by the application.
    fn mark_direct(&self, into: &mut Inventory) {
        let of_list: Vec<ComponentId> = self.by_name.values().copied().collect();
        let wants = of_list.iter().filter_map(|id| into.components.get(*id));
        let asked: BTreeSet<ComponentId> =
            wants.flat_map(|it| it.requires.iter().filter_map(|asked| asked.to)).collect();
        for id in of_list {
            let free = !asked.contains(&id);
            if let Some(component) = into.components.get_mut(id).filter(|_| free) {
                component.direct = true;
            }
        }
    }
}

/// `true`, or the package to use instead.
fn deprecated(package: &Node) -> Option<String> {
    match (text(package, "abandoned"), package.get("abandoned").and_then(Node::as_bool)) {
        (Some(other), _) => Some(format!("abandoned; use {other} instead")),
        (None, Some(true)) => Some("abandoned".to_owned()),
        _ => None,
    }
}

fn origin(package: &Node) -> Origin {
    let of = |part: &str, key: &str| package.at(&[part, key]).and_then(Node::as_str);
    let revision = of("source", "reference").or_else(|| of("dist", "reference"));
    let revision = revision.map(str::to_owned);
    if of("dist", "type") == Some("path") {
        return Origin::at(OriginKind::Path, of("dist", "url").unwrap_or_default());
    }
    // Only what a registry told has an address for telling it of the download.
    match text(package, "notification-url") {
        Some(address) if address.starts_with("https://packagist.org/") => {
            Origin::of(OriginKind::Registry).with_revision(revision)
        }
        Some(address) => Origin::at(OriginKind::Registry, address).with_revision(revision),
        None => match (of("source", "url"), of("dist", "url")) {
            (Some(address), _) => Origin::at(OriginKind::Git, address).with_revision(revision),
            (None, Some(address)) => Origin::at(OriginKind::Url, address).with_revision(revision),
            (None, None) => Origin::of(OriginKind::Unknown),
        },
    }
}
