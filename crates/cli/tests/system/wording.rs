//! What findings say and how bad they are: by what happens to the data, not by the kind of flow alone.

use serde_json::Value;

use crate::folder::Folder;

/// Severity and message of the findings of one rule in the code of a single file.
fn told(rule: &str, file: &str, code: &str) -> Vec<(String, String)> {
    let folder = Folder::new().file("template.yaml", OPEN).file(&format!("src/{file}"), code);
    let scan = folder.scan(&["--rule", rule, "."]);
    let text = |finding: &Value, name: &str| finding[name].as_str().unwrap_or_default().to_owned();
    let found = scan.all_findings().iter();
    found.map(|finding| (text(finding, "severity"), text(finding, "message"))).collect()
}

/// A function that anybody on the internet starts.
const OPEN: &str = "\
Transform: AWS::Serverless-2016-10-31
Resources:
  Mail:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      CodeUri: src/
      Events:
        Api: {Type: HttpApi, Properties: {Path: /mail, Method: post}}
";

#[test]
fn html_of_a_mail_is_no_page() {
    let found = told(
        "cross-site-scripting",
        "app.py",
        "import boto3
def handler(event, context):
    body = {'Html': {'Data': '<p>' + event['body'] + '</p>'}}
    boto3.client('ses').send_email(Source='a@example.com', Message={'Body': body})
",
    );
    let [(severity, message)] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(severity, "low");
    assert!(message.contains("a mail that comes from you"), "{message}");
}

#[test]
fn the_error_of_a_library_says_less_than_any() {
    let code = |kind: &str| {
        format!(
            "import boto3
import botocore.exceptions
def handler(event, context):
    try:
        boto3.client('sqs').list_queues()
    except {kind} as error:
        return {{'statusCode': 500, 'body': str(error)}}
"
        )
    };
    let severity = |kind: &str| {
        told("error-in-response", "app.py", &code(kind))
            .into_iter()
            .map(|it| it.0)
            .collect::<Vec<_>>()
    };
    assert_eq!(severity("Exception"), ["high"]);
    assert_eq!(severity("botocore.exceptions.ClientError"), ["medium"]);
}

#[test]
fn a_logged_event_is_worse_when_the_handler_reads_a_password_from_it() {
    let code = |read: &str| {
        format!(
            "import json
from aws_lambda_powertools import Logger
logger = Logger()
@logger.inject_lambda_context(log_event=True)
def handler(event, context):
    body = json.loads(event['body'])
    return {{'statusCode': 200, 'body': check({read})}}
"
        )
    };
    let found = told("event-logged", "app.py", &code("body['password']"));
    let [(severity, message)] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(severity, "medium");
    assert!(message.starts_with("`log_event=True` of `inject_lambda_context` logs"), "{message}");
    assert!(message.contains("a password or token that the handler reads"), "{message}");
    let found = told("event-logged", "app.py", &code("body['size']"));
    assert_eq!(found.first().map(|it| it.0.as_str()), Some("low"));
}

#[test]
fn events_of_s3_through_a_bus_may_be_logged() {
    let rule = |source: &str| {
        let template = OPEN.replace(
            "Api: {Type: HttpApi, Properties: {Path: /mail, Method: post}}",
            &format!(
                "Rule: {{Type: EventBridgeRule, Properties: {{Pattern: {{source: [{source}]}}}}}}"
            ),
        );
        let code = "def handler(event, context):\n    print(event)\n";
        let folder = Folder::new().file("template.yaml", template).file("src/app.py", code);
        folder.scan(&["--rule", "event-logged", "."]).findings()
    };
    assert_eq!(rule("aws.s3"), [""; 0]);
    assert_eq!(rule("shop"), ["src/app.py:2 SAS-5.26"]);
}

#[test]
fn an_error_that_a_helper_answers_with_is_told_once() {
    let template = OPEN.replace("python3.13", "nodejs22.x");
    let folder = Folder::new()
        .file("template.yaml", template)
        .file("src/app.js", "const r = require('./router');\nexports.handler = async (event) => r.dispatch(event);\n")
        .file(
            "src/router.js",
            "module.exports = { async dispatch(event) { try { return await go(event); } catch (e) {
  return { statusCode: 500, body: e.toString() }; } } };
async function go(e) { throw new Error('x'); }
",
        );
    let scan = folder.scan(&["--rule", "error-in-response", "."]);
    assert_eq!(scan.findings(), ["src/router.js:2 SAS-10.11"]);
}

#[test]
fn a_request_without_timeout_is_as_bad_as_that_of_the_function() {
    let severity = |timeout: &str| {
        let runtime = "Runtime: python3.13";
        let template = OPEN.replace(runtime, &format!("{runtime}\n      {timeout}"));
        let code = "import requests\ndef handler(event, context):\n    requests.get('https://example.com')\n";
        let folder = Folder::new().file("template.yaml", template).file("src/app.py", code);
        let scan = folder.scan(&["--rule", "missing-request-timeout", "."]);
        let found = scan.all_findings().iter();
        found.map(|it| it["severity"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(severity("Description: x"), ["low"]);
    assert_eq!(severity("Timeout: 3"), ["low"]);
    assert_eq!(severity("Timeout: 900"), ["medium"]);
}
