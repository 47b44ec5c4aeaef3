//! Function apps of Azure joined with their projects before rules see them: what starts their
//! functions stands in code.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use app_model::{Application, Platform, Trigger};
use azure_project::{Files, Joined, Layout, Unit, alone, join};
use jail::{Jail, read_text_up_to};
use rayon::prelude::*;
use source_text::{Diagnostic, FileId, Level, SourceFile, Sources};

use crate::{inputs::Inputs, template::Scanned};

/// Largest file that is read, in bytes; larger ones are told of where code is read.
const MAX_BYTES: u64 = 5 << 20;

/// Files of the run that may belong to projects.
pub(crate) struct Projects {
    /// Paths as shown, sorted.
    shown: Vec<String>,
    paths: BTreeMap<String, PathBuf>,
    /// Files read so far.
    known: Mutex<BTreeMap<String, FileId>>,
}

impl Projects {
    /// What lies beside a `host.json`; nothing when there is none.
    pub(crate) fn of(inputs: &Inputs, jail: &Jail) -> Option<Self> {
        let is_host = |name: Option<&std::ffi::OsStr>| name.is_some_and(|name| name == "host.json");
        if !inputs.files.iter().any(|input| is_host(input.path.file_name())) {
            return None;
        }
        let all = inputs.files.iter().chain(&inputs.code);
        let paths: BTreeMap<String, PathBuf> =
            all.map(|input| (jail.shown(&input.path), input.path.clone())).collect();
        let shown = paths.keys().cloned().collect();
        Some(Self { shown, paths, known: Mutex::default() })
    }

    fn read(&self, path: &str, sources: &Sources) -> Option<(FileId, Arc<SourceFile>)> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = known.get(path) {
            return Some((*file, sources.get(*file)));
        }
        let text = read_text_up_to(self.paths.get(path)?, MAX_BYTES).ok()?;
        let file = sources.add(path, text);
        known.insert(path.to_owned(), file);
        Some((file, sources.get(file)))
    }

    /// Files of code that were read, by their paths as shown.
    pub(crate) fn into_known(self) -> BTreeMap<String, FileId> {
        self.known.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Joins the apps among `scanned` with their projects. Functions that a `function.json` describes
    /// and that an app runs are its own from then on; projects that no template runs come last.
    pub(crate) fn join(&self, mut scanned: Vec<Scanned>, sources: &Sources) -> Vec<Scanned> {
        let read = |path: &str| self.read(path, sources);
        let files = Files { paths: &self.shown, read: &read };
        let layout = Layout::of(files);
        let described: Vec<(String, Vec<Trigger>)> = scanned
            .iter()
            .filter_map(|one| {
                let path = sources.path(one.file);
                let is_one = path == "function.json" || path.ends_with("/function.json");
                let app = one.app.as_ref().filter(|_| is_one)?;
                Some((path, app.triggers.clone()))
            })
            .collect();
        let of_folder = |folder: &str| {
            let of = described.iter().filter(|(path, _)| project_of(path) == Some(folder));
            of.flat_map(|(_, triggers)| triggers.clone()).collect::<Vec<_>>()
        };
        let folders: Vec<String> = scanned
            .par_iter_mut()
            .flat_map_iter(|one| {
                let path = sources.path(one.file);
                let Some(app) = one.app.as_mut().filter(|app| is_open(app)) else { return vec![] };
                let mut unit = Unit { app, template: &path };
                let work = AssertUnwindSafe(|| join(&mut unit, &layout, files, &of_folder));
                let joined = catch_unwind(work).unwrap_or_else(|_| fault(one.file));
                take(one, joined)
            })
            .collect();
        scanned.retain(|one| {
            let path = sources.path(one.file);
            !project_of(&path).is_some_and(|folder| folders.iter().any(|it| it == folder))
        });
        let rest = catch_unwind(AssertUnwindSafe(|| alone(&layout, files, &folders)));
        scanned.extend(rest.into_iter().flatten().map(|(file, app, joined)| {
            let mut one = Scanned { app: Some(app), file, ..Scanned::default() };
            take(&mut one, joined);
            one
        }));
        scanned
    }
}

/// Whether an application has apps of Azure, which may have code.
pub(crate) fn is_open(app: &Application) -> bool {
    app.functions.iter().any(|function| function.platform == Platform::Azure)
}

/// The project of a `function.json`: the folder above its own.
fn project_of(path: &str) -> Option<&str> {
    let folder = path.strip_suffix("/function.json")?;
    Some(folder.rsplit_once('/').map_or("", |(project, _)| project))
}

fn take(one: &mut Scanned, joined: Joined) -> Vec<String> {
    one.is_incomplete |= joined.diagnostics.iter().any(|remark| remark.level == Level::Error);
    one.diagnostics.extend(joined.diagnostics);
    joined.folders
}

fn fault(file: FileId) -> Joined {
    let message = "a fault of faasguard ended the reading of a project of Azure Functions; please \
                   report it";
    let place = source_text::Place::whole(file);
    Joined { diagnostics: vec![Diagnostic::error(place, message)], ..Joined::default() }
}
