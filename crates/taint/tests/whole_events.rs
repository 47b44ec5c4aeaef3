//! What a log or an answer tells: a whole event, not a field of it; and only where somebody sees it.

mod marked_code;

use marked_code::{Case, check_event, check_kinds, check_remarks};
use taint::Kind;

fn event(first: &str, code: &str) {
    check_kinds(|kind| kind == Kind::Event, first, code);
}

fn error(code: &str) {
    check_kinds(|kind| kind == Kind::Error, "handler.py", code);
}

#[test]
fn a_field_of_an_object_made_of_an_event_is_not_the_whole() {
    event(
        "handler.py",
        "import json
from shop import Order, load
def handler(event, context):
    order = Order.from_event(event)
    print(order.name)
    print(order.total())
    print(load(event)['name'])
    print(load(event).get('name'))
    for line in load(event):
        print(line)
    print(json.dumps({'id': order.name}))
    print(event)  # expect: event
    print(json.dumps(event))  # expect: event
    print(str(event))  # expect: event
",
    );
}

#[test]
fn a_field_of_an_instance_is_the_whole_only_when_it_was_put_there_by_itself() {
    event(
        "handler.py",
        "import json
class Job:
    def __init__(self, event):
        self.event = event
        self.name = event['name']
class Bag(dict):
    pass
def handler(event, context):
    job = Job(event)
    print(job.name)
    print(job.event)  # expect: event
    bag = {**event}
    print(bag['name'])
    print(bag.get('name'))
",
    );
}

#[test]
fn getters_of_java_give_parts() {
    event(
        "Orders.java",
        "package shop;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.google.gson.Gson;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.InputStreamReader;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
public class Orders implements RequestStreamHandler {
  public void handleRequest(InputStream input, OutputStream output, Context context) {
    LambdaLogger logger = context.getLogger();
    Message message = new Gson().fromJson(new InputStreamReader(input), Message.class);
    logger.log(message.getSource());
    logger.log(message.getEvents()[0].getDocument().getName());
    logger.log(new Gson().toJson(message)); // expect: event
  }
}
",
    );
}

#[test]
fn an_object_without_to_string_prints_no_data() {
    event(
        "Orders.java",
        "package shop;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.google.gson.Gson;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.InputStreamReader;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
public class Orders implements RequestStreamHandler {
  static class Plain { String name; }
  static class Told { String name; public String toString() { return name; } }
  @Data static class Lombok { String name; }
  record Row(String name) {}
  public void handleRequest(InputStream input, OutputStream output, Context context) {
    LambdaLogger logger = context.getLogger();
    Plain plain = new Gson().fromJson(new InputStreamReader(input), Plain.class);
    logger.log(\"Message = \" + plain);
    logger.log(String.format(\"%s\", plain));
    logger.log(plain);
    Told told = new Gson().fromJson(new InputStreamReader(input), Told.class);
    logger.log(\"Message = \" + told); // expect: event
    Lombok lombok = new Gson().fromJson(new InputStreamReader(input), Lombok.class);
    logger.log(\"Message = \" + lombok); // expect: event
    Row row = new Gson().fromJson(new InputStreamReader(input), Row.class);
    logger.log(\"Message = \" + row); // expect: event
  }
}
",
    );
}

#[test]
fn an_answer_that_nobody_sees_tells_nothing() {
    error(
        "def handler(event, context):
    try:
        work(event['Records'][0]['s3']['object']['key'])
    except Exception as e:
        return {'statusCode': 500, 'body': str(e)}
def timer_handler(event, context):
    try:
        work(event['detail-type'], event['detail'], event['source'])
    except Exception as e:
        return {'statusCode': 500, 'body': str(e)}
def other_handler(event, context):
    try:
        work(event['name'])
    except Exception as e:
        return {'statusCode': 500, 'body': str(e)}  # expect: error
",
    );
}

#[test]
fn the_address_that_object_lambda_sets_is_no_choice_of_the_caller() {
    marked_code::python(
        "import requests
def handler(event, context):
    requests.get(event['getObjectContext']['inputS3Url'], timeout=5)
    requests.get(event['userRequest']['url'], timeout=5)  # expect: url
",
    );
}

#[test]
fn local_apis_of_the_platform_need_no_timeout() {
    check_remarks(
        "missing-request-timeout",
        "handler.py",
        "import os, requests, urllib.request
API = os.environ['AWS_LAMBDA_RUNTIME_API']
def handler(event, context):
    requests.get('http://127.0.0.1:9001/next')
    requests.get(f'http://{API}/2020-01-01/extension/event/next', timeout=None)
    requests.get('http://' + os.environ['AWS_LAMBDA_RUNTIME_API'] + '/next')
    urllib.request.urlopen('http://localhost:2773/secrets')
    requests.get('https://example.com', timeout=None)  # expect: check:missing-request-timeout
    requests.get('https://example.com')  # expect: check:missing-request-timeout
",
    );
}

/// Steps of the only whole event that is told: line and words.
fn steps(first: &str, code: &str, events: &[&str]) -> Vec<(u32, String)> {
    let analyses = Case::read(first, code).analyse(events);
    let mut flows = analyses.iter().flat_map(|analysis| &analysis.flows);
    let flow = flows.find(|flow| flow.kind == Kind::Event);
    let hops = flow.map(|flow| flow.hops.as_slice()).unwrap_or_default();
    hops.iter().map(|(place, note)| (place.line, note.clone())).collect()
}

const LOGS: &str = "import json

def handler(event, context):
    print(event)
";

#[test]
fn a_handler_gets_its_event_where_its_parameter_stands() {
    let all = steps("handler.py", LOGS, &["rest-api"]);
    let passed = all.iter().find(|(_, note)| note.contains("passed to"));
    assert_eq!(passed, Some(&(3, "passed to `handler(event)`".to_owned())), "{all:?}");
}

#[test]
fn the_event_of_go_is_not_the_context() {
    let code = "package main
import (
    \"context\"
    \"fmt\"
    \"github.com/aws/aws-lambda-go/events\"
    \"github.com/aws/aws-lambda-go/lambda\"
)
func handler(ctx context.Context, request events.SQSEvent) error {
    fmt.Println(request)
    return nil
}
func main() { lambda.Start(handler) }
";
    let analyses = Case::read("main.go", code).analyse(&["sqs"]);
    let mut flows = analyses.iter().flat_map(|analysis| &analysis.flows);
    let flow = flows.find(|flow| flow.kind == Kind::Event);
    assert_eq!(flow.map(|flow| flow.source.as_str()), Some("request"));
}

#[test]
fn a_whole_event_is_decided_by_who_sends_it() {
    for (event, who) in [
        ("eventbridge", "which whoever sends the event decides"),
        ("sqs", "which whoever sends the event decides"),
        ("unknown", "which whoever sends the event decides"),
        ("rest-api", "which anybody who reaches the trigger decides"),
    ] {
        let all = steps("handler.py", LOGS, &[event]);
        let source = all.first().map(|(_, note)| note.as_str()).unwrap_or_default();
        assert!(source.ends_with(who), "{event}: {all:?}");
    }
}

#[test]
fn events_that_hold_only_ids_may_be_logged() {
    for event in ["s3", "s3-eventbridge", "schedule", "cloudwatch-alarm", "codedeploy"] {
        check_event(|kind| kind == Kind::Event, "handler.py", LOGS, &[event]);
    }
    let told = "def handler(event, context):
    print(event)  # expect: event
";
    for event in ["sqs", "custom-resource", "unknown"] {
        check_event(|kind| kind == Kind::Event, "handler.py", told, &[event]);
    }
}

#[test]
fn a_response_beside_an_error_is_not_sent() {
    check_event(
        |kind| kind == Kind::Error,
        "main.go",
        "package main
import (
    \"context\"
    \"github.com/aws/aws-lambda-go/events\"
    \"github.com/aws/aws-lambda-go/lambda\"
)
func handler(ctx context.Context, request events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
    item, err := find(request.Body)
    if err != nil {
        return events.APIGatewayProxyResponse{StatusCode: 500, Body: err.Error()}, err
    }
    if err := save(item); err != nil {
        return events.APIGatewayProxyResponse{StatusCode: 500, Body: err.Error()}, nil // expect: error
    }
    return events.APIGatewayProxyResponse{StatusCode: 200}, nil
}
func main() { lambda.Start(handler) }
",
        &["rest-api"],
    );
}

#[test]
fn what_a_handler_answers_does_not_say_what_starts_it() {
    event(
        "handler.py",
        "import boto3
table = boto3.resource('dynamodb').Table('x')
def lambda_handler(event, context):
    print(event)
    work(event['Records'][0]['s3']['object']['key'])
    return {'statusCode': 200, 'body': 'done'}
def bus_handler(event, context):
    print(event)
    work(event['detail']['bucket']['name'], event['detail']['object']['key'])
def queue_handler(event, context):
    print(event)  # expect: event
    work(event['Records'][0].get('body'))
",
    );
}

#[test]
fn errors_with_a_status_are_those_of_the_program() {
    let code = |class: &str| {
        format!(
            "{class}
exports.handler = async (event) => {{
  try {{ await work(event); }} catch (e) {{
    if (e.status) return {{ statusCode: e.status, body: e.message }};{}
    return {{ statusCode: 500, body: 'x' }};
  }}
}};
",
            if class.is_empty() { " // expect: error" } else { "" }
        )
    };
    let is_error = |kind| kind == Kind::Error;
    let own =
        "class AppError extends Error { constructor(status) { super(); this.status = status; } }";
    check_event(is_error, "handler.js", &code(own), &["rest-api"]);
    check_event(is_error, "handler.js", &code(""), &["rest-api"]);
}

#[test]
fn errors_that_say_that_they_are_meant_for_callers_may_be_told() {
    check_event(
        |kind| kind == Kind::Error,
        "handler.js",
        "const { z } = require('zod');
exports.handler = async (event) => {
  try { await work(event); } catch (e) {
    if (e.name === 'ValidationError') return { statusCode: 400, body: e.message };
    if (e.isOperational) return { statusCode: 400, body: JSON.stringify({ message: e.message }) };
    if (e instanceof z.ZodError) return { statusCode: 400, body: JSON.stringify({ errors: e.errors }) };
    if (e.name === 'AccessDenied') return { statusCode: 500, body: e.message }; // expect: error
    if (e.name !== 'ValidationError') return { statusCode: 500, body: e.message }; // expect: error
    return { statusCode: 500, body: e.expose ? e.message : 'error' };
  }
};
",
        &["rest-api"],
    );
}
