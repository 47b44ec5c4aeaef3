"""Compares what `scan` finds in templates with what it finds in snapshots of what the templates make.

    MOTO_ACCOUNT_ID=111122223333 MOTO_IAM_LOAD_MANAGED_POLICIES=true moto_server -p 5077 &
    python3 xtask/scripts/live_account_moto.py --faasguard target/debug/faasguard \
        --cloud target/debug/faasguard-cloud [--record FOLDER] [--keep FOLDER] [TEMPLATE…]

Without templates the fixtures of our rules are taken. Each template is expanded (`faasguard expand`), its resources
are made in a moto server by the calls that CloudFormation would make, `faasguard-cloud snapshot` asks the account,
and both are scanned with the strict profile. Findings are compared by rule; what only one side has
is printed with what could not be made. Needs `moto[all,server]` and boto3. Nothing leaves this machine.
"""

import argparse
import base64
import collections
import glob
import json
import os
import re
import subprocess
import tempfile
import urllib.request

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
            nothing = "7" if parameter.get("Type") == "Number" else "value"
            found = parameter.get("Default", (parameter.get("AllowedValues") or [nothing])[0])
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
            return base64.b64encode(str(self.value(inner)).encode()).decode()
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
            # What others must stand before comes last: stages, what a circle begins with.
            made = self.round(left, ())
            if not made:
                made = self.round(left, LATE)
            if not made:
                made = self.guess(left)
            for name in made:
                left.pop(name, None)

    def round(self, left, late):
        made = []
        for name, resource in left.items():
            if (resource["Type"] in LATE) != bool(late):
                continue
            maker = MAKERS.get(resource["Type"])
            found = None
            if maker is None:
                self.failed[name] = f"{resource['Type']}: no maker"
            else:
                try:
                    found = maker(name, self.value(resource.get("Properties") or {}), self)
                except Missing:
                    continue
                except Exception as error:  # noqa: BLE001 — moto's faults are told, too
                    self.failed[name] = f"{resource['Type']}: {str(error)[:120]}"
            ref, attributes = found or (name, {})
            self.refs[name], self.attributes[name] = ref, attributes
            made.append(name)
            if late:
                break
        return made

    def guess(self, left):
        """Names that an account gives without asking, for what refers to each other."""
        kinds = {"AWS::Lambda::Function": ("lambda", "function:"), "AWS::IAM::Role": ("iam", "role/")}
        for name, resource in left.items():
            if resource["Type"] in kinds and name not in self.refs:
                service, kind = kinds[resource["Type"]]
                region = "" if service == "iam" else REGION
                self.refs[name], self.attributes[name] = name, {"Arn": f"arn:aws:{service}:{region}:{ACCOUNT}:{kind}{name}"}
                return []
        self.failed.update({name: f"{it['Type']}: refers in a circle" for name, it in left.items()})
        return list(left)


LATE = ("AWS::ApiGateway::Deployment", "AWS::ApiGateway::Stage", "AWS::ApiGateway::UsagePlan")


# What the account said about nothing: left out of records.
EMPTY = (None, {}, [], "")
FRAME = ("requestId", "Owner", "MaxItems", "IsTruncated", "Truncated", "Quantity", "HasMoreStreams", "HasMoreDeliveryStreams")


def snapshot(program, path):
    """Asks the account as users do."""
    keys = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_EC2_METADATA_DISABLED": "true"}
    words = ["snapshot", "-o", path, "--restart", "--regions", REGION, "--endpoint-url", ENDPOINT, "--max-requests-per-second", "500"]
    subprocess.run([program, *words], env={**os.environ, **keys}, capture_output=True, check=True)


def record(source, path):
    """The answers that hold something, a line each: what a test reads again without an account."""
    with open(source, encoding="utf-8") as file:
        document = json.load(file)
    account, = document["accounts"]
    lines = []
    for it in account["answers"]:
        answer = it["answer"]
        told = [value for key, value in answer.items() if key not in FRAME] if isinstance(answer, dict) else [answer]
        is_own = (it["service"], it["operation"]) not in OF_EVERY_ACCOUNT
        is_default = it["operation"] == "DescribeSecurityGroups" and len(answer["securityGroupInfo"]) == 1
        if is_own and not is_default and any(value not in EMPTY for value in told):
            lines.append(json.dumps({key: it[key] for key in ("service", "operation", "region", "of", "answer")}))
    head = {"schema": document["schema"], "taken": "2026-11-27T00:00:00Z"}
    frame = {"account": account["account"], "partition": "aws", "answers": []}
    with open(path, "w", encoding="utf-8") as out:
        out.write(json.dumps(head)[:-1] + ',\n"accounts": [' + json.dumps(frame)[:-2] + "\n")
        out.write(",\n".join(lines) + "\n]}]}\n")


OF_EVERY_ACCOUNT = {
    ("apigateway", "GetAccount"), ("events", "ListEventBuses"), ("iam", "GetAccountSummary"), ("kms", "ListAliases"),
    ("ec2", "DescribeSubnets"), ("iam", "GenerateServiceLastAccessedDetails"),
}


def findings(program, path):
    run = subprocess.run([program, "scan", path, "--format", "json", "--profile", "strict"], capture_output=True, text=True, check=False)
    found = json.loads(run.stdout)["findings"]
    return collections.Counter(it["rule"] for it in found), found


def own_rule(path):
    """The rule whose fixture it is."""
    with open(os.path.dirname(path) + ".rs", encoding="utf-8") as file:
        return "SAS-%s.%s" % re.search(r"risk: (\d+), rule: (\d+)", file.read()).groups()


def compare(options, path, folder, keep):
    """Rules of the template, of the snapshot, and what could not be made."""
    program = options.faasguard
    expanded = subprocess.run([program, "expand", path], capture_output=True, text=True, check=False)
    template = json.loads(expanded.stdout)
    urllib.request.urlopen(urllib.request.Request(ENDPOINT + "/moto-api/reset", method="POST"), timeout=60).read()
    CLIENTS.clear()
    stack = Stack(template)
    stack.make()
    name = keep or os.path.join(folder, "one")
    snapshot(options.cloud, name + ".snapshot.json")
    if options.record:
        number = 1 + len(glob.glob(f"{options.record}/{own_rule(path)}.*"))
        record(name + ".snapshot.json", f"{options.record}/{own_rule(path)}.{number}.json")
    with open(name + ".template.json", "w", encoding="utf-8") as out:
        json.dump(template, out)
    return findings(program, name + ".template.json"), findings(program, name + ".snapshot.json"), stack.failed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--faasguard", required=True)
    parser.add_argument("--cloud", required=True, help="faasguard-cloud")
    parser.add_argument("--record", help="folder for what a test reads again: RULE.N.json")
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
                (before, _), (after, _), failed = compare(options, path, folder, keep)
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
