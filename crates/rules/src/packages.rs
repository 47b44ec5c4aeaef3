//! What rules of packages look at: the code of functions with its layers, as Lambda runs it.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use app_model::{Application, Function, SmolStr};
use code_package::Audit;
use component::{Component, ComponentId, ComponentKind, Evidence, EvidenceKind, Inventory, Scope};
use finding::{Finding, Hop};
use inventory::FunctionInventory;
use package_reach::{Loaded, Reach};
use source_text::Place;
use vulnerability::Matches;

use crate::rank::AboutFunction;

/// Characters of an advisory's words that a message quotes.
const LONGEST_QUOTE: usize = 120;
/// Most steps of a trace.
const MOST_HOPS: usize = 20;

/// The packages of the functions of an application.
#[derive(Clone, Copy, Debug)]
pub struct Packages<'a> {
    /// The application; empty for folders that no template names.
    pub app: &'a Application,
    /// Each once, however many functions run it.
    pub packages: &'a [Package<'a>],
}

/// Code with its layers in order: what one or several functions run.
#[derive(Debug)]
pub struct Package<'a> {
    /// Logical names of the functions that run it, in the order of the template; none for a folder
    /// that no template names.
    pub functions: Vec<SmolStr>,
    /// One component a package and version; [`Matches`] speak of these.
    pub inventory: Inventory,
    /// As it was read: one component for each file that tells of it, what is hidden, where lock
    /// files and installed packages differ, what of wheels was changed. Paths begin with the prefix
    /// of their part ([`inventory::Part`]).
    pub taken: FunctionInventory,
    /// Known flaws of [`Self::inventory`]; `None` when no index of advisories was given.
    pub vulnerabilities: Option<Matches<'a>>,
    /// The archives among the code and the layers.
    pub archives: Vec<Archive>,
    /// What the code of each function gets at; functions whose code was not read are not there.
    pub reach: Vec<FunctionReach>,
    /// Places of its files.
    pub places: &'a dyn Places,
}

/// What the code of a function gets at of its packages.
#[derive(Clone, Debug)]
pub struct FunctionReach {
    /// Logical name.
    pub function: SmolStr,
    /// By the number of the component in [`Package::inventory`].
    pub components: Vec<Reach>,
    /// What it imports and calls.
    pub loaded: Arc<Loaded>,
}

impl FunctionReach {
    /// Whether the function gets at a component.
    #[must_use]
    pub fn of(&self, component: ComponentId) -> Reach {
        let known = self.components.get(component).copied();
        known.unwrap_or(Reach::Unknown("it was not looked at"))
    }
}

/// A ZIP that is the code or a layer.
#[derive(Debug)]
pub struct Archive {
    /// Where it stands: the file as a whole.
    pub place: Place,
    /// 0 for the code, 1 for the first layer, and so on.
    pub part: usize,
    /// What is odd in it.
    pub audit: Audit,
    /// What an attestation beside it says of another file of this name.
    pub contradicted: Option<Contradicted>,
}

/// An attestation that names an archive with another digest than it has.
#[derive(Clone, Debug)]
pub struct Contradicted {
    /// Where the attestation stands.
    pub place: Place,
    /// SHA-256 that is attested, base 16.
    pub attested: String,
    /// SHA-256 that the archive has, base 16.
    pub found: String,
}

/// Tells where a file of a package stands for users.
pub trait Places: std::fmt::Debug {
    /// The place of a line, from 1, of a file by its path in the inventory, or of the file as a whole.
    fn place(&self, path: &str, line: Option<u32>) -> Place;
}

impl Package<'_> {
    /// Where a file tells of a component.
    #[must_use]
    pub fn place_of(&self, evidence: &Evidence) -> Place {
        self.places.place(&evidence.path, evidence.line)
    }

    /// Where a component is seen best: what decides of its version comes first (a lock file, then a
    /// manifest, then what is installed). A component without evidence has no place.
    #[must_use]
    pub fn place(&self, component: &Component) -> Option<Place> {
        let best = component.evidence.iter().min_by_key(|evidence| evidence.kind)?;
        Some(self.place_of(best))
    }
}

impl<'a> Packages<'a> {
    /// The functions that run a package.
    pub fn functions(&self, package: &'a Package<'_>) -> impl Iterator<Item = &'a Function> {
        let app = self.app;
        package.functions.iter().filter_map(move |name| app.function(name))
    }

    /// The function that is easiest to reach of those that run a package.
    #[must_use]
    pub fn most_exposed(&self, package: &'a Package<'_>) -> Option<&'a Function> {
        self.most_exposed_of(self.functions(package))
    }

    /// The function that is easiest to reach of some.
    pub(crate) fn most_exposed_of(
        &self,
        functions: impl Iterator<Item = &'a Function>,
    ) -> Option<&'a Function> {
        let reach = |function: &&Function| {
            let reach = self.app.reach(&function.name);
            reach.map(|reach| (reach.exposure, reach.unauthenticated))
        };
        // Of equals the first of the template stays, which does not change with what follows it.
        functions.reduce(|best, other| if reach(&other) > reach(&best) { other } else { best })
    }

    /// A finding about a package: ranked by who reaches the most exposed of its functions, with the
    /// path; as it is when no template names the package.
    #[must_use]
    pub fn about(&self, finding: Finding, package: &Package<'_>) -> Finding {
        match self.most_exposed(package) {
            Some(function) => finding.about(self.app, function, None),
            None => finding,
        }
    }
}

/// `` `requests` 2.19.0 ``; the name alone when no version is known.
pub(crate) fn named(component: &Component) -> String {
    match version_of(component) {
        Some(version) => format!("`{}` {version}", component.name),
        None => format!("`{}`", component.name),
    }
}

/// The version, when it is known and can be read by people.
pub(crate) fn version_of(component: &Component) -> Option<&str> {
    component.version.as_deref().filter(|text| text.len() <= 100)
}

/// Words of an advisory as a quotation in a message; none when there are none.
pub(crate) fn quoted(words: &str) -> Option<String> {
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ").replace('`', "'");
    let words = words.trim_end_matches('.');
    let short: String = words.chars().take(LONGEST_QUOTE).collect();
    let cut = if short.len() < words.len() { "…" } else { "" };
    (!words.is_empty()).then(|| format!("`{short}{cut}`"))
}

/// Whether only builds and tests use a component: it is not installed where the function runs.
pub(crate) fn runs_only_in_development(component: &Component) -> bool {
    component.scope == Scope::Development && !component.seen_as(EvidenceKind::Installed)
}

/// Who asks for a component, from what the application itself asks for down to it: the shortest way.
/// Empty when the application asks for it itself, or nobody does.
pub(crate) fn chain(package: &Package<'_>, of: ComponentId) -> Vec<(Place, String)> {
    let components = &package.inventory.components;
    let is_start = |id: ComponentId| {
        components.get(id).is_some_and(|it| it.direct || it.kind == ComponentKind::Project)
    };
    let mut asked_by: BTreeMap<ComponentId, Vec<ComponentId>> = BTreeMap::new();
    if is_start(of) {
        return Vec::new();
    }
    for (from, to) in package.inventory.edges() {
        asked_by.entry(to).or_default().push(from);
    }
    // From the component upwards, each met once, so that the first start met is a nearest one.
    let mut down: BTreeMap<ComponentId, ComponentId> = BTreeMap::new();
    let mut open = VecDeque::from([of]);
    let start = loop {
        let Some(id) = open.pop_front() else { return Vec::new() };
        if id != of && is_start(id) {
            break id;
        }
        for asking in asked_by.get(&id).into_iter().flatten() {
            if *asking != of && !down.contains_key(asking) {
                down.insert(*asking, id);
                open.push_back(*asking);
            }
        }
    };
    let mut steps = Vec::new();
    let mut at = start;
    while let Some(next) = down.get(&at).filter(|_| steps.len() < MOST_HOPS) {
        if let (Some(from), Some(to)) = (components.get(at), components.get(*next))
            && let Some(place) = package.place(from)
        {
            steps.push((place, format!("{} asks for `{}`", named(from), to.name)));
        }
        at = *next;
    }
    steps
}

/// The functions that run a package besides the one that a finding is about.
pub(crate) fn other_functions(
    packages: &Packages<'_>,
    package: &Package<'_>,
    finding: &Finding,
) -> Vec<Hop> {
    let others = packages
        .functions(package)
        .filter(|it| Some(it.name.as_str()) != finding.function.as_deref());
    others.take(MOST_HOPS).map(runs_too).collect()
}

pub(crate) fn runs_too(function: &Function) -> Hop {
    Hop { place: function.place, note: format!("`{}` runs it, too", function.name) }
}
