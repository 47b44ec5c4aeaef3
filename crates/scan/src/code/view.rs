//! What is known of the code of an application, for its checklist.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use app_code::FunctionCalls;
use finding::Finding;
use source_text::{FileId, Place, SmolStr};
use taint::{ModuleId, Program};

use super::{GuardFacts, Joined, once::Runners};

/// What is known of the code of an application.
#[derive(Clone, Debug, Default)]
pub struct CodeView {
    /// Functions all of whose code was read and followed to its end.
    pub whole: BTreeSet<SmolStr>,
    /// Functions that run what stands at a place.
    pub by_place: HashMap<Place, BTreeSet<SmolStr>>,
    /// What the code of each function calls; functions whose code was not found are not there.
    pub calls: BTreeMap<SmolStr, FunctionCalls>,
    /// What the guard of each function must know of its code; the same functions.
    pub guard: BTreeMap<SmolStr, GuardFacts>,
}

/// What a run saw of its code.
pub(super) struct Seen<'a> {
    pub(super) program: &'a Program,
    /// Files that were read in part.
    pub(super) broken: &'a BTreeSet<ModuleId>,
    /// Entry points whose work was ended by a limit.
    pub(super) unfinished: &'a BTreeSet<usize>,
}

pub(super) fn views(
    apps: usize,
    joined: &Joined,
    seen: &Seen<'_>,
    runners: &Runners,
) -> Vec<CodeView> {
    let Seen { program, broken, unfinished } = seen;
    let mut views = vec![CodeView::default(); apps];
    let broken_paths: Vec<&str> =
        broken.iter().filter_map(|id| program.source(*id)).map(|it| it.path.as_str()).collect();
    for (owner, folders) in &joined.folders {
        let of_function = || {
            let owners = joined.owners.iter().enumerate();
            owners.filter(|(_, known)| *known == owner).map(|(entry, _)| entry)
        };
        let is_broken =
            of_function().any(|entry| {
                unfinished.contains(&entry)
                    || joined.entries.get(entry).is_some_and(|it| broken.contains(&it.module))
            }) || folders.iter().any(|folder| broken_paths.iter().any(|path| holds(folder, path)));
        if let Some(view) = views.get_mut(owner.app).filter(|_| !is_broken) {
            view.whole.insert(owner.function.clone());
        }
    }
    for (place, owners) in runners {
        for (app, function) in owners {
            if let Some(view) = views.get_mut(*app) {
                view.by_place.entry(*place).or_default().insert(function.clone());
            }
        }
    }
    views
}

/// Tells the functions in whose folders something stands that belongs to no entry point: a constant of a
/// module lies in the package of each of them.
pub(super) fn add_carried(
    views: &mut [CodeView],
    joined: &Joined,
    program: &Program,
    findings: &[Finding],
) {
    let paths: HashMap<FileId, &str> = program
        .ids()
        .filter_map(|id| Some((program.module(id)?.file, program.source(id)?.path.as_str())))
        .collect();
    // A flow has steps: whose it is was settled with its entry point.
    let is_constant = |it: &&Finding| it.function.is_none() && it.trace.is_empty();
    for finding in findings.iter().filter(is_constant) {
        let Some(path) = paths.get(&finding.place.file) else { continue };
        for (owner, folders) in &joined.folders {
            if folders.iter().any(|folder| holds(folder, path))
                && let Some(view) = views.get_mut(owner.app)
            {
                let carriers = view.by_place.entry(finding.place).or_default();
                carriers.insert(owner.function.clone());
            }
        }
    }
}

/// Whether a file lies in a folder; the empty one is that of the scan.
fn holds(folder: &str, path: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}
