//! The code of the applications of a run: read, joined with the templates, analysed, judged.

mod azure;
mod facts;
mod files;
mod folders;
mod judge;
mod loaded;
mod once;
mod paths;
mod rights;
mod view;

use std::{
    collections::{BTreeMap, BTreeSet},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use app_code::{Beside, Described, Index, Owner};
use app_model::{Application, SmolStr};
use code_ir::Language;
use finding::Finding;
use jail::Jail;
use package_scan::Unit;
use rayon::prelude::*;
use report::UnusedSuppression;
use rules::{Check, Rule};
use source_text::{Diagnostic, FileId, Place, ReadFile as _, SourceFile, Sources};
use taint::{Analysis, Anchor, Entry, Limit, ModelSet, ModuleId, Program};

use crate::{Request, inputs::Inputs};
pub use facts::GuardFacts;
use files::CodeFile;
pub(crate) use folders::add_named_folders;
pub(crate) use rights::join as join_rights;
pub use view::CodeView;

/// What a run works with.
pub(crate) struct Bench<'a> {
    pub(crate) jail: &'a Jail,
    pub(crate) sources: &'a Arc<Sources>,
    pub(crate) request: &'a Request,
    pub(crate) rules: &'a [&'static Rule],
}

/// What the code gave.
#[derive(Debug, Default)]
pub(crate) struct CodeResult {
    /// Findings, not signed yet.
    pub(crate) findings: Vec<Finding>,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Suppressions in code that hide nothing.
    pub(crate) unused: Vec<UnusedSuppression>,
    /// Files that were read, whole or in part.
    pub(crate) files: Vec<CodeText>,
    /// Of those, the number of which something could not be read.
    pub(crate) in_part: usize,
    pub(crate) not_scanned: usize,
    /// Templates whose own code was read in part.
    pub(crate) templates_in_part: BTreeSet<FileId>,
    /// Functions whose code was not looked at.
    pub(crate) without_code: usize,
    /// What is known of the code of each application, by its index.
    pub(crate) views: Vec<CodeView>,
    /// What the code of each function imports and calls, by the index of its application; empty when no index
    /// of advisories is given.
    pub(crate) loaded: loaded::OfApplications,
    /// What the functions of each application need, by its index; empty when no rule asks for it.
    pub(crate) privileges: rights::OfApplications,
}

/// Text that may hold comments about findings.
#[derive(Clone, Debug)]
pub(crate) struct CodeText {
    /// The file that places point into.
    pub(crate) file: FileId,
    pub(crate) language: Language,
    pub(crate) text: Arc<SourceFile>,
    /// Lines of the file before the first of the text.
    pub(crate) lines: u32,
    /// Whether the text is a file of its own.
    pub(crate) is_file: bool,
}

/// Files of code that were read for what they declare, where no rule looks at code: comments in them
/// accept findings about that.
pub(crate) fn of_known(known: &BTreeMap<String, FileId>, sources: &Sources) -> Vec<CodeText> {
    let text = |(path, file): (&String, &FileId)| {
        let language = Language::of_path(path)?;
        Some(CodeText { file: *file, language, text: sources.get(*file), lines: 0, is_file: true })
    };
    known.iter().filter_map(text).collect()
}

/// Whether any of the rules looks at code.
pub(crate) fn is_asked(rules: &[&'static Rule]) -> bool {
    rules.iter().any(|rule| matches!(rule.check, Check::Code(_) | Check::Rights(_)))
}

/// Reads and judges the code of a run.
pub(crate) fn scan_code(
    inputs: &Inputs,
    units: &[Unit<'_>],
    bench: &Bench<'_>,
    done: &(dyn Fn() + Sync),
) -> CodeResult {
    let mut result = CodeResult::default();
    let mut program = Program::default();
    let files = files::read_all(inputs, bench.jail, bench.sources, done);
    let mut broken: BTreeSet<ModuleId> = BTreeSet::new();
    for file in files {
        add_file(file, bench.sources, &mut program, &mut broken, &mut result);
    }
    paths::add_paths(&mut program, bench);
    let inline: Vec<Vec<(SmolStr, ModuleId)>> = units
        .iter()
        .map(|unit| add_inline(*unit, bench.sources, &mut program, &mut broken, &mut result))
        .collect();
    if program.is_empty() && units.is_empty() {
        return result;
    }
    let described = azure::described(inputs, bench);
    let mut joined = join(units, &inline, &program, &described, bench, &mut result);
    azure::join(&described, &program, bench, &mut joined, &mut result);
    for (folder, layers) in &joined.layers {
        program.add_layers(folder.clone(), layers.clone());
    }
    let Analysed { mut analyses, diagnostics, broken: ended } = analyse(&program, &joined, bench);
    result.diagnostics.extend(diagnostics);
    broken.extend(ended);
    let apps: Vec<&Application> = units.iter().map(|unit| unit.app).collect();
    app_code::follow_handed(&apps, &joined.owners, &mut analyses);
    // Of equal flows one stays below, but each function has a guard of its own.
    let guard = if bench.request.keep_applications {
        facts::facts(units.len(), &joined, &program, &analyses)
    } else {
        Vec::new()
    };
    let runners = once::tell_once(&apps, &joined.owners, &mut analyses);
    let unfinished: BTreeSet<usize> =
        analyses.iter().flat_map(|analysis| analysis.unfinished.iter().copied()).collect();
    for entry in &unfinished {
        note_unfinished(*entry, &joined, units, &mut result);
    }
    note_cuts(&analyses, &program, &mut broken, &mut result);
    if bench.request.vulndb.is_some() {
        result.loaded = loaded::of_applications(units.len(), &joined, &program, &broken);
    }
    if bench.request.keep_applications || rights::is_asked(bench.rules) {
        let seen = view::Seen { program: &program, broken: &broken, unfinished: &unfinished };
        result.views = view::views(units.len(), &joined, &seen, &runners);
        let calls = app_code::function_calls(&joined.owners, &analyses);
        for (view, calls) in result.views.iter_mut().zip(calls) {
            view.calls = calls;
        }
        for (view, guard) in result.views.iter_mut().zip(guard) {
            view.guard = guard;
        }
    }
    let (of_rights, privileges) = rights::judge(&apps, &result.views, bench);
    result.privileges = privileges;
    let judged = judge::judge(&apps, &joined.owners, analyses, bench.rules);
    view::add_carried(&mut result.views, &joined, &program, &judged.findings);
    result.findings = judged.findings;
    result.findings.extend(of_rights.findings);
    for rule in judged.faults.into_iter().chain(of_rights.faults) {
        let id = rule.info.id;
        let message = format!("a fault in rule `{id}` ended its work on code; please report it");
        let place = Place::whole(bench.sources.add("", ""));
        result.diagnostics.push(Diagnostic::error(place, message));
        result.not_scanned += 1;
    }
    result
}

fn add_file(
    file: CodeFile,
    sources: &Sources,
    program: &mut Program,
    broken: &mut BTreeSet<ModuleId>,
    result: &mut CodeResult,
) {
    let is_whole = file.is_whole();
    result.diagnostics.extend(file.diagnostics);
    let Some(module) = file.module else {
        result.not_scanned += 1;
        return;
    };
    let text = sources.get(file.file);
    let language = module.language;
    result.files.push(CodeText {
        file: file.file,
        language,
        text: Arc::clone(&text),
        lines: 0,
        is_file: true,
    });
    let id = program.add(text, module);
    if !is_whole {
        result.in_part += 1;
        broken.insert(id);
    }
}

/// Adds the code that stands in a template.
fn add_inline(
    unit: Unit<'_>,
    sources: &Sources,
    program: &mut Program,
    broken: &mut BTreeSet<ModuleId>,
    result: &mut CodeResult,
) -> Vec<(SmolStr, ModuleId)> {
    let template = sources.get(unit.template);
    let mut modules = Vec::new();
    for code in app_code::inline_code(unit.app, &template) {
        let path = format!("{}#{}", template.path, code.function.name);
        let file = code.place.file;
        let Some(module) = files::parse(file, code.language, &path, code.text) else {
            result.diagnostics.push(Diagnostic::error(code.place, files::FAULT));
            result.templates_in_part.insert(unit.template);
            continue;
        };
        let is_whole = module.errors.is_empty();
        let text = Arc::new(SourceFile { path, text: code.text.to_owned() });
        let id = program.add_at(Arc::clone(&text), module, code.anchor);
        if let Anchor::Block { lines, .. } = code.anchor {
            let language = code.language;
            result.files.push(CodeText { file, language, text, lines, is_file: false });
        }
        if !is_whole {
            if let Some(module) = program.module(id) {
                result.diagnostics.extend(files::errors(module, |span| program.place(id, span)));
            }
            result.templates_in_part.insert(unit.template);
            broken.insert(id);
        }
        modules.push((code.function.name.clone(), id));
    }
    modules
}

/// The entry points of all applications.
#[derive(Debug, Default)]
struct Joined {
    /// Functions of the first entries; those after them belong to no template.
    owners: Vec<Owner>,
    entries: Vec<Entry>,
    /// Folders of the code of each function that was found.
    folders: Vec<(Owner, Vec<String>)>,
    /// Layers over folders of code.
    layers: Vec<(String, Vec<String>)>,
    /// Paths of the `function.json` files that applications have.
    described: Vec<String>,
}

fn join(
    units: &[Unit<'_>],
    inline: &[Vec<(SmolStr, ModuleId)>],
    program: &Program,
    described: &[Described],
    bench: &Bench<'_>,
    result: &mut CodeResult,
) -> Joined {
    let index = Index::new(program);
    let mut all = Joined::default();
    for ((app, unit), inline) in units.iter().enumerate().zip(inline) {
        let template = bench.sources.path(unit.template);
        let jail = bench.jail.for_template();
        let read = |path: &str| {
            let file = jail.read(unit.template, path).ok()?;
            Some(bench.sources.get(file).text.clone())
        };
        let of_template = |name: &str| {
            let found = inline.iter().find(|(function, _)| function == name);
            found.map(|(_, module)| *module)
        };
        let beside = Beside { inline: &of_template, read: &read, described };
        let joined = app_code::join(unit.app, &template, &index, beside);
        all.layers.extend(joined.layers);
        all.described.extend(joined.described);
        let owner = |function: SmolStr| Owner { app, function };
        all.owners.extend(joined.functions.into_iter().map(owner));
        all.entries.extend(joined.entries);
        all.folders.extend(joined.folders.into_iter().map(|(name, at)| (owner(name), at)));
        result.without_code += joined.missing.len();
        for missing in joined.missing {
            let place = unit.app.function(&missing.function).map(|function| function.place);
            let message =
                format!("the code of `{}` was not looked at: {}", missing.function, missing.reason);
            let place = place.unwrap_or_else(|| Place::whole(unit.template));
            result.diagnostics.push(Diagnostic::note(place, message));
        }
    }
    all
}

#[derive(Default)]
struct Analysed {
    analyses: Vec<Analysis>,
    diagnostics: Vec<Diagnostic>,
    /// Modules in which a fault of ours ended the work.
    broken: Vec<ModuleId>,
}

fn analyse(program: &Program, joined: &Joined, bench: &Bench<'_>) -> Analysed {
    let languages: BTreeSet<Language> =
        program.ids().filter_map(|id| program.module(id)).map(|module| module.language).collect();
    if languages.is_empty() {
        return Analysed::default();
    }
    let models = app_code::models(&languages, &bench.request.models);
    let mut entries: Vec<Vec<(usize, &Entry)>> = vec![Vec::new(); program.len()];
    for (index, entry) in joined.entries.iter().enumerate() {
        if let Some(of_module) = entries.get_mut(entry.module.0 as usize) {
            of_module.push((index, entry));
        }
    }
    let work: Vec<(ModuleId, Vec<(usize, &Entry)>)> = program.ids().zip(entries).collect();
    let found: Vec<Option<Analysis>> =
        work.par_iter().map(|(id, entries)| analyse_one(program, &models, *id, entries)).collect();
    let mut all = Analysed::default();
    for ((id, _), analysis) in work.iter().zip(found) {
        if let Some(analysis) = analysis {
            all.analyses.push(analysis);
            continue;
        }
        let message = "a fault of faasguard ended the analysis of this code; please report it";
        let file = program.module(*id).map(|module| module.file).unwrap_or_default();
        all.diagnostics.push(Diagnostic::error(Place::whole(file), message));
        all.broken.push(*id);
    }
    all
}

fn analyse_one(
    program: &Program,
    models: &ModelSet,
    id: ModuleId,
    entries: &[(usize, &Entry)],
) -> Option<Analysis> {
    catch_unwind(AssertUnwindSafe(|| taint::analyse(program, models, id, entries))).ok()
}

fn note_unfinished(entry: usize, joined: &Joined, units: &[Unit<'_>], result: &mut CodeResult) {
    let Some(owner) = joined.owners.get(entry) else { return };
    let Some(unit) = units.get(owner.app) else { return };
    let place = unit.app.function(&owner.function).map(|function| function.place);
    let message =
        format!("the code of `{}` is too large to be followed to its end", owner.function);
    let place = place.unwrap_or_else(|| Place::whole(unit.template));
    result.diagnostics.push(Diagnostic::warning(place, message));
}

/// Tells of every function that was not followed to its end, once; its file was read in part.
fn note_cuts(
    analyses: &[Analysis],
    program: &Program,
    broken: &mut BTreeSet<ModuleId>,
    result: &mut CodeResult,
) {
    let mut told: BTreeSet<Place> = BTreeSet::new();
    for cut in analyses.iter().flat_map(|analysis| &analysis.cuts) {
        if !told.insert(cut.place) {
            continue;
        }
        let subject = match cut.function.as_str() {
            "" => "this code".to_owned(),
            name => format!("`{name}`"),
        };
        let message = match cut.limit {
            Limit::Depth => format!("{subject} is called too deep to be followed from there"),
            Limit::Repeats => {
                format!(
                    "{subject} calls itself with other data each time and is not followed further"
                )
            }
            Limit::Work => format!(
                "{subject} is too large to be followed to its end; what it calls last was not looked at"
            ),
        };
        result.diagnostics.push(Diagnostic::warning(cut.place, message));
        let is_meant =
            |id: &ModuleId| program.module(*id).is_some_and(|module| module.file == cut.place.file);
        if let Some(id) = program.ids().find(is_meant)
            && broken.insert(id)
        {
            result.in_part += 1;
        }
    }
}
