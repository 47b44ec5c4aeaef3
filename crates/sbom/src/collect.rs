//! From an inventory to a bill: names, scopes, graph, and what is told whole.

use std::collections::{BTreeMap, BTreeSet};

use component::{
    Component, ComponentId, ComponentKind, Digest, Ecosystem, EvidenceKind, Inventory, OriginKind,
    RemarkKind, Scope,
};

use crate::{
    Bill, Completeness, Composition, Link, Need, Occurrence, Part, PartKind, Property,
    licence::declared,
};

/// What a bill is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubjectKind {
    /// A folder or archive.
    Application,
    /// A function of a template.
    Function,
}

/// A layer of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// Its logical name, or its ARN.
    pub name: String,
    /// What the paths of its files in the inventory begin with; `None` when its content was not read.
    pub prefix: Option<String>,
}

/// What a bill is of: a function with its layers, or a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Kind.
    pub kind: SubjectKind,
    /// Name.
    pub name: String,
    /// Runtime of a function: `python3.13`.
    pub runtime: Option<String>,
    /// Layers in the order in which they are laid over `/opt`.
    pub layers: Vec<Layer>,
}

/// Something else that is to be said of a component, or of the whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Number of the component in the inventory before it is merged; `None` for the whole.
    pub component: Option<ComponentId>,
    /// Name of the property, without `faasguard:`.
    pub name: &'static str,
    /// Its value.
    pub value: String,
}

/// The bill of an inventory. `time` is RFC 3339 in UTC; `version` is that of the program.
#[must_use]
pub fn collect(
    inventory: Inventory,
    subject: &Subject,
    marks: &[Mark],
    time: &str,
    version: &str,
) -> Bill {
    let (inventory, targets) = inventory.merged_with_targets();
    let root = root_of(subject);
    let layers: Vec<Part> = subject.layers.iter().enumerate().map(layer_of).collect();
    let mut parts: Vec<(Part, ComponentId)> =
        inventory.components.iter().enumerate().map(|(id, it)| (part_of(it), id)).collect();
    for (part, id) in &mut parts {
        let component = inventory.components.get(*id);
        let holders = component.map(|it| layers_with(it, subject)).unwrap_or_default();
        let names = holders.iter().filter_map(|place| layers.get(*place));
        part.properties.extend(names.map(|layer| property("layer", &*layer.reference)));
    }
    let mut of_whole = remarks_of(&inventory, subject);
    for mark in marks {
        let said = property(mark.name, &*mark.value);
        let Some(component) = mark.component else {
            of_whole.push(said);
            continue;
        };
        let target = targets.get(component);
        let part = target.and_then(|target| parts.get_mut(*target));
        if let Some((part, _)) = part {
            part.properties.push(said);
        }
    }
    for (part, _) in &mut parts {
        part.properties.sort();
        part.properties.dedup();
    }
    parts.sort();
    let taken = std::iter::once(&root).chain(&layers).map(|it| it.reference.clone()).collect();
    name_apart(&mut parts, taken);

    let mut references = vec![String::new(); parts.len()];
    for (part, id) in &parts {
        if let Some(slot) = references.get_mut(*id) {
            slot.clone_from(&part.reference);
        }
    }
    let mut depends = edges_of(&inventory, &references);
    for layer in &layers {
        depends.entry(layer.reference.clone()).or_default();
    }
    hang_in(&inventory, &references, subject, &layers, &root.reference, &mut depends);

    let compositions = compositions_of(&inventory, &references, subject, &layers, &root.reference);
    let mut parts: Vec<Part> = parts.into_iter().map(|(part, _)| part).chain(layers).collect();
    parts.sort_by(|a, b| a.reference.cmp(&b.reference));
    Bill {
        time: Some(time.to_owned()),
        tool: Some(("faasguard".to_owned(), Some(version.to_owned()))),
        root,
        parts,
        depends,
        compositions,
        properties: of_whole,
        flaws: Vec::new(),
    }
}

fn property(name: &str, value: impl Into<String>) -> Property {
    Property { name: format!("faasguard:{name}"), value: value.into() }
}

fn root_of(subject: &Subject) -> Part {
    let kind = match subject.kind {
        SubjectKind::Application => "application",
        SubjectKind::Function => "function",
    };
    let mut root =
        Part::new(PartKind::Application, format!("{kind}:{}", subject.name), &*subject.name);
    root.properties.push(property("kind", kind));
    root.properties.extend(subject.runtime.iter().map(|it| property("runtime", it)));
    root
}

fn layer_of((place, layer): (usize, &Layer)) -> Part {
    let mut part =
        Part::new(PartKind::Layer, format!("layer:{place}:{}", layer.name), &*layer.name);
    part.need = Some(Need::Required);
    part.properties.push(property("kind", "layer"));
    part.properties.push(property("layer-order", place.to_string()));
    part
}

/// A component without its place in the graph; its reference is its package URL, for now.
fn part_of(component: &Component) -> Part {
    let purl = component.purl();
    let kind = match component.kind {
        ComponentKind::Library => PartKind::Library,
        ComponentKind::Project => PartKind::Application,
    };
    let (group, name) = split_name(component);
    let (digests, accepted) = digests_of(component);
    let need = match component.scope {
        Scope::Runtime => Some(Need::Required),
        Scope::Optional => Some(Need::Optional),
        Scope::Development => Some(Need::Excluded),
        Scope::Peer | Scope::Unknown => None,
    };
    let mut part = Part {
        group,
        version: component.version.clone(),
        need,
        digests,
        licences: declared(&component.licences),
        links: links_of(component),
        occurrences: occurrences_of(component),
        properties: properties_of(component, accepted),
        ..Part::new(kind, purl.clone(), name)
    };
    // What is made here has no address in a registry.
    part.purl = (component.ecosystem.is_some() && kind == PartKind::Library).then_some(purl);
    part
}

/// Group and name as the ecosystem has them; elsewhere the name is one.
pub(crate) fn split_name(component: &Component) -> (Option<String>, String) {
    let name = component.name.as_str();
    let separator = match component.ecosystem {
        Some(Ecosystem::Npm) if name.starts_with('@') => '/',
        Some(Ecosystem::Packagist) => '/',
        Some(Ecosystem::Maven) => ':',
        _ => return (None, name.to_owned()),
    };
    match name.split_once(separator) {
        Some((group, name)) if !group.is_empty() && !name.is_empty() => {
            (Some(group.to_owned()), name.to_owned())
        }
        _ => (None, name.to_owned()),
    }
}

/// Digests of the file, and those of which any one may be its digest: a lock file lists one for
/// every wheel of a release, which are no digests of one file.
fn digests_of(component: &Component) -> (Vec<Digest>, Vec<Digest>) {
    let all: BTreeSet<&Digest> = component.digests.iter().collect();
    let (of_file, any): (Vec<&Digest>, Vec<&Digest>) = all.iter().partition(|digest| {
        let same = all.iter().filter(|other| other.algorithm == digest.algorithm).count();
        same == 1 && digest.algorithm.cyclonedx().is_some()
    });
    (of_file.into_iter().cloned().collect(), any.into_iter().cloned().collect())
}

fn links_of(component: &Component) -> Vec<Link> {
    let kind = match component.origin.kind {
        OriginKind::Registry | OriginKind::Url => "distribution",
        OriginKind::Git => "vcs",
        OriginKind::Unknown | OriginKind::Path | OriginKind::Bundled => return Vec::new(),
    };
    let address = component.origin.address.as_deref().filter(|address| !address.is_empty());
    address.map(|it| Link { kind: kind.to_owned(), url: iri(it) }).into_iter().collect()
}

/// An address in which only what RFC 3986 lets stand in one stands as it is.
fn iri(address: &str) -> String {
    let mut out = String::with_capacity(address.len());
    let bytes = address.as_bytes();
    for (place, byte) in bytes.iter().enumerate() {
        let escape = bytes.get(place + 1..place + 3);
        let is_escape =
            *byte == b'%' && escape.is_some_and(|it| it.iter().all(u8::is_ascii_hexdigit));
        if byte.is_ascii_alphanumeric() || b"-._~:/?#@!$&'()*+,;=".contains(byte) || is_escape {
            out.push(char::from(*byte));
        } else {
            out.push('%');
            for digit in [byte >> 4, byte & 15] {
                let digit = char::from_digit(u32::from(digit), 16).unwrap_or('0');
                out.push(digit.to_ascii_uppercase());
            }
        }
    }
    out
}

fn occurrences_of(component: &Component) -> Vec<Occurrence> {
    let seen: BTreeSet<Occurrence> = component
        .evidence
        .iter()
        .map(|evidence| Occurrence {
            path: evidence.path.clone(),
            line: evidence.line,
            note: Some(note_of(evidence.kind).to_owned()),
        })
        .collect();
    seen.into_iter().collect()
}

pub(crate) fn note_of(kind: EvidenceKind) -> &'static str {
    match kind {
        EvidenceKind::Lock => "lock",
        EvidenceKind::Manifest => "manifest",
        EvidenceKind::Installed => "installed",
        EvidenceKind::Binary => "binary",
    }
}

fn properties_of(component: &Component, accepted: Vec<Digest>) -> Vec<Property> {
    let mut all = Vec::new();
    for digest in accepted {
        let name = match digest.algorithm.cyclonedx() {
            Some(name) => name.to_owned(),
            None => format!("{:?}", digest.algorithm),
        };
        all.push(property("accepted-hash", format!("{name}:{}", digest.hex)));
    }
    all.extend(component.deprecated.iter().map(|why| property("deprecated", why)));
    if component.direct {
        all.push(property("direct", "true"));
    }
    let origin = match component.origin.kind {
        OriginKind::Bundled => Some("bundled"),
        OriginKind::Path => Some("path"),
        _ => None,
    };
    all.extend(origin.map(|it| property("origin", it)));
    all.extend(component.origin.revision.iter().map(|it| property("revision", it)));
    let scope = match component.scope {
        Scope::Development => Some("development"),
        Scope::Peer => Some("peer"),
        _ => None,
    };
    all.extend(scope.map(|it| property("scope", it)));
    all.extend(component.scripts.iter().map(|script| property("install-script", &script.name)));
    for requirement in component.requires.iter().filter(|it| it.to.is_none()) {
        let words = format!("{} {}", requirement.name, requirement.range);
        all.push(property("unresolved", words.trim()));
    }
    all.extend(component.wanted.iter().map(|wanted| property("wanted", wanted)));
    all.sort();
    all.dedup();
    all
}

/// Gives every part a reference of its own; those that share a package URL are counted.
fn name_apart(parts: &mut [(Part, ComponentId)], mut taken: BTreeSet<String>) {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (part, _) in parts {
        let base = part.reference.clone();
        let count = counts.entry(base.clone()).or_insert(0);
        while !taken.insert(part.reference.clone()) {
            *count += 1;
            part.reference = format!("{base}#{}", *count + 1);
        }
    }
}

type Graph = BTreeMap<String, BTreeSet<String>>;

fn edges_of(inventory: &Inventory, references: &[String]) -> Graph {
    let mut depends: Graph =
        references.iter().map(|reference| (reference.clone(), BTreeSet::new())).collect();
    for (from, to) in inventory.edges() {
        if let (Some(from), Some(to)) = (references.get(from), references.get(to))
            && from != to
            && let Some(targets) = depends.get_mut(from)
        {
            targets.insert(to.clone());
        }
    }
    depends
}

/// Hangs what nobody asks for below the layer in which it stands, or below the root.
fn hang_in(
    inventory: &Inventory,
    references: &[String],
    subject: &Subject,
    layers: &[Part],
    root: &str,
    depends: &mut Graph,
) {
    let asked: BTreeSet<ComponentId> =
        inventory.edges().into_iter().filter(|(from, to)| from != to).map(|(_, to)| to).collect();
    let mut of_root: BTreeSet<String> = layers.iter().map(|it| it.reference.clone()).collect();
    for ((id, component), reference) in inventory.components.iter().enumerate().zip(references) {
        let is_top = !asked.contains(&id) || component.direct;
        let mut holders = layers_with(component, subject);
        for place in &holders {
            let targets = layers.get(*place).and_then(|it| depends.get_mut(&it.reference));
            if let Some(targets) = targets {
                targets.insert(reference.clone());
            }
        }
        let outside = component.evidence.len() > evidence_in_layers(component, subject);
        holders.retain(|_| !outside);
        if is_top && holders.is_empty() {
            of_root.insert(reference.clone());
        }
    }
    // Members of a circle that nobody outside asks for would hang in the air.
    let mut reached = reach(depends, &of_root);
    for reference in references {
        if !reached.contains(reference) {
            of_root.insert(reference.clone());
            reached.extend(reach(depends, &BTreeSet::from([reference.clone()])));
        }
    }
    depends.insert(root.to_owned(), of_root);
}

fn reach(depends: &Graph, from: &BTreeSet<String>) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&String> = from.iter().collect();
    while let Some(next) = open.pop() {
        if reached.insert(next.clone()) {
            open.extend(depends.get(next).into_iter().flatten());
        }
    }
    reached
}

/// Numbers of the layers in which a component stands.
fn layers_with(component: &Component, subject: &Subject) -> Vec<usize> {
    let holds = |layer: &Layer| {
        layer.prefix.as_ref().is_some_and(|prefix| {
            component.evidence.iter().any(|it| it.path.starts_with(prefix.as_str()))
        })
    };
    let layers = subject.layers.iter().enumerate();
    layers.filter(|(_, layer)| holds(layer)).map(|(place, _)| place).collect()
}

fn evidence_in_layers(component: &Component, subject: &Subject) -> usize {
    let prefixes: Vec<&str> = subject.layers.iter().filter_map(|it| it.prefix.as_deref()).collect();
    let inside = |path: &str| prefixes.iter().any(|prefix| path.starts_with(prefix));
    component.evidence.iter().filter(|it| inside(&it.path)).count()
}

/// Whether a remark tells of something that is not in the bill.
fn is_loss(kind: RemarkKind) -> bool {
    !matches!(kind, RemarkKind::Odd)
}

fn compositions_of(
    inventory: &Inventory,
    references: &[String],
    subject: &Subject,
    layers: &[Part],
    root: &str,
) -> Vec<Composition> {
    let mut assemblies: BTreeMap<Completeness, BTreeSet<String>> = BTreeMap::new();
    let mut of_layers = Completeness::Complete;
    for (layer, part) in subject.layers.iter().zip(layers) {
        let lost = |prefix: &String| {
            let remarks = inventory.remarks.iter();
            remarks.filter(|it| is_loss(it.kind)).any(|it| it.path.starts_with(prefix.as_str()))
        };
        let completeness = match &layer.prefix {
            Some(prefix) if !lost(prefix) => Completeness::Complete,
            _ => Completeness::Incomplete,
        };
        of_layers = of_layers.max(completeness);
        assemblies.entry(completeness).or_default().insert(part.reference.clone());
    }
    let lost =
        inventory.remarks_left_out > 0 || inventory.remarks.iter().any(|it| is_loss(it.kind));
    let whole = match () {
        () if lost || of_layers == Completeness::Incomplete => Completeness::Incomplete,
        () if inventory.components.is_empty() => Completeness::Unknown,
        () => Completeness::Complete,
    };
    assemblies.entry(whole).or_default().insert(root.to_owned());

    let mut dependencies: BTreeMap<Completeness, BTreeSet<String>> = BTreeMap::new();
    for (component, reference) in inventory.components.iter().zip(references) {
        dependencies.entry(graph_of(component)).or_default().insert(reference.clone());
    }
    let one =
        |completeness, assemblies: BTreeSet<String>, dependencies: BTreeSet<String>| Composition {
            completeness,
            assemblies: assemblies.into_iter().collect(),
            dependencies: dependencies.into_iter().collect(),
        };
    let of_content = assemblies.into_iter().map(|(how, of)| one(how, of, BTreeSet::new()));
    let of_graph = dependencies.into_iter().map(|(how, of)| one(how, BTreeSet::new(), of));
    of_content.chain(of_graph).collect()
}

/// Whether everything that a component asks for is in the bill.
fn graph_of(component: &Component) -> Completeness {
    let missing = component.requires.iter().any(|requirement| {
        requirement.to.is_none()
            && requirement.condition.is_none()
            && requirement.scope == Scope::Runtime
    });
    let wished_only = component.evidence.iter().all(|it| it.kind == EvidenceKind::Manifest);
    match () {
        () if missing => Completeness::Incomplete,
        () if component.requires.is_empty() && wished_only => Completeness::Unknown,
        () => Completeness::Complete,
    }
}

fn remarks_of(inventory: &Inventory, subject: &Subject) -> Vec<Property> {
    let mut all: Vec<Property> = inventory
        .remarks
        .iter()
        .map(|remark| {
            let kind = match remark.kind {
                RemarkKind::Odd => "odd",
                RemarkKind::Partial => "partly read",
                RemarkKind::Unread => "not read",
                RemarkKind::Limit => "limit",
            };
            let line = remark.line.map_or(String::new(), |line| format!(":{line}"));
            property("remark", format!("{}{line}: {kind}: {}", remark.path, remark.what))
        })
        .collect();
    let unread = subject.layers.iter().filter(|layer| layer.prefix.is_none());
    all.extend(unread.map(|layer| {
        property(
            "remark",
            format!("{}: not read: the content of this layer is not here", layer.name),
        )
    }));
    if inventory.remarks_left_out > 0 {
        let words = format!("{} more remarks are left out", inventory.remarks_left_out);
        all.push(property("remark", words));
    }
    all.sort();
    all.dedup();
    all
}
