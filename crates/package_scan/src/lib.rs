//! The packages of an application: the code of every function with its layers, and projects that no
//! template names, found, opened, read and judged.

mod attested;
mod installed;
mod pass;
mod places;
mod told;
mod work;

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use advisory_index::Index;
use app_model::{Application, SmolStr};
use finding::Finding;
use jail::Jail;
use package_reach::Loaded;
use rules::{Check, Rule};
use source_text::{Diagnostic, FileId};

pub use pass::scan_packages;

/// An application and the template that it comes from.
#[derive(Clone, Copy, Debug)]
pub struct Unit<'a> {
    /// The application.
    pub app: &'a Application,
    /// Its template: paths of code are relative to the folder of this file.
    pub template: FileId,
}

/// Where packages are looked for, and what judges them.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// Nothing outside of it is read; places point into its sources.
    pub jail: &'a Jail,
    /// Rules; those about packages are asked.
    pub rules: &'a [&'static Rule],
    /// Applications whose functions have code and layers.
    pub units: &'a [Unit<'a>],
    /// Manifests and lock files, canonical, sorted; those that no function runs are projects.
    pub manifests: &'a [PathBuf],
    /// Archives that the user named.
    pub archives: &'a [PathBuf],
    /// What components are looked up in, if anything.
    pub advisories: Option<Advisories<'a>>,
}

/// An index that is open, and how old it may be.
#[derive(Clone, Copy, Debug)]
pub struct Advisories<'a> {
    /// The index.
    pub index: &'a Index<'a>,
    /// Now, in seconds since 1970.
    pub now: i64,
    /// How many days old it may be; `None` is any age.
    pub max_age_days: Option<u32>,
    /// What the code of functions imports, by the index of the application and the logical name of
    /// the function; empty when nobody looked.
    pub loaded: &'a [BTreeMap<SmolStr, Arc<Loaded>>],
}

/// What the packages gave.
#[derive(Debug, Default)]
pub struct PackageResults {
    /// Findings, without fingerprints.
    pub findings: Vec<Finding>,
    /// What was not read, not looked up, or cannot be decided.
    pub diagnostics: Vec<Diagnostic>,
    /// Manifests and lock files that were read.
    pub files: usize,
    /// Of those, the number of which something could not be read.
    pub in_part: usize,
    /// Files that were not read at all.
    pub not_scanned: usize,
    /// Components, the same in two packages counted twice.
    pub components: usize,
    /// Components that no index was asked about.
    pub not_looked_up: usize,
}

/// Whether any of the rules looks at packages.
#[must_use]
pub fn is_asked(rules: &[&'static Rule]) -> bool {
    rules.iter().any(|rule| matches!(rule.check, Check::Packages(_)))
}
