//! Runs every rule on every fixture beside it, and checks that each rule is whole.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod packages;
mod seen;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use app_code::{Index, Joined, Owner};
use app_model::Application;
use code_ir::Language;
use finding::{Audience, Finding};
use least_privilege::{CodeOf, Deployment, Names, Privileges};
use rules::{Check, Code, FileSecret, Rights, Rule};
use source_text::Sources;
use taint::{Analysis, Program};

/// Rule files in the folders `src/sas_NN_*`, sorted.
fn rule_files() -> Vec<PathBuf> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files: Vec<PathBuf> = entries(&src)
        .into_iter()
        .filter(|path| path.is_dir())
        .flat_map(|dir| entries(&dir))
        .filter(|path| path.extension().is_some_and(|e| e == "rs") && !path.ends_with("mod.rs"))
        .collect();
    files.sort();
    files
}

fn entries(dir: &Path) -> Vec<PathBuf> {
    fs::read_dir(dir).map_or_else(|_| Vec::new(), |list| list.map(|e| e.unwrap().path()).collect())
}

fn rule_of(file: &Path) -> &'static Rule {
    let name = file.file_stem().unwrap().to_string_lossy().replace('_', "-");
    rules::by_name(&name).unwrap_or_else(|| panic!("{} is not registered", file.display()))
}

/// A file of a fixture (without folder when it is the only one), a line in it, "SAS-4.1 message".
type Mark = (String, u32, String);

/// Findings in files that hold no comments, one a line: `package-lock.json:12: SAS-6.7 message`; of a
/// file as a whole without a number.
const EXPECTED: &str = "expected.txt";

fn listed(line: &str) -> Mark {
    let (place, message) = line.split_once(": ").unwrap();
    let (path, line) = place.rsplit_once(':').unwrap_or((place, "0"));
    (path.to_owned(), line.parse().unwrap(), message.to_owned())
}

/// Each `# expect: …` marker (in code also `// expect: …`); several on a line are parted by ` ## `.
fn expected(path: &str, text: &str) -> BTreeSet<Mark> {
    if path == EXPECTED {
        return text.lines().map(listed).collect();
    }
    (1..)
        .zip(text.lines())
        .filter_map(|(line, text)| {
            let marker = ["# expect: ", "// expect: "];
            Some((line, marker.iter().find_map(|marker| text.split_once(marker))?.1))
        })
        .flat_map(|(line, all)| {
            all.split(" ## ")
                .map(move |one| (path.to_owned(), line, one.trim().to_owned()))
                .collect::<Vec<_>>()
        })
        .collect()
}

/// Whether a fixture is of a kind: `vulnerable.py`, `vulnerable.sam.yaml`, the folder `vulnerable`.
fn is_kind(fixture: &Path, kind: &str) -> bool {
    let name = fixture.file_name().unwrap().to_string_lossy().into_owned();
    name == kind || name.starts_with(&format!("{kind}."))
}

#[test]
fn every_rule_file_is_registered_with_docs_and_two_fixtures() {
    assert_eq!(rule_files().len(), rules::all().count(), "a rule is not in its risk's list");
    for file in rule_files() {
        let rule = rule_of(&file);
        let docs = fs::read_to_string(file.with_extension("md")).unwrap();
        assert_eq!(docs, rule.info.docs, "{} has the docs of another rule", file.display());
        let title = format!("({})", rule.info.id);
        assert!(docs.lines().next().unwrap().contains(&title), "{}: title", file.display());
        for heading in
            ["## Why it matters", "## What to do", "## When it stays silent", "## Sources"]
        {
            assert!(docs.contains(heading), "{}: {heading}", file.display());
        }
        let fixtures = entries(&file.with_extension(""));
        for kind in ["vulnerable", "fixed"] {
            let found = fixtures.iter().any(|path| is_kind(path, kind));
            assert!(found, "{} has no {kind}* fixture", file.display());
        }
    }
}

#[test]
fn ids_are_ordered_and_names_are_unique() {
    let ids: Vec<_> = rules::all().map(|rule| rule.info.id).collect();
    assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "{ids:?}");
    let names: BTreeSet<_> = rules::all().map(|rule| rule.info.name).collect();
    assert_eq!(names.len(), ids.len());
    assert!(rules::all().all(|rule| !rule.info.cwe.is_empty()));
}

/// Files of a fixture, by their paths in it.
fn files_of(fixture: &Path) -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut open = vec![fixture.to_path_buf()];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(entries(&path));
            continue;
        }
        let shown = match path.strip_prefix(fixture) {
            Ok(inner) if inner != Path::new("") => inner.to_string_lossy().into_owned(),
            _ => path.file_name().unwrap().to_string_lossy().into_owned(),
        };
        // What is no text, such as an archive, is of interest by its bytes only.
        let bytes = fs::read(&path).unwrap();
        files.push((shown, String::from_utf8(bytes).unwrap_or_default()));
    }
    files.sort();
    files
}

/// Joins the only function app of a fixture with the project that it is.
fn join_project(app: &mut Application, sources: &Sources, files: &[(String, String)]) {
    let paths: Vec<String> = files.iter().map(|(path, _)| path.clone()).collect();
    let read = |path: &str| {
        let (_, text) = files.iter().find(|(known, _)| known == path)?;
        let file = sources.add(path, text.clone());
        Some((file, sources.get(file)))
    };
    let files = azure_project::Files { paths: &paths, read: &read };
    let layout = azure_project::Layout::of(files);
    let mut unit = azure_project::Unit { app, template: "main.arm.json" };
    let joined = azure_project::join(&mut unit, &layout, files, &|_| Vec::new());
    assert_eq!(joined.folders.len(), 1, "{:?}", joined.diagnostics);
}

/// Every rule that everybody sees, and the rule whose fixture it is: on a template alone those of
/// configuration, on code those of code. The template of a folder only says where its code begins.
fn findings(rule: &Rule, files: &[(String, String)]) -> BTreeSet<Mark> {
    let sources = Sources::default();
    let rules = || {
        rules::all().filter(|other| {
            other.info.audience == Audience::Everyone || other.info.id == rule.info.id
        })
    };
    let mark = |found: Finding| {
        let path = sources.path(found.place.file);
        (path, found.place.line, format!("{} {}", found.rule, found.message))
    };
    if matches!(rule.check, Check::Files(_)) {
        let scanner = secret_scan::Scanner::default();
        let found = files.iter().flat_map(|(path, text)| {
            let file = sources.add(path.clone(), text.clone());
            let found = scanner.scan(path, text.as_bytes()).into_iter();
            found.map(move |found| FileSecret::new(file, path, found))
        });
        return found.filter_map(|secret| rule.file_finding(&secret)).map(mark).collect();
    }
    let (code, templates): (Vec<_>, Vec<_>) =
        files.iter().partition(|(path, _)| Language::of_path(path).is_some());
    let is_template = |(path, _): &&&(String, String)| {
        !matches!(rule.check, Check::Packages(_)) || path.starts_with("template.")
    };
    let is_host = |path: &str| path == "host.json" || seen::is_one(path);
    let mut app = templates
        .iter()
        .find(|file| is_template(file) && !is_host(&file.0))
        .map(|(path, text)| load_cloudformation::load_text(&sources, path, text))
        .unwrap_or_default();
    seen::tell(&mut app, files);
    if files.iter().any(|(path, _)| path == "host.json") {
        join_project(&mut app, &sources, files);
    }
    if matches!(rule.check, Check::Packages(_)) {
        let of_packages = rules().filter(|other| matches!(other.check, Check::Packages(_)));
        return packages::findings(&app, &sources, files, of_packages)
            .into_iter()
            .map(mark)
            .collect();
    }
    if code.is_empty() {
        return rules().flat_map(|other| other.findings(&app)).map(mark).collect();
    }
    let template = templates.first().map_or("", |(path, _)| path.as_str());
    let (joined, analyses) = analyses(&app, template, &sources, &code);
    let privileges = privileges(&app, &joined, &analyses);
    let rights = Rights { app: &app, privileges: &privileges };
    // Other fixtures leave policies out: their templates only say where code begins.
    let asks_rights = matches!(rule.check, Check::Rights(_));
    let of_rights =
        rules().filter(|_| asks_rights).flat_map(|other| other.rights_findings(&rights));
    analyses
        .iter()
        .map(|analysis| Code { app: &app, entries: &joined.functions, analysis })
        .flat_map(|code| rules().flat_map(move |other| other.code_findings(&code)))
        .chain(of_rights)
        .map(mark)
        .collect()
}

/// What the functions of a fixture need and are allowed.
fn privileges(app: &Application, joined: &Joined, analyses: &[Analysis]) -> Vec<Privileges> {
    let owners: Vec<Owner> = joined
        .functions
        .iter()
        .map(|function| Owner { app: 0, function: function.clone() })
        .collect();
    let calls = app_code::function_calls(&owners, analyses).into_iter().next().unwrap_or_default();
    let code = calls
        .iter()
        .map(|(name, found)| {
            let of_function = CodeOf {
                calls: found.calls.as_slice().into(),
                dynamic_calls: found.dynamic_calls.as_slice().into(),
                gaps: Vec::new(),
            };
            (name.clone(), of_function)
        })
        .collect();
    let names = Names::new(app, &Deployment::default());
    least_privilege::privileges(&names, &code, None, least_privilege::quota::INLINE)
}

/// What the engine tells of each file, with the entry points that a template names, or by shape.
fn analyses(
    app: &Application,
    template: &str,
    sources: &Sources,
    files: &[&(String, String)],
) -> (Joined, Vec<Analysis>) {
    let mut program = Program::default();
    let mut languages = BTreeSet::new();
    for (path, text) in files {
        let language = Language::of_path(path).unwrap();
        languages.insert(language);
        let file = sources.add(path.clone(), text.clone());
        let module = app_code::parse(file, language, path, text);
        assert!(module.errors.is_empty(), "{path}: {:?}", module.errors);
        program.add(sources.get(file), module);
    }
    let models = app_code::models(&languages, &[]);
    let joined = app_code::join(
        app,
        template,
        &Index::new(&program),
        app_code::Beside { inline: &|_| None, read: &|_| None, described: &[] },
    );
    assert!(joined.missing.is_empty(), "{:?}", joined.missing);
    let analyses = program
        .ids()
        .map(|id| {
            let entries: Vec<_> =
                joined.entries.iter().enumerate().filter(|(_, entry)| entry.module == id).collect();
            taint::analyse(&program, &models, id, &entries)
        })
        .collect();
    (joined, analyses)
}

#[test]
fn fixtures_yield_exactly_the_findings_they_expect() {
    // The engine follows calls deep; programs run it on large stacks, too.
    let worker = std::thread::Builder::new().stack_size(256 << 20).spawn(check_fixtures);
    worker.unwrap().join().unwrap();
}

fn check_fixtures() {
    let mut wrong = BTreeMap::new();
    for file in rule_files() {
        let rule = rule_of(&file);
        for fixture in entries(&file.with_extension("")) {
            let files = files_of(&fixture);
            // What archives hold is no text: `archives.rs` runs these.
            if files.iter().any(|(path, _)| path == "code.zip") {
                continue;
            }
            let found = findings(rule, &files);
            let expected: BTreeSet<Mark> =
                files.iter().flat_map(|(path, text)| expected(path, text)).collect();
            let id = rule.info.id.to_string();
            let hits = expected.iter().any(|(.., text)| text.starts_with(&format!("{id} ")));
            let is_vulnerable = is_kind(&fixture, "vulnerable");
            assert_eq!(hits, is_vulnerable, "{} must expect {id}", fixture.display());
            if found != expected {
                let missing: Vec<_> = expected.difference(&found).cloned().collect();
                let surplus: Vec<_> = found.difference(&expected).cloned().collect();
                wrong.insert(fixture.display().to_string(), (missing, surplus));
            }
        }
    }
    let report: Vec<String> = wrong
        .iter()
        .map(|(file, (missing, surplus))| {
            format!("{file}\n  missing: {missing:#?}\n  surplus: {surplus:#?}")
        })
        .collect();
    assert!(report.is_empty(), "{}", report.join("\n"));
}
