//! Installed distributions: `.dist-info` and `.egg-info` folders, connected as Python finds them.

use std::collections::{BTreeMap, BTreeSet};

use component::{
    Component, ComponentId, Digest, Ecosystem, EvidenceKind, Format, Inventory, Origin, OriginKind,
    RemarkKind, Requirement, read_document, read_text,
};
use source_text::Node;

use crate::{
    Environment, Reader, RecordEntry, Wanted, address, holds, key, metadata, metadata::Metadata,
    record::parse_record, requirement::shortened,
};

/// Most requirements of one distribution that are looked at.
const MOST_REQUIREMENTS: usize = 10_000;

/// What the files of one `.dist-info` or `.egg-info` say.
#[derive(Debug, Default)]
pub(crate) struct Distribution {
    /// How many were met before it.
    order: usize,
    /// The file that names it, and what it says.
    metadata: Option<(String, Metadata)>,
    pub(crate) record: Vec<RecordEntry>,
    record_path: String,
    origin: Option<Origin>,
    digests: Vec<Digest>,
    installer: bool,
    requested: bool,
}

/// The folder of the distribution's own files; a single `.egg-info` file stands for itself.
fn home(path: &str) -> String {
    if path.ends_with(".egg-info") {
        return path.to_owned();
    }
    path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned()
}

pub(crate) fn read_metadata(path: &str, bytes: &[u8], reader: &mut Reader, into: &mut Inventory) {
    // Authors' names are often not UTF-8 in old packages; the headers that count are ASCII.
    let text = String::from_utf8_lossy(bytes.get(..bytes.len().min(1 << 20)).unwrap_or(bytes));
    let metadata = metadata::parse(&text);
    if metadata.name.is_none() {
        into.remark(path, Some(1), RemarkKind::Partial, "the metadata names no package");
    }
    let known = reader.distribution(home(path));
    let mut metadata = metadata;
    // `requires.txt` of an egg may have come first.
    if let Some((_, before)) = known.metadata.take() {
        metadata.requires.extend(before.requires);
    }
    known.metadata = Some((path.to_owned(), metadata));
}

/// `requires.txt` of an egg: requirements under heads `[extra:marker]`.
pub(crate) fn read_egg_requires(
    path: &str,
    bytes: &[u8],
    reader: &mut Reader,
    into: &mut Inventory,
) {
    let Some(text) = read_text(path, bytes, into) else { return };
    let mut condition = String::new();
    let mut requires = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()).take(MOST_REQUIREMENTS)
    {
        if let Some(head) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            let (extra, marker) = head.split_once(':').unwrap_or((head, ""));
            let extra = (!extra.is_empty()).then(|| format!("extra == \"{extra}\""));
            let marker = (!marker.is_empty()).then(|| format!("({marker})"));
            let both: Vec<String> = marker.into_iter().chain(extra).collect();
            condition = both.join(" and ");
        } else if condition.is_empty() {
            requires.push(line.to_owned());
        } else {
            requires.push(format!("{line} ; {condition}"));
        }
    }
    let known = reader.distribution(home(path));
    let (_, metadata) =
        known.metadata.get_or_insert_with(|| (path.to_owned(), Metadata::default()));
    metadata.requires.extend(requires);
}

pub(crate) fn read_record(path: &str, bytes: &[u8], reader: &mut Reader, into: &mut Inventory) {
    let Some(text) = read_text(path, bytes, into) else { return };
    let (entries, odd) = parse_record(&text);
    if let Some(line) = odd.first() {
        let what = format!("{} lines are no record of a file", odd.len());
        into.remark(path, Some(*line), RemarkKind::Partial, what);
    }
    let home = home(path);
    let site = home.rsplit_once('/').map_or(String::new(), |(site, _)| format!("{site}/"));
    let recorded = entries.iter().map(|entry| format!("{site}{}", entry.path));
    reader.recorded.extend(recorded.filter(|path| crate::reads(path)));
    let known = reader.distribution(home);
    known.record = entries;
    path.clone_into(&mut known.record_path);
}

pub(crate) fn read_direct_url(path: &str, bytes: &[u8], reader: &mut Reader, into: &mut Inventory) {
    let Some(root) = read_document(path, bytes, Format::Json, into) else { return };
    let text = |keys: &[&str]| root.at(keys).and_then(Node::as_str).map(str::to_owned);
    let Some(url) = text(&["url"]) else {
        return into.remark(path, Some(1), RemarkKind::Partial, "the file names no `url`");
    };
    let known = reader.distribution(home(path));
    let revision = text(&["vcs_info", "commit_id"]);
    known.origin = Some(if root.get("vcs_info").is_some() {
        Origin::at(OriginKind::Git, &url).with_revision(revision)
    } else {
        address::origin(&url)
    });
    if let Some(hashes) = root.at(&["archive_info", "hashes"]).and_then(Node::as_map) {
        let parsed = hashes
            .iter()
            .filter_map(|(name, value)| Digest::parse_hex(&format!("{name}:{}", value.as_str()?)));
        known.digests.extend(parsed);
    }
}

/// `INSTALLER` and `REQUESTED`: a package manager put it there; somebody asked for it by name.
pub(crate) fn read_installer(path: &str, _: &[u8], reader: &mut Reader) {
    let known = reader.distribution(home(path));
    if path.ends_with("REQUESTED") {
        known.requested = true;
    } else {
        known.installed_by_manager();
    }
}

impl Distribution {
    pub(crate) fn at(order: usize) -> Self {
        Self { order, ..Self::default() }
    }

    fn installed_by_manager(&mut self) {
        self.installer = true;
    }

    /// The component, without what it requires.
    fn component(&self, folder: &str, into: &mut Inventory) -> Component {
        let from_folder = name_of_folder(folder);
        let empty = Metadata::default();
        let (path, metadata) = match &self.metadata {
            Some((path, metadata)) => (path.as_str(), metadata),
            None => (folder, &empty),
        };
        let (name, version) = if let Some(name) = &metadata.name {
            (name.clone(), metadata.version.clone())
        } else {
            let what = "the metadata of this distribution is gone; the name of its folder tells name and version";
            into.remark(folder, None, RemarkKind::Odd, what);
            from_folder
        };
        let line = self.metadata.is_some().then_some(1);
        let mut component = Component::new(Ecosystem::PyPI, name, version).seen(
            path,
            line,
            EvidenceKind::Installed,
        );
        component.direct = self.requested;
        component.licences.clone_from(&metadata.licences);
        component.digests.clone_from(&self.digests);
        component.origin = match &self.origin {
            Some(origin) => origin.clone(),
            None if is_vendored(folder) => Origin::of(OriginKind::Bundled),
            // An installer writes `direct_url.json` for all that came from elsewhere.
            None if self.installer => Origin::of(OriginKind::Registry),
            None => Origin::of(OriginKind::Unknown),
        };
        component
    }
}

fn is_vendored(folder: &str) -> bool {
    folder
        .split('/')
        .any(|part| matches!(part, "_vendor" | "vendor" | "vendored" | "_vendored" | "extern"))
}

/// `requests-2.31.0.dist-info` says name and version.
fn name_of_folder(folder: &str) -> (String, Option<String>) {
    let last = folder.rsplit('/').next().unwrap_or(folder);
    let stem = last.trim_end_matches(".dist-info").trim_end_matches(".egg-info");
    let mut parts = stem.split('-');
    let name = parts.next().unwrap_or(stem).to_owned();
    (name, parts.next().map(str::to_owned))
}

/// What is there, and where Python would find it.
struct Tree<'a> {
    /// Number of a distribution by its folder's folder and its name.
    at: BTreeMap<(&'a str, String), usize>,
    search: &'a [String],
}

impl Tree<'_> {
    /// The distribution that an import of one in `site` finds: first on the search path.
    fn find(&self, site: &str, name: &str) -> Option<usize> {
        let on_path = self.search.iter().any(|folder| folder == site);
        let own = (!on_path).then_some(site);
        let mut folders = own.into_iter().chain(self.search.iter().map(String::as_str));
        folders.find_map(|folder| self.at.get(&(folder, name.to_owned())).copied())
    }
}

/// Adds the distributions and the requirements between them.
pub(crate) fn connect(
    installed: &BTreeMap<String, Distribution>,
    asked: &BTreeMap<String, BTreeSet<String>>,
    search: &[String],
    python: Option<&str>,
    into: &mut Inventory,
) {
    let mut ids: Vec<Option<ComponentId>> = Vec::with_capacity(installed.len());
    let mut tree = Tree { at: BTreeMap::new(), search };
    let mut wants: Vec<(&str, Vec<Wanted>)> = Vec::with_capacity(installed.len());
    let mut extras: Vec<BTreeSet<String>> = Vec::with_capacity(installed.len());
    let mut in_order: Vec<(&String, &Distribution)> = installed.iter().collect();
    in_order.sort_by_key(|(_, distribution)| distribution.order);
    for (number, (folder, distribution)) in in_order.into_iter().enumerate() {
        let site = folder.rsplit_once('/').map_or("", |(site, _)| site);
        let component = distribution.component(folder, into);
        let name = component.key();
        extras.push(asked.get(&name).cloned().unwrap_or_default());
        tree.at.entry((site, name)).or_insert(number);
        wants.push((site, wanted(distribution, into)));
        ids.push(into.add(component));
    }
    spread_extras(&tree, &wants, &mut extras, python);
    for (number, (site, wants)) in wants.iter().enumerate() {
        let Some(from) = ids.get(number).copied().flatten() else { continue };
        let extras = extras.get(number).cloned().unwrap_or_default();
        let environment = Environment { python: python.map(str::to_owned), extras };
        for wanted in wants {
            let verdict = wanted.marker.as_deref().map(|marker| holds(marker, &environment));
            let condition = match verdict {
                Some(Some(false)) => continue,
                None | Some(Some(true)) => None,
                Some(None) => wanted.marker.clone(),
            };
            let found = tree.find(site, &key(&wanted.name));
            let to = found.and_then(|found| ids.get(found).copied().flatten());
            let range = wanted.url.clone().unwrap_or_else(|| wanted.range.clone());
            let requirement =
                Requirement { condition, to, ..Requirement::new(&wanted.name, range) };
            into.require(from, requirement);
        }
    }
    into.settle_wishes(Ecosystem::PyPI, |folder, wish| {
        ids.get(tree.find(folder, &wish.key())?).copied().flatten()
    });
}

fn wanted(distribution: &Distribution, into: &mut Inventory) -> Vec<Wanted> {
    let Some((path, metadata)) = &distribution.metadata else { return Vec::new() };
    let mut wants = Vec::new();
    for text in metadata.requires.iter().take(MOST_REQUIREMENTS) {
        match Wanted::parse(text) {
            Ok(wanted) => wants.push(wanted),
            Err(error) => {
                let what = format!("the requirement `{}` is not read: {error}", shortened(text));
                into.remark(path, None, RemarkKind::Partial, what);
            }
        }
    }
    wants
}

/// Extras that installed distributions ask of each other, until nothing new comes.
fn spread_extras(
    tree: &Tree<'_>,
    wants: &[(&str, Vec<Wanted>)],
    extras: &mut [BTreeSet<String>],
    python: Option<&str>,
) {
    let mut queue: Vec<usize> = (0..wants.len()).collect();
    while let Some(number) = queue.pop() {
        let (Some((site, wants)), Some(own)) = (wants.get(number), extras.get(number)) else {
            continue;
        };
        let environment = Environment { python: python.map(str::to_owned), extras: own.clone() };
        for wanted in wants.iter().filter(|wanted| !wanted.extras.is_empty()) {
            let marker = wanted.marker.as_deref().map(|marker| holds(marker, &environment));
            if marker == Some(Some(false)) {
                continue;
            }
            let Some(to) = tree.find(site, &key(&wanted.name)) else { continue };
            let Some(known) = extras.get_mut(to) else { continue };
            let before = known.len();
            known.extend(wanted.extras.iter().map(|extra| key(extra)));
            // Ends: sets only grow, and by names that stand in the input.
            if known.len() > before {
                queue.push(to);
            }
        }
    }
}
