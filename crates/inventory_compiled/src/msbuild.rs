//! `packages.config`, project files and `Directory.Packages.props` of .NET.
//!
//! Source: the documentation of `NuGet`, "packages.config reference", "`PackageReference`", "Central Package
//! Management".

use std::collections::BTreeMap;

use component::{
    Component, ComponentId, ComponentKind, Ecosystem, EvidenceKind, FileRole, Inventory, Origin,
    OriginKind, Requirement, Scope, lookup_name,
};
use roxmltree::Node;

use crate::{
    folder_of,
    xml::{line_of, with_document, word},
};

/// What projects ask for and where versions are managed, to be put together when all are known.
#[derive(Debug, Default)]
pub(crate) struct Projects {
    all: Vec<Project>,
    /// Versions by folder and name.
    managed: BTreeMap<String, BTreeMap<String, String>>,
}

#[derive(Debug)]
struct Project {
    path: String,
    wanted: Vec<Wanted>,
    properties: BTreeMap<String, String>,
}

#[derive(Debug)]
struct Wanted {
    name: String,
    version: Option<String>,
    for_building: bool,
    line: u32,
}

/// An attribute or a child element of this name.
fn value<'n>(node: Node<'n, '_>, name: &str) -> Option<&'n str> {
    node.attribute(name).map(str::trim).filter(|it| !it.is_empty()).or_else(|| word(node, name))
}

pub(crate) fn read_config(path: &str, bytes: &[u8], into: &mut Inventory) {
    with_document(path, bytes, into, |document, into| {
        into.file(path, FileRole::Lock);
        let packages = document.root_element().children();
        for package in packages.filter(|node| node.tag_name().name() == "package") {
            let Some(name) = package.attribute("id") else { continue };
            let version = package.attribute("version").map(str::to_owned);
            let mut component = Component::new(Ecosystem::NuGet, name, version).seen(
                path,
                Some(line_of(document, package)),
                EvidenceKind::Lock,
            );
            let builds = package.attribute("developmentDependency") == Some("true");
            component.scope = if builds { Scope::Development } else { Scope::Runtime };
            component.origin = Origin::of(OriginKind::Registry);
            into.add(component);
        }
    });
}

impl Projects {
    pub(crate) fn read(&mut self, path: &str, bytes: &[u8], into: &mut Inventory) {
        with_document(path, bytes, into, |document, _| {
            let mut project =
                Project { path: path.to_owned(), wanted: Vec::new(), properties: BTreeMap::new() };
            for node in document.root_element().descendants() {
                let inside = |name: &str| {
                    node.parent().is_some_and(|parent| parent.tag_name().name() == name)
                };
                if node.tag_name().name() == "PackageReference" {
                    let Some(name) = value(node, "Include") else { continue };
                    let assets = value(node, "PrivateAssets").unwrap_or_default();
                    project.wanted.push(Wanted {
                        name: name.to_owned(),
                        version: value(node, "Version")
                            .or_else(|| value(node, "VersionOverride"))
                            .map(str::to_owned),
                        for_building: assets.eq_ignore_ascii_case("all"),
                        line: line_of(document, node),
                    });
                } else if node.is_element() && inside("PropertyGroup") {
                    let text = node.text().unwrap_or_default().trim();
                    project.properties.insert(node.tag_name().name().to_owned(), text.to_owned());
                }
            }
            self.all.push(project);
        });
    }

    pub(crate) fn read_managed(&mut self, path: &str, bytes: &[u8], into: &mut Inventory) {
        with_document(path, bytes, into, |document, _| {
            let known = self.managed.entry(folder_of(path).to_owned()).or_default();
            for node in document.root_element().descendants() {
                let is_version = node.tag_name().name() == "PackageVersion";
                if let (true, Some(name), Some(version)) =
                    (is_version, value(node, "Include"), value(node, "Version"))
                {
                    known.insert(lookup_name(Ecosystem::NuGet, name), version.to_owned());
                }
            }
        });
    }

    pub(crate) fn finish(self, into: &mut Inventory) {
        for project in &self.all {
            if project.wanted.is_empty() {
                continue;
            }
            let file = project.path.rsplit('/').next().unwrap_or(&project.path);
            let name = project.properties.get("AssemblyName").map(String::as_str);
            let name = name.unwrap_or(file.rsplit_once('.').map_or(file, |(stem, _)| stem));
            let mut own = Component::new(Ecosystem::NuGet, name, None).seen(
                &project.path,
                Some(1),
                EvidenceKind::Manifest,
            );
            own.kind = ComponentKind::Project;
            let Some(own) = into.add(own) else { return };
            for wanted in &project.wanted {
                self.ask(project, own, wanted, into);
            }
        }
    }

    fn ask(&self, project: &Project, own: ComponentId, wanted: &Wanted, into: &mut Inventory) {
        let version = wanted.version.clone().or_else(|| self.version_above(project, &wanted.name));
        let version = version.unwrap_or_default();
        let filled = version.strip_prefix("$(").and_then(|rest| rest.strip_suffix(')'));
        let filled = filled.and_then(|name| project.properties.get(name).cloned());
        let range = filled.unwrap_or(version);
        let mut wish = Component::new(Ecosystem::NuGet, &*wanted.name, None).seen(
            &project.path,
            Some(wanted.line),
            EvidenceKind::Manifest,
        );
        // The lowest version that fits is taken: of a plain number that number.
        let is_plain = range.starts_with(|c: char| c.is_ascii_digit()) && !range.contains('*');
        wish.version = is_plain.then(|| range.clone());
        wish.wanted = Some(range.clone());
        wish.direct = true;
        wish.scope = if wanted.for_building { Scope::Development } else { Scope::Runtime };
        wish.origin = Origin::of(OriginKind::Registry);
        let scope = wish.scope;
        let Some(id) = into.add(wish) else { return };
        let asked = Requirement::resolved(&*wanted.name, range, id);
        into.require(own, Requirement { scope, ..asked });
    }

    /// The version that the nearest `Directory.Packages.props` above gives.
    fn version_above(&self, project: &Project, name: &str) -> Option<String> {
        let mut folder = folder_of(&project.path);
        loop {
            if let Some(known) = self.managed.get(folder) {
                return known.get(&lookup_name(Ecosystem::NuGet, name)).cloned();
            }
            if folder.is_empty() {
                return None;
            }
            folder = folder_of(folder);
        }
    }
}
