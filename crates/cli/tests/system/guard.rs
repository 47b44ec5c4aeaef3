//! `faasguard guard settings` and `faasguard guard layer`.

use guard_settings::{BatchAnswer, Settings};
use serde_json::Value;

use crate::folder::Folder;
use crate::iam_generate::example;

/// A function whose API describes a body, and one that reads a queue whose mapping is deaf.
const TEMPLATE: &str = r##"AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Resources:
  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: live
      DefinitionBody:
        openapi: "3.0.1"
        info: {title: orders, version: "1"}
        paths:
          /orders:
            post:
              requestBody:
                content:
                  application/json:
                    schema: {$ref: "#/components/schemas/Order"}
              x-amazon-apigateway-integration:
                type: aws_proxy
                httpMethod: POST
                uri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Create.Arn}/invocations
        components:
          schemas:
            Order:
              type: object
              description: what a customer orders
              properties:
                title: {type: string, example: tea}
                lines: {type: array, items: {$ref: "#/components/schemas/Line"}}
            Line: {type: object, x-internal: true}
  Create:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: python3.13
      CodeUri: src/
      Environment:
        Variables:
          PAYMENTS: https://pay.example.com/v1
      Events:
        Post:
          Type: Api
          Properties: {RestApiId: !Ref Api, Path: /orders, Method: post}
  Queue:
    Type: AWS::SQS::Queue
  Ship:
    Type: AWS::Serverless::Function
    Properties:
      Handler: ship.handler
      Runtime: python3.13
      CodeUri: src/
      Events:
        Queue:
          Type: SQS
          Properties: {Queue: !GetAtt Queue.Arn}
"##;

const APP: &str = r#"
import json
import sqlite3
import urllib.request

db = sqlite3.connect("/tmp/orders.db")

def handler(event, context):
    order = json.loads(event["body"])
    db.execute("SELECT * FROM orders WHERE title = '" + order["title"] + "'")
    urllib.request.urlopen("https://api.example.com/notify", timeout=3)
    return {"statusCode": 200}
"#;

const SHIP: &str = r#"
import os

def handler(event, context):
    for record in event["Records"]:
        os.system("ship " + record["body"])
"#;

fn application() -> Folder {
    Folder::new().file("template.yaml", TEMPLATE).file("src/app.py", APP).file("src/ship.py", SHIP)
}

fn plan<'j>(json: &'j Value, name: &str) -> &'j Value {
    let functions = json["functions"].as_array().unwrap();
    functions.iter().find(|function| function["function"] == name).unwrap()
}

#[test]
fn a_flow_becomes_a_field_with_its_sink_and_every_setting_has_a_reason() {
    let json = application().run(&["guard", "settings", ".", "--format", "json"]).json();
    assert_eq!(json["schema"], "faasguard-guard-plan/1");
    let create = &plan(&json, "Create")["settings"];
    assert_eq!(create["inspect"]["fields"]["body.title"][0], "sql");
    assert_eq!(create["errors"]["hide_details"], true);
    assert_eq!(create["tmp"], "report");
    assert_eq!(create["egress"], Value::Null);
    let ship = plan(&json, "Ship");
    assert_eq!(ship["settings"]["inspect"]["fields"]["Records[*].body"][0], "command");
    assert_eq!(ship["settings"]["batch"], "fail");
    let reasons = ship["reasons"].as_array().unwrap();
    let of_field = reasons.iter().find(|it| it["setting"] == "inspect.fields").unwrap();
    assert_eq!(of_field["place"]["file"], "src/ship.py");
    assert_eq!(of_field["place"]["line"], 6);
}

#[test]
fn the_schema_of_a_body_is_closed_and_without_its_descriptions() {
    let json = application().run(&["guard", "settings", ".", "--format", "json"]).json();
    let route = &plan(&json, "Create")["settings"]["validate"]["routes"][0];
    assert_eq!(route["route"], "POST /orders");
    assert_eq!(
        route["body"],
        serde_json::json!({
            "$ref": "#/$defs/Order",
            "$defs": {
                "Order": {"type": "object", "properties": {
                    "title": {"type": "string"},
                    "lines": {"type": "array", "items": {"$ref": "#/$defs/Line"}},
                }},
                "Line": {"type": "object"},
            },
        })
    );
}

#[test]
fn hosts_and_programs_are_listed_where_that_is_asked() {
    let words = ["guard", "settings", ".", "--format", "json", "--confine"];
    let json = application().run(&words).json();
    let create = &plan(&json, "Create")["settings"];
    assert_eq!(
        create["egress"]["allow"],
        serde_json::json!(["api.example.com:443", "pay.example.com:443"])
    );
    // `os.system` stands in the same folder, and text is searched rather too much than too little.
    assert_eq!(create["processes"], Value::Null);
}

#[test]
fn one_file_a_function_is_what_the_guard_reads() {
    let folder = application();
    let run = folder.run(&["guard", "settings", ".", "-o", "settings"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let ship = Settings::parse(&folder.read("settings/Ship.json")).unwrap();
    assert_eq!(ship.batch, BatchAnswer::Fail);
    assert!(Settings::parse(&folder.read("settings/Create.json")).is_ok());
    let run = folder.run(&["guard", "settings", ".", "--function", "Ship"]);
    assert_eq!(Settings::parse(&run.out).unwrap(), ship);
}

#[test]
fn several_functions_and_no_folder_are_an_error_that_names_them() {
    let run = application().run(&["guard", "settings", "."]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("2 functions (Create, Ship)"), "{}", run.err);
    let run = application().run(&["guard", "settings", ".", "--function", "Creat"]);
    assert!(run.err.contains("did you mean `Create`"), "{}", run.err);
}

#[test]
fn the_example_is_planned_whole() {
    let json = example("orders").run(&["guard", "settings", ".", "--format", "json"]).json();
    let create = &plan(&json, "CreateOrder")["settings"];
    assert_eq!(create["inspect"]["fields"]["body.customer"][0], "command");
    assert_eq!(plan(&json, "ShipOrder")["settings"]["batch"], "report");
}

/// The head of a 64-bit program of Linux for x86-64, with no section: what is in it is not looked at.
fn elf() -> Vec<u8> {
    let mut head = b"\x7fELF\x02\x01\x01".to_vec();
    head.resize(16, 0);
    head.extend([2, 0, 62, 0, 1, 0, 0, 0]);
    head.resize(52, 0);
    head.extend([64, 0, 56, 0, 0, 0, 64, 0, 0, 0, 0, 0]);
    head
}

/// A line as a guard writes it: so many records with one member.
fn learned(function: &str, count: u64, request: &str) -> String {
    format!(
        r#"{{"faasguard":"learned","function":"{function}","request_id":"{request}","record":"","count":{count},"summary":{{"v":{{"n":{count},"k":64,"o":{{"n":{count},"p":{{"sku":{{"c":{count},"v":{{"n":{count},"k":16,"s":{{"l":3,"m":4,"f":0}}}}}}}}}}}}}}}}"#
    )
}

#[test]
fn what_guards_learned_becomes_a_schema_where_enough_was_seen() {
    let export = serde_json::json!({"events": [
        {"timestamp": 1, "message": "START RequestId: 1"},
        {"timestamp": 2, "message": format!("{}\n", learned("Ship", 60, "b"))},
    ]});
    let folder = application()
        .file(
            "logs/plain.log",
            format!("START\n2024-05-01T00:00:00Z {}\nEND", learned("Ship", 60, "a")),
        )
        .file("logs/export/one.json", serde_json::to_string_pretty(&export).unwrap())
        .file("few.log", format!("{0}\n{0}", learned("Ship", 60, "a")));
    let words = ["guard", "settings", ".", "--format", "json", "--learned"];
    let json = folder.run(&[&words[..], &["logs"]].concat()).json();
    let ship = plan(&json, "Ship");
    assert_eq!(ship["settings"]["validate"]["record"]["required"][0], "sku");
    assert!(ship["reasons"].to_string().contains("learned from 120 records"), "{ship:#}");
    assert!(plan(&json, "Create")["reasons"].to_string().contains("no guard told"), "{json:#}");
    // The same line twice counts once.
    let json = folder.run(&[&words[..], &["few.log", "--learn"]].concat()).json();
    let ship = plan(&json, "Ship");
    assert!(ship["settings"]["validate"]["record"].is_null(), "{ship:#}");
    assert!(ship["reasons"].to_string().contains("only 60 records were seen"), "{ship:#}");
    assert_eq!(ship["settings"]["validate"]["learn"], true);
    let run = folder.run(&[&words[..], &["nowhere.log"]].concat());
    assert_eq!(run.code, 2, "{}", run.err);
}

#[test]
fn a_layer_is_the_same_every_time_and_refuses_settings_that_the_guard_would_refuse() {
    let folder = Folder::new()
        .file("guard", elf())
        .file("good.json", "{}")
        .file("bad.json", "{\n\"redakt\": 1}");
    for name in ["one.zip", "two.zip"] {
        let words = [
            "guard",
            "layer",
            "--program",
            "guard",
            "--settings",
            "good.json",
            "--extension",
            "-o",
            name,
        ];
        let run = folder.run(&words);
        assert_eq!(run.code, 0, "{}", run.err);
        assert!(run.out.contains("/opt/faasguard/settings.json"), "{}", run.out);
    }
    let bytes = |name| std::fs::read(folder.path(name)).unwrap();
    assert_eq!(bytes("one.zip"), bytes("two.zip"));
    let run = folder.run(&["guard", "layer", "--program", "guard", "--settings", "bad.json"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("line 2"), "{}", run.err);
    let run = folder.run(&["guard", "layer", "--program", "good.json"]);
    assert!(run.err.contains("no 64-bit program of Linux"), "{}", run.err);
}
