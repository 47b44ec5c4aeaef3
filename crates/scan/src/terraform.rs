//! Folders with Terraform configuration and plans: evaluated, written as templates, read like those.

use std::{
    collections::{BTreeSet, HashMap},
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use app_model::Foreign;
use finding::Finding;
use jail::Jail;
use rayon::prelude::*;
use source_text::{
    Diagnostic, FileId, Kind, Level, Map, Node, Place, ReadError, ReadFile, Sources,
};
use terraform_language::{Block, Evaluated, ModuleFiles, Options};
use terraform_tables::Provider;

use crate::{Request, suppress::Commented, template::Scanned};

/// The clouds that tables tell of.
const PROVIDERS: &[&dyn Provider] =
    &[terraform_aws::AWS, terraform_azure::AZURE, terraform_google::GOOGLE];

/// Whether a file is Terraform or `OpenTofu` configuration, by its name.
pub(crate) fn is_configuration(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    [".tf", ".tofu", ".tf.json", ".tofu.json"].iter().any(|ending| name.ends_with(ending))
}

/// A cheap look at a JSON text: whether it may be the plan of a configuration.
pub(crate) fn could_be_plan(text: &str) -> bool {
    text.contains("\"planned_values\"") && text.contains("\"terraform_version\"")
}

/// Reads the root modules among `folders`: those that no other of them calls as a module.
pub(crate) fn read_all(
    folders: &BTreeSet<PathBuf>,
    jail: &Jail,
    sources: &Arc<Sources>,
    request: &Request,
) -> Vec<Scanned> {
    let files = Files { jail, sources, known: Mutex::default() };
    let options = Options { variables: request.parameters.clone(), ..Options::default() };
    let folders: Vec<&PathBuf> = folders.iter().collect();
    let mut modules: Vec<Module> = folders
        .par_iter()
        .map(|folder| {
            let shown = relative(jail, folder);
            let work = || terraform_language::evaluate(&shown, &options, &files);
            let evaluated = catch_unwind(AssertUnwindSafe(work)).ok();
            Module { folder: shown, evaluated }
        })
        .collect();
    let called: BTreeSet<String> = modules.iter().flat_map(|it| it.called(sources)).collect();
    modules.retain(|module| !called.contains(&module.folder));
    modules.par_iter().map(|module| scanned(module, jail, sources, request)).collect()
}

/// The path of a folder below the base, with `/`; empty for the base itself.
fn relative(jail: &Jail, folder: &Path) -> String {
    let shown = folder.strip_prefix(jail.base()).unwrap_or(folder);
    shown.to_string_lossy().replace('\\', "/").trim_matches('/').to_owned()
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

struct Module {
    folder: String,
    evaluated: Option<Evaluated>,
}

impl Module {
    /// Folders of the modules that it calls.
    fn called(&self, sources: &Sources) -> BTreeSet<String> {
        let files = self.evaluated.iter().flat_map(|evaluated| &evaluated.files);
        files
            .map(|file| folder_of(&sources.path(*file)).to_owned())
            .filter(|folder| *folder != self.folder)
            .collect()
    }
}

fn scanned(module: &Module, jail: &Jail, sources: &Arc<Sources>, request: &Request) -> Scanned {
    let Some(evaluated) = &module.evaluated else {
        let shown = if module.folder.is_empty() { "." } else { &module.folder };
        let file = sources.add(shown, "");
        let message = "a fault of faasguard ended the reading of this folder; please report it";
        let diagnostics = vec![Diagnostic::error(Place::whole(file), message)];
        return Scanned { diagnostics, is_incomplete: true, file, ..Scanned::default() };
    };
    let own = |file: &&FileId| folder_of(&sources.path(**file)) == module.folder;
    let Some(file) = evaluated.files.iter().find(own).or(evaluated.files.first()).copied() else {
        let diagnostics = evaluated.diagnostics.clone();
        let is_incomplete = !diagnostics.is_empty();
        return Scanned { diagnostics, is_incomplete, ..Scanned::default() };
    };
    Scanned { files: evaluated.files.len(), ..application(evaluated, file, jail, request) }
}

/// A folder with a root module, or a file of it, evaluated and written as a template.
///
/// # Errors
/// In words, when there is no configuration.
pub(crate) fn expand(
    path: &Path,
    request: &Request,
    sources: &Arc<Sources>,
) -> Result<(Node, Vec<Diagnostic>), String> {
    let (evaluated, _) = evaluated(path, request, sources)?;
    let file = evaluated.files.first().copied().unwrap_or_default();
    let lowered = terraform_tables::lower(&evaluated, file, PROVIDERS);
    let mut diagnostics = evaluated.diagnostics;
    diagnostics.extend(lowered.diagnostics);
    Ok((lowered.template, diagnostics))
}

/// The application of a folder with a root module, or of a file of it.
///
/// # Errors
/// In words, when there is no configuration.
pub(crate) fn load(
    path: &Path,
    request: &Request,
    sources: &Arc<Sources>,
) -> Result<Scanned, String> {
    let (evaluated, jail) = evaluated(path, request, sources)?;
    let file = evaluated.files.first().copied().unwrap_or_default();
    Ok(application(&evaluated, file, &jail, request))
}

fn evaluated(
    path: &Path,
    request: &Request,
    sources: &Arc<Sources>,
) -> Result<(Evaluated, Jail), String> {
    let folder = if path.is_dir() { path } else { jail::parent_of(path) };
    let root = folder.canonicalize().map_err(|error| error.to_string())?;
    let jail = Jail::new(root.clone(), vec![root], Arc::clone(sources));
    let options = Options { variables: request.parameters.clone(), ..Options::default() };
    let files = Files { jail: &jail, sources, known: Mutex::default() };
    let evaluated = terraform_language::evaluate("", &options, &files);
    if evaluated.files.is_empty() {
        return Err(evaluated.diagnostics.into_iter().next().map_or_else(
            || "there is no configuration of Terraform in this folder".to_owned(),
            |remark| remark.message,
        ));
    }
    Ok((evaluated, jail))
}

/// Whether a path is a folder, which may hold a root module, or a file of one.
#[must_use]
pub fn is_terraform(path: &Path) -> bool {
    path.is_dir() || is_configuration(path)
}

/// A plan, when the document is one.
pub(crate) fn of_plan(
    file: FileId,
    document: &Node,
    jail: &Jail,
    request: &Request,
) -> Option<Scanned> {
    let evaluated = terraform_language::evaluate_plan(file, document)?;
    Some(application(&evaluated, file, jail, request))
}

fn application(evaluated: &Evaluated, file: FileId, jail: &Jail, request: &Request) -> Scanned {
    let jail = jail.for_template();
    let lowered = terraform_tables::lower(evaluated, file, PROVIDERS);
    let options = load_cloudformation::Options {
        parameters: request
            .parameters
            .iter()
            .map(|(name, value)| (format!("var.{name}").into(), value.clone()))
            .collect(),
        region: request.region.clone().or_else(|| terraform_aws::region(evaluated)),
        account: request.account.clone(),
        partition: request.partition.clone(),
        is_account: false,
        keeps_declared: request.keeps_declared(),
        environment: indexmap::IndexMap::new(),
    };
    let mut diagnostics = evaluated.diagnostics.clone();
    let loaded = load_cloudformation::load(file, lowered.template.clone(), &options, Some(&jail));
    diagnostics.extend(loaded.diagnostics);
    diagnostics.extend(lowered.diagnostics);
    let is_incomplete = diagnostics.iter().any(|remark| remark.level == Level::Error);
    let mut app = loaded.app;
    app.foreign = foreign(evaluated);
    for function in &mut app.functions {
        function.place =
            app.foreign.authored(function.place, std::iter::once(function.name.as_str()));
    }
    Scanned {
        app: Some(app),
        commented: commented(evaluated, jail.sources()),
        diagnostics,
        is_incomplete,
        file,
        is_terraform: true,
        ..Scanned::default()
    }
}

/// The modules that the author did not write.
fn foreign(evaluated: &Evaluated) -> Foreign {
    let calls = evaluated.foreign.iter().map(|call| (call.prefix.clone(), call.place));
    Foreign { files: evaluated.foreign_files.clone(), calls: calls.collect() }
}

/// Findings about what others wrote get the place where the author asks for it.
pub(crate) fn place(findings: &mut [Finding], foreign: &Foreign) {
    for finding in findings {
        let names = finding.resource.iter().chain(&finding.function).map(String::as_str);
        finding.place = foreign.authored(finding.place, names);
    }
}

/// The comments of each file, and the blocks that stand in it.
fn commented(evaluated: &Evaluated, sources: &Sources) -> Vec<Commented> {
    let mut by_file: HashMap<FileId, Vec<&Block>> = HashMap::new();
    for block in evaluated.resources.iter().chain(&evaluated.data) {
        by_file.entry(block.place.file).or_default().push(block);
    }
    evaluated
        .files
        .iter()
        .filter_map(|file| {
            let source = sources.get(*file);
            let (comments, text) = terraform_aws::comments(*file, &source.text);
            if comments.is_empty() {
                return None;
            }
            let lines: Vec<&str> = source.text.lines().collect();
            let mut blocks = Map::new();
            for block in by_file.remove(file).unwrap_or_default() {
                let place = whole(&lines, block.place);
                let body = Node::new(place, block.body.kind.clone());
                blocks.insert_at(block.address.clone(), block.place, body);
            }
            let place = Place::whole(*file);
            let blocks = Node::new(place, Kind::Map(blocks));
            Some(Commented { text, comments, document: Node::map(place, [("Resources", blocks)]) })
        })
        .collect()
}

/// The block whose head stands at a place, up to the brace that begins a line; the head alone when
/// another block begins before.
fn whole(lines: &[&str], head: Place) -> Place {
    let first = usize::try_from(head.line).unwrap_or(usize::MAX);
    let below = lines.iter().zip(1_u32..).skip(first);
    let mut begins = below.filter(|(line, _)| {
        line.starts_with(|letter: char| letter == '}' || letter.is_ascii_alphabetic())
    });
    match begins.next() {
        Some((line, number)) if line.starts_with('}') => {
            Place { end_line: number, end_column: 2, ..head }
        }
        _ => head,
    }
}

/// Names properties as Terraform does in what is said of Terraform's resources.
pub(crate) fn word(findings: &mut [Finding]) {
    for finding in findings {
        let named = [finding.resource.clone(), finding.function.clone()];
        let addresses: Vec<&str> = named.iter().flatten().map(String::as_str).collect();
        let holds = |start: &str| addresses.iter().any(|it| it.contains(start));
        let words = if holds("azurerm_") {
            terraform_azure::terraform_words
        } else if holds("google_") {
            terraform_google::terraform_words
        } else {
            terraform_aws::terraform_words
        };
        finding.message = words(&finding.message, &addresses);
        if let Some(fix) = &mut finding.fix {
            fix.description = words(&fix.description, &addresses);
        }
    }
}

/// Files below the base of the jail.
struct Files<'a> {
    jail: &'a Jail,
    sources: &'a Sources,
    known: Mutex<HashMap<PathBuf, FileId>>,
}

impl Files<'_> {
    fn full(&self, path: &str) -> Result<PathBuf, ReadError> {
        let full = self.jail.base().join(path.trim_start_matches('/'));
        let full = full.canonicalize().map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => ReadError::NotFound { path: path.to_owned() },
            _ => ReadError::Unreadable { path: path.to_owned(), reason: error.to_string() },
        })?;
        match self.jail.root_of(&full) {
            Some(_) => Ok(full),
            None => Err(ReadError::Outside { path: path.to_owned() }),
        }
    }
}

impl ModuleFiles for Files<'_> {
    fn list(&self, folder: &str) -> Vec<String> {
        if stand_in(folder).is_some() {
            return vec!["main.tf".to_owned()];
        }
        let Ok(full) = self.full(folder) else { return Vec::new() };
        let entries = std::fs::read_dir(full).into_iter().flatten().filter_map(Result::ok);
        let files = entries.filter(|entry| entry.path().is_file());
        files.filter_map(|entry| entry.file_name().into_string().ok()).collect()
    }

    fn read(&self, path: &str) -> Result<FileId, ReadError> {
        if let Some(module) = path.rsplit_once('/').and_then(|(folder, _)| stand_in(folder)) {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            let file = known.entry(PathBuf::from(path));
            return Ok(*file.or_insert_with(|| self.sources.add(path, module.text())));
        }
        let full = self.full(path)?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = known.get(&full) {
            return Ok(*file);
        }
        let text = self.jail.text(&full).map_err(|refusal| ReadError::Unreadable {
            path: path.to_owned(),
            reason: refusal.to_string(),
        })?;
        let file = self.sources.add(self.jail.shown(&full), text);
        known.insert(full, file);
        Ok(file)
    }

    fn exists(&self, path: &str) -> bool {
        self.full(path).is_ok_and(|full| full.is_file())
    }

    fn stand_in(&self, source: &str) -> Option<String> {
        let module = terraform_aws::stand_in(source)?;
        Some(format!("{KNOWN}{}", module.name))
    }

    fn is_stand_in(&self, folder: &str) -> bool {
        stand_in(folder).is_some()
    }

    fn sources(&self) -> &Sources {
        self.sources
    }
}

/// Where modules stand that were not fetched but are known; no folder of a user begins with it, as
/// paths here are relative and normal.
const KNOWN: &str = "registry:/";

fn stand_in(folder: &str) -> Option<terraform_aws::StandIn> {
    terraform_aws::stand_in(folder.strip_prefix(KNOWN)?)
}
