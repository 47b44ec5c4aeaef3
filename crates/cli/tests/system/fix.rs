//! `faasguard fix`, through the program.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;

use crate::folder::Folder;

const TABLE: &str = "Resources:\n  # what was ordered\n  Orders:\n    Type: AWS::DynamoDB::Table\n    Properties:\n      TableName: orders # name\n";

const MENDED: &str = "Resources:\n  # what was ordered\n  Orders:\n    Type: AWS::DynamoDB::Table\n    Properties:\n      TableName: orders # name\n      PointInTimeRecoverySpecification:\n        PointInTimeRecoveryEnabled: true\n";

const RULE: [&str; 2] = ["--rule", "table-without-recovery"];

#[test]
fn a_dry_run_prints_a_diff_that_git_applies_and_writes_nothing() {
    let folder = Folder::new().file("template.yaml", TABLE);
    let run = folder.run(&["fix", "--dry-run", RULE[0], RULE[1]]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert_eq!(folder.read("template.yaml"), TABLE);
    folder.write("fix.patch", &run.out);
    folder.command("git", &["init", "-q"]);
    folder.command("git", &["apply", "fix.patch"]);
    assert_eq!(folder.read("template.yaml"), MENDED);
    let again = folder.run(&["fix", "--dry-run", RULE[0], RULE[1]]);
    assert_eq!((again.code, again.out.as_str()), (0, ""));
}

#[test]
fn files_are_written_with_their_permissions() {
    let folder = Folder::new().file("template.yaml", TABLE);
    let path = folder.path("template.yaml");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    let run = folder.run(&["fix", RULE[0], RULE[1]]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(run.out, "template.yaml:3: SAS-3.13 table-without-recovery: mended\n");
    assert!(run.err.contains("1 finding mended in 1 file; 0 left"), "{}", run.err);
    assert_eq!(folder.read("template.yaml"), MENDED);
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(folder.scan(&RULE).findings(), [""; 0]);
}

#[test]
fn what_is_to_be_judged_is_left_until_asked_for() {
    let folder = Folder::new().file(
        "main.tf",
        "resource \"aws_cloudwatch_log_group\" \"g\" {\n  name = \"/aws/lambda/g\"\n}\n",
    );
    let run = folder.run(&["fix", "--rule", "SAS-5.3"]);
    assert_eq!(run.code, 0);
    assert!(run.err.contains("mend it with `--unsafe-fixes`"), "{}", run.err);
    let run = folder.run(&["fix", "--rule", "SAS-5.3", "--unsafe-fixes"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(folder.read("main.tf").contains("retention_in_days = 365\n"));
}

const SCHEMA: &str = include_str!("../../../../docs/schemas/faasguard-fix-1.schema.json");

#[test]
fn the_json_fits_its_schema() {
    let folder = Folder::new()
        .file("template.yaml", TABLE)
        .file("broken.yaml", "AWSTemplateFormatVersion: [\nResources:\n");
    let run = folder.run(&["fix", "--dry-run", "--format", "json", "--profile", "strict"]);
    assert_eq!(run.code, 1, "{}", run.err);
    let answer = run.json();
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let faults: Vec<String> =
        validator.iter_errors(&answer).map(|it| format!("{}: {it}", it.instance_path)).collect();
    assert!(faults.is_empty(), "{faults:?}\n{answer:#}");
    for field in schema["required"].as_array().unwrap() {
        let mut less = answer.clone();
        less.as_object_mut().unwrap().remove(field.as_str().unwrap());
        assert!(!validator.is_valid(&less), "{field} may be missing");
    }
    assert_eq!(answer["written"], false);
    assert_eq!(answer["summary"]["files"], 1);
    assert_eq!(answer["not_looked_at"].as_array().unwrap().len(), 1);
    assert!(answer["left"].as_array().unwrap().iter().any(|it| it["reason"] == "unsafe"));
}

#[test]
fn standard_input_is_refused() {
    let run = Folder::new().run_with_input(&["fix", "-"], b"Resources: {}");
    assert_eq!(run.code, 2);
    assert!(run.err.contains("standard input cannot be mended"), "{}", run.err);
}

/// The text with the edit that the result of a scan tells for a finding.
fn edited(text: &str, edit: &Value) -> String {
    let number = |key: &str| usize::try_from(edit[key].as_u64().unwrap()).unwrap();
    let at = |line: usize, column: usize| {
        let before: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
        before + column - 1
    };
    let start = at(number("line"), number("column"));
    let end = at(number("end_line"), number("end_column"));
    [&text[..start], edit["text"].as_str().unwrap(), &text[end..]].concat()
}

#[test]
fn results_of_a_scan_tell_the_edits() {
    let folder = Folder::new().file("template.yaml", TABLE).file(
        "main.tf",
        "resource \"aws_cloudwatch_log_group\" \"g\" {\n  name = \"/aws/lambda/g\"\n}\n",
    );
    let rules = [RULE[0], RULE[1], "--rule", "SAS-5.3", "--rule", "SAS-3.47"];
    let run = folder.run(&[&["scan", "--format", "json"], &rules[..]].concat());
    let answer = run.json();
    let fix = |name: &str| {
        let findings = answer["findings"].as_array().unwrap();
        findings.iter().find(|it| it["name"] == name).unwrap()["fix"].clone()
    };
    let table = fix("table-without-recovery");
    assert_eq!(table["safe"], true);
    assert_eq!(table["edits"][0]["file"], "template.yaml");
    assert_eq!(edited(TABLE, &table["edits"][0]), MENDED);
    let group = fix("endless-log-retention");
    assert_eq!(group["safe"], false);
    let new = edited(&folder.read("main.tf"), &group["edits"][0]);
    assert!(new.contains("\n  retention_in_days = 365\n"), "{new}");

    let run = folder.run(&[&["scan", "--format", "sarif"], &rules[..]].concat());
    let sarif = run.json();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let result = results.iter().find(|it| it["ruleId"] == "SAS-3.13").unwrap();
    let change = &result["fixes"][0]["artifactChanges"][0];
    assert_eq!(change["artifactLocation"]["uri"], "template.yaml");
    let new = change["replacements"][0]["insertedContent"]["text"].as_str().unwrap();
    assert!(new.contains("PointInTimeRecoveryEnabled: true"), "{new}");

    // A form for people makes no edits.
    let run = folder.run(&[&["scan", "--format", "markdown"], &rules[..]].concat());
    assert!(!run.out.contains("PointInTimeRecoverySpecification:"), "{}", run.out);
}
