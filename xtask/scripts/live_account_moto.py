"""Compares what `scan` finds in templates with what it finds in snapshots of what the templates make.

    MOTO_ACCOUNT_ID=111122223333 MOTO_IAM_LOAD_MANAGED_POLICIES=true moto_server -p 5077 &
    python3 xtask/scripts/live_account_moto.py --faasguard target/debug/faasguard [--keep FOLDER] [TEMPLATE…]

Without templates the fixtures of our rules are taken. Each template is expanded (`faasguard expand`), its resources
are made in a moto server by the calls that CloudFormation would make, the account is asked as `faasguard-cloud
snapshot` asks it, and both are scanned with the strict profile. Findings are compared by rule; what only one side has
is printed with what could not be made. Needs `moto[all,server]` and boto3. Nothing leaves this machine.
"""

import argparse
import collections
import datetime
import glob
import json
import os
import re
import subprocess
import tempfile
import urllib.request

import botocore

from live_account_makers import ACCOUNT, CLIENTS, ENDPOINT, MAKERS, REGION, STACK, aws

PSEUDO = {
    "AWS::Region": REGION, "AWS::AccountId": ACCOUNT, "AWS::Partition": "aws", "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": STACK, "AWS::StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{STACK}/1",
}
ABSENT = object()


class Missing(Exception):
    """A resource that was not made yet."""


class Stack:
    """A template while its resources are made."""

    def __init__(self, template):
        self.template = template
        self.refs, self.attributes, self.failed = {}, {}, {}

    def value(self, node):
        if isinstance(node, list):
            return [it for it in (self.value(it) for it in node) if it is not ABSENT]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            (key, inner), = node.items()
            if key == "Ref":
                return self.ref(inner)
            if key.startswith("Fn::"):
                return self.function(key[4:], inner)
        out = {key: self.value(inner) for key, inner in node.items()}
        return {key: inner for key, inner in out.items() if inner is not ABSENT}

    def ref(self, name):
        if name == "AWS::NoValue":
            return ABSENT
        if name in PSEUDO:
            return PSEUDO[name]
        parameters = self.template.get("Parameters") or {}
        if name in parameters:
            parameter = parameters[name]
            found = parameter.get("Default", (parameter.get("AllowedValues") or ["value"])[0])
            return str(found).split(",") if "List" in str(parameter.get("Type")) else found
        if name in self.refs:
            return self.refs[name]
        raise Missing(name)

    def attribute(self, name, attribute):
        if name not in self.refs:
            raise Missing(name)
        return self.attributes[name].get(attribute, f"{self.refs[name]}.{attribute}")

    def function(self, name, inner):
        if name == "GetAtt":
            parts = inner.split(".", 1) if isinstance(inner, str) else inner
            return self.attribute(parts[0], str(self.value(parts[1])))
        if name == "Join":
            separator, parts = inner
            return separator.join(str(it) for it in self.value(parts))
        if name == "Sub":
            text, names = inner if isinstance(inner, list) else (inner, {})
            names = self.value(names)

            def one(match):
                key = match.group(1)
                if key.startswith("!"):
                    return "${" + key[1:] + "}"
                if key in names:
                    return str(names[key])
                if "." in key:
                    return str(self.attribute(*key.split(".", 1)))
                return str(self.ref(key))

            return re.sub(r"\$\{([^}]+)\}", one, text)
        if name == "If":
            return self.value(inner[1] if self.condition(inner[0]) else inner[2])
        if name == "Select":
            return self.value(inner[1])[int(self.value(inner[0]))]
        if name == "Split":
            return str(self.value(inner[1])).split(self.value(inner[0]))
        if name == "FindInMap":
            keys = self.value(inner)
            return self.template["Mappings"][keys[0]][keys[1]][keys[2]]
        if name == "Base64":
            return self.value(inner)
        if name == "ImportValue":
            return str(self.value(inner))
        if name == "GetAZs":
            return [REGION + "a", REGION + "b"]
        raise ValueError(f"Fn::{name}")

    def condition(self, node):
        if isinstance(node, str):
            return self.condition(self.template["Conditions"][node])
        (key, inner), = node.items()
        if key == "Condition":
            return self.condition(inner)
        if key == "Fn::Equals":
            left, right = self.value(inner)
            return str(left) == str(right)
        if key == "Fn::Not":
            return not self.condition(inner[0])
        return (any if key == "Fn::Or" else all)(self.condition(it) for it in inner)

    def make(self):
        left = {
            name: it for name, it in self.template.get("Resources", {}).items()
            if "Condition" not in it or self.condition(it["Condition"])
        }
        while left:
            made = []
            for name, resource in left.items():
                maker = MAKERS.get(resource["Type"])
                if maker is None:
                    self.failed[name] = f"{resource['Type']}: no maker"
                    self.refs[name], self.attributes[name] = name, {}
                    made.append(name)
                    continue
                try:
                    properties = self.value(resource.get("Properties") or {})
                    found = maker(name, properties, self)
                except Missing:
                    continue
                except Exception as error:  # noqa: BLE001 — moto's faults are told, too
                    self.failed[name] = f"{resource['Type']}: {str(error)[:120]}"
                    found = None
                ref, attributes = found if found else (name, {})
                self.refs[name], self.attributes[name] = ref, attributes
                made.append(name)
            if not made:
                for name in left:
                    self.failed[name] = f"{left[name]['Type']}: refers in a circle"
                return
            for name in made:
                del left[name]



# Service (as IAM spells it), list, path of the list, then questions about each of its elements with the
# parameter that names the element, and where the name stands in it.
QUESTIONS = [
    ("lambda", "ListFunctions", {}, "Functions", "FunctionName", "FunctionName", [
        "GetFunction", "GetPolicy", "GetFunctionConcurrency", "GetFunctionCodeSigningConfig", "GetFunctionUrlConfig",
        "ListAliases", "ListFunctionEventInvokeConfigs", "ListProvisionedConcurrencyConfigs"]),
    ("lambda", "ListEventSourceMappings", {}, None, None, None, []),
    ("lambda", "ListCodeSigningConfigs", {}, None, None, None, []),
    ("iam", "GetAccountAuthorizationDetails", {"Filter": ["User", "Role", "Group", "LocalManagedPolicy"]}, None, None, None, []),
    ("apigateway", "GetRestApis", {}, "items", "restApiId", "id", [
        ("GetResources", {"embed": ["methods"]}), "GetStages", "GetAuthorizers", "GetGatewayResponses", "GetModels"]),
    ("apigateway", "GetUsagePlans", {}, None, None, None, []),
    ("apigatewayv2", "GetApis", {}, "Items", "ApiId", "ApiId", ["GetRoutes", "GetIntegrations", "GetAuthorizers", "GetStages"]),
    ("sqs", "ListQueues", {}, "QueueUrls", "QueueUrl", None, [("GetQueueAttributes", {"AttributeNames": ["All"]})]),
    ("sns", "ListTopics", {}, "Topics", "TopicArn", "TopicArn", ["GetTopicAttributes"]),
    ("sns", "ListSubscriptions", {}, "Subscriptions", "SubscriptionArn", "SubscriptionArn", ["GetSubscriptionAttributes"]),
    ("scheduler", "ListSchedules", {}, "Schedules", "Name", "Name", ["GetSchedule"]),
    ("dynamodb", "ListTables", {}, "TableNames", "TableName", None, ["DescribeTable", "DescribeContinuousBackups"]),
    ("kinesis", "ListStreams", {}, "StreamNames", "StreamName", None, ["DescribeStreamSummary"]),
    ("s3", "ListBuckets", {}, "Buckets", "Bucket", "Name", [
        "GetBucketLocation", "GetBucketPolicy", "GetPublicAccessBlock", "GetBucketEncryption", "GetBucketVersioning",
        "GetBucketLogging", "GetBucketWebsite", "GetBucketCors", "GetBucketAcl", "GetBucketNotificationConfiguration"]),
    ("states", "ListStateMachines", {}, "stateMachines", "stateMachineArn", "stateMachineArn", ["DescribeStateMachine"]),
    ("cognito-idp", "ListUserPools", {"MaxResults": 60}, "UserPools", "UserPoolId", "Id", ["DescribeUserPool", "GetUserPoolMfaConfig"]),
    ("cognito-identity", "ListIdentityPools", {"MaxResults": 60}, "IdentityPools", "IdentityPoolId", "IdentityPoolId", ["DescribeIdentityPool"]),
    ("secretsmanager", "ListSecrets", {}, None, None, None, []),
    ("ssm", "DescribeParameters", {}, None, None, None, []),
    ("logs", "DescribeLogGroups", {}, "logGroups", "logGroupName", "logGroupName", ["DescribeSubscriptionFilters"]),
    ("cloudwatch", "DescribeAlarms", {}, None, None, None, []),
    ("cloudtrail", "DescribeTrails", {}, "trailList", "Name", "Name", ["GetTrailStatus"]),
    ("cloudtrail", "DescribeTrails", {}, "trailList", "TrailName", "Name", ["GetEventSelectors"]),
    ("kms", "ListKeys", {}, "Keys", "KeyId", "KeyId", ["DescribeKey", ("GetKeyPolicy", {"PolicyName": "default"}), "GetKeyRotationStatus"]),
    ("ecr", "DescribeRepositories", {}, "repositories", "repositoryName", "repositoryName", ["GetRepositoryPolicy"]),
]
GLOBAL = ("iam", "s3")
NONE = ("NotFound", "NoSuch", "NotConfigured", "DoesNotExist")


def plain(value):
    if isinstance(value, dict):
        return {key: plain(it) for key, it in value.items() if key != "ResponseMetadata"}
    if isinstance(value, (list, tuple)):
        return [plain(it) for it in value]
    return value.isoformat() if isinstance(value, (datetime.datetime, datetime.date)) else value


class Snapshot:
    """What the account answers."""

    def __init__(self):
        self.answers, self.gaps = [], []

    def ask(self, service, operation, of=None, **arguments):
        method, name = botocore.xform_name(operation), "stepfunctions" if service == "states" else service
        region = None if service in GLOBAL else REGION
        asked = {"service": service, "operation": operation, "region": region, "of": of}
        try:
            if aws(name).can_paginate(method):
                answer = aws(name).get_paginator(method).paginate(**arguments).build_full_result()
            else:
                answer = getattr(aws(name), method)(**arguments)
        except botocore.exceptions.ClientError as error:
            code = error.response["Error"]["Code"]
            if any(word in code for word in NONE):
                self.answers.append({**asked, "at": "2026-11-27T00:00:00Z", "answer": None})
            else:
                self.gaps.append({**asked, "account": ACCOUNT, "reason": "error", "message": str(error)[:200]})
            return {}
        self.answers.append({**asked, "at": "2026-11-27T00:00:00Z", "answer": plain(answer)})
        return answer

    def take(self):
        for service, operation, arguments, path, parameter, member, questions in QUESTIONS:
            found = self.ask(service, operation, **arguments)
            for element in found.get(path, []) if path else []:
                name = element[member] if member else element
                for question in questions:
                    question, more = question if isinstance(question, tuple) else (question, {})
                    self.ask(service, question, of=name, **{parameter: name}, **more)
        for bus in self.ask("events", "ListEventBuses").get("EventBuses", []):
            for rule in self.ask("events", "ListRules", of=bus["Name"], EventBusName=bus["Name"]).get("Rules", []):
                self.ask("events", "ListTargetsByRule", of=rule["Name"], Rule=rule["Name"], EventBusName=bus["Name"])
        for pool in list(self.answers):
            if pool["operation"] == "DescribeUserPool" and pool["answer"]:
                clients = self.ask("cognito-idp", "ListUserPoolClients", of=pool["of"], UserPoolId=pool["of"])
                for one in clients.get("UserPoolClients", []):
                    self.ask("cognito-idp", "DescribeUserPoolClient", of=f"{pool['of']}/{one['ClientId']}",
                             UserPoolId=pool["of"], ClientId=one["ClientId"])
        return self

    def write(self, path):
        account = {"account": ACCOUNT, "alias": None, "partition": "aws", "answers": []}
        head = {"schema": "faasguard-snapshot/1", "tool": {"name": "live_account_moto", "version": "1"},
                "taken": "2026-11-27T00:00:00Z", "finished": "2026-11-27T00:00:01Z"}
        with open(path, "w", encoding="utf-8") as out:
            out.write(json.dumps(head)[:-1] + ',\n"accounts": [' + json.dumps(account)[:-2] + "\n")
            out.write(",\n".join(json.dumps(it) for it in self.answers))
            out.write('\n]}],\n"not_looked_at": [' + ",\n".join(json.dumps(it) for it in self.gaps) + '],\n"code": []}\n')


def findings(program, path):
    run = subprocess.run([program, "scan", path, "--format", "json", "--profile", "strict"], capture_output=True, text=True, check=False)
    found = json.loads(run.stdout)["findings"]
    return collections.Counter(it["rule"] for it in found), found


def compare(program, path, folder, keep):
    """Rules of the template, of the snapshot, and what could not be made."""
    expanded = subprocess.run([program, "expand", path], capture_output=True, text=True, check=False)
    template = json.loads(expanded.stdout)
    urllib.request.urlopen(urllib.request.Request(ENDPOINT + "/moto-api/reset", method="POST"), timeout=60).read()
    CLIENTS.clear()
    stack = Stack(template)
    stack.make()
    name = keep or os.path.join(folder, "one")
    Snapshot().take().write(name + ".snapshot.json")
    with open(name + ".template.json", "w", encoding="utf-8") as out:
        json.dump(template, out)
    return findings(program, name + ".template.json"), findings(program, name + ".snapshot.json"), stack.failed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--faasguard", required=True)
    parser.add_argument("--keep", help="folder for templates and snapshots")
    parser.add_argument("templates", nargs="*")
    options = parser.parse_args()
    rules = os.path.join(os.path.dirname(__file__), "../../crates/rules/src")
    templates = options.templates or sorted(
        glob.glob(f"{rules}/sas_*/*/vulnerable.sam.yaml") + glob.glob(f"{rules}/sas_*/*/vulnerable.cfn.yaml"))
    total = collections.Counter()
    missing_rules = collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        for path in templates:
            label = "/".join(path.split("/")[-2:])
            expected = set(re.findall(r"# expect: (SAS-\d+\.\d+)", open(path, encoding="utf-8").read()))
            keep = os.path.join(options.keep, label.replace("/", ".")) if options.keep else None
            try:
                (before, _), (after, _), failed = compare(options.faasguard, path, folder, keep)
            except Exception as error:  # noqa: BLE001
                total["unread"] += 1
                print(f"{label}: {type(error).__name__} {str(error)[:150]}", flush=True)
                continue
            gone, more = before - after, after - before
            own = {it: (before[it], after[it]) for it in expected}
            kept = all(after[it] >= before[it] for it in expected)
            some = all(after[it] > 0 for it in expected)
            total["same" if kept else "in part" if some else "gone"] += 1
            missing_rules.update({it: 1 for it in expected if after[it] < before[it]})
            total["findings"] += sum(before.values())
            total["found again"] += sum((before & after).values())
            if gone or more:
                print(f"{label}: own {own}; gone {dict(gone)}; more {dict(more)}; not made {failed}", flush=True)
    print(dict(total))
    print("own rules that miss something:", dict(missing_rules))


if __name__ == "__main__":
    main()
