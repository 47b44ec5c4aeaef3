//! Models in the code, from the template to the guard that refuses.

use guard_inspect::{Decision, Inspector, Scratch};
use guard_settings::Settings;
use serde_json::{Value, json};

use crate::folder::Folder;

const TEMPLATE: &str = r#"AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Globals:
  Function: {Runtime: python3.13, CodeUri: src/}
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Handler: orders.handler
      Events:
        Add:
          Type: HttpApi
          Properties: {Path: /orders, Method: post}
  Todos:
    Type: AWS::Serverless::Function
    Properties:
      Handler: todos.handler
      Events:
        All:
          Type: Api
          Properties: {Path: "/{proxy+}", Method: any}
  Worker:
    Type: AWS::Serverless::Function
    Properties:
      Handler: worker.handler
      Events:
        Queue:
          Type: SQS
          Properties:
            Queue: !GetAtt Queue.Arn
            FunctionResponseTypes: [ReportBatchItemFailures]
  Queue: {Type: AWS::SQS::Queue}
"#;

const MODELS: &str = r#"
from pydantic import BaseModel, ConfigDict, Field

class Item(BaseModel):
    sku: str = Field(pattern=r"^[A-Z]{3}-\d+$")
    count: int = Field(gt=0, le=100)

class Order(BaseModel):
    model_config = ConfigDict(extra="forbid")
    items: list[Item] = Field(min_length=1)
    note: str | None = Field(default=None, max_length=20)
"#;

const ORDERS: &str = r#"
import json
from pydantic import ValidationError
from models import Order

def handler(event, context):
    try:
        order = Order.model_validate(json.loads(event["body"]))
    except ValidationError as error:
        return {"statusCode": 400}
    return {"statusCode": 200, "body": str(len(order.items))}
"#;

const TODOS: &str = r#"
from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from models import Order

app = APIGatewayRestResolver(enable_validation=True)

@app.post("/todos")
def create(order: Order) -> dict:
    return {}

@app.get("/todos")
def read() -> list:
    return []

def handler(event, context):
    return app.resolve(event, context)
"#;

const WORKER: &str = r#"
from aws_lambda_powertools.utilities.parser import envelopes, event_parser
from models import Order

@event_parser(model=Order, envelope=envelopes.SqsEnvelope)
def handler(event, context):
    return {"batchItemFailures": []}
"#;

/// Orders that the model takes, since it converts, and others.
fn bodies() -> (Vec<Value>, Vec<Value>) {
    let item = json!({"sku": "ABC-1", "count": 2});
    let taken = vec![
        json!({"items": [item]}),
        json!({"items": [{"sku": "ABC-1", "count": "2", "more": 1}], "note": null}),
        json!({"items": [{"sku": "ABC-1", "count": 2.0}, item], "note": "soon"}),
    ];
    let refused = vec![
        json!({}),
        json!({"items": []}),
        json!({"items": [{"sku": "ABC-1"}]}),
        json!({"items": [{"sku": "abc", "count": 2}]}),
        json!({"items": [{"sku": "ABC-1", "count": 101}]}),
        json!({"items": [{"sku": "ABC-1", "count": {"$gt": 0}}]}),
        json!({"items": [item], "admin": true}),
        json!([1]),
    ];
    (taken, refused)
}

fn settings(function: &str) -> Settings {
    let files = [("models", MODELS), ("orders", ORDERS), ("todos", TODOS), ("worker", WORKER)];
    let folder = files.iter().fold(Folder::new().file("template.yaml", TEMPLATE), |folder, it| {
        folder.file(&format!("src/{}.py", it.0), it.1)
    });
    let run = folder.run(&["guard", "settings", ".", "--function", function]);
    Settings::parse(&run.out).unwrap()
}

fn decides(inspector: &Inspector, event: &Value) -> Decision {
    inspector.event(&mut Scratch::default(), event.to_string().as_bytes(), "r-1").decision
}

#[test]
fn a_body_that_the_model_refuses_never_reaches_the_handler() {
    for (function, path) in [("Orders", "/orders"), ("Todos", "/todos")] {
        let inspector = Inspector::new(&settings(function)).unwrap();
        let request = |method: &str, body: &str| {
            json!({
                "resource": "/{proxy+}", "path": path, "httpMethod": method, "body": body,
                "headers": {"content-type": "application/json"}, "isBase64Encoded": false,
                "requestContext": {"httpMethod": method, "resourcePath": path, "stage": "live"},
            })
        };
        let (taken, refused) = bodies();
        for body in taken {
            let decision = decides(&inspector, &request("POST", &body.to_string()));
            assert!(matches!(decision, Decision::Pass), "{function} {body}: {decision:?}");
        }
        for body in refused {
            let decision = decides(&inspector, &request("POST", &body.to_string()));
            assert!(matches!(decision, Decision::Answer(_)), "{function} {body}: {decision:?}");
        }
        let read = decides(&inspector, &request("GET", ""));
        assert!(matches!(read, Decision::Pass), "{function}: {read:?}");
    }
}

#[test]
fn of_a_batch_only_the_records_that_the_model_refuses_are_reported() {
    let inspector = Inspector::new(&settings("Worker")).unwrap();
    let (taken, refused) = bodies();
    let record = |(place, body): (usize, &Value)| {
        json!({
            "messageId": format!("m-{place}"), "receiptHandle": "h", "body": body.to_string(),
            "eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:eu-west-1:1:q",
            "attributes": {}, "messageAttributes": {}, "awsRegion": "eu-west-1",
        })
    };
    let all: Vec<Value> = taken.iter().chain(&refused).enumerate().map(record).collect();
    let decision = decides(&inspector, &json!({"Records": all}));
    let Decision::Reduced { refused: found, .. } = decision else {
        panic!("{decision:?}");
    };
    assert_eq!(found.len(), refused.len());
}
