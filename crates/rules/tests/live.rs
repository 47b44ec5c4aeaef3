//! Which rules are told from a live account: `docs/reference/live-rules.md` says it of every rule, and for
//! those that it calls told an account was recorded (`tests/live/RULE.N.json`), or answers were written in
//! the form of the services, from which the rule must be found.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use rules::Rule;
use source_text::Sources;

/// What a row says of a rule: the word, and why.
type Row<'a> = (&'a str, &'a str);

/// Words of the second column: told from answers, told with code, not in an account.
const WORDS: [&str; 4] = ["answers", "code", "template", "other"];

fn table() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::read_to_string(root.join("docs/reference/live-rules.md")).unwrap()
}

fn rows(table: &str) -> BTreeMap<String, Row<'_>> {
    let lines = table.lines().filter(|line| line.starts_with("| SAS-"));
    lines
        .map(|line| {
            let mut cells = line.trim_matches('|').split(" | ").map(str::trim);
            let (rule, word) = (cells.next().unwrap(), cells.next().unwrap());
            let id = rule.split(' ').next().unwrap();
            (id.to_owned(), (word, cells.next().unwrap_or_default()))
        })
        .collect()
}

/// Records of accounts, by the rule whose flaw they have.
fn records() -> BTreeMap<String, Vec<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/live");
    let mut records: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let mut parts = name.split('.');
        let id = format!("{}.{}", parts.next().unwrap(), parts.next().unwrap());
        records.entry(id).or_default().push(fs::read_to_string(path).unwrap());
    }
    records
}

/// How often the rule is found in an account.
fn count(rule: &Rule, text: &str) -> usize {
    let sources = Sources::default();
    let app = load_cloudformation::load_text(&sources, "snapshot.yaml", text);
    rule.findings(&app).len()
}

#[test]
fn every_rule_says_whether_an_account_tells_it() {
    let table = table();
    let rows = rows(&table);
    let known: BTreeSet<String> = rules::all().map(|rule| rule.info.id.to_string()).collect();
    let listed: BTreeSet<String> = rows.keys().cloned().collect();
    let missing: Vec<_> = known.difference(&listed).collect();
    assert!(missing.is_empty(), "no row in docs/reference/live-rules.md: {missing:?}");
    let gone: Vec<_> = listed.difference(&known).collect();
    assert!(gone.is_empty(), "rules that are not there: {gone:?}");
    for (id, (word, why)) in rows {
        assert!(WORDS.contains(&word), "{id}: `{word}`");
        assert!(word == "answers" || !why.is_empty(), "{id} says no reason");
    }
}

#[test]
fn what_is_told_is_found_in_a_recorded_account() {
    let table = table();
    let (rows, mut records) = (rows(&table), records());
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for rule in rules::all() {
        let name = rule.info.name.replace('-', "_");
        let own = format!("{name}/vulnerable.snapshot.yaml");
        let mut folders = fs::read_dir(&src).unwrap().map(|it| it.unwrap().path());
        let text = folders.find_map(|folder| fs::read_to_string(folder.join(&own)).ok());
        records.entry(rule.info.id.to_string()).or_default().extend(text);
    }
    let mut silent = Vec::new();
    for rule in rules::all() {
        let id = rule.info.id.to_string();
        let found: usize =
            records.get(&id).into_iter().flatten().map(|text| count(rule, text)).sum();
        let is_told = rows.get(&id).is_some_and(|(word, _)| *word == "answers");
        if is_told != (found > 0) {
            silent.push(format!("{id} {}: {found} findings", rule.info.name));
        }
    }
    assert!(silent.is_empty(), "{silent:#?}");
}
