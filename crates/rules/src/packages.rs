//! What rules of packages look at: the code of functions with its layers, as Lambda runs it.

use app_model::{Application, Function, SmolStr};
use code_package::Audit;
use component::{Component, Evidence, Inventory};
use finding::Finding;
use function_inventory::FunctionInventory;
use source_text::Place;
use vulnerability::Matches;

use crate::rank::AboutFunction;

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
    /// files and installed packages differ, what of wheels was changed. Paths are those below `/`
    /// (`var/task/requirements.txt`, `opt/python/…`).
    pub taken: FunctionInventory,
    /// Known flaws of [`Self::inventory`]; `None` when no index of advisories was given.
    pub vulnerabilities: Option<Matches<'a>>,
    /// The archives among the code and the layers.
    pub archives: Vec<Archive>,
    /// Secrets in its files.
    pub secrets: Vec<FoundSecret>,
    /// Places of its files.
    pub places: &'a dyn Places,
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
}

/// A secret in a file of a package.
#[derive(Clone, Debug)]
pub struct FoundSecret {
    /// Where it stands.
    pub place: Place,
    /// Which secret, without its value.
    pub found: secret_scan::Found,
}

/// Tells where a file of a package stands for users.
pub trait Places: std::fmt::Debug {
    /// The place of a line, from 1, of a file with a path below `/`, or of the file as a whole.
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
        let reach = |function: &&Function| {
            let reach = self.app.reach(&function.name);
            reach.map(|reach| (reach.exposure, reach.unauthenticated))
        };
        // Of equals the first of the template stays, which does not change with what follows it.
        self.functions(package).reduce(
            |best, other| {
                if reach(&other) > reach(&best) { other } else { best }
            },
        )
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
