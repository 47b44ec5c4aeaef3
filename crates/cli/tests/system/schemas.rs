//! What `faasguard iam` prints for programs, against the schemas that are published.

use serde_json::Value;

use crate::folder::{Folder, Run};

/// Validates an answer, and that the schema is no empty promise: every field of it is required.
#[track_caller]
fn fits(schema: &str, run: &Run) -> Value {
    let schema: Value = serde_json::from_str(schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let answer = run.json();
    let faults: Vec<String> =
        validator.iter_errors(&answer).map(|it| format!("{}: {it}", it.instance_path)).collect();
    assert!(faults.is_empty(), "{faults:?}\n{answer:#}");
    for field in schema["required"].as_array().unwrap() {
        let mut less = answer.clone();
        less.as_object_mut().unwrap().remove(field.as_str().unwrap());
        assert!(!validator.is_valid(&less), "{field} may be missing");
    }
    answer
}

const DIFF: &str = include_str!("../../../../docs/schemas/faasguard-iam-diff-1.schema.json");
const CHECK: &str = include_str!("../../../../docs/schemas/faasguard-iam-check-1.schema.json");
const LINT: &str = include_str!("../../../../docs/schemas/faasguard-iam-lint-1.schema.json");
const PATHS: &str = include_str!("../../../../docs/schemas/faasguard-iam-paths-1.schema.json");

fn folder() -> Folder {
    let policy =
        |statement: &str| format!(r#"{{"Version": "2012-10-17", "Statement": [{statement}]}}"#);
    let role = |action: &str| {
        format!(
            "Transform: AWS::Serverless-2016-10-31
Conditions: {{IsProd: !Equals [!Ref AWS::Region, eu-west-1]}}
Resources:
  Create:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: python3.13
      InlineCode: pass
      FunctionUrlConfig: {{AuthType: NONE}}
      Policies:
        - Statement:
            - Effect: Allow
              Action: {action}
              Resource: '*'
        - !If [IsProd, CloudWatchFullAccess, !Ref AWS::NoValue]
  Nested: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: 'https://example.com/t.yaml'}}}}
"
        )
    };
    Folder::new()
        .file("old.json", policy(r#"{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}"#))
        .file(
            "new.json",
            policy(
                r#"{"Sid": "A", "Effect": "Allow", "NotAction": "iam:*", "NotResource": "arn:aws:s3:::safe/*",
                    "Condition": {"StringEquals": {"aws:PrincipalTag/team": ["lab", "ops"]}}},
                   {"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::raw/*"}"#,
            ),
        )
        .file(
            "queue.json",
            policy(r#"{"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*"}"#),
        )
        .file("slips.json", policy(r#"{"Effect": "allow", "Action": ["s3:Gut*"], "Resorce": "*"}"#))
        .file("old.yaml", role("s3:GetObject"))
        .file("new.yaml", role("iam:PutRolePolicy"))
}

#[test]
fn differences_fit_their_schema() {
    let folder = folder();
    for (old, new, contained) in [
        ("old.json", "old.json", "yes"),
        ("old.json", "new.json", "no"),
        ("queue.json", "old.json", "no"),
        ("new.json", "queue.json", "no"),
        ("old.yaml", "new.yaml", "no"),
        ("new.yaml", "new.yaml", "yes"),
    ] {
        let run = folder.run(&["iam", "diff", old, new, "--format", "json"]);
        assert_eq!(fits(DIFF, &run)["contained"], contained, "{old} {new}");
    }
}

#[test]
fn checks_fit_their_schema() {
    let folder = folder();
    for (file, result) in [("old.json", "pass"), ("queue.json", "fail"), ("old.yaml", "fail")] {
        let all = ["--no-public", "--not-granted", "iam:*", "--format", "json"];
        let run = folder.run(&[&["iam", "check", file], &all[..]].concat());
        assert_eq!(fits(CHECK, &run)["result"], result, "{file}");
    }
    let run = folder.run(&[
        "iam",
        "check",
        "new.yaml",
        "--no-new-access",
        "old.yaml",
        "--format",
        "json",
    ]);
    assert_eq!(fits(CHECK, &run)["result"], "fail");
}

#[test]
fn faults_fit_their_schema() {
    let folder = folder().file("broken.json", "{");
    for files in
        [&["old.json"][..], &["slips.json", "new.yaml"], &["broken.json"], &["missing.json"]]
    {
        let run = folder.run(&[&["iam", "lint", "--format", "json"], files].concat());
        fits(LINT, &run);
    }
}

#[test]
fn paths_fit_their_schema() {
    let folder = folder();
    for file in ["old.json", "new.json", "new.yaml"] {
        let run = folder.run(&["iam", "paths", file, "--format", "json"]);
        fits(PATHS, &run);
    }
    let run = folder.run(&["iam", "paths", "new.yaml", "--format", "json"]);
    assert!(!run.json()["inputs"][0]["paths"].as_array().unwrap().is_empty(), "{}", run.out);
}
