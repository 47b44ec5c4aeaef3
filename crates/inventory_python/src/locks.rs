//! Lock files: every package with its exact version, and the graph between them.

pub(crate) mod pdm;
pub(crate) mod pipfile;
pub(crate) mod poetry;
pub(crate) mod pylock;
pub(crate) mod uv;

use std::collections::{BTreeMap, BTreeSet};

use component::{
    Component, ComponentId, Digest, Ecosystem, EvidenceKind, Inventory, RemarkKind, Requirement,
    Scope, Script, SettingKind, line_of,
};
use package_version::{Range, Version};
use source_text::Node;

use crate::key;

/// The packages of one lock file, to be connected when all are known.
pub(crate) struct Locked<'a> {
    pub(crate) path: &'a str,
    pub(crate) into: &'a mut Inventory,
    by_name: BTreeMap<String, Vec<ComponentId>>,
    wants: Vec<(ComponentId, Requirement)>,
    /// Where this file's components start.
    pub(crate) first: ComponentId,
}

impl<'a> Locked<'a> {
    pub(crate) fn new(path: &'a str, into: &'a mut Inventory) -> Self {
        let first = into.components.len();
        Self { path, into, by_name: BTreeMap::new(), wants: Vec::new(), first }
    }

    /// A component for a package of the file, not yet added.
    pub(crate) fn component(&self, package: &Node, name: &str, version: Option<&str>) -> Component {
        Component::new(Ecosystem::PyPI, name, version.map(str::to_owned)).seen(
            self.path,
            line_of(package.place),
            EvidenceKind::Lock,
        )
    }

    /// The component of a package that says its own name and version, not yet added; a remark when it
    /// says no name.
    pub(crate) fn named(&mut self, package: &Node) -> Option<Component> {
        let Some(name) = text(package, "name") else {
            let what = "a package without a name is left out";
            self.into.remark(self.path, line_of(package.place), RemarkKind::Partial, what);
            return None;
        };
        Some(self.component(package, name, text(package, "version")))
    }

    /// Adds a package; a second entry for the same one (with extras) joins the first.
    pub(crate) fn add(&mut self, component: Component) -> Option<ComponentId> {
        let known = self.by_name.entry(component.key()).or_default();
        let same = known.iter().copied().find(|id| {
            self.into.components.get(*id).is_some_and(|other| other.version == component.version)
        });
        if let Some(id) = same {
            if let Some(other) = self.into.components.get_mut(id) {
                other.digests.extend(component.digests);
                other.digests.sort();
                other.digests.dedup();
            }
            return Some(id);
        }
        let id = self.into.add(component)?;
        known.push(id);
        Some(id)
    }

    pub(crate) fn want(&mut self, from: ComponentId, requirement: Requirement) {
        self.wants.push((from, requirement));
    }

    /// Leads every requirement to the packages that fulfil it.
    pub(crate) fn connect(&mut self) {
        for (from, requirement) in std::mem::take(&mut self.wants) {
            let found = self.fulfil(&requirement);
            if found.is_empty() {
                self.into.require(from, requirement);
                continue;
            }
            // Several versions are locked for different environments: each may be the one.
            for to in found {
                self.into.require(from, Requirement { to: Some(to), ..requirement.clone() });
            }
        }
    }

    fn fulfil(&self, requirement: &Requirement) -> Vec<ComponentId> {
        let Some(known) = self.by_name.get(&key(&requirement.name)) else { return Vec::new() };
        if known.len() < 2 {
            return known.clone();
        }
        let fits = |id: &&ComponentId| {
            let version = self.into.components.get(**id).and_then(|c| c.version.as_deref());
            version.is_none_or(|version| satisfies(&requirement.range, version))
        };
        let fitting: Vec<ComponentId> = known.iter().filter(fits).copied().collect();
        if fitting.is_empty() { known.clone() } else { fitting }
    }

    /// What nobody in the file asks for was asked for by the application.
    pub(crate) fn mark_direct(&mut self) {
        let own = self.into.components.iter().skip(self.first);
        let asked = own.flat_map(|component| component.requires.iter().filter_map(|it| it.to));
        let reached: BTreeSet<ComponentId> = asked.collect();
        for (id, component) in self.into.components.iter_mut().enumerate().skip(self.first) {
            component.direct |= !reached.contains(&id);
        }
    }
}

/// Whether a version is in a range.
fn satisfies(range: &str, version: &str) -> bool {
    Range::parse(Ecosystem::PyPI, range).map_or(true, |range| {
        range.contains_with_prereleases(&Version::parse(Ecosystem::PyPI, version))
    })
}

/// Notes the version of the lock file's format.
pub(crate) fn note_version(path: &str, version: Option<&Node>, into: &mut Inventory) {
    let Some((node, text)) = version.and_then(|node| Some((node, node.scalar_text()?))) else {
        return;
    };
    into.setting(path, line_of(node.place), SettingKind::LockVersion(text.to_string()));
}

/// Text of a key.
pub(crate) fn text<'a>(node: &'a Node, key: &str) -> Option<&'a str> {
    node.get(key).and_then(Node::as_str)
}

/// Items of a list under a key; none when it is not there.
pub(crate) fn items<'a>(node: &'a Node, key: &str) -> &'a [Node] {
    node.get(key).and_then(Node::as_list).unwrap_or_default()
}

/// Digests in the `hash` or `hashes` of files.
pub(crate) fn digests_of(files: &[Node]) -> Vec<Digest> {
    let mut digests = Vec::new();
    for file in files {
        let plain = file.as_str().or_else(|| text(file, "hash"));
        digests.extend(plain.and_then(Digest::parse_hex));
        let named = file.get("hashes").and_then(Node::as_map);
        for (name, value) in named.into_iter().flat_map(source_text::Map::iter) {
            let value = value.as_str().unwrap_or_default();
            digests.extend(Digest::parse_hex(&format!("{name}:{value}")));
        }
    }
    digests.sort();
    digests.dedup();
    digests
}

/// The scope that names of groups tell: the main group runs, others are for development.
pub(crate) fn scope_of_groups(groups: &[Node], main: &[&str]) -> Option<Scope> {
    if groups.is_empty() {
        return None;
    }
    let runs = groups.iter().filter_map(Node::as_str).any(|group| main.contains(&group));
    Some(if runs { Scope::Runtime } else { Scope::Development })
}

/// Only the source is locked: its build script runs when it is installed.
pub(crate) fn build_script() -> Script {
    Script { name: "build of the source".to_owned(), command: None }
}
