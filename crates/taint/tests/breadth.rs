//! Small handlers as developers write them, vulnerable and safe ones side by side, in every language.
//!
//! Each file of `breadth/LANGUAGE/` is a program of its own. A line that ends with `expect: sql` has a
//! flow of that kind, `expect: sql?` one that is only guessed at, and `expect: !weak-hash` a flaw
//! without a flow. No other line has one; what is merely logged is not looked at unless it is marked.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use code_ir::Language;
use source_text::{FileId, SourceFile};
use taint::{Kind, ModelSet, Program, analyse};

type Marks = BTreeSet<(u32, String)>;

#[test]
fn python() {
    check("python");
}

#[test]
fn javascript_and_typescript() {
    check("javascript");
}

#[test]
fn java() {
    check("java");
}

#[test]
fn go() {
    check("go");
}

#[test]
fn csharp() {
    check("csharp");
}

#[test]
fn ruby() {
    check("ruby");
}

/// Analyses every file of a folder and demands exactly the marked flaws.
fn check(folder: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/breadth").join(folder);
    let mut paths: Vec<PathBuf> =
        fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "no files of {folder}");
    let mut wrong = String::new();
    for path in &paths {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(path).unwrap();
        let language = Language::of_path(&name).unwrap();
        let models = ModelSet::new([language], &[]);
        let (found, expected) = (found(&name, language, &text, &models), expected(&text));
        let differences =
            [("missed", expected.difference(&found)), ("false", found.difference(&expected))];
        for (word, marks) in differences {
            for (line, mark) in marks {
                let code = text.lines().nth(*line as usize - 1).unwrap_or_default().trim();
                writeln!(wrong, "{folder}/{name}:{line}: {word} {mark}: {code}").unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

fn expected(text: &str) -> Marks {
    let numbered = (1..).zip(text.lines());
    numbered
        .filter_map(|(line, content)| Some((line, content.split_once("expect: ")?.1)))
        .flat_map(|(line, marks)| marks.split_whitespace().map(move |mark| (line, mark.to_owned())))
        .collect()
}

fn found(name: &str, language: Language, text: &str, models: &ModelSet) -> Marks {
    let file = FileId(0);
    let module = match language {
        Language::Python => code_python::parse(file, text),
        Language::JavaScript | Language::TypeScript => {
            code_javascript::parse(file, language, name, text)
        }
        _ => code_tree_sitter::parse(file, language, text),
    };
    assert!(module.errors.is_empty(), "{name}: {:?}", module.errors);
    let mut program = Program::default();
    program.add(Arc::new(SourceFile { path: name.to_owned(), text: text.to_owned() }), module);
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Marks::new();
    for id in program.ids() {
        let analysis = analyse(&program, models, id, &[]);
        for flow in analysis.flows {
            let mark = format!("{}{}", flow.kind, if flow.is_guess { "?" } else { "" });
            let is_told = matches!(flow.kind, Kind::Log | Kind::Event | Kind::Personal);
            let line = lines.get(flow.place.line as usize - 1).unwrap_or(&"");
            let is_marked =
                line.split_once("expect: ").is_some_and(|(_, marks)| marks.contains(&mark));
            if !is_told || is_marked {
                found.insert((flow.place.line, mark));
            }
        }
        found.extend(
            analysis.remarks.iter().map(|remark| (remark.place.line, format!("!{}", remark.check))),
        );
    }
    found
}
