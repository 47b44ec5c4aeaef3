//! Files mended as the program does it, but for the writing.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use fix_files::{Choice, Outcome, Reason, diff, run};
use scan::{Profile, Request};
use tempfile::TempDir;

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn request(path: &Path) -> Request {
    Request {
        paths: vec![path.to_path_buf()],
        profile: Profile::Strict,
        today: "2026-11-27".to_owned(),
        ..Request::default()
    }
}

fn mend(path: &Path, unsafe_fixes: bool) -> Outcome {
    run(&request(path), Choice { unsafe_fixes }).unwrap()
}

fn write(outcome: &Outcome) {
    for file in &outcome.files {
        assert_eq!(fs::read_to_string(&file.path).unwrap(), file.old);
        fs::write(&file.path, &file.new).unwrap();
    }
}

fn names(outcome: &Outcome) -> Vec<&'static str> {
    let mut names: Vec<_> = outcome.mended.iter().map(|it| it.told.name).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Lines with a comment.
fn comments(text: &str) -> Vec<&str> {
    text.lines().filter(|line| line.contains('#')).collect()
}

fn cases() -> Vec<PathBuf> {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../cli/tests/terraform");
    let mut cases: Vec<PathBuf> =
        fs::read_dir(cases).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    cases
}

/// Rules with a fixture of Terraform that the fix of the rule does not mend there, and why.
const NOT_IN_TERRAFORM: [(&str, &str); 2] = [
    ("open-wallet", "the interface would be found to be without a throttle next"),
    ("unversioned-bucket", "a resource of its own says it"),
];

#[test]
fn what_terraform_fixtures_show_is_mended_once_and_for_all() {
    for case in cases() {
        let rule = case.file_name().unwrap().to_str().unwrap();
        let text = fs::read_to_string(case.join("vulnerable/main.tf")).unwrap();
        let folder = folder(&[("main.tf", &text)]);
        let outcome = mend(folder.path(), true);
        let is_mended = names(&outcome).contains(&rule);
        let has_fix = fixes::all().any(|fix| fix.name == rule);
        let is_excused = NOT_IN_TERRAFORM.iter().any(|(name, _)| *name == rule);
        assert_eq!(is_mended, has_fix && !is_excused, "{rule}: {outcome:#?}");
        write(&outcome);
        let new = fs::read_to_string(folder.path().join("main.tf")).unwrap();
        assert_eq!(comments(&text), comments(&new), "{rule}");
        let again = mend(folder.path(), true);
        assert!(again.files.is_empty() && again.mended.is_empty(), "{rule}: {again:#?}");
        assert!(again.left.len() <= outcome.left.len(), "{rule}: {again:#?}\n{new}");
    }
}

const TEMPLATE: &str = "Transform: AWS::Serverless-2016-10-31
Resources:
  # takes orders
  CreateOrder:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/ # the code
      Handler: app.handler
      Runtime: python3.13
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: orders
      BillingMode: PAY_PER_REQUEST
";

#[test]
fn several_edits_of_a_file_are_put_together() {
    let folder = folder(&[("template.yaml", TEMPLATE)]);
    let outcome = mend(folder.path(), false);
    assert_eq!(
        names(&outcome),
        ["table-without-recovery", "tracing-disabled", "unstructured-logs"]
    );
    let [file] = outcome.files.as_slice() else { panic!("{outcome:#?}") };
    let expected = TEMPLATE
        .replace(
            "python3.13\n",
            "python3.13\n      Tracing: Active\n      LoggingConfig:\n        LogFormat: JSON\n",
        )
        .replace(
            "PAY_PER_REQUEST\n",
            "PAY_PER_REQUEST\n      PointInTimeRecoverySpecification:\n        PointInTimeRecoveryEnabled: true\n",
        );
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(&file.new), sorted(&expected), "{}", file.new);
    let diff = diff(file);
    assert!(diff.starts_with("--- a/template.yaml\n+++ b/template.yaml\n@@ "), "{diff}");
    assert!(diff.lines().all(|line| !line.starts_with('-') || line.starts_with("---")), "{diff}");
    assert!(outcome.left.iter().any(|it| matches!(it.reason, Reason::Judgement(_))));
}

#[test]
fn a_mark_line_endings_and_a_missing_last_line_break_stay() {
    let text = format!("\u{feff}{}", TEMPLATE.trim_end().replace('\n', "\r\n"));
    let folder = folder(&[("template.yaml", &text)]);
    let outcome = mend(folder.path(), false);
    let [file] = outcome.files.as_slice() else { panic!("{outcome:#?}") };
    assert_eq!(file.old, text);
    assert!(file.new.starts_with('\u{feff}') && !file.new.ends_with('\n'));
    assert_eq!(file.new.matches('\n').count(), file.new.matches("\r\n").count());
}

#[test]
fn accepted_findings_are_left_alone() {
    let text = TEMPLATE.replace(
        "  Orders:\n",
        "  # faasguard: allow table-without-recovery -- made anew each night\n  Orders:\n",
    );
    let folder = folder(&[("template.yaml", &text)]);
    let outcome = mend(folder.path(), false);
    assert_eq!(names(&outcome), ["tracing-disabled", "unstructured-logs"]);
    assert!(outcome.left.iter().all(|it| it.told.name != "table-without-recovery"));
}

#[test]
fn only_the_rules_that_were_named_are_mended() {
    let folder = folder(&[("template.yaml", TEMPLATE)]);
    let mut request = request(folder.path());
    request.only = vec!["SAS-5.13".to_owned()];
    let outcome = run(&request, Choice::default()).unwrap();
    assert_eq!(names(&outcome), ["unstructured-logs"]);
    assert_eq!(outcome.left, []);
    request.only = vec!["no-such-rule".to_owned()];
    assert!(run(&request, Choice::default()).is_err());
}

#[test]
fn links_to_elsewhere_and_what_a_program_wrote_are_left() {
    let elsewhere = folder(&[("template.yaml", TEMPLATE)]);
    let inside = folder(&[]);
    let link = inside.path().join("template.yaml");
    std::os::unix::fs::symlink(elsewhere.path().join("template.yaml"), &link).unwrap();
    let outcome = mend(&link, false);
    assert_eq!(outcome.files.len(), 0);
    let made = TEMPLATE.replace(
        "Properties:\n      TableName",
        "Metadata: {aws:cdk:path: A/B}\n    Properties:\n      TableName",
    );
    let made = folder(&[("template.yaml", &made)]);
    let outcome = mend(made.path(), false);
    assert_eq!(outcome.files.len(), 0);
    assert!(outcome.left.iter().any(|it| it.reason.word() == "generated"));
}

#[test]
fn the_serverless_framework_and_modules_of_terraform_are_mended() {
    let service = "service: shop # orders\nprovider:\n  name: aws\n  runtime: python3.13\nfunctions:\n  create: # takes orders\n    handler: app.create\n    events:\n      - http: {method: post, path: orders, authorizer: aws_iam}\nresources:\n  Resources:\n    Trail:\n      Type: AWS::CloudTrail::Trail\n      Properties:\n        S3BucketName: logs\n        IsLogging: true\n";
    let files = folder(&[("serverless.yml", service)]);
    let outcome = mend(files.path(), false);
    let found = names(&outcome);
    for name in ["tracing-disabled", "unvalidated-trail", "single-region-trail"] {
        assert!(found.contains(&name), "{outcome:#?}");
    }
    assert!(outcome.files[0].new.contains("    handler: app.create\n    tracing: Active\n"));
    assert!(outcome.files[0].new.contains("\n  tracing:\n    apiGateway: true\n"));
    assert!(outcome.left.iter().all(|it| it.told.name != "tracing-disabled"), "{outcome:#?}");
    assert_eq!(comments(service), comments(&outcome.files[0].new));

    let module = "resource \"aws_dynamodb_table\" \"t\" {\n  name     = \"t\" # name\n  hash_key = \"id\"\n}\n";
    let files = folder(&[
        (
            "main.tf",
            "module \"a\" {\n  source = \"./table\"\n}\nmodule \"b\" {\n  source = \"./table\"\n}\n",
        ),
        ("table/main.tf", module),
    ]);
    let outcome = mend(files.path(), false);
    let [file] = outcome.files.as_slice() else { panic!("{outcome:#?}") };
    assert_eq!(file.shown, "table/main.tf");
    assert_eq!(file.new.matches("point_in_time_recovery {").count(), 1, "{}", file.new);
}
