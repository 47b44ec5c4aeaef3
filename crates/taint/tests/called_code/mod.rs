//! Small programs whose calls of services are marked: a line that ends with `call: s3.put_object(Bucket=$B)`
//! calls just that for the handler, `dynamic: s3` calls something that is not known. Marks of one line
//! stand behind each other with `;;` between.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(dead_code, clippy::allow_attributes, reason = "no test file uses all of it")]

use std::{collections::BTreeSet, sync::Arc};

use code_ir::Language;
use source_text::{FileId, SourceFile};
use taint::{Analysis, DynamicCall, Entry, ModelSet, ModuleId, Program, analyse};

/// Demands just the calls that are marked in files that begin with `=== path` each, or in one file.
pub(crate) fn check(first: &str, code: &str) {
    let (found, expected) = calls(first, code);
    assert_eq!(found, expected, "left: found, right: expected, in\n{code}");
}

type Marks = BTreeSet<(String, u32, String)>;

fn calls(first: &str, code: &str) -> (Marks, Marks) {
    let mut program = Program::default();
    let mut expected = BTreeSet::new();
    let mut paths = Vec::new();
    let mut symbol = "handler";
    for (at, (path, text)) in files(first, code).into_iter().enumerate() {
        let file = FileId(u32::try_from(at).unwrap());
        let language = Language::of_path(&path).unwrap();
        let module = match language {
            Language::Python => code_python::parse(file, &text),
            Language::JavaScript | Language::TypeScript => {
                code_javascript::parse(file, language, &path, &text)
            }
            _ => code_tree_sitter::parse(file, language, &text),
        };
        symbol = match language {
            Language::Java => "Handler.handleRequest",
            Language::CSharp => "Function.Handler",
            _ if at > 0 => symbol,
            _ => "handler",
        };
        assert!(module.errors.is_empty(), "{path}: {:?}", module.errors);
        for (line, content) in text.lines().enumerate() {
            let line = u32::try_from(line + 1).unwrap();
            let Some((_, marks)) = content.split_once(" call: ") else {
                if let Some((_, mark)) = content.split_once(" dynamic: ") {
                    expected.insert((path.clone(), line, format!("dynamic {}", mark.trim())));
                }
                continue;
            };
            let marks = marks.split(";;").map(|mark| mark.trim().to_owned());
            expected.extend(marks.map(|mark| (path.clone(), line, mark)));
        }
        program.add(Arc::new(SourceFile { path: path.clone(), text }), module);
        paths.push(path);
    }
    let language = program.module(ModuleId(0)).unwrap().language;
    let models = ModelSet::new([language], &[]);
    let entry = Entry { module: ModuleId(0), symbol: symbol.into(), events: vec!["direct".into()] };
    let Analysis { calls, dynamic_calls, .. } =
        analyse(&program, &models, ModuleId(0), &[(0, &entry)]);
    let mut found = BTreeSet::new();
    for call in calls.iter().filter(|call| call.entry == Some(0)) {
        let path = paths.get(call.place.file.0 as usize).unwrap().clone();
        found.insert((path, call.place.line, call.to_string()));
    }
    for DynamicCall { place, service, .. } in
        dynamic_calls.iter().filter(|call| call.entry == Some(0))
    {
        let service = service.as_deref().unwrap_or("?");
        found.insert((
            paths.get(place.file.0 as usize).unwrap().clone(),
            place.line,
            format!("dynamic {service}"),
        ));
    }
    (found, expected)
}

fn files(first: &str, code: &str) -> Vec<(String, String)> {
    if !code.starts_with("=== ") {
        return vec![(first.to_owned(), code.to_owned())];
    }
    code.split("=== ")
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (path, text) = part.split_once('\n').unwrap();
            (path.trim().to_owned(), text.to_owned())
        })
        .collect()
}
