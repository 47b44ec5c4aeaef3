//! The JSON of a plan.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod memory;

use memory::{json, resource};
use source_text::{FileId, Limits, Node, parse_json};

const PLAN: &str = include_str!("properties/plan.json");

fn document(text: &str) -> Node {
    parse_json(FileId(0), text, &Limits::default()).unwrap().documents.remove(0)
}

#[test]
fn known_values_are_exact_and_unknown_ones_are_references() {
    let it = terraform_language::evaluate_plan(FileId(0), &document(PLAN)).unwrap();
    assert_eq!(
        json(&resource(&it, "aws_lambda_function.f").body),
        r#"{"function_name":"f","timeout":3,"environment":[{"variables":{"A":"b"}}],"dead_letter_config":[{"target_arn":{"Fn::GetAtt":["module.web[\"a.b\"].aws_sqs_queue.q","arn"]}}],"role":{"Fn::GetAtt":["aws_iam_role.r","arn"]},"policy":{"Fn::Unresolved":["aws_s3_bucket.b.arn, aws_s3_bucket.c.arn",{"Fn::GetAtt":["aws_s3_bucket.b","arn"]},{"Fn::GetAtt":["aws_s3_bucket.c","arn"]}]}}"#
    );
    assert_eq!(
        json(&resource(&it, "module.web[\"a.b\"].aws_sqs_queue.q").body),
        r#"{"name":"q","kms_master_key_id":{"Fn::GetAtt":["aws_kms_key.k","arn"]}}"#
    );
    assert_eq!(it.data[0].address, "data.aws_iam_policy_document.d");
    assert_eq!(json(&it.providers[0].body), r#"{"region":"eu-west-1"}"#);
    assert!(it.variables[0].is_default && it.variables[0].sensitive);
    assert!(it.outputs[0].sensitive);
}

#[test]
fn another_document_is_no_plan() {
    assert!(
        terraform_language::evaluate_plan(FileId(0), &document("{\"Resources\": {}}")).is_none()
    );
    assert!(terraform_language::evaluate_plan(FileId(0), &document("[]")).is_none());
}
