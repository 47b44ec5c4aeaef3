//! Every way in which a function is started: a hostile field is found with who decides about it, and
//! what the platform sets stays silent.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod apps;
mod aws;
mod azure;
mod frameworks;
mod google;
mod wrapped;

use std::{collections::BTreeSet, sync::Arc};

use code_ir::Language;
use source_text::{FileId, SmolStr, SourceFile};
use taint::{Entry, Kind, Program};

/// Flows of files as `path:line kind trust`, sorted. `code` is text of one file, named `first`, or of
/// several that begin with a line `=== path` each. `entry` is the symbol in the first file that a
/// template names, and the words of its triggers.
pub(crate) fn flows(first: &str, code: &str, entry: Option<(&str, &[&str])>) -> BTreeSet<String> {
    flows_of(files(first, code), entry, &[Kind::Log, Kind::Error, Kind::Event, Kind::Personal])
}

/// The same of files, each with its path, without flows of some kinds.
pub(crate) fn flows_of(
    files: Vec<(String, String)>,
    entry: Option<(&str, &[&str])>,
    without: &[Kind],
) -> BTreeSet<String> {
    let mut program = Program::default();
    let mut languages = BTreeSet::new();
    for (at, (path, text)) in files.into_iter().enumerate() {
        let file = FileId(u32::try_from(at).unwrap());
        let language = Language::of_path(&path).unwrap();
        languages.insert(language);
        let module = app_code::parse(file, language, &path, &text);
        assert!(module.errors.is_empty(), "{path}: {:?}", module.errors);
        program.add(Arc::new(SourceFile { path, text }), module);
    }
    let models = app_code::models(&languages, &[]);
    let entry = entry.map(|(symbol, events)| Entry {
        module: taint::ModuleId(0),
        symbol: symbol.into(),
        events: events.iter().map(SmolStr::new).collect(),
    });
    let mut found = BTreeSet::new();
    for id in program.ids() {
        let entries: Vec<(usize, &Entry)> =
            entry.iter().filter(|entry| entry.module == id).map(|entry| (0, entry)).collect();
        for flow in taint::analyse(&program, &models, id, &entries).flows {
            if !without.contains(&flow.kind) {
                let path = &program.source(taint::ModuleId(flow.place.file.0)).unwrap().path;
                let (line, trust) = (flow.place.line, flow.trust.as_str());
                found.insert(format!("{path}:{line} {} {trust}", flow.kind));
            }
        }
    }
    found
}

/// Demands exactly the flows that are marked: a line that ends with `expect: command attacker` has one.
#[track_caller]
pub(crate) fn check(first: &str, code: &str, entry: Option<(&str, &[&str])>) {
    check_all(first, &[code.to_owned()], entry);
}

/// As [`check`], for several programs; all that differ are told at once.
#[track_caller]
pub(crate) fn check_all(first: &str, codes: &[String], entry: Option<(&str, &[&str])>) {
    let mut wrong = Vec::new();
    for code in codes {
        let mut expected = BTreeSet::new();
        for (path, text) in files(first, code) {
            for (at, line) in text.lines().enumerate() {
                if let Some((_, mark)) = line.split_once("expect: ") {
                    expected.insert(format!("{path}:{} {}", at + 1, mark.trim()));
                }
            }
        }
        let found = flows(first, code, entry);
        if found != expected {
            wrong.push(format!("{found:?}\nis not {expected:?} in\n{code}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn files(first: &str, code: &str) -> Vec<(String, String)> {
    if !code.starts_with("=== ") {
        return vec![(first.to_owned(), code.to_owned())];
    }
    code.split("=== ")
        .skip(1)
        .map(|part| {
            let (path, text) = part.split_once('\n').unwrap();
            (path.to_owned(), text.to_owned())
        })
        .collect()
}
