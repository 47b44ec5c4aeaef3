//! Paths of events go on through parsing: a field of a parsed body is a source of its own.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use code_ir::Language;
use source_text::{FileId, SourceFile};
use taint::{Analysis, Deed, Entry, Kind, ModelSet, Program, Trust, analyse};

/// What the only entry point of a file tells, `event` being what it is started with.
fn analysis(path: &str, symbol: &str, event: &str, code: &str) -> Analysis {
    let language = Language::of_path(path).unwrap();
    let file = FileId(0);
    let module = match language {
        Language::Python => code_python::parse(file, code),
        Language::JavaScript | Language::TypeScript => {
            code_javascript::parse(file, language, path, code)
        }
        _ => code_tree_sitter::parse(file, language, code),
    };
    assert!(module.errors.is_empty(), "{:?}", module.errors);
    let mut program = Program::default();
    let source = SourceFile { path: path.to_owned(), text: code.to_owned() };
    let id = program.add(Arc::new(source), module);
    let models = ModelSet::new([language], &[]);
    let entry = Entry { module: id, symbol: symbol.into(), events: vec![event.into()] };
    analyse(&program, &models, id, &[(0, &entry)])
}

fn python(code: &str) -> Analysis {
    analysis("app.py", "handler", "rest-api", code)
}

fn javascript(code: &str) -> Analysis {
    analysis("app.js", "handler", "rest-api", code)
}

/// Source and path of the only flow of a kind.
fn only(analysis: &Analysis, kind: Kind) -> (String, String) {
    let mut flows = analysis.flows.iter().filter(|flow| flow.kind == kind);
    let flow = flows.next().unwrap();
    assert_eq!(flows.next(), None);
    (flow.source.clone(), flow.path.clone().unwrap())
}

fn reads(analysis: &Analysis, path: &str) -> bool {
    analysis.reads.iter().any(|(_, read)| read == path)
}

#[test]
fn a_field_of_the_body_is_told_with_the_steps_that_led_to_it() {
    let found = python(
        "import json, sqlite3
cursor = sqlite3.connect('x').cursor()
def handler(event, context):
    body = json.loads(event[\"body\"])
    user_id = body[\"userId\"]
    cursor.execute(f\"SELECT * FROM users WHERE id = {user_id}\")
    cursor.execute(\"SELECT * FROM users WHERE id = %s\", (user_id,))
",
    );
    let (source, path) = only(&found, Kind::Sql);
    assert_eq!(source, "event[\"body\"][\"userId\"]");
    assert_eq!(path, "[\"body\"][\"userId\"]");
    assert!(reads(&found, "[\"body\"][\"userId\"]"));
    let flow = found.flows.iter().find(|flow| flow.kind == Kind::Sql).unwrap();
    assert_eq!(flow.place.line, 6);
    let notes: Vec<&str> = flow.hops.iter().map(|(_, note)| note.as_str()).collect();
    assert!(notes.contains(&"goes through `json.loads`"), "{notes:?}");
    assert!(notes.contains(&"assigned to `body`"), "{notes:?}");
    assert!(notes.contains(&"`event[\"body\"][\"userId\"]` is read"), "{notes:?}");
    let first = notes.first().unwrap();
    assert!(first.starts_with("the body of the request"), "{notes:?}");
}

#[test]
fn fields_are_read_in_many_ways() {
    for (read, path) in [
        ("body.get('name', 'x')", "[\"body\"][\"name\"]"),
        ("body['user']['name']", "[\"body\"][\"user\"][\"name\"]"),
        ("[item['name'] for item in body['items']][0]", "[\"body\"][\"items\"][*][\"name\"]"),
        ("pick(**body)", "[\"body\"][\"name\"]"),
        ("str(body['name']).strip()", "[\"body\"][\"name\"]"),
    ] {
        let code = format!(
            "import json, os
def pick(name, other=None):
    return name
def handler(event, context):
    body = json.loads(event.get('body') or '{{}}')
    os.system({read})
"
        );
        assert_eq!(only(&python(&code), Kind::Command).1, path, "{read}");
    }
    for (read, path) in [
        ("body.name", "[\"body\"][\"name\"]"),
        ("body?.user?.name ?? 'x'", "[\"body\"][\"user\"][\"name\"]"),
        ("(({ name = 'x' }) => name)(body)", "[\"body\"][\"name\"]"),
        ("body.items.map(item => item.name)[0]", "[\"body\"][\"items\"][*][\"name\"]"),
    ] {
        let code = format!(
            "const {{ exec }} = require('child_process');
exports.handler = async (event) => {{
  const body = event.body ? JSON.parse(event.body) : {{}};
  exec({read});
}};
"
        );
        let (source, found) = only(&javascript(&code), Kind::Command);
        assert_eq!(found, path, "{read}");
        assert!(source.starts_with("event.body."), "{source}");
    }
}

#[test]
fn texts_in_texts_and_in_base64_are_followed() {
    let topic = analysis(
        "app.py",
        "handler",
        "sqs",
        "import json, os
def handler(event, context):
    for record in event['Records']:
        message = json.loads(json.loads(record['body'])['Message'])
        os.system(message['name'])
",
    );
    assert_eq!(only(&topic, Kind::Command).1, "[\"Records\"][*][\"body\"][\"Message\"][\"name\"]");
    let stream = analysis(
        "app.py",
        "handler",
        "kinesis",
        "import base64, json, os
def handler(event, context):
    for record in event['Records']:
        data = json.loads(base64.b64decode(record['kinesis']['data']).decode('utf-8'))
        os.system(data['name'])
",
    );
    assert_eq!(only(&stream, Kind::Command).1, "[\"Records\"][*][\"kinesis\"][\"data\"][\"name\"]");
}

#[test]
fn other_languages_read_fields_of_a_body() {
    let go = analysis(
        "main.go",
        "handler",
        "rest-api",
        "package main
import (
  \"encoding/json\"
  \"os/exec\"
  \"github.com/aws/aws-lambda-go/events\"
)
type Order struct { Name string }
func handler(req events.APIGatewayProxyRequest) (string, error) {
  var order Order
  json.Unmarshal([]byte(req.Body), &order)
  exec.Command(\"sh\", \"-c\", order.Name)
  return \"\", nil
}
",
    );
    assert_eq!(only(&go, Kind::Command).1, "[\"Body\"][\"Name\"]");
    let java = analysis(
        "Orders.java",
        "Orders::handleRequest",
        "rest-api",
        "package shop;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyRequestEvent;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.DriverManager;
public class Orders implements RequestHandler<APIGatewayProxyRequestEvent, String> {
  private final ObjectMapper mapper = new ObjectMapper();
  public String handleRequest(APIGatewayProxyRequestEvent event, Context context) {
    Order order = mapper.readValue(event.getBody(), Order.class);
    var statement = DriverManager.getConnection(\"jdbc:h2:mem\").createStatement();
    statement.executeQuery(\"SELECT a FROM t WHERE b = '\" + order.getName() + \"'\");
    return \"\";
  }
}
",
    );
    assert_eq!(only(&java, Kind::Sql).1, "[\"getBody\"][\"getName\"]");
    let ruby = analysis(
        "app.rb",
        "handler",
        "rest-api",
        "require 'json'
def handler(event:, context:)
  body = JSON.parse(event['body'])
  system(body['name'])
end
",
    );
    assert_eq!(only(&ruby, Kind::Command).1, "[\"body\"][\"name\"]");
}

#[test]
fn a_message_hands_on_each_field_by_itself() {
    let found = python(
        "import boto3, json
sqs = boto3.client('sqs')
def handler(event, context):
    body = json.loads(event['body'])
    sqs.send_message(QueueUrl='q', MessageBody=json.dumps({'name': body['name'], 'kind': 'x'}))
",
    );
    let sent: Vec<&str> = found.sent.iter().map(|sent| sent.at.as_str()).collect();
    assert_eq!(sent, ["Records[*].body.name"]);
}

#[test]
fn accesses_tell_what_picks_and_what_is_written() {
    let found = python(
        "import boto3, json, sqlite3
table = boto3.resource('dynamodb').Table('orders')
cursor = sqlite3.connect('x').cursor()
def handler(event, context):
    body = json.loads(event['body'])
    table.update_item(
        Key={'id': int(body['id'])},
        UpdateExpression='SET #s = :s',
        ExpressionAttributeNames={'#s': 'status'},
        ExpressionAttributeValues={':s': 'paid'},
    )
    cursor.execute('UPDATE o SET price = ? WHERE id = ?', (body['price'], body['id']))
    claims = event['requestContext']['authorizer']['claims']
    table.get_item(Key={'owner': claims['sub']})
",
    );
    let [change, sql, get] = found.accesses.as_slice() else { panic!("{:?}", found.accesses) };
    assert_eq!((change.deed, sql.deed, get.deed), (Deed::Change, Deed::Change, Deed::Read));
    let key = change.keys.first().unwrap();
    assert_eq!((key.name.as_str(), key.trust), ("id", Trust::Attacker));
    assert_eq!(key.path.as_deref(), Some("[\"body\"][\"id\"]"));
    let value = change.values.first().unwrap();
    assert_eq!((value.name.as_str(), value.constant.as_deref()), ("status", Some("paid")));
    assert!(!change.is_conditional && !change.is_owned);
    let price = sql.values.first().unwrap();
    assert_eq!(price.name, "price");
    assert_eq!(price.path.as_deref(), Some("[\"body\"][\"price\"]"));
    assert!(get.is_owned);
    assert_eq!(found.identities, [0]);
}

#[test]
fn a_test_that_refuses_is_a_decision() {
    let found = javascript(
        "exports.handler = async (event) => {
  const body = JSON.parse(event.body);
  if (body.role !== 'admin') return { statusCode: 403 };
  if (body.kind === 'large') console.log('large');
  return { statusCode: 200 };
};
",
    );
    let [decision] = found.decisions.as_slice() else { panic!("{:?}", found.decisions) };
    assert_eq!(
        (decision.path.as_str(), decision.constant.as_str()),
        ("[\"body\"][\"role\"]", "admin")
    );
}
