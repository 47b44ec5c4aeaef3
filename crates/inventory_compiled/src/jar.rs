//! Jars: what `pom.properties`, the manifest and at last the name of the file tell of each, what stands in
//! a jar of several, and which asks for which.
//!
//! Sources: the documentation of the Maven Archiver; the JAR File Specification, "JAR Manifest".

use std::collections::BTreeMap;

use component::{
    Component, ComponentId, Ecosystem, EvidenceKind, Inventory, Origin, OriginKind, RemarkKind,
    Requirement, Scope, read_text,
};

use crate::pom::OfJar;

/// Endings of archives of Java.
const ENDINGS: [&str; 3] = [".jar", ".war", ".ear"];
/// Most attributes of one manifest.
const MOST_ATTRIBUTES: usize = 10_000;

/// What stands in one jar, or where one was unpacked.
#[derive(Debug, Default)]
struct Jar {
    properties: Vec<Properties>,
    manifest: Option<(String, BTreeMap<String, String>)>,
}

impl Jar {
    fn value(&self, key: &str) -> Option<&str> {
        self.manifest.as_ref().and_then(|(_, all)| all.get(key)).map(String::as_str)
    }

    fn version(&self) -> Option<&str> {
        let told = ["Implementation-Version", "Bundle-Version", "Specification-Version"];
        told.into_iter().find_map(|key| self.value(key))
    }

    /// Name or address in `Bundle-License`, without what follows a `;`.
    fn licence(&self) -> Option<String> {
        let text = self.value("Bundle-License")?;
        let name = text.split([';', ',']).next().unwrap_or(text).trim().trim_matches('"');
        (!name.is_empty()).then(|| name.to_owned())
    }
}

/// A `pom.properties`.
#[derive(Debug)]
struct Properties {
    path: String,
    group: String,
    artifact: String,
    version: Option<String>,
}

/// All jars, by what the paths of their files begin with.
#[derive(Debug, Default)]
pub(crate) struct Jars {
    all: BTreeMap<String, Jar>,
}

/// What the paths of the files of the jar around a path begin with, up to `!/`.
pub(crate) fn around(path: &str) -> Option<&str> {
    let end = path.rfind("!/")? + 2;
    let jar = path.get(..end)?;
    let name = jar.get(..end - 2)?.to_ascii_lowercase();
    ENDINGS.iter().any(|ending| name.ends_with(ending)).then_some(jar)
}

/// The jar of a file below `META-INF`.
fn home(path: &str) -> &str {
    path.find("META-INF/").map_or("", |_| {
        let at = path.rfind("META-INF/maven/").or_else(|| path.rfind("META-INF/"));
        at.and_then(|at| path.get(..at)).unwrap_or_default()
    })
}

/// `guava`, `31.1-jre` of `…/guava-31.1-jre.jar!/`.
fn of_file(jar: &str) -> Option<(&str, Option<&str>)> {
    let file = jar.strip_suffix("!/")?.rsplit('/').next()?;
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let bytes = stem.as_bytes();
    let cut =
        bytes.windows(2).position(|pair| matches!(pair, [b'-', digit] if digit.is_ascii_digit()));
    Some(match cut.and_then(|at| stem.split_at_checked(at)) {
        Some((name, version)) => (name, version.strip_prefix('-')),
        None => (stem, None),
    })
}

impl Jars {
    /// Notes that a file lies in a jar; a jar may hold nothing that tells what it is.
    pub(crate) fn meet(&mut self, path: &str) {
        if let Some(jar) = around(path)
            && !self.all.contains_key(jar)
        {
            self.all.insert(jar.to_owned(), Jar::default());
        }
    }

    pub(crate) fn read_properties(&mut self, path: &str, bytes: &[u8], into: &mut Inventory) {
        let Some(text) = read_text(path, bytes, into) else { return };
        let value = |key: &str| {
            let lines = text.lines().filter_map(|line| line.split_once('='));
            lines.filter(|(name, _)| name.trim() == key).map(|(_, value)| value.trim()).next_back()
        };
        let (Some(group), Some(artifact)) = (value("groupId"), value("artifactId")) else {
            let what = "the file names no group and artifact";
            return into.remark(path, None, RemarkKind::Unread, what);
        };
        let one = Properties {
            path: path.to_owned(),
            group: group.to_owned(),
            artifact: artifact.to_owned(),
            version: value("version").map(str::to_owned),
        };
        self.all.entry(home(path).to_owned()).or_default().properties.push(one);
    }

    pub(crate) fn read_manifest(&mut self, path: &str, bytes: &[u8], into: &mut Inventory) {
        // Of a folder that was never a jar, and deep within one, a manifest tells nothing.
        if around(path) != Some(home(path)) {
            return;
        }
        let Some(text) = read_text(path, bytes, into) else { return };
        let jar = self.all.entry(home(path).to_owned()).or_default();
        jar.manifest = Some((path.to_owned(), attributes(&text)));
    }

    /// Adds the jars, and what each asks for.
    pub(crate) fn finish(self, of_jars: Vec<OfJar>, into: &mut Inventory) {
        let mut by_name: BTreeMap<String, Vec<(String, ComponentId)>> = BTreeMap::new();
        for (place, jar) in self.all {
            for id in add(&place, &jar, into) {
                let Some(component) = into.components.get(id) else { continue };
                by_name.entry(component.name.clone()).or_default().push((place.clone(), id));
            }
        }
        let find = |name: &str, place: &str| {
            let known = by_name.get(name)?;
            let beside = known.iter().find(|(other, _)| other == place).or(known.first());
            beside.map(|(_, id)| *id)
        };
        for said in of_jars {
            let place = home(&said.path).to_owned();
            let Some(id) = find(&said.name, &place).or_else(|| alone(&said, into)) else {
                continue;
            };
            if let Some(component) = into.components.get_mut(id) {
                component.licences.extend(said.licences);
                component.version = component.version.take().or(said.version);
            }
            for asked in said.requires {
                let to = find(&asked.name, &place);
                into.require(id, Requirement { to, ..asked });
            }
        }
    }
}

/// A jar that has a POM but no `pom.properties`.
fn alone(said: &OfJar, into: &mut Inventory) -> Option<ComponentId> {
    let version = said.version.clone();
    into.add(installed(&said.name, version, &said.path))
}

fn installed(name: &str, version: Option<String>, path: &str) -> Component {
    let mut component =
        Component::new(Ecosystem::Maven, name, version).seen(path, None, EvidenceKind::Installed);
    component.scope = Scope::Runtime;
    component.origin = Origin::of(OriginKind::Registry);
    component
}

fn add(place: &str, jar: &Jar, into: &mut Inventory) -> Vec<ComponentId> {
    let file = of_file(place);
    // Maven copies the files of what it puts into one jar, so that several stand there.
    let own =
        jar.properties.iter().position(|it| file.is_some_and(|(name, _)| it.artifact == name));
    let own = own.or_else(|| {
        // A jar under another name, unless it has another version, too.
        let [only] = jar.properties.as_slice() else { return None };
        let version = file.and_then(|(_, version)| version).or_else(|| jar.version());
        version.is_none_or(|version| only.version.as_deref() == Some(version)).then_some(0)
    });
    let mut ids = Vec::new();
    for (number, it) in jar.properties.iter().enumerate() {
        let name = format!("{}:{}", it.group, it.artifact);
        let mut component = installed(&name, it.version.clone(), &it.path);
        match own {
            Some(own) if own == number => component.licences.extend(jar.licence()),
            None if file.is_none() => {}
            _ => component.origin = Origin::of(OriginKind::Bundled),
        }
        ids.extend(into.add(component));
    }
    let own = match (own, file) {
        (Some(own), _) => ids.get(own).copied(),
        (None, Some(file)) => {
            let id = by_manifest(place, file, jar, into);
            ids.extend(id);
            id
        }
        (None, None) => None,
    };
    for other in ids.iter().copied().filter(|id| Some(*id) != own) {
        let (Some(own), Some(component)) = (own, into.components.get(other)) else { continue };
        let name = component.name.clone();
        into.require(own, Requirement::resolved(name, "", other));
    }
    ids
}

/// A jar whose manifest or name alone tells what it is.
fn by_manifest(
    place: &str,
    (artifact, version): (&str, Option<&str>),
    jar: &Jar,
    into: &mut Inventory,
) -> Option<ComponentId> {
    let value = |key: &str| jar.value(key);
    let version = version.or_else(|| jar.version()).map(str::to_owned);
    let names = ["Implementation-Vendor-Id", "Bundle-SymbolicName", "Automatic-Module-Name"];
    let group = names.into_iter().find_map(|key| group_in(value(key)?, artifact));
    let name = match &group {
        Some(group) => format!("{group}:{artifact}"),
        None => artifact.to_owned(),
    };
    let path = jar.manifest.as_ref().map_or(place.trim_end_matches("!/"), |(path, _)| path);
    if group.is_none() {
        let what = "the jar does not tell the group that it was published under";
        into.remark(path, None, RemarkKind::Odd, what);
    }
    let mut component = installed(&name, version, path);
    component.origin = Origin::of(OriginKind::Unknown);
    component.licences.extend(jar.licence());
    into.add(component)
}

/// `org.slf4j` in `org.slf4j.api`, `com.google.guava` in itself: a reversed domain without the words of
/// the artifact at its end.
fn group_in(text: &str, artifact: &str) -> Option<String> {
    let name = text.split(';').next().unwrap_or(text).trim();
    let is_domain = name.split('.').count() >= 2
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
        && name.starts_with(|c: char| c.is_ascii_lowercase());
    if !is_domain {
        return None;
    }
    let last = artifact.rsplit('-').next().unwrap_or(artifact);
    let mut parts: Vec<&str> = name.split('.').collect();
    let tail = parts.last().copied().unwrap_or_default();
    if parts.len() > 2 && (tail == artifact || tail == last || tail == artifact.replace('-', "_")) {
        parts.pop();
    }
    Some(parts.join("."))
}

/// The attributes of the main section; a line that begins with a blank continues the one before.
fn attributes(text: &str) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    let mut open: Option<(String, String)> = None;
    for line in text.lines() {
        if let (Some(more), Some((_, value))) = (line.strip_prefix(' '), open.as_mut()) {
            value.push_str(more);
            continue;
        }
        all.extend(open.take());
        if line.is_empty() || all.len() >= MOST_ATTRIBUTES {
            break;
        }
        open = line.split_once(':').map(|(key, value)| (key.to_owned(), value.trim().to_owned()));
    }
    all.extend(open);
    all
}
