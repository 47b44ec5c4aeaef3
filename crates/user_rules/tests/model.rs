//! The view holds what the schema says, and the published schema is that of the code.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use load_cloudformation::{Options, load};
use serde_json::Value;
use source_text::{Limits, Sources, parse_yaml};
use user_rules::{model_json, model_schema};

const LIMITS: Limits = Limits { bytes: 1 << 20, depth: 200, nodes: 100_000 };

const TEMPLATE: &str = "
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: {Type: String, Default: prod}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Globals: {Function: {Runtime: python3.13, Handler: app.handler, CodeUri: src/}}
Resources:
  CreateOrder:
    Type: AWS::Serverless::Function
    Properties:
      MemorySize: !If [IsProd, 1024, 128]
      Layers: [!Ref Stage]
      Policies: [{DynamoDBReadPolicy: {TableName: !Ref Orders}}]
      Environment: {Variables: {TABLE: !Ref Orders}}
      Events:
        Post: {Type: Api, Properties: {Path: /orders, Method: post}}
        Queue: {Type: SQS, Properties: {Queue: !GetAtt Jobs.Arn, BatchSize: 5}}
  Orders: {Type: AWS::DynamoDB::Table, Properties: {BillingMode: PAY_PER_REQUEST}}
  Jobs: {Type: AWS::SQS::Queue}
  Open:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Jobs]
      PolicyDocument:
        Statement:
          - {Effect: Allow, Principal: '*', Action: 'sqs:*', Resource: '*', Condition: {StringEquals: {'aws:SourceAccount': '111122223333'}}}
Outputs:
  Url: {Value: !Ref Jobs, Export: {Name: jobs}}
";

fn model() -> Value {
    let sources = Sources::default();
    let file = sources.add("template.yaml", TEMPLATE);
    let document = parse_yaml(file, TEMPLATE, &LIMITS).unwrap().documents.remove(0);
    let options = Options { keeps_declared: true, ..Options::default() };
    model_json(&load(file, document, &options, None).app, &sources)
}

/// Checks a value against a part of the schema, as far as the schema uses JSON Schema.
fn check(value: &Value, schema: &Value, root: &Value, path: &str) {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let of = root.pointer(reference.trim_start_matches('#')).unwrap();
        return check(value, of, root, path);
    }
    if let Some(options) = schema.get("anyOf").and_then(Value::as_array) {
        let fits = options.iter().filter(|it| is_of(value, it, root)).collect::<Vec<_>>();
        assert!(!fits.is_empty(), "{path}: {value} is none of {options:?}");
        return check(value, fits.first().unwrap(), root, path);
    }
    if let Some(wanted) = schema.get("const") {
        assert_eq!(value, wanted, "{path}");
    }
    if let (Some(properties), Some(object)) = (schema.get("properties"), value.as_object()) {
        for name in schema["required"].as_array().unwrap() {
            assert!(object.contains_key(name.as_str().unwrap()), "{path}: {name} is missing");
        }
        for (name, value) in object {
            let of = properties.get(name);
            let of = of.unwrap_or_else(|| panic!("{path}: `{name}` is not in the schema"));
            check(value, of, root, &format!("{path}.{name}"));
        }
    }
    if let (Some(items), Some(list)) = (schema.get("items"), value.as_array()) {
        for (at, value) in list.iter().enumerate() {
            check(value, items, root, &format!("{path}[{at}]"));
        }
    }
    if let (Some(of), Some(object)) = (schema.get("additionalProperties"), value.as_object())
        && of.is_object()
    {
        for (name, value) in object {
            check(value, of, root, &format!("{path}.{name}"));
        }
    }
}

/// Whether a value is of the kind that an alternative is for.
fn is_of(value: &Value, schema: &Value, root: &Value) -> bool {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        return is_of(value, root.pointer(reference.trim_start_matches('#')).unwrap(), root);
    }
    match schema.get("type").and_then(Value::as_str) {
        Some("null") => value.is_null(),
        Some("boolean") => value.is_boolean(),
        Some("integer") => value.is_i64(),
        Some("number") => value.is_number(),
        Some("string") => value.is_string(),
        Some("array") => value.is_array(),
        Some("object") => {
            let required = schema.get("required").and_then(Value::as_array);
            value.is_object()
                && required.is_none_or(|names| {
                    names.iter().all(|name| value.get(name.as_str().unwrap()).is_some())
                })
        }
        _ => true,
    }
}

#[test]
fn every_record_has_the_fields_of_the_schema_and_no_other() {
    let (model, schema) = (model(), model_schema());
    check(&model, &schema, &schema, "");
    let app = &model["application"];
    for list in [
        "functions",
        "triggers",
        "apis",
        "roles",
        "policies",
        "permissions",
        "resources",
        "parameters",
        "outputs",
    ] {
        assert!(!app[list].as_array().unwrap().is_empty(), "{list}");
    }
    let memory = &app["functions"][0]["memory_mib"]["one_of"];
    assert_eq!(memory[0]["value"], 1024);
}

#[test]
fn the_schema_that_is_published_is_that_of_the_code() {
    let published = include_str!("../../../docs/schemas/faasguard-model-1.schema.json");
    let published: Value = serde_json::from_str(published).unwrap();
    assert_eq!(published, model_schema(), "write it again: `faasguard rules model --schema`");
}
