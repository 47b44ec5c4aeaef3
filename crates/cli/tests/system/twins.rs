//! Every rule on AWS in more than one format: a twin is one text with lines that only the flawed one has (`# flaw`)
//! and lines that only the mended one has (`# mended`).

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use crate::folder::Folder;

const FLAW: &str = " # flaw";
const MENDED: &str = " # mended";

/// First number of a rule in each family that is not about AWS.
const OTHER_CLOUDS: u16 = 60;

/// Folder of the twins, name of the file that is scanned.
const FORMATS: [(&str, &str); 2] = [("terraform", "main.tf"), ("serverless", "serverless.yml")];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/twins")
}

/// Twins of a format, by the name of their rule.
fn twins(format: &str) -> BTreeMap<String, String> {
    let entries = std::fs::read_dir(folder().join(format)).unwrap();
    let twin = |path: &Path| {
        let rule = path.file_stem().unwrap().to_str().unwrap().to_owned();
        (rule, std::fs::read_to_string(path).unwrap())
    };
    entries.map(|entry| twin(&entry.unwrap().path())).collect()
}

/// One of two twins: the text without the lines that only the other has.
fn one(text: &str, own: &str, others: &str) -> String {
    let lines = text.lines().filter(|line| !line.ends_with(others));
    lines.map(|line| format!("{}\n", line.strip_suffix(own).unwrap_or(line))).collect()
}

/// The function and the role that twins in Terraform speak of without declaring them.
fn with_shared(text: String) -> String {
    let shared = std::fs::read_to_string(folder().join("shared/shared.tf")).unwrap();
    let mut text = text;
    if !["aws_lambda_function.orders", "aws_iam_role.orders"].iter().any(|it| text.contains(it)) {
        return text;
    }
    for block in shared.split("\n\n") {
        let head = block.lines().next().unwrap();
        if !text.contains(head) {
            text.push('\n');
            text.push_str(block);
            text.push('\n');
        }
    }
    text
}

fn findings(rule: &str, file: &str, text: String) -> Vec<String> {
    let text = if file == "main.tf" { with_shared(text) } else { text };
    let code = "def handler(event, context):\n    return None\n";
    let folder = Folder::new().file(file, text).file("app.py", code).file("ship.py", code);
    let scan = folder.scan(&["--rule", rule, file]);
    assert_eq!(scan.count("files_scanned"), 1, "{rule}: {file}");
    scan.findings()
}

fn prove(format: &str, file: &str) {
    let twins: Vec<(String, String)> = twins(format).into_iter().collect();
    std::thread::scope(|scope| {
        for part in twins.chunks(twins.len().div_ceil(THREADS)) {
            scope.spawn(move || part.iter().for_each(|(rule, text)| prove_one(rule, file, text)));
        }
    });
}

/// Each scan is a program of its own.
const THREADS: usize = 4;

fn prove_one(rule: &str, file: &str, text: &str) {
    assert!(text.contains(FLAW) || text.contains(MENDED), "{rule}: both twins are the same");
    let found = findings(rule, file, one(text, FLAW, MENDED));
    assert!(!found.is_empty(), "{file}: {rule} says nothing");
    let is_placed = |it: &String| it.starts_with(&format!("{file}:")) && !it.contains(":0 ");
    assert!(found.iter().all(is_placed), "{found:?}");
    let found = findings(rule, file, one(text, MENDED, FLAW));
    assert_eq!(found, [""; 0], "{file}: {rule}");
}

#[test]
fn each_rule_finds_the_flaw_in_terraform_and_is_silent_when_it_is_mended() {
    let (format, file) = FORMATS[0];
    prove(format, file);
}

#[test]
fn each_rule_finds_the_flaw_in_a_service_and_is_silent_when_it_is_mended() {
    let (format, file) = FORMATS[1];
    prove(format, file);
}

/// Rules that one format alone can show, with the reason, one a line.
fn only() -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(folder().join("only.txt")).unwrap();
    text.lines()
        .filter_map(|line| line.split_once(": "))
        .map(|(rule, reason)| (rule.to_owned(), reason.to_owned()))
        .collect()
}

/// Rules that read code and packages find them through every format alike: their fixtures are programs.
fn reads_only_code(rule: &str) -> bool {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rules/src");
    let name = rule.replace('-', "_");
    let risks = std::fs::read_dir(rules).unwrap().map(|entry| entry.unwrap().path());
    let fixtures: Vec<PathBuf> = risks
        .filter(|path| path.join(&name).is_dir())
        .flat_map(|path| std::fs::read_dir(path.join(&name)).unwrap())
        .map(|entry| entry.unwrap().path())
        .collect();
    let is_template = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap();
        name.ends_with(".sam.yaml") || name.ends_with(".cfn.yaml")
    };
    !fixtures.iter().any(is_template)
}

#[test]
fn every_rule_on_aws_is_proven_on_two_formats() {
    let proven: BTreeSet<String> =
        FORMATS.iter().flat_map(|(format, _)| twins(format).into_keys()).collect();
    let only = only();
    let mut lacking = Vec::new();
    for rule in rules::all().filter(|rule| rule.info.id.rule < OTHER_CLOUDS) {
        let name = rule.info.name;
        let is_told = only.contains_key(name);
        assert!(!(is_told && proven.contains(name)), "{name} is proven, and excused");
        if !is_told && !proven.contains(name) && !reads_only_code(name) {
            lacking.push(name);
        }
    }
    assert_eq!(lacking, [""; 0], "write a twin in crates/cli/tests/twins, or a reason in only.txt");
    let names: BTreeSet<&str> = rules::all().map(|rule| rule.info.name).collect();
    for name in proven.iter().chain(only.keys()) {
        assert!(names.contains(name.as_str()), "there is no rule `{name}`");
    }
}
