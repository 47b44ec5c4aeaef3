//! Small programs with marks: a line that ends with `expect: sql` has a flow of that kind, `expect: sql?`
//! one that is only guessed at, and `expect: check:weak-hash` shows a flaw without a flow.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(dead_code, clippy::allow_attributes, reason = "no test file uses all of it")]

use std::{collections::BTreeSet, sync::Arc};

use code_ir::Language;
use source_text::{FileId, SourceFile};
use taint::{Analysis, Entry, Kind, ModelSet, ModuleId, Program, analyse};

/// What is dangerous: not what is logged or told.
pub(crate) fn is_danger(kind: Kind) -> bool {
    !matches!(kind, Kind::Log | Kind::Error | Kind::Event | Kind::Personal | Kind::Environment)
}

/// Files that begin with a line `=== path` each, or one file of the name `first`.
pub(crate) struct Case {
    pub(crate) program: Program,
    language: Language,
    expected: BTreeSet<(String, u32, String)>,
}

impl Case {
    pub(crate) fn read(first: &str, code: &str) -> Self {
        let mut program = Program::default();
        let mut expected = BTreeSet::new();
        let mut language = Language::Python;
        for (at, (path, text)) in files(first, code).into_iter().enumerate() {
            let file = FileId(u32::try_from(at).unwrap());
            language = Language::of_path(&path).unwrap();
            let module = match language {
                Language::Python => code_python::parse(file, &text),
                Language::JavaScript | Language::TypeScript => {
                    code_javascript::parse(file, language, &path, &text)
                }
                _ => code_tree_sitter::parse(file, language, &text),
            };
            assert!(module.errors.is_empty(), "{path}: {:?}", module.errors);
            for (line, content) in text.lines().enumerate() {
                if let Some((_, marks)) = content.split_once("expect: ") {
                    expected.extend(marks.split_whitespace().map(|mark| {
                        (path.clone(), u32::try_from(line + 1).unwrap(), mark.to_owned())
                    }));
                }
            }
            program.add(Arc::new(SourceFile { path, text }), module);
        }
        Self { program, language, expected }
    }

    /// Analyses each module; `handler` of the first gets the events.
    pub(crate) fn analyse(&self, events: &[&str]) -> Vec<Analysis> {
        let models = ModelSet::new([self.language], &[]);
        let entry = Entry {
            module: ModuleId(0),
            symbol: "handler".into(),
            events: events.iter().map(|word| (*word).into()).collect(),
        };
        let of = |id: ModuleId| match events {
            [_, ..] if id == ModuleId(0) => vec![(0, &entry)],
            _ => Vec::new(),
        };
        self.program.ids().map(|id| analyse(&self.program, &models, id, &of(id))).collect()
    }

    fn path(&self, file: FileId) -> String {
        let is_meant = |id: &ModuleId| self.program.module(*id).is_some_and(|m| m.file == file);
        let id = self.program.ids().find(is_meant).unwrap();
        self.program.source(id).unwrap().path.clone()
    }

    fn demand(&self, found: &BTreeSet<(String, u32, String)>, code: &str) {
        assert_eq!(*found, self.expected, "left: found, right: expected, in\n{code}");
    }
}

/// Demands exactly the dangers that are marked.
pub(crate) fn check(first: &str, code: &str) {
    check_kinds(is_danger, first, code);
}

/// Demands exactly the flows of some kinds that are marked.
pub(crate) fn check_kinds(is_meant: fn(Kind) -> bool, first: &str, code: &str) {
    check_event(is_meant, first, code, &[]);
}

/// The same of code whose function `handler` gets events.
pub(crate) fn check_event(is_meant: fn(Kind) -> bool, first: &str, code: &str, events: &[&str]) {
    let case = Case::read(first, code);
    let mut found = BTreeSet::new();
    for flow in case.analyse(events).into_iter().flat_map(|analysis| analysis.flows) {
        if is_meant(flow.kind) {
            let mark = format!("{}{}", flow.kind, if flow.is_guess { "?" } else { "" });
            found.insert((case.path(flow.place.file), flow.place.line, mark));
        }
    }
    case.demand(&found, code);
}

/// Demands exactly the flaws of one check that are marked.
pub(crate) fn check_remarks(name: &str, first: &str, code: &str) {
    let case = Case::read(first, code);
    let mut found = BTreeSet::new();
    let events = if code.contains("handler") { &["rest-api"][..] } else { &[] };
    for remark in case.analyse(events).into_iter().flat_map(|analysis| analysis.remarks) {
        if remark.check == name {
            let mark = format!("check:{name}");
            found.insert((case.path(remark.place.file), remark.place.line, mark));
        }
    }
    case.demand(&found, code);
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

pub(crate) fn python(code: &str) {
    check("handler.py", code);
}

pub(crate) fn javascript(code: &str) {
    check("handler.js", code);
}
