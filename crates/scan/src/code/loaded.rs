//! What the code of each function imports, for the flaws of its packages.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use package_reach::{Loaded, loaded};
use source_text::SmolStr;
use taint::{ModuleId, Program};

use super::Joined;

/// By the index of the application and the logical name of the function.
pub(crate) type OfApplications = Vec<BTreeMap<SmolStr, Arc<Loaded>>>;

/// What the functions load whose code was found.
pub(super) fn of_applications(
    apps: usize,
    joined: &Joined,
    program: &Program,
    broken: &BTreeSet<ModuleId>,
) -> OfApplications {
    let mut starts: Vec<BTreeMap<&SmolStr, Vec<ModuleId>>> = vec![BTreeMap::new(); apps];
    for (owner, entry) in joined.owners.iter().zip(&joined.entries) {
        if let Some(of_app) = starts.get_mut(owner.app) {
            of_app.entry(&owner.function).or_default().push(entry.module);
        }
    }
    // Functions that begin in one module load the same.
    let mut known: BTreeMap<Vec<ModuleId>, Arc<Loaded>> = BTreeMap::new();
    let mut of_function = |starts: Vec<ModuleId>| {
        let found = known
            .entry(starts)
            .or_insert_with_key(|starts| Arc::new(loaded(program, broken, starts)));
        Arc::clone(found)
    };
    let of_app = |functions: BTreeMap<&SmolStr, Vec<ModuleId>>| {
        let functions = functions.into_iter();
        functions.map(|(name, starts)| (name.clone(), of_function(starts))).collect()
    };
    starts.into_iter().map(of_app).collect()
}
