//! What is said besides findings: what was not read, not looked up, or cannot be decided.

use std::collections::BTreeMap;

use component::{Component, ComponentKind, Inventory, OriginKind, Remark, RemarkKind};
use package_version::Ecosystem;
use rules::Package;
use source_text::{Diagnostic, Place};
use vulnerability::Why;

use crate::{PackageResults, pass::Read};

/// Most components of one package that are told one by one.
const MOST_TOLD: usize = 50;

/// What one package has to say.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Components of ecosystems about which the index knows nothing.
    pub(crate) not_covered: BTreeMap<Option<Ecosystem>, usize>,
}

/// Components that somebody published; not the application itself.
pub(crate) fn libraries(inventory: &Inventory) -> impl Iterator<Item = &Component> {
    inventory.components.iter().filter(|it| it.kind != ComponentKind::Project)
}

/// A remark as a diagnostic, and how much of its file was read, when the remark tells.
pub(crate) fn of_remark(remark: &Remark, place: Place) -> (Diagnostic, Option<Read>) {
    let what = remark.what.clone();
    match remark.kind {
        RemarkKind::Odd => (Diagnostic::note(place, what), None),
        RemarkKind::Partial | RemarkKind::Limit => {
            (Diagnostic::warning(place, what), Some(Read::InPart))
        }
        RemarkKind::Unread => (Diagnostic::error(place, what), Some(Read::NotAtAll)),
    }
}

impl Told {
    /// What of the known flaws could not be decided.
    pub(crate) fn matches(&mut self, package: &Package<'_>) {
        let Some(found) = &package.vulnerabilities else { return };
        let components = &package.inventory.components;
        for undecided in found.undecided.iter().take(MOST_TOLD) {
            let Some(component) = components.get(undecided.component) else { continue };
            let Some(place) = package.place(component) else { continue };
            let first = undecided.ids.first().copied().unwrap_or_default();
            let ids = match undecided.ids.len().saturating_sub(1) {
                0 => format!("`{first}`"),
                more => format!("`{first}` and {more} more"),
            };
            let (name, version) = (&component.name, component.version.as_deref());
            self.diagnostics.push(if component.origin.kind == OriginKind::Bundled {
                let why = "it comes with the runtime, which AWS keeps up to date";
                Diagnostic::note(place, format!("`{name}` was not judged ({ids}): {why}"))
            } else {
                let why = match undecided.why {
                    Why::NoVersion => "its version is not known; a lock file would tell".to_owned(),
                    Why::OddVersion => {
                        format!("`{}` is no version of its ecosystem", version.unwrap_or_default())
                    }
                    Why::CommitsOnly => "its advisories name commits and no versions".to_owned(),
                };
                Diagnostic::warning(place, format!("`{name}` may have known flaws ({ids}): {why}"))
            });
        }
        let more = found.undecided.len().saturating_sub(MOST_TOLD);
        if let (1.., Some(place)) = (more, components.first().and_then(|it| package.place(it))) {
            let message = format!("{more} more components here may have known flaws");
            self.diagnostics.push(Diagnostic::warning(Place::whole(place.file), message));
        }
        for component in libraries(&package.inventory) {
            let is_away = component.ecosystem.is_none_or(|it| found.not_covered.contains(&it));
            if is_away {
                *self.not_covered.entry(component.ecosystem).or_insert(0) += 1;
            }
        }
    }
}

/// Says of the run what no index was asked about.
pub(crate) fn not_looked_up(
    result: &PackageResults,
    not_covered: &BTreeMap<Option<Ecosystem>, usize>,
    has_index: bool,
    place: Place,
) -> Vec<Diagnostic> {
    if !has_index {
        let components = counted(result.components);
        let message = format!(
            "known flaws of {components} were not looked up; name an index with `--vulndb` \
             (`faasguard vulndb update` makes one)"
        );
        return Vec::from_iter((result.components > 0).then(|| Diagnostic::note(place, message)));
    }
    let words = |(ecosystem, count): (&Option<Ecosystem>, &usize)| {
        let components = counted(*count);
        let verb = if *count == 1 { "was" } else { "were" };
        if let Some(name) = ecosystem.map(Ecosystem::name) {
            let why = "the index knows nothing of it";
            let message = format!("{components} of {name} {verb} not looked up: {why}");
            return Diagnostic::warning(place, message);
        }
        let message = format!("{components} of no known ecosystem {verb} not looked up");
        Diagnostic::note(place, message)
    };
    not_covered.iter().map(words).collect()
}

fn counted(components: usize) -> String {
    if components == 1 { "1 component".to_owned() } else { format!("{components} components") }
}
