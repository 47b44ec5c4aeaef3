//! Which packages there are: each distinct code with its layers once, and projects beside them.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use app_model::SmolStr;
use jail::parent_of;
use package_files::deployed;
use source_text::{Diagnostic, Place, ReadFile as _};

use crate::{Scope, installed};

/// Files that pin the packages of the folder that they stand in: where one is, a project begins.
const LOCKS: [&str; 16] = [
    "Cargo.lock",
    "Gemfile.lock",
    "Pipfile.lock",
    "bun.lock",
    "composer.lock",
    "go.sum",
    "gradle.lockfile",
    "npm-shrinkwrap.json",
    "package-lock.json",
    "packages.lock.json",
    "pdm.lock",
    "pnpm-lock.yaml",
    "poetry.lock",
    "pylock.toml",
    "uv.lock",
    "yarn.lock",
];

/// A package to look at.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) what: What,
    /// Identifier of the runtime, when it is known.
    pub(crate) runtime: Option<String>,
    /// By the index of the application: the functions that run it. None for a project that no template
    /// names.
    pub(crate) owners: Vec<(usize, Vec<SmolStr>)>,
}

/// What a package consists of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum What {
    /// Code with layers in their order.
    Deployed { code: Option<PathBuf>, layers: Vec<PathBuf> },
    /// Manifests and lock files below a folder, by their paths in it.
    Project { folder: PathBuf, names: Vec<String> },
    /// An archive that the user named: of a function or a layer.
    Archive(PathBuf),
}

impl Job {
    /// A path to speak of.
    pub(crate) fn path(&self) -> &Path {
        match &self.what {
            What::Deployed { code, layers } => {
                code.as_deref().or(layers.first().map(PathBuf::as_path)).unwrap_or(Path::new("."))
            }
            What::Project { folder, .. } => folder,
            What::Archive(path) => path,
        }
    }
}

/// The packages of a run, and what of them is not here.
#[derive(Debug, Default)]
pub(crate) struct Work {
    pub(crate) jobs: Vec<Job>,
    pub(crate) lost: Vec<Diagnostic>,
}

/// Finds the packages of a run.
pub(crate) fn work(scope: &Scope<'_>) -> Work {
    let mut work = Work::default();
    let mut known: BTreeMap<(What, Option<String>), usize> = BTreeMap::new();
    for (app, unit) in scope.units.iter().enumerate() {
        for function in &unit.app.functions {
            let resolve = |path: &str| {
                scope.jail.resolve(unit.template, path).map_err(|error| error.to_string())
            };
            let found = deployed(unit.app, function, &resolve);
            let name = &function.name;
            let mut lost = found.lost;
            let away = found.layers.iter().filter(|layer| layer.path.is_none());
            lost.extend(away.map(|layer| format!("the layer `{}` is not here", layer.name)));
            work.lost.extend(lost.into_iter().map(|why| {
                let message = format!("not all packages of `{name}` were looked at: {why}");
                Diagnostic::note(function.place, message)
            }));
            let layers: Vec<PathBuf> = found.layers.into_iter().filter_map(|it| it.path).collect();
            let mut codes: Vec<Option<PathBuf>> = found.code.into_iter().map(Some).collect();
            if codes.is_empty() && !layers.is_empty() {
                codes.push(None);
            }
            let runtime = function.runtime.as_ref().and_then(|it| it.value.known());
            let runtime = runtime.map(ToString::to_string);
            for code in codes {
                let what = What::Deployed { code, layers: layers.clone() };
                let at = *known.entry((what.clone(), runtime.clone())).or_insert_with(|| {
                    work.jobs.push(Job { what, runtime: runtime.clone(), owners: Vec::new() });
                    work.jobs.len() - 1
                });
                let Some(job) = work.jobs.get_mut(at) else { continue };
                match job.owners.last_mut().filter(|(owner, _)| *owner == app) {
                    Some((_, functions)) if functions.contains(name) => {}
                    Some((_, functions)) => functions.push(name.clone()),
                    None => job.owners.push((app, vec![name.clone()])),
                }
            }
        }
    }
    let mut projects = projects(scope, &work.jobs);
    work.lost.extend(projects.iter_mut().filter_map(|job| add_installed(scope, job)));
    lend(scope.manifests, &work.jobs, &mut projects);
    work.jobs.extend(projects);
    work
}

/// The language of a manifest or lock file, as identifiers of runtimes begin.
fn runtime_of(name: &str) -> Option<&'static str> {
    match name.rsplit('/').next().unwrap_or(name) {
        "package.json"
        | "package-lock.json"
        | "npm-shrinkwrap.json"
        | "yarn.lock"
        | "pnpm-lock.yaml"
        | "bun.lock" => Some("nodejs"),
        "Pipfile" | "Pipfile.lock" | "pdm.lock" | "poetry.lock" | "pylock.toml"
        | "pyproject.toml" | "uv.lock" => Some("python"),
        name if name.starts_with("requirements") => Some("python"),
        "pom.xml" | "gradle.lockfile" => Some("java"),
        "Gemfile" | "Gemfile.lock" => Some("ruby"),
        "packages.lock.json" => Some("dotnet"),
        _ => None,
    }
}

/// Gives a project to the functions whose code lies below it and says nothing of packages in its own
/// language: builders take the nearest manifest above the code.
fn lend(manifests: &[PathBuf], deployed: &[Job], projects: &mut [Job]) {
    for job in deployed {
        let (What::Deployed { code: Some(code), .. }, Some(runtime)) = (&job.what, &job.runtime)
        else {
            continue;
        };
        let is_of =
            |name: &str| runtime_of(name).is_some_and(|language| runtime.starts_with(language));
        let has_own =
            manifests.iter().any(|path| path.starts_with(code) && is_of(&path.to_string_lossy()));
        if has_own || !code.is_dir() {
            continue;
        }
        // Those of the project itself count, not what lies elsewhere below it.
        let depth = |project: &Job| match &project.what {
            What::Project { folder, names } if code.starts_with(folder) => {
                let own = names.iter().any(|name| !name.contains('/') && is_of(name));
                own.then(|| folder.components().count())
            }
            _ => None,
        };
        let above = projects.iter_mut().filter_map(|project| Some((depth(project)?, project)));
        let Some((_, project)) = above.max_by_key(|(depth, _)| *depth) else { continue };
        for (app, functions) in &job.owners {
            if let Some((_, known)) = project.owners.iter_mut().find(|(owner, _)| owner == app) {
                let more = functions.iter().filter(|it| !known.contains(it)).cloned();
                known.extend(more.collect::<Vec<_>>());
            } else {
                project.owners.push((*app, functions.clone()));
            }
        }
    }
}

/// Adds what is installed in `node_modules` to a project that no lock file of JavaScript pins; tells
/// when there is more than is read.
fn add_installed(scope: &Scope<'_>, job: &mut Job) -> Option<Diagnostic> {
    let What::Project { folder, names } = &mut job.what else { return None };
    let is_locked = names
        .iter()
        .any(|name| !name.ends_with("package.json") && runtime_of(name) == Some("nodejs"));
    if is_locked || !names.iter().any(|name| name == "package.json") {
        return None;
    }
    let found = installed::of_javascript(folder);
    names.extend(found.names);
    found.is_cut.then(|| {
        let place = Place::whole(scope.jail.sources().add(scope.jail.shown(folder), ""));
        Diagnostic::warning(
            place,
            "not all packages in `node_modules` were read: they are too many",
        )
    })
}

/// The folder that a file of a project belongs to: of an installed distribution's notes, the nearest
/// one above with a manifest of Python, or the one that it is installed in.
fn own_folder<'a>(path: &'a Path, manifests: &BTreeSet<&Path>) -> &'a Path {
    let folder = parent_of(path);
    let is_notes = ["dist-info", "egg-info"]
        .iter()
        .any(|ending| folder.extension().is_some_and(|it| it.eq_ignore_ascii_case(ending)));
    if !is_notes {
        return folder;
    }
    let installed = parent_of(folder);
    installed.ancestors().find(|folder| manifests.contains(folder)).unwrap_or(installed)
}

/// What the walk met and no function runs: one project for each lock file, with what lies below it.
fn projects(scope: &Scope<'_>, deployed: &[Job]) -> Vec<Job> {
    let covered: BTreeSet<&Path> = deployed
        .iter()
        .flat_map(|job| match &job.what {
            What::Deployed { code, layers } => code.iter().chain(layers).collect(),
            What::Project { .. } | What::Archive(_) => Vec::new(),
        })
        .map(PathBuf::as_path)
        .collect();
    let is_loose = |path: &&PathBuf| !path.ancestors().any(|folder| covered.contains(folder));
    let loose: Vec<&PathBuf> = scope.manifests.iter().filter(is_loose).collect();
    let is_lock = |path: &Path| {
        path.file_name().and_then(|name| name.to_str()).is_some_and(|name| LOCKS.contains(&name))
    };
    let locked: BTreeSet<&Path> =
        loose.iter().filter(|path| is_lock(path)).map(|path| parent_of(path)).collect();
    let is_python = |path: &Path| runtime_of(&path.to_string_lossy()) == Some("python");
    let of_python: BTreeSet<&Path> =
        loose.iter().filter(|path| is_python(path)).map(|path| parent_of(path)).collect();
    let mut projects: BTreeMap<&Path, Vec<String>> = BTreeMap::new();
    for path in loose {
        let own = own_folder(path, &of_python);
        let folder = own.ancestors().find(|folder| locked.contains(folder)).unwrap_or(own);
        let name = path.strip_prefix(folder).unwrap_or(path).to_string_lossy().replace('\\', "/");
        projects.entry(folder).or_default().push(name);
    }
    let job = |(folder, names): (&Path, Vec<String>)| Job {
        what: What::Project { folder: folder.to_path_buf(), names },
        runtime: None,
        owners: Vec::new(),
    };
    let archive = |path: &PathBuf| Job {
        what: What::Archive(path.clone()),
        runtime: None,
        owners: Vec::new(),
    };
    projects.into_iter().map(job).chain(scope.archives.iter().map(archive)).collect()
}
