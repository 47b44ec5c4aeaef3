//! Runs every rule on every fixture beside it, and checks that each rule is whole.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use finding::Audience;
use rules::Rule;
use source_text::Sources;

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

/// `(line, "SAS-4.1 message")` of each `# expect: …` marker; several on a line are parted by ` ## `.
fn expected(text: &str) -> BTreeSet<(u32, String)> {
    (1..)
        .zip(text.lines())
        .filter_map(|(line, text)| Some((line, text.split_once("# expect: ")?.1)))
        .flat_map(|(line, all)| {
            all.split(" ## ").map(move |one| (line, one.trim().to_owned())).collect::<Vec<_>>()
        })
        .collect()
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
        for kind in ["vulnerable.", "fixed."] {
            let named =
                |path: &PathBuf| path.file_name().unwrap().to_string_lossy().starts_with(kind);
            assert!(fixtures.iter().any(named), "{} has no {kind}* fixture", file.display());
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

/// Every rule that everybody sees, and the rule whose fixture it is.
fn findings(rule: &Rule, fixture: &Path, text: &str) -> BTreeSet<(u32, String)> {
    let sources = Sources::default();
    let app = load_cloudformation::load_text(&sources, &fixture.to_string_lossy(), text);
    rules::all()
        .filter(|other| other.info.audience == Audience::Everyone || other.info.id == rule.info.id)
        .flat_map(|other| other.findings(&app))
        .map(|found| (found.place.line, format!("{} {}", found.rule, found.message)))
        .collect()
}

#[test]
fn fixtures_yield_exactly_the_findings_they_expect() {
    let mut wrong = BTreeMap::new();
    for file in rule_files() {
        let rule = rule_of(&file);
        for fixture in entries(&file.with_extension("")) {
            let text = fs::read_to_string(&fixture).unwrap();
            let (found, expected) = (findings(rule, &fixture, &text), expected(&text));
            let id = rule.info.id.to_string();
            let is_vulnerable =
                fixture.file_name().unwrap().to_string_lossy().starts_with("vulnerable.");
            let hits = expected.iter().any(|(_, text)| text.starts_with(&format!("{id} ")));
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
