//! Services of the Serverless Framework through the program.

use std::collections::BTreeSet;

use crate::{
    folder::{Folder, Scan},
    iam_generate::example,
};

const VULNERABLE: &str = r#"service: shop
provider:
  name: aws
  runtime: python3.13
  environment:
    STAGE: ${opt:stage, 'dev'}
  iam:
    role:
      statements:
        - Effect: Allow
          Action: "dynamodb:*"
          Resource: "*"
functions:
  order:
    handler: src/app.handler
    url: true
    environment:
      DB_PASSWORD: s3cr3t-Winter-2024
"#;

const FIXED: &str = r"service: shop
provider:
  name: aws
  runtime: python3.13
  environment:
    STAGE: ${opt:stage, 'dev'}
  iam:
    role:
      statements:
        - Effect: Allow
          Action: dynamodb:PutItem
          Resource: !GetAtt Orders.Arn
functions:
  order:
    handler: src/app.handler
    url:
      authorizer: aws_iam
resources:
  Resources:
    Orders:
      Type: AWS::DynamoDB::Table
      Properties:
        BillingMode: PAY_PER_REQUEST
        AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
        KeySchema: [{AttributeName: id, KeyType: HASH}]
";

const RULES: [&str; 6] =
    ["--rule", "SAS-4.1", "--rule", "public-function-url", "--rule", "secret-in-environment"];

#[test]
fn findings_stand_at_the_lines_of_the_author() {
    let folder = Folder::new()
        .file("serverless.yml", VULNERABLE)
        .file("src/app.py", "def handler(e, c): ...\n");
    let scan = folder.scan(&RULES);
    let mut found: Vec<String> = scan
        .all_findings()
        .iter()
        .map(|it| format!("{}:{}", it["place"]["line"], it["name"].as_str().unwrap()))
        .collect();
    found.sort();
    assert_eq!(found, ["11:wildcard-action", "16:public-function-url", "18:secret-in-environment"]);
    assert_eq!((scan.count("functions"), scan.count("functions_without_code")), (1, 0));
    assert_eq!(scan.diagnostics(), [""; 0]);
}

#[test]
fn the_mended_service_has_none_of_them() {
    let folder =
        Folder::new().file("serverless.yml", FIXED).file("src/app.py", "def handler(e, c): ...\n");
    let scan = folder.scan(&RULES);
    assert_eq!(scan.findings(), [""; 0]);
    assert_eq!((scan.count("files_in_part"), scan.count("functions")), (0, 1));
}

#[test]
fn a_comment_accepts_a_finding() {
    let text = VULNERABLE.replace(
        "Action: \"dynamodb:*\"",
        "Action: \"dynamodb:*\" # faasguard: allow wildcard-action -- one table only",
    );
    let scan = Folder::new().file("serverless.yml", text).scan(&["--rule", "SAS-4.1"]);
    assert_eq!(scan.findings(), [""; 0]);
    assert_eq!(scan.suppressed().len(), 1);
}

/// Rules that speak, by name.
fn rules(scan: &Scan) -> BTreeSet<String> {
    scan.all_findings().iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_example_has_the_findings_of_its_template() {
    let template = example("orders").scan(&[]);
    let service = example("orders-serverless").scan(&[]);
    let (of_template, of_service) = (rules(&template), rules(&service));
    let missing: Vec<_> = of_template.difference(&of_service).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert_eq!(service.count("functions"), 4);
    assert_eq!(service.count("functions_without_code"), 0);
    assert_eq!(service.count("files_in_part"), 0);
}

#[test]
fn the_environment_is_read_where_it_is_named() {
    let text = "service: a\nprovider:\n  name: aws\nfunctions:\n  f:\n    handler: a.b\n    environment:\n      \
                X: ${env:SHOP_X}\n";
    let folder = Folder::new().file("serverless.yml", text);
    let expand = |more: &[&str]| {
        let arguments: Vec<&str> =
            ["expand", "serverless.yml"].iter().chain(more).copied().collect();
        folder.run_with("SHOP_X", "of-the-environment", &arguments)
    };
    expand(&[]).exits(0).says_not("of-the-environment").says("Fn::Unresolved");
    expand(&["--env", "SHOP_X"]).exits(0).says("of-the-environment");
}

#[test]
fn what_is_not_read_is_never_clean() {
    let folder = Folder::new()
        .file(
            "a/serverless.yml",
            "service: a\nprovider:\n  name: azure\nfunctions:\n  f:\n    handler: x\n",
        )
        .file(
            "b/serverless.yml",
            "service: b\nprovider:\n  name: aws\nfunctions: ${file(../../x.yml)}\n",
        )
        .file("c/serverless.ts", "export default () => ({ provider: { name: 'aws' } });\n")
        .file("serverless-compose.yml", "services:\n  a:\n    path: a\n");
    let scan = folder.scan(&[]);
    scan.notes("a/serverless.yml:3 error", "`azure`");
    scan.notes("b/serverless.yml:4 error", "outside the scanned folder");
    scan.notes("c/serverless.ts:0 error", "is code");
    scan.notes("serverless-compose.yml:0 note", "scanned as files of their own");
    assert_eq!(folder.scan(&["--strict"]).code, 3);
}

#[test]
fn a_program_that_exports_a_plain_object_is_read() {
    let text = "import { hello } from './hello';\nconst service: AWS = {\n  service: 'shop',\n  provider: { name: \
                'aws', runtime: 'nodejs22.x' },\n  functions: {\n    order: { handler: 'a.b', url: true },\n    \
                hello,\n  },\n};\nmodule.exports = service;\n";
    let scan = Folder::new().file("serverless.ts", text).scan(&["--rule", "public-function-url"]);
    assert_eq!(scan.findings(), ["serverless.ts:6 SAS-2.1"]);
    scan.notes("serverless.ts:7 error", "`hello` is not a mapping");
}

#[test]
fn a_compose_file_leads_to_its_services() {
    let folder = Folder::new()
        .file("serverless-compose.yml", "services:\n  a:\n    path: a\n  b:\n    path: gone\n")
        .file("a/serverless.yml", VULNERABLE);
    let scan = folder.scan(&["--rule", "SAS-4.1", "serverless-compose.yml"]);
    assert_eq!(scan.findings(), ["a/serverless.yml:11 SAS-4.1"]);
    scan.notes("serverless-compose.yml:0 error", "`gone`");
}
