//! `pom.xml`: read alone, put together with its parents and what it imports when all are known.
//!
//! Source: the POM Reference, "Inheritance", "Dependency Management". A version that no file of the tree
//! gives is unknown, and the text that stands there is kept as what is wanted.

use std::collections::{BTreeMap, BTreeSet};

use component::{
    Component, ComponentId, ComponentKind, Ecosystem, EvidenceKind, Inventory, Origin, OriginKind,
    RemarkKind, Requirement, Scope,
};
use roxmltree::{Document, Node};

use crate::{
    folder_of,
    xml::{below, child, line_of, with_document, word},
};

/// Properties that name others are followed so often.
const DEEPEST_PROPERTY: usize = 8;
/// A parent of a parent, or an import of an import, so often.
const DEEPEST_PARENT: usize = 20;
/// Longest text that properties make.
const LONGEST: usize = 1_000;
/// Properties and managed versions that all projects together inherit.
const MOST_WORK: usize = 3_000_000;
/// Versions that parents and imports manage, of one project.
const MOST_MANAGED: usize = 20_000;

/// One `dependency`, as written.
#[derive(Clone, Debug)]
struct Wanted {
    group: String,
    artifact: String,
    version: Option<String>,
    scope: Option<String>,
    is_optional: bool,
    /// Of the profile that it belongs to.
    profile: Option<String>,
    line: u32,
}

/// The parent of a project, as written.
#[derive(Debug)]
struct Parent {
    group: String,
    artifact: String,
    version: Option<String>,
    /// Path beside the project; `None` when it lies in a repository.
    path: Option<String>,
}

/// One file.
#[derive(Debug)]
pub(crate) struct Pom {
    path: String,
    group: Option<String>,
    artifact: String,
    version: Option<String>,
    parent: Option<Parent>,
    properties: BTreeMap<String, String>,
    managed: Vec<Wanted>,
    wanted: Vec<Wanted>,
    licences: Vec<String>,
}

/// All files of a tree.
#[derive(Debug, Default)]
pub(crate) struct Poms {
    all: Vec<Pom>,
    by_path: BTreeMap<String, usize>,
    by_name: BTreeMap<(String, String), usize>,
}

/// What a jar's own file says that it asks for.
pub(crate) struct OfJar {
    pub(crate) path: String,
    /// `group:artifact`.
    pub(crate) name: String,
    pub(crate) version: Option<String>,
    pub(crate) licences: Vec<String>,
    pub(crate) requires: Vec<Requirement>,
}

impl Poms {
    pub(crate) fn read(&mut self, path: &str, bytes: &[u8], into: &mut Inventory) {
        with_document(path, bytes, into, |document, into| {
            let root = document.root_element();
            let Some(artifact) = word(root, "artifactId") else {
                let what = "the file names no artifact";
                return into.remark(path, Some(1), RemarkKind::Unread, what);
            };
            let text = |key: &str| word(root, key).map(str::to_owned);
            let licences = below(root, "licenses", "license");
            let mut wanted = dependencies(path, document, root, None, into);
            for profile in below(root, "profiles", "profile") {
                let name = word(profile, "id").unwrap_or("default");
                wanted.extend(dependencies(path, document, profile, Some(name), into));
            }
            let managed = child(root, "dependencyManagement");
            let managed = managed.map(|node| dependencies(path, document, node, None, into));
            let pom = Pom {
                path: path.to_owned(),
                group: text("groupId"),
                artifact: artifact.to_owned(),
                version: text("version"),
                parent: child(root, "parent").map(|node| parent(path, node)),
                properties: properties_of(root),
                managed: managed.unwrap_or_default(),
                wanted,
                licences: licences.filter_map(|it| word(it, "name")).map(str::to_owned).collect(),
            };
            let name = (pom.own_group().unwrap_or_default().to_owned(), pom.artifact.clone());
            self.by_name.entry(name).or_insert(self.all.len());
            self.by_path.entry(path.to_owned()).or_insert(self.all.len());
            self.all.push(pom);
        });
    }

    /// Adds the projects with what they ask for; gives back what jars say of themselves.
    pub(crate) fn finish(self, into: &mut Inventory) -> Vec<OfJar> {
        let mut work = MOST_WORK;
        let mut modules: BTreeMap<String, ComponentId> = BTreeMap::new();
        let mut projects = Vec::new();
        let mut of_jars = Vec::new();
        for number in 0..self.all.len() {
            let Some(whole) = Whole::of(number, &self, &mut work) else { continue };
            if whole.pom.is_of_jar() {
                of_jars.push(whole.of_jar());
            } else if let Some(id) = whole.add(into) {
                modules.insert(whole.name(), id);
                projects.push((number, id));
            }
        }
        // One at a time: what each inherits may be much.
        for (number, id) in projects {
            if let Some(whole) = Whole::of(number, &self, &mut work) {
                whole.ask(id, &modules, into);
            }
        }
        if work == 0 {
            let what = format!(
                "parents and imports of POMs give more than {MOST_WORK} properties and versions; \
                 the rest is not looked up"
            );
            into.remark("pom.xml", None, RemarkKind::Limit, what);
        }
        of_jars
    }

    /// The file that a parent names: beside it, or any of that name.
    fn find(&self, parent: &Parent) -> Option<usize> {
        let is_it = |pom: &Pom| {
            pom.artifact == parent.artifact
                && pom.own_group().is_none_or(|group| group == parent.group)
        };
        let beside = parent.path.as_ref().and_then(|path| self.by_path.get(path)).copied();
        let beside = beside.filter(|number| self.all.get(*number).is_some_and(is_it));
        beside.or_else(|| self.named(&parent.group, &parent.artifact))
    }

    fn named(&self, group: &str, artifact: &str) -> Option<usize> {
        self.by_name.get(&(group.to_owned(), artifact.to_owned())).copied()
    }
}

impl Pom {
    /// Whether it lies in a jar, or where one was unpacked.
    fn is_of_jar(&self) -> bool {
        self.path.contains("META-INF/maven/")
    }

    /// How many properties, versions and wishes it gives to others.
    fn said(&self) -> usize {
        self.properties.len() + self.managed.len() + self.wanted.len()
    }

    fn own_group(&self) -> Option<&str> {
        self.group.as_deref().or(self.parent.as_ref().map(|parent| parent.group.as_str()))
    }
}

/// What a file asks for, filled in.
struct Asked<'p> {
    /// The file that says so, which may be a parent.
    path: &'p str,
    line: u32,
    /// `group:artifact`.
    name: String,
    range: String,
    scope: Scope,
    condition: Option<String>,
}

/// A file with what it inherits.
struct Whole<'p> {
    pom: &'p Pom,
    /// Parents, the nearest first.
    parents: Vec<&'p Pom>,
    properties: BTreeMap<String, String>,
    /// Version and scope by `group:artifact`.
    managed: BTreeMap<String, (Option<String>, Option<String>)>,
}

impl<'p> Whole<'p> {
    fn of(number: usize, poms: &'p Poms, work: &mut usize) -> Option<Self> {
        let pom = poms.all.get(number)?;
        let mut parents = Vec::new();
        let mut known = BTreeSet::from([number]);
        let mut next = pom.parent.as_ref().and_then(|parent| poms.find(parent));
        while let Some(found) = next.filter(|it| known.insert(*it)) {
            let Some(parent) = poms.all.get(found) else { break };
            parents.push(parent);
            if parents.len() >= DEEPEST_PARENT {
                break;
            }
            next = parent.parent.as_ref().and_then(|parent| poms.find(parent));
        }
        let mut whole =
            Self { pom, parents, properties: BTreeMap::new(), managed: BTreeMap::new() };
        let cost: usize = whole.parents.iter().map(|pom| pom.said()).sum();
        if cost > *work {
            *work = 0;
            whole.parents.clear();
        }
        *work = work.saturating_sub(cost);
        whole.inherit_properties();
        whole.manage(poms, work);
        Some(whole)
    }

    /// The file itself and its parents.
    fn line(&self) -> impl Iterator<Item = &'p Pom> + use<'p> {
        std::iter::once(self.pom).chain(self.parents.clone())
    }

    fn inherit_properties(&mut self) {
        for pom in self.line().collect::<Vec<_>>().into_iter().rev() {
            self.properties.extend(pom.properties.clone());
        }
        let version = self.line().find_map(|pom| {
            pom.version.clone().or_else(|| pom.parent.as_ref().and_then(|it| it.version.clone()))
        });
        let group = self.pom.own_group().map(str::to_owned);
        let parent = self.pom.parent.as_ref();
        let known = [
            ("project.groupId", group.clone()),
            ("pom.groupId", group),
            ("project.artifactId", Some(self.pom.artifact.clone())),
            ("project.version", version.clone()),
            ("pom.version", version.clone()),
            ("version", version),
            ("project.parent.groupId", parent.map(|it| it.group.clone())),
            ("project.parent.version", parent.and_then(|it| it.version.clone())),
        ];
        for (key, value) in known {
            if let Some(value) = value {
                self.properties.insert(key.to_owned(), value);
            }
        }
    }

    /// What is nearer comes first; what a file imports comes after what it says itself.
    fn manage(&mut self, poms: &Poms, work: &mut usize) {
        let mut managed = BTreeMap::new();
        let mut imports = Vec::new();
        for pom in self.line() {
            self.manage_by(pom, &mut managed, &mut imports);
        }
        let mut known = BTreeSet::new();
        while let Some((group, artifact)) = imports.pop() {
            let Some(number) = poms.named(&group, &artifact) else { continue };
            if known.len() >= DEEPEST_PARENT || !known.insert(number) {
                continue;
            }
            // Its own properties count, not those of who imports it.
            let Some(pom) = poms.all.get(number) else { continue };
            let mut bom = Whole {
                pom,
                parents: Vec::new(),
                properties: BTreeMap::new(),
                managed: BTreeMap::new(),
            };
            if pom.said() > *work {
                *work = 0;
                break;
            }
            *work -= pom.said();
            bom.inherit_properties();
            bom.manage_by(pom, &mut managed, &mut imports);
        }
        self.managed = managed;
    }

    fn manage_by(
        &self,
        pom: &Pom,
        managed: &mut BTreeMap<String, (Option<String>, Option<String>)>,
        imports: &mut Vec<(String, String)>,
    ) {
        for wanted in &pom.managed {
            if managed.len() >= MOST_MANAGED {
                return;
            }
            let (group, artifact) = (self.fill(&wanted.group), self.fill(&wanted.artifact));
            if wanted.scope.as_deref() == Some("import") {
                imports.push((group, artifact));
                continue;
            }
            let version = wanted.version.as_ref().map(|text| self.fill(text));
            managed.entry(format!("{group}:{artifact}")).or_insert((version, wanted.scope.clone()));
        }
    }

    /// Puts properties in; those that are not known stay as they are written.
    fn fill(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for _ in 0..DEEPEST_PROPERTY {
            let Some((before, rest)) = text.split_once("${") else { break };
            let Some((key, after)) = rest.split_once('}') else { break };
            let Some(value) = self.properties.get(key) else { break };
            // A text that would grow without end is not followed.
            if text.len() + value.len() > LONGEST {
                break;
            }
            text = format!("{before}{value}{after}");
        }
        text
    }

    fn name(&self) -> String {
        let group = self.fill(self.pom.own_group().unwrap_or_default());
        format!("{group}:{}", self.fill(&self.pom.artifact)).trim_matches(':').to_owned()
    }

    fn version(&self) -> Option<String> {
        let own = self.pom.version.as_ref();
        let own = own.or(self.pom.parent.as_ref().and_then(|it| it.version.as_ref()));
        own.map(|text| self.fill(text)).filter(|text| !text.contains('$'))
    }

    fn add(&self, into: &mut Inventory) -> Option<ComponentId> {
        let mut project = Component::new(Ecosystem::Maven, self.name(), self.version()).seen(
            &self.pom.path,
            Some(1),
            EvidenceKind::Manifest,
        );
        project.kind = ComponentKind::Project;
        project.licences.clone_from(&self.pom.licences);
        into.add(project)
    }

    /// What it asks for with what it inherits.
    fn wanted(&self) -> Vec<Asked<'p>> {
        let mut known = BTreeSet::new();
        let mut all = Vec::new();
        for pom in self.line() {
            for wanted in &pom.wanted {
                let name = format!("{}:{}", self.fill(&wanted.group), self.fill(&wanted.artifact));
                // A profile may ask for the same once more.
                if !known.insert((name.clone(), wanted.profile.clone())) {
                    continue;
                }
                let (version, scope) = self.managed.get(&name).cloned().unwrap_or_default();
                let own = wanted.version.as_ref().map(|text| self.fill(text));
                let scope = scope_of(wanted, wanted.scope.as_deref().or(scope.as_deref()));
                let version = own.or(version).unwrap_or_default();
                let profile = wanted.profile.as_ref().map(|name| format!("profile {name}"));
                all.push(Asked {
                    path: &pom.path,
                    line: wanted.line,
                    name,
                    range: version,
                    scope,
                    condition: profile,
                });
            }
        }
        all
    }

    fn ask(
        &self,
        project: ComponentId,
        modules: &BTreeMap<String, ComponentId>,
        into: &mut Inventory,
    ) {
        for Asked { path, line, name, range: wanted, scope, condition } in self.wanted() {
            if let Some(module) = modules.get(&name) {
                let asked = Requirement::resolved(name, wanted, *module);
                into.require(project, Requirement { scope, condition, ..asked });
                continue;
            }
            let is_exact = !wanted.is_empty() && !wanted.contains(['$', '[', '(', ',']);
            let version = is_exact.then(|| wanted.clone());
            let mut component = Component::new(Ecosystem::Maven, name.clone(), version).seen(
                path,
                Some(line),
                EvidenceKind::Manifest,
            );
            component.scope = scope;
            component.direct = true;
            component.wanted = Some(wanted.clone());
            component.origin = Origin::of(OriginKind::Registry);
            let Some(id) = into.add(component) else { return };
            let asked = Requirement::resolved(name, wanted, id);
            into.require(project, Requirement { scope, condition, ..asked });
        }
    }

    fn of_jar(&self) -> OfJar {
        let runs = self.wanted().into_iter().filter(|asked| {
            matches!(asked.scope, Scope::Runtime | Scope::Optional) && asked.condition.is_none()
        });
        let requires = runs.map(|asked| {
            let range = if asked.range.contains('$') { String::new() } else { asked.range };
            Requirement { scope: asked.scope, ..Requirement::new(asked.name, range) }
        });
        OfJar {
            path: self.pom.path.clone(),
            name: self.name(),
            version: self.version(),
            licences: self.pom.licences.clone(),
            requires: requires.collect(),
        }
    }
}

fn scope_of(wanted: &Wanted, scope: Option<&str>) -> Scope {
    match scope {
        Some("test") => Scope::Development,
        Some("provided" | "system") => Scope::Peer,
        _ if wanted.is_optional || wanted.profile.is_some() => Scope::Optional,
        _ => Scope::Runtime,
    }
}

fn properties_of(root: Node<'_, '_>) -> BTreeMap<String, String> {
    let own = child(root, "properties").into_iter().flat_map(|node| node.children());
    own.filter(Node::is_element)
        .map(|property| {
            let value = property.text().unwrap_or_default().trim();
            (property.tag_name().name().to_owned(), value.to_owned())
        })
        .collect()
}

fn parent(path: &str, node: Node<'_, '_>) -> Parent {
    let relative = child(node, "relativePath");
    let relative = match relative.map(|node| node.text().unwrap_or_default().trim()) {
        None => Some("../pom.xml"),
        // Told to look in the repository alone.
        Some("") => None,
        Some(path) => Some(path),
    };
    Parent {
        group: word(node, "groupId").unwrap_or_default().to_owned(),
        artifact: word(node, "artifactId").unwrap_or_default().to_owned(),
        version: word(node, "version").map(str::to_owned),
        path: relative.and_then(|relative| beside(path, relative)),
    }
}

/// A path relative to a file; a folder has a `pom.xml` in it. `None` when it leads outside.
fn beside(from: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder_of(from).split('/').filter(|it| !it.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    if parts.last().is_none_or(|last| last.strip_suffix(".xml").is_none()) {
        parts.push("pom.xml");
    }
    Some(parts.join("/"))
}

fn dependencies(
    path: &str,
    document: &Document<'_>,
    node: Node<'_, '_>,
    profile: Option<&str>,
    into: &mut Inventory,
) -> Vec<Wanted> {
    let mut all = Vec::new();
    for node in below(node, "dependencies", "dependency") {
        let line = line_of(document, node);
        let (Some(group), Some(artifact)) = (word(node, "groupId"), word(node, "artifactId"))
        else {
            let what = "a dependency without group and artifact is left out";
            into.remark(path, Some(line), RemarkKind::Partial, what);
            continue;
        };
        all.push(Wanted {
            group: group.to_owned(),
            artifact: artifact.to_owned(),
            version: word(node, "version").map(str::to_owned),
            scope: word(node, "scope").map(str::to_owned),
            is_optional: word(node, "optional") == Some("true"),
            profile: profile.map(str::to_owned),
            line,
        });
    }
    all
}
