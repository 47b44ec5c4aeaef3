//! Policies narrowed to what the code of a function needs.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{fs, path::Path};

use fix_files::{Choice, Outcome, run};
use scan::{Profile, Request};

const CODE: &str = "import os
import boto3

table = boto3.resource('dynamodb').Table(os.environ['TABLE'])


def handler(event, context):
    return table.get_item(Key={'id': 'a'})['Item']
";

const TEMPLATE: &str = "Transform: AWS::Serverless-2016-10-31
Resources:
  Orders: # what was ordered
    Type: AWS::Serverless::SimpleTable
  Read:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      CodeUri: src/ # the code
      Environment:
        Variables:
          TABLE: !Ref Orders
      Policies:
        - DynamoDBCrudPolicy:
            TableName: '*'
";

fn mend(folder: &Path, unsafe_fixes: bool) -> Outcome {
    let request = Request {
        paths: vec![folder.to_path_buf()],
        profile: Profile::Default,
        only: ["broad-policy-template", "unused-permission", "wildcard-action"]
            .map(str::to_owned)
            .to_vec(),
        today: "2026-11-27".to_owned(),
        ..Request::default()
    };
    run(&request, Choice { unsafe_fixes }).unwrap()
}

fn write(template: &str, code: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("src")).unwrap();
    fs::write(folder.path().join("template.yaml"), template).unwrap();
    fs::write(folder.path().join("src/app.py"), code).unwrap();
    folder
}

#[test]
fn a_policy_becomes_what_the_code_needs() {
    let folder = write(TEMPLATE, CODE);
    let outcome = mend(folder.path(), false);
    assert!(outcome.files.is_empty(), "{outcome:#?}");
    assert!(outcome.left.iter().all(|it| it.reason.word() == "unsafe"), "{outcome:#?}");
    let outcome = mend(folder.path(), true);
    let [file] = outcome.files.as_slice() else { panic!("{outcome:#?}") };
    assert!(outcome.mended.iter().any(|it| it.told.name == "broad-policy-template"));
    assert!(outcome.mended.iter().all(|it| !it.is_safe));
    assert!(file.new.contains("dynamodb:GetItem") && !file.new.contains("CrudPolicy"));
    assert!(file.new.contains("!GetAtt Orders.Arn"), "{}", file.new);
    let before = TEMPLATE.find("      Policies:").unwrap();
    assert_eq!(file.new.get(..before), TEMPLATE.get(..before));
    fs::write(&file.path, &file.new).unwrap();
    let again = mend(folder.path(), true);
    assert!(again.files.is_empty() && again.left.is_empty(), "{again:#?}");
}

#[test]
fn what_is_not_known_whole_is_left_with_the_reason() {
    let code = CODE.replace("table.get_item(", "getattr(table, event['call'])(");
    let folder = write(TEMPLATE, &code);
    let outcome = mend(folder.path(), true);
    assert!(outcome.files.is_empty(), "{outcome:#?}");
    let told: Vec<_> = outcome.left.iter().map(|it| it.reason.word()).collect();
    assert!(told.contains(&"policy"), "{outcome:#?}");
}
