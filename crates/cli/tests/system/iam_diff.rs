//! `faasguard iam diff` and `faasguard iam check`.

use crate::folder::Folder;

const OLD: &str = r#"{"Version": "2012-10-17", "Statement": [
  {"Sid": "Read", "Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::photos/*"}]}"#;

const NEW: &str = r#"{"Version": "2012-10-17", "Statement": [
  {"Sid": "Read", "Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::photos/*",
   "Condition": {"StringEquals": {"aws:PrincipalTag/team": "lab"}}}]}"#;

fn template(table: &str, action: &str) -> String {
    format!(
        "Transform: AWS::Serverless-2016-10-31
Conditions: {{IsProd: !Equals [!Ref AWS::Region, eu-west-1]}}
Resources:
  Orders: {{Type: AWS::DynamoDB::Table}}
  Others: {{Type: AWS::DynamoDB::Table}}
  Create:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: python3.13
      InlineCode: pass
      Policies:
        - Statement:
            - Effect: Allow
              Action: {action}
              Resource: !If [IsProd, !GetAtt {table}.Arn, '*']
"
    )
}

#[test]
fn documents_are_compared_with_a_witness() {
    let folder = Folder::new().file("old.json", OLD).file("new.json", NEW);
    let same = folder.run(&["iam", "diff", "old.json", "old.json"]);
    same.exits(0);
    same.says("contained: the new policies allow nothing");
    let run = folder.run(&["iam", "diff", "old.json", "new.json"]);
    run.exits(1);
    run.says("`s3:PutObject` on `arn:aws:s3:::photos/x`")
        .says("`Read` (new.json:2)")
        .says("- `s3:Get*`");
    let run = folder.run(&["iam", "diff", "old.json", "new.json", "--format", "json"]);
    run.exits(1);
    let json = run.json();
    assert_eq!(json["contained"], "no");
    assert_eq!(json["witness"]["action"], "s3:PutObject");
    assert_eq!(json["witness"]["context"]["aws:principaltag/team"][0], "lab");
    assert_eq!(json["added"].as_array().unwrap().len(), 1);
    assert_eq!(json["removed"][0]["action"], "s3:Get*");
}

#[test]
fn templates_are_compared_function_by_function() {
    let folder = Folder::new()
        .file("old.yaml", template("Orders", "dynamodb:*"))
        .file("less.yaml", template("Orders", "dynamodb:PutItem"))
        .file("other.yaml", template("Others", "dynamodb:PutItem"));
    let run = folder.run(&["iam", "diff", "old.yaml", "less.yaml", "--format", "json"]);
    run.exits(0);
    let json = run.json();
    assert_eq!(json["contained"], "yes");
    assert_eq!(json["functions"][0]["function"], "Create");
    folder.run(&["iam", "diff", "less.yaml", "old.yaml"]).exits(1);
    // Two tables may not be one, but nothing in the template says so.
    folder.run(&["iam", "diff", "less.yaml", "other.yaml"]).exits(3);
    let mixed = folder.run(&["iam", "diff", "old.yaml", "nothing.json"]);
    mixed.exits(2);
}

#[test]
fn checks_fail_with_the_request() {
    let public = r#"{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}}"#;
    let folder =
        Folder::new().file("old.json", OLD).file("new.json", NEW).file("queue.json", public);
    let run = folder.run(&[
        "iam",
        "check",
        "new.json",
        "--not-granted",
        "iam:*,s3:Delete*",
        "--no-public",
    ]);
    run.exits(0);
    run.says("not-granted: pass").says("no-public: pass");
    let run = folder.run(&["iam", "check", "new.json", "--no-new-access", "old.json"]);
    run.exits(1);
    run.says("no-new-access: fail").says("s3:PutObject");
    let run = folder.run(&["iam", "check", "queue.json", "--no-public", "--format", "json"]);
    run.exits(1);
    assert_eq!(run.json()["checks"][0]["witness"]["principal"], "*");
    let elsewhere = ["--not-granted", "s3:PutObject", "--resource", "arn:aws:s3:::other/*"];
    folder.run(&[&["iam", "check", "new.json"], &elsewhere[..]].concat()).exits(0);
    folder.run(&["iam", "check", "new.json"]).exits(2);
    let spaced = ["iam", "check", "new.json", "--not-granted", "iam:PassRole, s3:PutObject"];
    folder.run(&spaced).exits(1);
}

#[test]
fn what_a_policy_of_aws_allowed_may_be_written_out() {
    let with = |policies: &str| {
        format!(
            "Transform: AWS::Serverless-2016-10-31
Resources:
  Orders: {{Type: AWS::DynamoDB::Table}}
  Create:
    Type: AWS::Serverless::Function
    Properties: {{Handler: app.handler, Runtime: python3.13, InlineCode: pass, Policies: {policies}}}
"
        )
    };
    let exact =
        "[{Statement: [{Effect: Allow, Action: dynamodb:PutItem, Resource: !GetAtt Orders.Arn}]}]";
    let folder = Folder::new()
        .file("old.yaml", with("AmazonDynamoDBFullAccess"))
        .file("admin.yaml", with("AdministratorAccess"))
        .file("reader.yaml", with("AmazonDynamoDBReadOnlyAccess"))
        .file("new.yaml", with(exact));
    folder.run(&["iam", "diff", "old.yaml", "new.yaml"]).exits(0);
    folder.run(&["iam", "diff", "admin.yaml", "new.yaml"]).exits(0);
    folder.run(&["iam", "diff", "reader.yaml", "new.yaml"]).exits(1);
    folder.run(&["iam", "diff", "new.yaml", "old.yaml"]).exits(1);
}
