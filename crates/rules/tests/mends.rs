//! What a finding advises can be followed, and following it ends the finding.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use finding::{Confidence, Finding};
use source_text::Sources;

/// The findings of one rule in a template.
fn findings(rule: &str, text: &str) -> Vec<Finding> {
    let app = load_cloudformation::load_text(&Sources::default(), "template.yaml", text);
    rules::by_name(rule).unwrap().findings(&app)
}

/// The only finding of a rule.
fn only(rule: &str, text: &str) -> Finding {
    let mut found = findings(rule, text);
    assert_eq!(found.len(), 1, "{found:#?}");
    found.remove(0)
}

fn fix(found: &Finding) -> &str {
    &found.fix.as_ref().unwrap().description
}

/// A function of SAM, and what else is told of it.
fn function(more: &str) -> String {
    format!(
        "Transform: AWS::Serverless-2016-10-31
Resources:
  CreateOrder:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: index.handler
      Runtime: python3.13
{more}"
    )
}

#[test]
fn a_template_that_removes_is_replaced_by_a_statement_where_no_other_template_removes() {
    let with = |policy: &str| {
        function(&format!("      FunctionUrlConfig: {{AuthType: NONE}}\n      Policies:\n{policy}"))
    };
    let table =
        only("broad-policy-template", &with("        - DynamoDBCrudPolicy: {TableName: a}\n"));
    assert!(fix(&table).ends_with("neither template allows `dynamodb:DeleteItem`"), "{table:?}");
    assert_eq!(table.confidence, Confidence::Medium);
    let bucket = only("broad-policy-template", &with("        - S3CrudPolicy: {BucketName: a}\n"));
    assert!(fix(&bucket).ends_with("neither template allows `s3:DeleteObject`"), "{bucket:?}");
    let statement = "        - Statement: {Effect: Allow, Action: 'dynamodb:DeleteItem', Resource: \
                     !GetAtt Orders.Arn}\n";
    assert_eq!(findings("broad-policy-template", &with(statement)), []);
    let narrow = "        - DynamoDBWritePolicy: {TableName: a}\n";
    assert_eq!(findings("broad-policy-template", &with(narrow)), []);
}

/// Functions behind routes and more, with one limit for all.
fn slow(events: &str, more: &str) -> String {
    format!(
        "Transform: AWS::Serverless-2016-10-31
Globals: {{Function: {{Timeout: 300, CodeUri: src/, Handler: a.b, Runtime: python3.13}}}}
Resources:
  CreateOrder:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Post: {{Type: Api, Properties: {{Method: POST, Path: /orders}}}}
{events}{more}"
    )
}

#[test]
fn a_limit_that_others_share_is_set_on_the_function() {
    let alone = only("timeout-beyond-trigger", &slow("", ""));
    assert_eq!(fix(&alone), "Set `Timeout` to 29 or less, and hand longer work to a queue");
    let other = "  Report: {Type: AWS::Serverless::Function}\n";
    let shared = only("timeout-beyond-trigger", &slow("", other));
    assert_eq!(
        fix(&shared),
        "Set `Timeout` to 29 or less on `CreateOrder` alone, as others share this line, and hand \
         longer work to a queue"
    );
    assert_eq!(shared.confidence, Confidence::High);
    let followed = slow("      Timeout: 29\n", other);
    assert_eq!(findings("timeout-beyond-trigger", &followed), []);
}

#[test]
fn a_route_beside_longer_work_gets_a_function_of_its_own() {
    for event in [
        "        Night: {Type: Schedule, Properties: {Schedule: rate(1 day)}}\n",
        "        Queue: {Type: SQS, Properties: {Queue: !GetAtt Orders.Arn}}\n",
        "      FunctionUrlConfig: {AuthType: AWS_IAM}\n",
    ] {
        let found = only("timeout-beyond-trigger", &slow(event, ""));
        assert_eq!(found.confidence, Confidence::Medium, "{event}");
        assert!(fix(&found).starts_with("Give `POST /orders` a function of its own"), "{found:?}");
    }
}
