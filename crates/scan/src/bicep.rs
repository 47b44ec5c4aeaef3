//! Bicep sources: compiled, read like templates.

use std::{
    collections::BTreeSet,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::Arc,
};

use arm_template::Options;
use bicep_language::{Lowered, comments, given, lower};
use jail::{Jail, read_text};
use rayon::prelude::*;
use source_text::{
    Comment, Diagnostic, FileId, Kind, Level, Map, Node, Place, ReadFile as _, Sources,
};

use crate::{Request, parameter_files, suppress::Commented, template::Scanned};

/// Whether a file is Bicep, by its name; values of parameters are so only when they are named.
pub(crate) fn is_source(path: &Path, is_named: bool) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    ending.eq_ignore_ascii_case("bicep") || is_parameters(path) && is_named
}

fn is_parameters(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("bicepparam"))
}

/// Reads the sources that no other of them calls as a module.
pub(crate) fn read_all(
    paths: &BTreeSet<PathBuf>,
    jail: &Jail,
    sources: &Arc<Sources>,
    request: &Request,
) -> Vec<Scanned> {
    let one = |path: &PathBuf| -> (String, Scanned, Vec<FileId>) {
        let shown = jail.shown(path);
        let work = AssertUnwindSafe(|| read(path, &shown, jail, sources, request));
        let (scanned, modules) = catch_unwind(work).unwrap_or_else(|_| {
            let message = "a fault of faasguard ended the reading of this file; please report it";
            (refused(sources.add(shown.clone(), ""), message.to_owned()), Vec::new())
        });
        (shown, scanned, modules)
    };
    let read: Vec<_> = paths.par_iter().map(one).collect();
    let called: BTreeSet<String> =
        read.iter().flat_map(|(.., modules)| modules).map(|file| sources.path(*file)).collect();
    let roots = read.into_iter().filter(|(shown, ..)| !called.contains(shown));
    roots.map(|(_, scanned, _)| scanned).collect()
}

fn refused(file: FileId, message: String) -> Scanned {
    let diagnostics = vec![Diagnostic::error(Place::whole(file), message)];
    Scanned { diagnostics, is_incomplete: true, file, ..Scanned::default() }
}

fn read(
    path: &Path,
    shown: &str,
    jail: &Jail,
    sources: &Arc<Sources>,
    request: &Request,
) -> (Scanned, Vec<FileId>) {
    let jail = jail.for_template();
    let text = match read_text(path) {
        Ok(text) => text,
        Err(refusal) => return (refused(sources.add(shown, ""), refusal.to_string()), Vec::new()),
    };
    let mut options = Options { parameters: request.parameters.clone(), ..Options::default() };
    let mut file = sources.add(shown, text);
    let mut called = Vec::new();
    let mut told = Vec::new();
    if is_parameters(path) {
        let given = given(file, &sources.get(file).text);
        let Some(using) = given.using else {
            let message = "this file of parameters names no source (`using './main.bicep'`)";
            return (refused(file, message.to_owned()), Vec::new());
        };
        file = match jail.read(file, &using) {
            Ok(file) => file,
            Err(error) => return (refused(file, error.to_string()), Vec::new()),
        };
        for (name, value) in given.values {
            match value.scalar_text() {
                Some(text) => {
                    options.parameters.entry(name).or_insert(text);
                }
                None => {
                    options.defaults.entry(name).or_insert(value);
                }
            }
        }
        called.push(file);
    } else {
        options.defaults = parameter_files::beside(path, file, &jail, &mut told);
    }
    let mut lowered = lower(file, &options, &jail);
    lowered.diagnostics.extend(told);
    called.extend(&lowered.modules);
    (application(lowered, file, &options, &jail, request), called)
}

fn application(
    lowered: Lowered,
    file: FileId,
    options: &Options,
    jail: &Jail,
    request: &Request,
) -> Scanned {
    let options = load_cloudformation::Options {
        parameters: options.parameters.clone(),
        region: request.region.clone(),
        account: request.account.clone(),
        partition: request.partition.clone(),
        is_account: false,
        keeps_declared: request.keeps_declared(),
        environment: indexmap::IndexMap::new(),
    };
    let mut files = vec![file];
    files.extend(&lowered.modules);
    let of_file = |file: &FileId| {
        let (comments, text) = comments(*file, &jail.sources().get(*file).text);
        commented(*file, &lowered.template, comments, text)
    };
    let commented = files.iter().filter_map(of_file).collect();
    let mut diagnostics = lowered.diagnostics;
    let loaded = load_cloudformation::load(file, lowered.template, &options, Some(jail));
    diagnostics.extend(loaded.diagnostics);
    let is_incomplete = diagnostics.iter().any(|remark| remark.level == Level::Error);
    Scanned {
        app: Some(loaded.app),
        commented,
        diagnostics,
        is_incomplete,
        file,
        files: files.len(),
        ..Scanned::default()
    }
}

/// The comments of a file, and the resources that stand in it.
pub(crate) fn commented(
    file: FileId,
    template: &Node,
    comments: Vec<Comment>,
    text: String,
) -> Option<Commented> {
    if comments.is_empty() {
        return None;
    }
    let mut resources = Map::new();
    let all = template.get("Resources").and_then(Node::as_map);
    for (id, entry) in all.into_iter().flat_map(Map::entries) {
        let body = entry.value.get("Properties").filter(|_| entry.value.place.file == file);
        if let Some(body) = body {
            let body = Node::new(entry.value.place, body.kind.clone());
            resources.insert_at(id.clone(), entry.key_place, body);
        }
    }
    let place = Place::whole(file);
    let resources = Node::new(place, Kind::Map(resources));
    let document = Node::map(place, [("Resources", resources)]);
    Some(Commented { text, comments, document })
}
