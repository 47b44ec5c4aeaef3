//! Snapshots of live accounts through the program.

use crate::{
    archive::{Item, zip},
    folder::Folder,
};

const SNAPSHOT: &str = r#"{"schema": "faasguard-snapshot/1", "tool": {"name": "x", "version": "1"}, "taken": "2026-11-27T00:00:00Z", "finished": null,
"accounts": [{"account": "111122223333", "alias": null, "partition": "aws", "answers": [
{"service": "lambda", "operation": "ListFunctions", "region": "eu-west-1", "of": null, "at": "2026-11-27T00:00:00Z", "answer": {"Functions": [
 {"FunctionName": "shop-Create-X1", "FunctionArn": "arn:aws:lambda:eu-west-1:111122223333:function:shop-Create-X1", "Runtime": "python3.14", "Handler": "app.handler",
  "Role": "arn:aws:iam::111122223333:role/create",
  "Timeout": 900,
  "Environment": {"Variables": {"MODE": "hunter2-value"}}, "LastModified": "2026-11-01T00:00:00.000+0000"}]}},
{"service": "lambda", "operation": "GetFunction", "region": "eu-west-1", "of": "shop-Create-X1", "at": "2026-11-27T00:00:00Z", "answer": {"Configuration": {"FunctionName": "shop-Create-X1", "FunctionArn": "arn:aws:lambda:eu-west-1:111122223333:function:shop-Create-X1"}, "Tags": {"aws:cloudformation:stack-name": "shop", "aws:cloudformation:logical-id": "Create"}}},
{"service": "iam", "operation": "GetAccountAuthorizationDetails", "region": null, "of": null, "at": "2026-11-27T00:00:00Z", "answer": {"RoleDetailList": [
 {"RoleName": "create", "Path": "/", "Arn": "arn:aws:iam::111122223333:role/create", "CreateDate": "2025-01-01T00:00:00Z", "RoleLastUsed": {},
  "AssumeRolePolicyDocument": "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22Service%22%3A%22lambda.amazonaws.com%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D",
  "RolePolicyList": [{"PolicyName": "all", "PolicyDocument": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"dynamodb:*\", \"Resource\": \"*\"}]}"}]}]}}
]}],
"not_looked_at": [GAPS], "code": []}
"#;

const TEMPLATE: &str = "
Resources:
  Create:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.14
      Handler: app.handler
      Role: arn:aws:iam::111122223333:role/create
      Timeout: 30
      Code: {ZipFile: pass}
      Environment: {Variables: {MODE: other-secret}}
";

#[test]
fn a_snapshot_is_an_application_whose_findings_point_into_it() {
    let scan = Folder::new().file("snapshot.json", SNAPSHOT.replace("GAPS", "")).scan(&[]);
    assert_eq!(scan.count("files_scanned"), 1);
    assert_eq!(scan.count("files_in_part"), 0);
    assert_eq!(scan.count("functions"), 1);
    let findings = scan.all_findings();
    let broad = findings.iter().find(|it| it["rule"] == "SAS-4.1").unwrap();
    assert_eq!(broad["function"], "shop-Create-X1");
    assert_eq!(broad["place"]["line"], 12);
    assert!(findings.iter().all(|it| it["rule"] != "SAS-3.101"));
}

#[test]
fn what_was_not_looked_at_is_never_clean() {
    let gap = r#"{"account": "111122223333", "region": "eu-west-1", "service": "lambda", "operation": "GetPolicy", "of": "shop-Create-X1", "reason": "access-denied", "message": "not authorized"}"#;
    let scan = Folder::new().file("snapshot.json", SNAPSHOT.replace("GAPS", gap)).scan(&[]);
    assert_eq!(scan.count("files_in_part"), 1);
    let said = scan.json["diagnostics"].to_string();
    assert!(said.contains("`lambda:GetPolicy` was not looked at"), "{said}");
    assert!(said.contains("access-denied"), "{said}");
}

#[test]
fn a_template_beside_the_snapshot_shows_what_was_changed_by_hand() {
    let scan = Folder::new()
        .file("snapshot.json", SNAPSHOT.replace("GAPS", ""))
        .file("template.yaml", TEMPLATE)
        .scan(&[]);
    let findings = scan.all_findings();
    let changed: Vec<&str> = findings
        .iter()
        .filter(|it| it["rule"] == "SAS-3.101")
        .map(|it| it["message"].as_str().unwrap())
        .collect();
    assert_eq!(
        changed,
        [
            "`Timeout` of `shop-Create-X1` is `900`, but its template says `30`",
            "`Environment.Variables.MODE` of `shop-Create-X1` has another value than in its template",
        ]
    );
    assert!(!scan.json.to_string().contains("hunter2-value"));
}

#[test]
fn code_beside_the_snapshot_is_followed_from_the_triggers_of_the_account() {
    let code = "import os\n\n\ndef handler(event, context):\n    os.system('ls ' + event['queryStringParameters']['name'])\n";
    let url = r#"{"service": "lambda", "operation": "GetFunctionUrlConfig", "region": "eu-west-1", "of": "shop-Create-X1", "at": "2026-11-27T00:00:00Z", "answer": {"FunctionUrl": "https://x.lambda-url.eu-west-1.on.aws/", "FunctionArn": "arn:aws:lambda:eu-west-1:111122223333:function:shop-Create-X1", "AuthType": "NONE"}},
{"service": "lambda", "operation": "GetFunction""#;
    let beside = r#""code": [{"function_arn": "arn:aws:lambda:eu-west-1:111122223333:function:shop-Create-X1", "sha256": "00", "file": "code/create.zip"}]"#;
    let snapshot = SNAPSHOT
        .replace("GAPS", "")
        .replacen(r#"{"service": "lambda", "operation": "GetFunction""#, url, 1)
        .replace(r#""code": []"#, beside);
    let scan = Folder::new()
        .file("snapshot.json", snapshot)
        .file("code/create.zip", zip(&[Item::stored("app.py", code)]))
        .file("code/create/app.py", code)
        .scan(&["snapshot.json"]);
    let findings = scan.all_findings();
    let flaw = findings.iter().find(|it| it["rule"] == "SAS-1.9").unwrap();
    assert_eq!(flaw["function"], "shop-Create-X1");
    assert_eq!(flaw["place"]["file"], "code/create/app.py");
}

#[test]
fn a_document_that_only_names_the_schema_is_no_broken_snapshot() {
    let schema = r#"{"$id": "faasguard-snapshot-1.schema.json", "properties": {"schema": {"const": "faasguard-snapshot/1"}}}"#;
    let scan = Folder::with_orders().file("snapshot.schema.json", schema).scan(&["--strict"]);
    assert_eq!(scan.json["summary"]["files_not_scanned"], 0, "{}", scan.json["diagnostics"]);
    // One that breaks off is.
    let torn = r#"{"schema": "faasguard-snapshot/1", "accounts": [{"#;
    let scan = Folder::with_orders().file("snapshot.json", torn).scan(&["--strict"]);
    assert_eq!(scan.code, 3);
}
