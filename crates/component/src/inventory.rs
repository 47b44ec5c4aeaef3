//! Everything that was found, and what could not be read.

use std::collections::{BTreeMap, BTreeSet};

use package_version::{Range, Version};

use crate::{
    Component, ComponentId, ComponentKind, Ecosystem, EvidenceKind, FileRole, Origin, OriginKind,
    PackageFile, Requirement, Scope, Setting, SettingKind,
};

/// Bounds of an inventory; hostile input reaches them, never more.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Most components.
    pub components: usize,
    /// Most requirements of all components together.
    pub requirements: usize,
    /// Most remarks; more are counted only.
    pub remarks: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { components: 200_000, requirements: 2_000_000, remarks: 10_000 }
    }
}

/// How much a remark says was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RemarkKind {
    /// Read, with a doubt.
    Odd,
    /// A part of the file was not read.
    Partial,
    /// The file was not read at all.
    Unread,
    /// A limit of ours was reached; what follows was left out.
    Limit,
}

/// Something that was not read, or read with a doubt.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Remark {
    /// Path of the file, as handed to the reader.
    pub path: String,
    /// Line from 1, when it is about a line.
    pub line: Option<u32>,
    /// How much was lost.
    pub kind: RemarkKind,
    /// In words, without the place.
    pub what: String,
}

/// What a package index is used for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum IndexRole {
    /// Instead of the ecosystem's default.
    Primary,
    /// Besides another one; the higher version wins, whoever offers it.
    Extra,
    /// Before the default one: what it has is taken from it, whatever others have.
    First,
    /// Links to files are collected from it.
    Links,
    /// For the packages of one scope or that name it.
    Named(String),
}

/// A package index that a file tells the package manager to use.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PackageIndex {
    /// What for.
    pub role: IndexRole,
    /// Its address.
    pub origin: Origin,
    /// Path of the file that names it.
    pub path: String,
    /// Line from 1.
    pub line: Option<u32>,
}

/// Components with what they require, package indexes, and what could not be read.
#[derive(Clone, Debug, Default)]
pub struct Inventory {
    /// In the order they were met. Readers add one for each file that tells of it; [`Self::merged`]
    /// makes them one.
    pub components: Vec<Component>,
    /// Package indexes that files name.
    pub indexes: Vec<PackageIndex>,
    /// Manifests and lock files that were read, also those that name no package.
    pub files: Vec<PackageFile>,
    /// What files say about how packages are installed.
    pub settings: Vec<Setting>,
    /// What could not be read, or only with a doubt.
    pub remarks: Vec<Remark>,
    /// Remarks beyond the limit.
    pub remarks_left_out: usize,
    limits: Limits,
    requirements: usize,
}

impl Inventory {
    /// An empty inventory with other bounds.
    #[must_use]
    pub fn with_limits(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Adds a component; `None`, with a remark, when there are too many.
    pub fn add(&mut self, component: Component) -> Option<ComponentId> {
        let id = self.components.len();
        let wanted = self.requirements.saturating_add(component.requires.len());
        if id >= self.limits.components || wanted > self.limits.requirements {
            self.full(component.evidence.first().map_or("", |evidence| &evidence.path).to_owned());
            return None;
        }
        self.requirements = wanted;
        self.components.push(component);
        Some(id)
    }

    /// Adds a requirement to a component that is there.
    pub fn require(&mut self, from: ComponentId, requirement: Requirement) {
        if self.requirements >= self.limits.requirements {
            return self.full(String::new());
        }
        if let Some(component) = self.components.get_mut(from) {
            self.requirements += 1;
            component.requires.push(requirement);
        }
    }

    fn full(&mut self, path: String) {
        let told = self.remarks.iter().any(|remark| remark.kind == RemarkKind::Limit);
        if !told {
            let what = format!(
                "there are more than {} components or {} requirements; the rest is left out",
                self.limits.components, self.limits.requirements
            );
            self.remarks.push(Remark { path, line: None, kind: RemarkKind::Limit, what });
        }
    }

    /// Tells what could not be read.
    pub fn remark(
        &mut self,
        path: &str,
        line: Option<u32>,
        kind: RemarkKind,
        what: impl Into<String>,
    ) {
        if self.remarks.len() >= self.limits.remarks {
            self.remarks_left_out += 1;
            return;
        }
        self.remarks.push(Remark { path: path.to_owned(), line, kind, what: what.into() });
    }

    /// Adds a package index, once for each file that names it; past the limit of remarks no more.
    pub fn index(&mut self, index: PackageIndex) {
        if self.indexes.len() < self.limits.remarks {
            self.indexes.push(index);
        } else {
            self.remarks_left_out += 1;
        }
    }

    /// Tells of a manifest or lock file; past the limit of remarks no more.
    pub fn file(&mut self, path: &str, role: FileRole) {
        if self.files.len() < self.limits.remarks {
            self.files.push(PackageFile { path: path.to_owned(), role });
        } else {
            self.remarks_left_out += 1;
        }
    }

    /// Tells what a file says about how packages are installed; past the limit of remarks no more.
    pub fn setting(&mut self, path: &str, line: Option<u32>, kind: SettingKind) {
        if self.settings.len() < self.limits.remarks {
            self.settings.push(Setting { kind, path: path.to_owned(), line });
        } else {
            self.remarks_left_out += 1;
        }
    }

    /// Hands every path of a file to `change`, which may write another.
    pub fn for_each_path(&mut self, mut change: impl FnMut(&mut String)) {
        let Self { components, indexes, files, settings, remarks, .. } = self;
        let evidence = components.iter_mut().flat_map(|it| &mut it.evidence).map(|it| &mut it.path);
        let indexes = indexes.iter_mut().map(|it| &mut it.path);
        let files = files.iter_mut().map(|it| &mut it.path);
        let settings = settings.iter_mut().map(|it| &mut it.path);
        let remarks = remarks.iter_mut().map(|it| &mut it.path);
        for path in evidence.chain(indexes).chain(files).chain(settings).chain(remarks) {
            change(path);
        }
    }

    /// The graph: pairs of a component and one that it requires, in order, without repetition.
    #[must_use]
    pub fn edges(&self) -> BTreeSet<(ComponentId, ComponentId)> {
        let from = self.components.iter().enumerate();
        from.flat_map(|(from, component)| {
            component.requires.iter().filter_map(move |requirement| Some((from, requirement.to?)))
        })
        .collect()
    }

    /// Gives components whose scope no file tells the one that the applications' wishes lead to; what is
    /// installed and nobody asks for may run.
    fn scopes_of_the_unknown(&mut self) {
        let told: Vec<(Scope, bool)> =
            self.components.iter().map(|c| (c.scope, c.direct)).collect();
        let roots: Vec<ComponentId> = (0..self.components.len())
            .filter(|id| self.components.get(*id).is_some_and(|c| c.kind == ComponentKind::Project))
            .collect();
        self.spread_scopes(0, &roots);
        for (component, (scope, direct)) in self.components.iter_mut().zip(told) {
            let is_installed = component.seen_as(EvidenceKind::Installed);
            component.direct |= direct;
            if scope != Scope::Unknown {
                component.scope = scope;
            } else if component.scope == Scope::Unknown && is_installed {
                component.scope = Scope::Runtime;
            }
        }
    }

    /// Gives the wishes of an ecosystem that have no version yet the one of the component that `find`
    /// leads to, by the folder of the manifest and the name; not when the wish asks for another one.
    pub fn settle_wishes(
        &mut self,
        ecosystem: Ecosystem,
        find: impl Fn(&str, &Component) -> Option<ComponentId>,
    ) {
        let mut settled = Vec::new();
        for (id, wish) in self.components.iter().enumerate() {
            let is_wish = wish.version.is_none() && wish.wanted.is_some();
            let (true, Some(evidence)) = (is_wish, wish.evidence.first()) else { continue };
            if wish.ecosystem != Some(ecosystem) {
                continue;
            }
            let folder = evidence.path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let found =
                find(folder, wish).and_then(|found| self.components.get(found)?.version.clone());
            if let Some(version) = found.filter(|version| is_fulfilled(wish, version)) {
                settled.push((id, version));
            }
        }
        for (id, version) in settled {
            if let Some(wish) = self.components.get_mut(id) {
                wish.version = Some(version);
            }
        }
    }

    /// Appends another inventory.
    pub fn append(&mut self, other: Self) {
        let offset = self.components.len();
        let mut map = BTreeMap::new();
        for (old, mut component) in other.components.into_iter().enumerate() {
            for requirement in &mut component.requires {
                requirement.to = requirement.to.map(|to| to + offset);
            }
            if let Some(new) = self.add(component) {
                map.insert(old + offset, new);
            }
        }
        // INVARIANT: a requirement leads to a component that is there, also past the limit.
        for component in self.components.iter_mut().skip(offset) {
            for requirement in &mut component.requires {
                requirement.to = requirement.to.and_then(|to| map.get(&to).copied());
            }
        }
        self.indexes.extend(other.indexes);
        self.files.extend(other.files);
        self.settings.extend(other.settings);
        for remark in other.remarks {
            self.remark(&remark.path, remark.line, remark.kind, remark.what);
        }
        self.remarks_left_out += other.remarks_left_out;
    }

    /// The same with one component for each package and version.
    ///
    /// What several files tell of one is put together: evidence, digests, licences, scripts and
    /// requirements of all, the scope that reaches furthest. A mere wish without a version becomes a part of
    /// the component that fulfils it, when there is exactly one.
    #[must_use]
    pub fn merged(self) -> Self {
        self.merged_with_targets().0
    }

    /// The same as [`Self::merged`], with what each component became.
    #[must_use]
    pub fn merged_with_targets(self) -> (Self, Vec<ComponentId>) {
        let (targets, count) = merge_targets(&self.components);
        let mut slots: Vec<Option<Component>> = vec![None; count];
        for (component, target) in self.components.into_iter().zip(&targets) {
            let Some(slot) = slots.get_mut(*target) else { continue };
            match slot {
                Some(known) => absorb(known, component),
                None => *slot = Some(component),
            }
        }
        let mut components: Vec<Component> = slots.into_iter().flatten().collect();
        let mut requirements = 0;
        for component in &mut components {
            tidy(component, &targets);
            requirements += component.requires.len();
        }
        let mut merged = Self { components, requirements, ..self };
        merged.scopes_of_the_unknown();
        (merged, targets)
    }
}

/// Where each component goes, and how many there will be.
fn merge_targets(components: &[Component]) -> (Vec<ComponentId>, usize) {
    // Of each package the components with a version, in the order they were met.
    let mut fulfilled: BTreeMap<_, BTreeSet<&str>> = BTreeMap::new();
    for component in components {
        if let Some(version) = &component.version {
            fulfilled
                .entry((component.ecosystem, component.key(), component.kind))
                .or_default()
                .insert(version);
        }
    }
    let asked = asked_by_projects(components);
    let mut known: BTreeMap<_, ComponentId> = BTreeMap::new();
    let mut targets = Vec::with_capacity(components.len());
    for component in components {
        let name = (component.ecosystem, component.key(), component.kind);
        let wish = component.version.is_none() && component.kind == ComponentKind::Library;
        let only = fulfilled.get(&name).filter(|versions| wish && versions.len() == 1);
        let place = place_of(component);
        let asked = asked.get(&(component.ecosystem, place, component.key())).filter(|_| wish);
        let version = component.version.as_deref().or(asked.copied().flatten());
        let only = only.and_then(|versions| versions.first().copied());
        let version = version.or(only.filter(|version| is_fulfilled(component, version)));
        // An application is what its folder is, whatever the files there call it.
        let identity = match component.kind {
            ComponentKind::Project => {
                (component.ecosystem, String::new(), None, Some(place_of(component)))
            }
            ComponentKind::Library => (component.ecosystem, component.key(), version, None),
        };
        let next = known.len();
        targets.push(*known.entry(identity).or_insert(next));
    }
    (targets, known.len())
}

/// Whether a version is one that a wish asks for; a range that cannot be read asks for any.
fn is_fulfilled(wish: &Component, version: &str) -> bool {
    let (Some(ecosystem), Some(wanted)) = (wish.ecosystem, &wish.wanted) else { return true };
    wanted.is_empty()
        || Range::parse(ecosystem, wanted).map_or(true, |range| {
            range.contains_with_prereleases(&Version::parse(ecosystem, version))
        })
}

/// What lock files say the application in a folder gets for what it asks for.
fn asked_by_projects(
    components: &[Component],
) -> BTreeMap<(Option<Ecosystem>, String, String), Option<&str>> {
    let mut asked = BTreeMap::new();
    for project in components.iter().filter(|component| component.kind == ComponentKind::Project) {
        let place = place_of(project);
        let got = project.requires.iter().filter_map(|requirement| components.get(requirement.to?));
        for got in got.filter(|got| got.version.is_some()) {
            asked.insert((got.ecosystem, place.clone(), got.key()), got.version.as_deref());
        }
    }
    asked
}

/// The folder that a component belongs to: that of the file which tells of it; of a member of a
/// workspace, the one that its lock file names.
fn place_of(component: &Component) -> String {
    let path = component.evidence.first().map_or("", |evidence| evidence.path.as_str());
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let member = match (component.kind, &component.origin.kind, &component.origin.address) {
        (ComponentKind::Project, OriginKind::Path, Some(address)) => address.as_str(),
        _ => "",
    };
    let parts = folder.split('/').chain(member.split('/'));
    parts.filter(|part| !matches!(*part, "" | ".")).collect::<Vec<_>>().join("/")
}

fn absorb(known: &mut Component, other: Component) {
    // A manifest knows what its application is called; a lock file often does not.
    if known.kind == ComponentKind::Project && other.seen_as(EvidenceKind::Manifest) {
        known.name.clone_from(&other.name);
        known.version.clone_from(&other.version);
    }
    known.version = known.version.take().or(other.version);
    known.licences.extend(other.licences);
    known.digests.extend(other.digests);
    known.evidence.extend(other.evidence);
    known.scope = match (known.scope, other.scope) {
        (Scope::Unknown, told) | (told, Scope::Unknown) => told,
        (one, two) => one.max(two),
    };
    known.direct |= other.direct;
    known.wanted = known.wanted.take().or(other.wanted);
    known.requires.extend(other.requires);
    known.scripts.extend(other.scripts);
    known.deprecated = known.deprecated.take().or(other.deprecated);
    // What is known of the origin beats nothing; an unusual one beats the registry, so that it is seen.
    let weight = |origin: &Origin| match origin.kind {
        OriginKind::Unknown => 0,
        OriginKind::Registry => 1 + u8::from(origin.host.is_some()),
        OriginKind::Bundled | OriginKind::Path => 3,
        OriginKind::Url | OriginKind::Git => 4,
    };
    if weight(&other.origin) > weight(&known.origin) {
        known.origin = other.origin;
    }
}

/// Requirements lead to the merged components; what was said twice stands once.
fn tidy(component: &mut Component, targets: &[ComponentId]) {
    for requirement in &mut component.requires {
        requirement.to = requirement.to.and_then(|to| targets.get(to).copied());
    }
    once(&mut component.requires);
    let met: BTreeSet<String> =
        component.requires.iter().filter(|r| r.to.is_some()).map(|r| r.name.clone()).collect();
    component
        .requires
        .retain(|requirement| requirement.to.is_some() || !met.contains(&requirement.name));
    once(&mut component.licences);
    once(&mut component.digests);
    once(&mut component.evidence);
    once(&mut component.scripts);
}

/// Leaves the first of equal items.
fn once<T: Ord + Clone>(items: &mut Vec<T>) {
    let mut seen = BTreeSet::new();
    items.retain(|item| seen.insert(item.clone()));
}

#[cfg(test)]
mod tests {
    use super::{Inventory, Limits};

    use crate::{Component, Ecosystem, Evidence, EvidenceKind, Requirement, Scope};

    fn seen(name: &str, version: &str, path: &str, kind: EvidenceKind) -> Component {
        let mut component = Component::new(Ecosystem::PyPI, name, Some(version.to_owned()));
        component.evidence.push(Evidence { path: path.to_owned(), line: Some(1), kind });
        component
    }

    #[test]
    fn what_two_files_tell_of_one_package_is_one_component() {
        let mut inventory = Inventory::default();
        let wish = inventory.add(seen("Foo_Bar", "", "requirements.txt", EvidenceKind::Manifest));
        let lock = inventory.add(seen("foo-bar", "1.0", "uv.lock", EvidenceKind::Lock)).unwrap();
        let other = inventory.add(seen("zip", "2", "uv.lock", EvidenceKind::Lock)).unwrap();
        inventory.require(lock, Requirement::resolved("zip", ">=1", other));
        inventory.require(lock, Requirement::new("zip", ">=1"));
        inventory.require(other, Requirement::resolved("foo.bar", "", wish.unwrap()));
        inventory.add(seen("foo.bar", "1.0", "foo.dist-info/METADATA", EvidenceKind::Installed));
        inventory.components[3].scope = Scope::Runtime;
        let merged = inventory.merged();
        assert_eq!(merged.components.len(), 2);
        assert_eq!(merged.components[0].evidence.len(), 3);
        assert_eq!(merged.components[0].version.as_deref(), Some("1.0"));
        assert_eq!(merged.components[0].scope, Scope::Runtime);
        assert_eq!(merged.components[0].requires.len(), 1);
        assert_eq!(merged.edges().into_iter().collect::<Vec<_>>(), [(0, 1), (1, 0)]);
    }

    #[test]
    fn a_wish_stays_when_two_versions_could_fulfil_it() {
        let mut inventory = Inventory::default();
        for version in ["", "1", "2"] {
            inventory.add(seen("a", version, "x", EvidenceKind::Lock));
        }
        assert_eq!(inventory.merged().components.len(), 3);
    }

    #[test]
    fn limits_hold_and_are_told_once() {
        let limits = Limits { components: 2, requirements: 1, remarks: 5 };
        let mut inventory = Inventory::with_limits(limits);
        let first = inventory.add(seen("a", "1", "x", EvidenceKind::Lock)).unwrap();
        let mut more = Inventory::default();
        for name in ["b", "c", "d"] {
            more.add(seen(name, "1", "y", EvidenceKind::Lock));
        }
        more.require(0, Requirement::resolved("c", "", 1));
        inventory.append(more);
        inventory.require(first, Requirement::new("x", ""));
        assert_eq!(inventory.components.len(), 2);
        assert!(inventory.edges().is_empty());
        assert_eq!(inventory.remarks.len(), 1);
    }
}
