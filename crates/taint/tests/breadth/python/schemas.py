import json
import subprocess

import fastjsonschema
import jsonschema
from aws_lambda_powertools.utilities.validation import validate as check
from cerberus import Validator
from jsonschema import Draft7Validator, validate

SCHEMA = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "pattern": "^[a-z0-9-]{1,20}$"},
        "kind": {"enum": ["small", "large"]},
        "count": {"type": "integer"},
        "open": {"type": "string", "pattern": "[a-z]+"},
        "free": {"type": "string"},
        "owner": {"type": "object", "properties": {"key": {"format": "uuid"}, "name": {"type": "string"}}},
    },
    "required": ["id"],
}
compiled = fastjsonschema.compile(SCHEMA)
validator = Draft7Validator(SCHEMA)


def handler(event, context):
    body = json.loads(event["body"])
    validate(instance=body, schema=SCHEMA)
    subprocess.run("ls " + body["id"], shell=True)
    subprocess.run("ls " + body["kind"], shell=True)
    subprocess.run(f"head -{body['count']}", shell=True)
    subprocess.run("ls " + body["owner"]["key"], shell=True)
    subprocess.run("ls " + body["open"], shell=True)  # expect: command
    subprocess.run("ls " + body["free"], shell=True)  # expect: command
    subprocess.run("ls " + body["owner"]["name"], shell=True)  # expect: command
    subprocess.run("ls " + body["other"], shell=True)  # expect: command


def before_it(event, context):
    body = json.loads(event["body"])
    subprocess.run("ls " + body["id"], shell=True)  # expect: command
    jsonschema.validate(body, SCHEMA)
    subprocess.run("ls " + body["id"], shell=True)


def tested(event, context):
    body = json.loads(event["body"])
    if not validator.is_valid(body):
        subprocess.run("ls " + body["id"], shell=True)  # expect: command
        return None
    subprocess.run("ls " + body["id"], shell=True)
    return None


def compiled_first(event, context):
    body = compiled(json.loads(event["body"]))
    subprocess.run("ls " + body["id"], shell=True)
    subprocess.run("ls " + body["free"], shell=True)  # expect: command


def of_the_event(event, context):
    check(event=event, schema=SCHEMA, envelope="powertools_json(body)")
    body = json.loads(event["body"])
    subprocess.run("ls " + body["id"], shell=True)
    subprocess.run("ls " + body["free"], shell=True)  # expect: command


def by_rules(event, context):
    body = json.loads(event["body"])
    rules = Validator({"name": {"type": "string", "regex": "^[a-z]+$"}, "size": {"allowed": ["s", "m"]}, "text": {}})
    if not rules.validate(body):
        return {"statusCode": 400}
    subprocess.run("ls " + body["name"], shell=True)
    subprocess.run("ls " + body["size"], shell=True)
    subprocess.run("ls " + body["text"], shell=True)  # expect: command
    return {"statusCode": 200}
