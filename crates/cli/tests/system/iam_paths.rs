//! `iam paths`, and the traps that policies set, through `iam paths` and `scan` alike.

use serde_json::Value;

use crate::folder::Folder;

/// Statements, then the ids of which one must be the first way, and the exit code of `iam paths`.
pub(crate) const TRAPS: [(&str, &[&str], i32); 9] = [
    (r#"{"Effect":"Allow","Action":"iam:CreateAccessKe?","Resource":"*"}"#, &["iam-002"], 3),
    (
        r#"{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::*:role/*"},
           {"Effect":"Allow","Action":["lambda:CreateFunction","lambda:Invoke*"],"Resource":"*"}"#,
        &["lambda-001"],
        3,
    ),
    (r#"{"Effect":"Allow","Action":"s3:*","NotResource":"arn:aws:s3:::safe"}"#, &[], 0),
    (
        r#"{"Effect":"Allow","Action":"iam:*","NotResource":"arn:aws:iam::111122223333:role/safe"}"#,
        &["iam-005", "iam-001", "iam-007", "iam-009"],
        1,
    ),
    (
        r#"{"Effect":"Allow","Action":"iam:*","Resource":"*",
            "Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}"#,
        &["iam-001", "iam-005"],
        1,
    ),
    (
        r#"{"Effect":"Allow","Action":"*","Resource":"*"},
           {"Effect":"Deny","Action":"iam:*","Resource":"*"}"#,
        &["sts-001", "lambda-003", "ssm-001"],
        3,
    ),
    (
        r#"{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}"#,
        &["sts-001", "lambda-003", "ssm-001"],
        3,
    ),
    (
        r#"{"Effect":"Allow","Action":"lambda:UpdateFunctionConfiguration","Resource":"*"}"#,
        &["fg-lambda-001"],
        3,
    ),
    (r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#, &["is"], 1),
];

#[test]
fn traps_are_told_of_a_policy_document() {
    for (statements, ways, code) in TRAPS {
        let policy = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
        let folder = Folder::new().file("policy.json", policy);
        let run = folder.run(&[
            "iam",
            "paths",
            "policy.json",
            "--format",
            "json",
            "--from",
            "policy.json",
        ]);
        let json = run.exits(code).json();
        let paths = json["inputs"][0]["paths"].as_array().unwrap().clone();
        let found: Vec<&Value> = paths.iter().map(|path| &path["steps"][0]["way"]).collect();
        assert_eq!(found.is_empty(), ways.is_empty(), "{statements}: {found:?}");
        if let Some(first) = found.first() {
            assert!(ways.contains(&first.as_str().unwrap()), "{statements}: {found:?}");
        }
    }
}

#[test]
fn traps_are_told_of_a_template() {
    for (statements, ways, _) in TRAPS {
        let template = format!(
            r#"{{"Resources":{{"Worker":{{"Type":"AWS::IAM::Role","Properties":{{
               "AssumeRolePolicyDocument":{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow",
               "Principal":{{"Service":"lambda.amazonaws.com"}},"Action":"sts:AssumeRole"}}]}},
               "Policies":[{{"PolicyName":"p","PolicyDocument":{{"Version":"2012-10-17",
               "Statement":[{statements}]}}}}]}}}}}}}}"#
        );
        let folder = Folder::new().file("t.json", template);
        let run = folder.run(&["scan", "t.json", "--fail-on", "never", "--format", "json"]);
        let findings = run.exits(0).json()["findings"].clone();
        let rules = ["privilege-escalation", "wildcard-action", "administrator-access"];
        let is_told = findings
            .as_array()
            .unwrap()
            .iter()
            .any(|finding| rules.contains(&finding["name"].as_str().unwrap()));
        assert!(is_told || ways.is_empty(), "{statements}: {findings}");
        let has_condition = statements.contains("MultiFactor");
        let says = run.out.contains("only when `aws:MultiFactorAuthPresent`");
        assert_eq!(says, has_condition, "{statements}: {}", run.out);
    }
}

const CHAIN: &str = "Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: index.handler
      Runtime: python3.13
      Events: {Open: {Type: HttpApi, Properties: {Path: /orders, Method: POST}}}
      Policies:
        - Statement:
            - Effect: Allow
              Action: lambda:UpdateFunctionCode
              Resource: !GetAtt Deploy.Arn
  Deploy:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: index.handler
      Runtime: python3.13
      Policies:
        - Statement:
            - Effect: Allow
              Action: iam:PutRolePolicy
              Resource: '*'
";

const CODE: &str =
    "import os\ndef handler(event, context):\n    os.system('ls ' + event['body'])\n";

#[test]
fn a_chain_is_told_with_the_injection_that_begins_it() {
    let folder = Folder::new().file("template.yaml", CHAIN).file("src/index.py", CODE);
    let run = folder.run(&["iam", "paths", "."]);
    run.exits(1);
    for words in [
        "internet → ServerlessHttpApi POST /orders → Orders → OrdersRole → Deploy → DeployRole → administrator",
        "data of an event runs as code in `Orders`: src/index.py:3",
        "lambda:UpdateFunctionCode  template.yaml:13",
        "to cut it: take `iam:PutRolePolicy` out of `DeployRole`",
    ] {
        assert!(run.out.contains(words), "{words}: {}", run.out);
    }
    let scan = folder.run(&["scan", ".", "--fail-on", "never", "--format", "json"]);
    assert!(
        scan.out.contains("become an administrator; data of an event runs as code"),
        "{}",
        scan.out
    );
    for format in ["svg", "dot", "mermaid"] {
        assert!(
            folder.run(&["iam", "paths", ".", "--format", format]).exits(1).out.contains("Deploy")
        );
    }
    folder.run(&["iam", "paths", ".", "--from", "Order"]).exits(2).says("Orders");
}

#[test]
fn an_account_is_read_with_groups_boundaries_and_trust() {
    let account = r#"{"UserDetailList":[{"UserName":"ann","Arn":"arn:aws:iam::111122223333:user/ann",
        "GroupList":["ops"],"AttachedManagedPolicies":[]}],
      "GroupDetailList":[{"GroupName":"ops","Arn":"arn:aws:iam::111122223333:group/ops",
        "GroupPolicyList":[{"PolicyName":"a","PolicyDocument":{"Version":"2012-10-17","Statement":[
          {"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::111122223333:role/team/deploy"}]}}]}],
      "RoleDetailList":[{"RoleName":"deploy","Arn":"arn:aws:iam::111122223333:role/team/deploy",
        "AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",
          "Principal":{"AWS":"arn:aws:iam::111122223333:root"}}]},
        "AttachedManagedPolicies":[{"PolicyName":"own","PolicyArn":"arn:aws:iam::111122223333:policy/own"}]}],
      "Policies":[{"Arn":"arn:aws:iam::111122223333:policy/own","PolicyVersionList":[{"IsDefaultVersion":true,
        "Document":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:CreatePolicyVersion",
          "Resource":"arn:aws:iam::111122223333:policy/own"}]}}]}]}"#;
    let folder = Folder::new().file("account.json", account);
    let run = folder.run(&["iam", "paths", "account.json", "--format", "json"]);
    let json = run.exits(1).json();
    let path = json["inputs"][0]["paths"]
        .as_array()
        .unwrap()
        .iter()
        .find(|path| path["from"] == "ann")
        .unwrap()
        .clone();
    assert_eq!(path["hops"], serde_json::json!(["ann", "deploy", "administrator"]));
    assert_eq!(path["certainty"], "certain");
    let capped = account.replace(
        r#""RoleName":"deploy","#,
        r#""RoleName":"deploy","PermissionsBoundary":{"PermissionsBoundaryArn":"arn:aws:iam::aws:policy/AmazonS3FullAccess"},"#,
    );
    let folder = Folder::new().file("account.json", capped);
    folder.run(&["iam", "paths", "account.json"]).exits(0);
}
