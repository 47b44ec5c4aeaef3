//! From a bill back to an inventory, so that what judges components can judge those of a document.

use std::collections::BTreeMap;

use component::{
    Algorithm, Component, ComponentId, ComponentKind, Digest, Ecosystem, Evidence, EvidenceKind,
    Inventory, Origin, OriginKind, RemarkKind, Requirement, Scope,
};

use crate::{Bill, Completeness, Licence, Need, Part, PartKind};

impl Bill {
    /// The packages of the bill with the graph between them; `path` is where the document stands.
    ///
    /// Layers and the root stay out: they are no packages. What the document says is not told whole
    /// becomes a remark.
    #[must_use]
    pub fn to_inventory(&self, path: &str) -> Inventory {
        let mut inventory = Inventory::default();
        let mut places: BTreeMap<&str, ComponentId> = BTreeMap::new();
        for part in self.parts.iter().filter(|part| part.kind != PartKind::Layer) {
            if let Some(id) = inventory.add(component_of(part, path)) {
                places.insert(&part.reference, id);
            }
        }
        for (from, targets) in &self.depends {
            let Some(from) = places.get(from.as_str()) else { continue };
            for to in targets.iter().filter_map(|to| places.get(to.as_str())) {
                let name = inventory.components.get(*to).map_or("", |it| &it.name).to_owned();
                inventory.require(*from, Requirement::resolved(name, "", *to));
            }
        }
        let partial = self
            .compositions
            .iter()
            .filter(|it| it.completeness == Completeness::Incomplete && !it.assemblies.is_empty());
        for composition in partial {
            let what =
                format!("the bill does not tell all of `{}`", composition.assemblies.join("`, `"));
            inventory.remark(path, None, RemarkKind::Partial, what);
        }
        inventory
    }
}

fn component_of(part: &Part, path: &str) -> Component {
    let ecosystem = part.purl.as_deref().or(Some(&part.reference)).and_then(ecosystem_of);
    let name = match (&part.group, ecosystem) {
        (Some(group), Some(Ecosystem::Maven)) => format!("{group}:{}", part.name),
        (Some(group), _) => format!("{group}/{}", part.name),
        (None, _) => part.name.clone(),
    };
    // The ecosystem is set below: it may be none that is known.
    let mut component = Component::new(Ecosystem::Npm, name, part.version.clone());
    component.ecosystem = ecosystem;
    component.kind = match part.kind {
        PartKind::Application => ComponentKind::Project,
        PartKind::Library | PartKind::Layer => ComponentKind::Library,
    };
    component.licences = part
        .licences
        .iter()
        .map(|licence| match licence {
            Licence::Id(text) | Licence::Expression(text) | Licence::Named(text) => text.clone(),
        })
        .collect();
    component.digests.clone_from(&part.digests);
    component.digests.extend(part.properties.iter().filter_map(accepted_hash));
    component.scope = match (part.need, part.property("faasguard:scope")) {
        (_, Some("peer")) => Scope::Peer,
        (Some(Need::Required), _) => Scope::Runtime,
        (Some(Need::Optional), _) => Scope::Optional,
        (Some(Need::Excluded), _) => Scope::Development,
        (None, _) => Scope::Unknown,
    };
    component.direct = part.property("faasguard:direct").is_some();
    component.wanted = part.property("faasguard:wanted").map(str::to_owned);
    component.deprecated = part.property("faasguard:deprecated").map(str::to_owned);
    component.origin = origin_of(part);
    component.evidence = part
        .occurrences
        .iter()
        .map(|it| Evidence {
            path: it.path.clone(),
            line: it.line,
            kind: evidence_kind(it.note.as_deref()),
        })
        .collect();
    if component.evidence.is_empty() {
        let kind = EvidenceKind::Lock;
        component.evidence.push(Evidence { path: path.to_owned(), line: None, kind });
    }
    component
}

fn accepted_hash(property: &crate::Property) -> Option<Digest> {
    let value = property.value.as_str();
    let (name, hex) =
        (property.name == "faasguard:accepted-hash").then(|| value.split_once(':'))??;
    let algorithm = match name {
        "YarnCache" => Algorithm::YarnCache,
        "GoModule" => Algorithm::GoModule,
        name => Algorithm::of(name)?,
    };
    Digest::new(algorithm, hex)
}

fn origin_of(part: &Part) -> Origin {
    let revision = part.property("faasguard:revision").map(str::to_owned);
    let link = |kind: &str| part.links.iter().find(|link| link.kind == kind);
    let origin = match (part.property("faasguard:origin"), link("vcs"), link("distribution")) {
        (Some("bundled"), ..) => Origin::of(OriginKind::Bundled),
        (Some("path"), ..) => Origin::of(OriginKind::Path),
        (_, _, Some(link)) => Origin::at(OriginKind::Registry, &link.url),
        // Many tools name the repository of every package, which says nothing of its origin.
        (_, Some(link), None) if revision.is_some() => Origin::at(OriginKind::Git, &link.url),
        _ => Origin::of(OriginKind::Unknown),
    };
    origin.with_revision(revision)
}

fn evidence_kind(note: Option<&str>) -> EvidenceKind {
    match note {
        Some("manifest") => EvidenceKind::Manifest,
        Some("installed") => EvidenceKind::Installed,
        Some("binary") => EvidenceKind::Binary,
        // A bill names exact versions, as a lock file does.
        _ => EvidenceKind::Lock,
    }
}

/// The ecosystem of a package URL.
fn ecosystem_of(purl: &str) -> Option<Ecosystem> {
    let kind = purl.strip_prefix("pkg:")?.trim_start_matches('/').split('/').next()?;
    Ecosystem::of_purl_type(&kind.to_ascii_lowercase())
}
