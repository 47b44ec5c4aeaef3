//! What is written where, and in which form.

use serde_json::Value;

use crate::folder::{Folder, ORDERS};

const FORMATS: [&str; 10] = [
    "terminal",
    "json",
    "sarif",
    "markdown",
    "junit",
    "html",
    "github",
    "gitlab-codequality",
    "ocsf",
    "ocsf-detection",
];

/// Every kind of place for a secret, each with a value that must not be told.
const SECRETS: &str = r"Transform: AWS::Serverless-2016-10-31
Parameters:
  Password:
    Type: String
    Default: hunter2-Tr0ub4dor
Resources:
  CreateOrder:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: python3.13
      CodeUri: src/
      Environment:
        Variables:
          API_TOKEN: ghp_abcdefghijklmnopqrstuvwxyz0123456789
          AWS_SECRET: wJalrXUtnFEMI/K7MDENG/bPxRfiCYzR4nd0mKey
          DB_PASSWORD: S3cr3t-Pa55w0rd!
          DB_URL: postgres://shop:p4ssw0rdInUrl@db.example.org/shop
  Database:
    Type: AWS::RDS::DBInstance
    Properties:
      MasterUsername: shop
      MasterUserPassword: An0ther-Pa55w0rd!
";

#[test]
fn every_format_is_written_to_standard_output_alone() {
    let folder = Folder::with_orders();
    for format in FORMATS {
        let run = folder.run(&["scan", ".", "--format", format]);
        run.exits(1);
        assert!(run.out.contains("wildcard-action") || run.out.contains("SAS-4.1"), "{format}");
        assert!(run.err.is_empty(), "{format}: {}", run.err);
        assert!(run.out.ends_with('\n'), "{format}");
    }
    folder.run(&["scan", "--format", "pdf"]).exits(2).says("pdf");
}

#[test]
fn files_are_written_in_the_form_that_their_names_say() {
    let folder = Folder::with_orders();
    let run = folder.run(&[
        "scan",
        ".",
        "-o",
        "a.json",
        "-o",
        "b.sarif",
        "-o",
        "c.md",
        "-o",
        "d.xml",
        "-o",
        "json=e.out",
        "--quiet",
    ]);
    run.exits(1);
    assert_eq!(run.all(), "");
    let json: Value = serde_json::from_str(&folder.read("a.json")).unwrap();
    assert_eq!(json["schema"], "faasguard-scan/1");
    let sarif: Value = serde_json::from_str(&folder.read("b.sarif")).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    assert!(folder.read("c.md").starts_with('#'));
    assert!(folder.read("d.xml").starts_with("<?xml"));
    let same: Value = serde_json::from_str(&folder.read("e.out")).unwrap();
    assert_eq!(same["findings"], json["findings"]);
}

#[test]
fn without_quiet_the_terminal_still_gets_its_words() {
    let folder = Folder::with_orders();
    let run = folder.run(&["scan", ".", "-o", "a.json"]);
    assert!(run.out.contains("wildcard-action"));
    let run = folder.run(&["scan", ".", "-o", "b.sarif", "--format", "json"]);
    assert_eq!(run.json()["schema"], "faasguard-scan/1");
}

#[test]
fn a_form_that_nobody_knows_costs_no_scan() {
    let folder = Folder::with_orders();
    folder.run(&["scan", ".", "-o", "result.pdf"]).exits(2).says("result.pdf").says("sarif");
    assert!(!folder.path("result.pdf").exists());
    folder.run(&["scan", ".", "-o", "no/such/folder.json"]).exits(2).says("no/such/folder.json");
}

#[test]
fn secrets_are_never_printed() {
    let values = [
        "hunter2-Tr0ub4dor",
        "abcdefghijklmnopqrstuvwxyz0123456789",
        "wJalrXUtnFEMI",
        "S3cr3t-Pa55w0rd",
        "p4ssw0rdInUrl",
        "An0ther-Pa55w0rd",
    ];
    let folder = Folder::new().file("template.yaml", SECRETS);
    let mut runs: Vec<_> = FORMATS
        .iter()
        .map(|format| {
            folder.run(&["scan", ".", "--verbose", "--profile", "strict", "--format", format])
        })
        .collect();
    for format in ["terminal", "json", "markdown"] {
        runs.push(folder.run(&["scan", ".", "--checklist", "--format", format]));
    }
    for format in ["mermaid", "dot", "json", "svg"] {
        runs.push(folder.run(&["graph", ".", "--format", format]));
    }
    folder.run(&["scan", ".", "--write-baseline", "baseline.json"]);
    let baseline = folder.read("baseline.json");
    for value in values {
        assert!(!baseline.contains(value));
        for run in &runs {
            run.says_not(value);
        }
    }
}

#[test]
fn colours_are_for_terminals_and_no_color_wins() {
    let folder = Folder::with_orders();
    folder.run(&["scan"]).says_not("\u{1b}[");
    folder.run_with("CLICOLOR_FORCE", "1", &["scan"]).says("\u{1b}[");
    folder.run_with("CLICOLOR_FORCE", "0", &["scan"]).says_not("\u{1b}[");
    folder.run_with("NO_COLOR", "1", &["scan"]).says_not("\u{1b}[");
    folder.run_with("CLICOLOR_FORCE", "1", &["scan", "--format", "json"]).says_not("\u{1b}[");
    let narrow = folder.run_with("COLUMNS", "40", &["scan", "--rule", "SAS-4.1"]);
    assert!(
        narrow
            .out
            .lines()
            .filter(|line| !line.contains('│'))
            .all(|line| line.chars().count() <= 60),
        "{}",
        narrow.out
    );
}

#[test]
fn a_reader_that_leaves_early_is_no_fault() {
    let folder = Folder::with_orders();
    for n in 0..60 {
        folder.write(&format!("t{n}.yaml"), ORDERS);
    }
    let program = env!("CARGO_BIN_EXE_faasguard");
    for arguments in [
        "scan . --format json",
        "scan .",
        "rules",
        "man",
        "completions bash",
        "reference",
        "graph . --format json",
    ] {
        let script = format!(
            "set -o pipefail; {program} {arguments} | head -1 >/dev/null; echo ${{PIPESTATUS[0]}}"
        );
        let output = std::process::Command::new("bash")
            .args(["-c", &script])
            .current_dir(folder.path(""))
            .output()
            .unwrap();
        let text = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(matches!(text.trim(), "0" | "1"), "{arguments}: {text}");
    }
}

#[test]
fn the_checklist_has_three_forms() {
    let folder = Folder::with_orders();
    let run = folder.run(&["scan", ".", "--checklist"]);
    run.exits(1).says("CreateOrder").says("No wildcard action");
    folder.run(&["scan", ".", "--checklist", "--format", "markdown"]).exits(1).says("| ");
    let json = folder.run(&["scan", ".", "--checklist", "--format", "json"]).json();
    assert!(json.to_string().contains("No wildcard action"));
    assert!(!json.to_string().contains("Role of its own\",\"verdict\":\"pass\",\"rules\":[]"));
}

#[test]
fn two_runs_say_the_same() {
    let mut folder = Folder::new();
    for n in 0..12 {
        folder = folder.file(
            &format!("f{n}/template.yaml"),
            ORDERS.replace("CreateOrder", &format!("Create{n}")),
        );
        folder =
            folder.file(&format!("f{n}/broken.yaml"), "Resources: {A: {Type: 'AWS::S3::Bucket'\n");
    }
    let run = || {
        let mut json = folder.scan(&["."]).json;
        json["summary"]["elapsed_ms"] = Value::Null;
        json["time"] = Value::Null;
        json.to_string()
    };
    let first = run();
    for _ in 0..4 {
        assert_eq!(run(), first);
    }
}

#[test]
fn security_hub_is_told_only_with_an_account_and_a_region() {
    let folder = Folder::with_orders();
    folder.run(&["scan", ".", "--format", "asff"]).exits(2).says("--account");
    let where_ = ["--account", "111122223333", "--region", "eu-west-1"];
    let run = folder.run(&[&["scan", ".", "--format", "asff"][..], &where_].concat());
    run.exits(1);
    let findings = run.json();
    assert_eq!(findings[0]["AwsAccountId"], "111122223333");
    assert_eq!(findings[0]["Compliance"]["Status"], "FAILED");
    assert_eq!(findings[0]["Resources"][0]["Id"], "template.yaml#CreateOrderRole");
}
