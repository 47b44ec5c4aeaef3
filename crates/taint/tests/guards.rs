//! Tests of paths that prove where they lead, and small flows of one language each.

mod marked_code;

use marked_code::{check, check_kinds, javascript, python};
use taint::Kind;

#[test]
fn a_resolved_path_below_a_folder_stays_there() {
    python(
        "import os
from pathlib import Path
BASE = '/tmp/uploads/'
def handler(event, context):
    name = event['body']
    path = os.path.realpath(os.path.join(BASE, name))
    open(path)  # expect: path
    if path.startswith(BASE):
        open(path)
    if os.path.realpath(os.path.join(BASE, name)).startswith(BASE):
        open(os.path.join(BASE, name))
    target = (Path(BASE) / name).resolve()
    if not target.is_relative_to(BASE):
        raise ValueError('no')
    target.read_text()
    other = Path(BASE) / name
    if other.is_relative_to(BASE):
        other.read_text()  # expect: path
",
    );
    javascript(
        "const fs = require('fs');
const path = require('path');
exports.handler = async (event) => {
  const target = path.resolve('/tmp/uploads', event.body);
  if (!target.startsWith('/tmp/uploads/')) {
    throw new Error('no');
  }
  fs.readFileSync(target);
  const joined = path.join('/tmp/uploads', event.headers.file);
  fs.readFileSync(joined); // expect: path
};
",
    );
}

#[test]
fn the_name_of_an_attribute_is_a_choice() {
    python(
        "class Order:
    pass
def handler(event, context):
    order = Order()
    setattr(order, event['name'], 1)  # expect: attribute
    setattr(order, 'name', event['name'])
    for key, value in event['body'].items():
        setattr(order, key, value)  # expect: attribute
",
    );
}

#[test]
fn a_parser_with_entities_may_stand_by_position() {
    python(
        "from lxml import etree
def handler(event, context):
    open_parser = etree.XMLParser(resolve_entities=True)
    etree.fromstring(event['body'], open_parser)  # expect: xml
    etree.fromstring(event['body'], parser=open_parser)  # expect: xml
    etree.fromstring(event['body'], etree.XMLParser(resolve_entities=False, no_network=True))
",
    );
}

#[test]
fn a_handler_needs_no_parameters() {
    check_kinds(
        |kind| kind == Kind::Error,
        "handler.js",
        "export const handler = async () => {
  try {
    await work();
  } catch (error) {
    return { statusCode: 500, body: error.message }; // expect: error
  }
};
",
    );
}

#[test]
fn names_of_java_lang_need_no_import() {
    check(
        "Orders.java",
        "package shop;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.util.Map;
public class Orders implements RequestHandler<Map<String, String>, String> {
  public String handleRequest(Map<String, String> request, Context context) {
    Runtime.getRuntime().exec(request.get(\"a\")); // expect: command
    Runtime runtime = Runtime.getRuntime();
    runtime.exec(\"ls \" + request.get(\"a\")); // expect: command
    new ProcessBuilder(\"sh\", \"-c\", request.get(\"a\")).start(); // expect: command
    Class.forName(request.get(\"a\")); // expect: code?
    return \"\";
  }
}
",
    );
}

#[test]
fn a_folder_among_the_parents_of_a_resolved_path_holds_it() {
    python(
        "from pathlib import Path
BASE = '/mnt/files'
def safe(rel):
    base = Path(BASE).resolve()
    target = (base / rel.lstrip('/')).resolve()
    if target != base and base not in target.parents:
        raise ValueError('no')
    return target
def loose(rel):
    base = Path(BASE)
    target = base / rel
    if base not in target.parents:
        raise ValueError('no')
    return target
def handler(event, context):
    try:
        path = safe(event['body'])
    except ValueError:
        return {'statusCode': 400}
    path.read_bytes()
    loose(event['body']).read_bytes()  # expect: path
    other = (Path(BASE) / event['body']).resolve()
    if Path(BASE) in other.parents:
        other.read_text()
    else:
        other.read_text()  # expect: path
",
    );
}

#[test]
fn a_path_relative_to_a_folder_lies_in_it_or_raises() {
    python(
        "from pathlib import Path
BASE = Path('/mnt/files')
def handler(event, context):
    path = (BASE / event['body']).resolve()
    try:
        path.relative_to(BASE)
    except ValueError:
        return {'statusCode': 400}
    path.read_bytes()
def other_handler(event, context):
    path = (BASE / event['body']).resolve()
    path.relative_to(BASE)
    path.read_bytes()
def loose_handler(event, context):
    path = BASE / event['body']
    path.relative_to(BASE)
    path.read_bytes()  # expect: path
def late_handler(event, context):
    path = (BASE / event['body']).resolve()
    try:
        path.relative_to(BASE)
    except ValueError:
        print('outside')
    path.read_bytes()  # expect: path
",
    );
}

#[test]
fn a_reader_of_a_stream_opens_no_path() {
    check(
        "Function.cs",
        "using System.IO;
using Amazon.Lambda.Core;
using Amazon.Lambda.KinesisEvents;
namespace Shop;
public class Function {
  public void FunctionHandler(KinesisEvent input, ILambdaContext context) {
    foreach (var record in input.Records) {
      using var reader = new StreamReader(record.Kinesis.Data);
      Work(Read(record));
      var name = reader.ReadToEnd();
      using var other = new StreamReader(name); // expect: path
    }
  }
  private static string Read(KinesisEvent.Record record) {
    using var reader = new StreamReader(record.Data);
    return reader.ReadToEnd();
  }
}
",
    );
}

#[test]
fn a_compiled_template_escapes_unless_it_says_otherwise() {
    javascript(
        "const Handlebars = require('handlebars');
exports.handler = async (event) => {
  const name = event.queryStringParameters.name;
  const headers = { 'Content-Type': 'text/html' };
  if (name === 'a') {
    const page = Handlebars.compile('<p>{{{name}}}</p>')({ name: event.body });
    return { statusCode: 200, headers, body: page }; // expect: html
  }
  const page = Handlebars.compile('<p>{{name}}</p>')({ name: event.body });
  return { statusCode: 200, headers, body: page };
};
",
    );
}
