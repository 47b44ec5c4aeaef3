//! Schemas that code of Python gives, and code that gives none.

#![cfg(test)]

use std::sync::Arc;

use code_program::{ModuleId, Program};
use code_schemas::{Derivation, Subject, derive};
use guard_schema::Schema;
use serde_json::{Value, json};
use source_text::{SourceFile, Sources};

fn derived(files: &[(&str, &str)]) -> Derivation {
    let sources = Sources::default();
    let mut program = Program::default();
    for (path, text) in files {
        let id = sources.add(*path, *text);
        let file = SourceFile { path: (*path).to_owned(), text: (*text).to_owned() };
        program.add(Arc::new(file), code_python::parse(id, text));
    }
    derive(&program, ModuleId(0), "handler")
}

fn only(text: &str) -> (Subject, Value) {
    let found = derived(&[("app.py", text)]);
    assert_eq!(found.schemas.len(), 1, "{found:#?}");
    let schema = &found.schemas[0];
    Schema::compile(&schema.schema).unwrap();
    (schema.subject.clone(), schema.schema.clone())
}

/// No schema, and a note that says why.
#[track_caller]
fn none(text: &str, why: &str) {
    let found = derived(&[("app.py", text)]);
    assert_eq!(found.schemas, [], "{text}");
    assert!(found.notes.iter().any(|note| note.words.contains(why)), "{why}: {:#?}", found.notes);
}

fn accepts(schema: &Value, value: &Value) -> bool {
    let compiled = Schema::compile(schema).unwrap();
    let text = value.to_string();
    let mut tape = json_tape::Tape::new();
    let document = tape.read(text.as_bytes(), &json_tape::Limits::default()).unwrap();
    compiled.validate(document.root()).is_ok()
}

const ORDER: &str = "
import json
from pydantic import BaseModel, ConfigDict, Field
from typing import Literal, Optional

class Order(BaseModel):
    model_config = ConfigDict(extra='forbid')
    sku: str = Field(min_length=1, max_length=20, pattern=r'^[A-Z]+$')
    count: int = Field(gt=0, le=100)
    kind: Literal['new', 'used']
    note: Optional[str] = None
";

#[test]
fn a_model_that_every_event_meets_is_a_schema() {
    let (subject, schema) = only(&format!(
        "{ORDER}
def handler(event, context):
    order = Order.model_validate(json.loads(event['body']))
    return order.sku
"
    ));
    assert_eq!(subject, Subject::Body);
    let good = json!({"sku": "AB", "count": 3, "kind": "new"});
    assert!(accepts(&schema, &good), "{schema:#}");
    let changed = |name: &str, value: Value| {
        let mut changed = good.clone();
        changed[name] = value;
        changed
    };
    for (name, value) in [
        ("count", json!("3")),
        ("count", json!(true)),
        ("note", json!(null)),
        ("count", json!(3.0)),
    ] {
        assert!(accepts(&schema, &changed(name, value)), "{name}");
    }
    for (name, value) in [
        ("sku", json!("a")),
        ("sku", json!(7)),
        ("count", json!(0)),
        ("count", json!("1 OR 1=1")),
        ("kind", json!("other")),
        ("more", json!(1)),
        ("note", json!(["x"])),
    ] {
        assert!(!accepts(&schema, &changed(name, value)), "{name}");
    }
    assert!(!accepts(&schema, &json!({"sku": "AB", "count": 3})));
}

#[test]
fn every_way_to_check_is_known() {
    for (way, subject) in [
        ("Order.parse_raw(event['body'])", Subject::Body),
        ("Order.model_validate_json(event.get('body'))", Subject::Body),
        ("Order(**json.loads(event['body']))", Subject::Body),
        ("Order(**event)", Subject::Event),
        ("Order.model_validate(event['detail'])", Subject::Record),
        ("[Order(**json.loads(r['body'])) for r in event['Records']]", Subject::Record),
        ("TypeAdapter(Order).validate_json(event['body'])", Subject::Body),
        (
            "TypeAdapter(list[Order]).validate_python(json.loads(event['body'])['orders'])",
            Subject::Body,
        ),
        ("parse(event=event, model=Order)", Subject::Event),
        ("parse(event, Order, envelopes.SqsEnvelope)", Subject::Record),
        ("parse(event, Order, envelope=ApiGatewayEnvelope)", Subject::Body),
        ("parse(event, Order, envelope=envelopes.EventBridgeEnvelope)", Subject::Record),
        ("parse(json.loads(event['body']), Order)", Subject::Body),
    ] {
        let text = format!(
            "{ORDER}
from pydantic import TypeAdapter
from aws_lambda_powertools.utilities.parser import parse, envelopes
from aws_lambda_powertools.utilities.parser.envelopes import ApiGatewayEnvelope

def handler(event, context):
    found = {way}
    return found
"
        );
        let (found, schema) = only(&text);
        assert_eq!(found, subject, "{way}");
        assert!(!accepts(&schema, &json!({"sku": "AB"})), "{way}");
    }
}

#[test]
fn decorators_of_powertools_are_known() {
    for (decorator, subject) in [
        ("@event_parser(model=Order)", Subject::Event),
        ("@event_parser(model=Order, envelope=envelopes.SqsEnvelope)", Subject::Record),
        ("@validator(inbound_schema=schemas.ORDER, envelope=API_GATEWAY_HTTP)", Subject::Body),
        ("@validator(inbound_schema=schemas.ORDERS, envelope=SQS)", Subject::Record),
        ("@validator(inbound_schema=schemas.ORDER, envelope='detail.order')", Subject::Record),
    ] {
        let text = format!(
            "{ORDER}
import schemas
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.parser import event_parser, envelopes
from aws_lambda_powertools.utilities.validation import validator
from aws_lambda_powertools.utilities.validation.envelopes import API_GATEWAY_HTTP, SQS

logger = Logger()

@logger.inject_lambda_context
{decorator}
def handler(event, context):
    return 1
"
        );
        let schemas = "
ORDER = {'type': 'object', 'required': ['sku'], 'properties': {'sku': {'type': 'string'}}}
ORDERS = {'type': 'array', 'items': ORDER}
";
        let found = derived(&[("app.py", &text), ("schemas.py", schemas)]);
        assert_eq!(found.schemas.len(), 1, "{decorator} {found:#?}");
        assert_eq!(found.schemas[0].subject, subject, "{decorator}");
        assert!(!accepts(&found.schemas[0].schema, &json!({"sku": 1})), "{decorator}");
    }
}

#[test]
fn batches_are_followed_to_the_handler_of_a_record() {
    for (way, processor) in [
        (
            "process_partial_response(event=event, record_handler=one, processor=processor, context=context)",
            "",
        ),
        ("1", "@batch_processor(record_handler=one, processor=processor)"),
    ] {
        let (subject, _) = only(&format!(
            "{ORDER}
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response, batch_processor
processor = BatchProcessor(event_type=EventType.SQS)

def one(record):
    body = record.json_body
    order = Order(**body)
    return order.sku

{processor}
def handler(event, context):
    return {way}
"
        ));
        assert_eq!(subject, Subject::Record, "{way}");
    }
}

#[test]
fn routes_of_a_resolver_take_what_their_parameters_say() {
    let text = format!(
        "{ORDER}
from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from orders import router
app = APIGatewayRestResolver(enable_validation=True)
app.include_router(router, prefix='/orders')

@app.post('/todos')
def create(order: Order) -> dict:
    return {{}}

@app.put('/todos/<todo_id>')
def change(todo_id: int, order: Annotated[Order, Body()]) -> dict:
    return {{}}

@app.get('/todos')
def read(count: int) -> dict:
    return {{}}

@app.post('/maybe')
def maybe(order: Order = None) -> dict:
    return {{}}

def handler(event, context):
    return app.resolve(event, context)
"
    );
    let text = text.replace("import Literal", "import Annotated, Literal").replace(
        "import APIGatewayRestResolver",
        "import APIGatewayRestResolver\nfrom aws_lambda_powertools.event_handler.openapi.params import Body",
    );
    let router = "
from aws_lambda_powertools.event_handler.router import Router
from app import Order
router = Router()

@router.post('/')
def add(orders: list[Order]):
    return {}
";
    let found = derived(&[("app.py", &text), ("orders.py", router)]);
    let subjects: Vec<_> = found.schemas.iter().map(|it| it.subject.clone()).collect();
    let route = |text: &str| Subject::Route(text.to_owned());
    assert_eq!(
        subjects,
        [route("POST /orders"), route("POST /todos"), route("PUT /todos/{todo_id}")],
        "{found:#?}"
    );
    assert!(found.notes.iter().any(|it| it.words.contains("may be left out")), "{found:#?}");
}

#[test]
fn what_only_some_events_meet_gives_no_schema() {
    let why = "not every event comes here";
    for body in [
        "    if event['httpMethod'] == 'POST':\n        Order.parse_raw(event['body'])\n",
        "    if event.get('warm'):\n        return 1\n    Order.parse_raw(event['body'])\n",
        "    try:\n        Order.parse_raw(event['body'])\n    except ValueError:\n        pass\n    return 1\n",
        "    for r in event['Records']:\n        Order.parse_raw(r['body'])\n        if r['x']:\n            break\n",
        "    x = event['a'] and Order.parse_raw(event['body'])\n",
        "    x = [Order(**r) for r in event['list'] if r]\n",
    ] {
        none(&format!("{ORDER}\ndef handler(event, context):\n{body}"), why);
    }
    for body in [
        "    with suppress(ValueError):\n        Order.parse_raw(event['body'])\n",
        "    any(Order(**json.loads(r['body'])) for r in event['Records'])\n",
        "    try:\n        Order.parse_raw(event['body'])\n    finally:\n        return 1\n",
        "    order = read(event)\n    return order\n",
    ] {
        let head = "from contextlib import suppress\ndef read(event):\n    try:\n        return Order.parse_raw(event['body'])\n    except ValueError:\n        return None\n";
        none(&format!("{ORDER}\n{head}\ndef handler(event, context):\n{body}"), why);
    }
    // Who tries another model takes what the first one refuses.
    none(
        &format!(
            "{ORDER}
class Old(BaseModel):
    name: str

def handler(event, context):
    try:
        order = Order.parse_raw(event['body'])
    except ValueError:
        return Old.parse_raw(event['body'])
"
        ),
        why,
    );
}

#[test]
fn handlers_that_give_up_are_no_other_way() {
    for body in [
        "    try:\n        order = Order.parse_raw(event['body'])\n    except ValueError:\n        return {'statusCode': 400}\n    return 1\n",
        "    try:\n        body = json.loads(event['body'])\n    except ValueError:\n        return {'statusCode': 400}\n    try:\n        order = Order(**body)\n    except ValueError as e:\n        return {'statusCode': 422}\n",
        "    failed = []\n    for r in event['Records']:\n        try:\n            Order.parse_raw(r['body'])\n        except ValueError:\n            failed.append(r['messageId'])\n    return failed\n",
    ] {
        only(&format!("{ORDER}\ndef handler(event, context):\n{body}"));
    }
}

#[test]
fn what_is_not_known_gives_no_schema() {
    let handler = "\ndef handler(event, context):\n    Order.parse_raw(event['body'])\n";
    let model = |body: &str| {
        format!(
            "from pydantic import *\nfrom other import *\nclass Base: pass\nclass Order(BaseModel):\n{body}{handler}"
        )
        .replace("from other import *\n", "")
    };
    for (body, why) in [
        (
            "    x: int\n    @model_validator(mode='before')\n    def f(cls, v): return v\n",
            "before it is checked",
        ),
        (
            "    x: int\n    @root_validator(pre=True)\n    def f(cls, v): return v\n",
            "before it is checked",
        ),
        ("    x: int\n    model_config = ConfigDict(from_attributes=True)\n", "let anything in"),
        ("    x: int\n    model_config = CONFIG\n", "let anything in"),
        ("    __root__: int\n", "root of its own"),
        ("    x: int\n    def __init__(self, **k): pass\n", "its own `__init__`"),
        ("    x: int\n    if True:\n        y: int\n", "branches"),
    ] {
        none(&model(body), why);
    }
    none(
        &format!("from library import Base\nclass Order(Base):\n    x: int\n{handler}"),
        "it takes anything",
    );
}

#[test]
fn the_event_must_be_as_it_came() {
    for (body, why) in [
        ("    event['body'] = 1\n    Order.parse_raw(event['body'])\n", "may be changed"),
        (
            "    body = json.loads(event['body'])\n    body.pop('x')\n    Order(**body)\n",
            "may be changed",
        ),
        (
            "    body = json.loads(event['body'])\n    unknown(body)\n    Order(**body)\n",
            "may be changed",
        ),
        ("    Order(**json.loads(event.get('body') or DEFAULT))\n", "no known part"),
        ("    x = SCHEMA\n    Order(**load(event))\n", "no known part"),
    ] {
        let text = format!(
            "{ORDER}\nfrom far import unknown as far\nunknown = far.a\nunknown = 1\ndef handler(event, context):\n{body}"
        );
        none(&text, why);
    }
}

#[test]
fn schemas_that_are_made_while_it_runs_give_none() {
    for schema in ["make()", "{**other(), 'type': 'object'}", "{'type': KIND}"] {
        none(
            &format!(
                "
from aws_lambda_powertools.utilities.validation import validate
KIND = input()
SCHEMA = {schema}
def handler(event, context):
    validate(event=event, schema=SCHEMA)
"
            ),
            "not all of it stands in the code",
        );
    }
    none(
        "
from aws_lambda_powertools.utilities.validation import validate
SCHEMA = {'type': 'object', 'required': ['a']}
SCHEMA['required'] = []
def handler(event, context):
    validate(event=event, schema=SCHEMA)
",
        "not all of it stands in the code",
    );
}

#[test]
fn a_model_that_the_handler_does_not_reach_gives_none() {
    let found = derived(&[(
        "app.py",
        &format!(
            "{ORDER}
def other(event):
    return Order.parse_raw(event['body'])

def handler(event, context):
    return 1
"
        ),
    )]);
    assert_eq!(found.schemas, []);
}
