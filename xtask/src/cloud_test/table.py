"""Holds the table of read operations against AWS's own description of its services, as botocore ships it.

    table.py operations.toml

Prints what differs, a line each: operations that do not exist, paths, parameters, required ones that are not given, lists and
tokens of pages that answers do not have, pages that are not followed, limits, errors that an operation does not name.
"""

import re
import sys
import tomllib

import botocore.session

# Names of IAM that botocore spells otherwise.
NAMES = {"elasticloadbalancing": "elbv2", "states": "stepfunctions", "es": "opensearch", "elasticfilesystem": "efs"}
TOKENS = {"nexttoken", "nextmarker", "marker", "position"}
SESSION = botocore.session.get_session()


def wire_names(members):
    """Names on the wire and in the description, to the member."""
    named = dict(members)
    named.update({member.serialization.get("name") or name: member for name, member in members.items()})
    return named


def of_service(row, model):
    about, protocol = model.metadata, row["protocol"]
    protocols = about.get("protocols", [about["protocol"]])
    expected = {
        "signing": (about.get("signingName") or about["endpointPrefix"], row.get("signing", row["name"])),
        "host": (about["endpointPrefix"], row.get("host", row["name"])),
    }
    if protocol.startswith("json"):
        expected["target"] = (about.get("targetPrefix", ""), row.get("target", ""))
        expected["protocol"] = ("json-" + about.get("jsonVersion", ""), protocol)
    elif protocol == "query":
        expected["version"] = (about["apiVersion"], row["version"])
        expected["protocol"] = (bool({"query", "ec2"} & set(protocols)), True)
    else:
        expected["protocol"] = (protocol in protocols, True)
    return [f"{name} is {theirs!r}" for name, (theirs, ours) in expected.items() if theirs != ours]


def without_names(path):
    return re.sub(r"\{[^}]*\}", "{}", path.split("?")[0])


def of_question(row, ask, operation):
    problems = []
    shape = operation.input_shape
    members = shape.members if shape else {}
    named = wire_names(members)
    is_rest = row["protocol"].startswith("rest")
    if is_rest:
        method, path = ask["path"].split(" ", 1)
        if (method, without_names(path)) != (operation.http["method"], without_names(operation.http["requestUri"])):
            problems.append(f"path is {operation.http['method']} {operation.http['requestUri']}")
    given = set(ask.get("with", {})) | {it.split("=")[0].removeprefix("-") for it in ask.get("from", [])}
    given |= {ask[key].split(by)[0] for key, by in (("choice", "="), ("page", "<")) if key in ask}
    for name in sorted(given):
        in_path = is_rest and "{" + name + "}" in ask["path"]
        if not name.startswith("@") and name.split(".")[0] not in named and not in_path:
            problems.append(f"unknown parameter {name}")
    for name in shape.required_members if shape else []:
        member = members[name]
        in_path = is_rest and member.serialization.get("location") == "uri"
        if not {name, member.serialization.get("name")} & given and not in_path:
            problems.append(f"required parameter {name}")
    for name, value in ask.get("with", {}).items():
        most = named[name].metadata.get("max") if name in named else None
        if isinstance(value, int) and most is not None and value > most:
            problems.append(f"{name} is at most {most}")
    return problems


def of_answer(ask, operation):
    problems = []
    shape = operation.output_shape
    named = wire_names(shape.members) if shape else {}
    payload = shape.serialization.get("payload") if shape else None
    if payload and hasattr(shape.members[payload], "members"):
        named.update(wire_names(shape.members[payload].members))
    problems += [f"no list {name}" for name in ask.get("lists", []) if name not in named]
    if "page" in ask:
        token = ask["page"].split("<")[1]
        problems += [f"no token {token}"] if token not in named else []
    else:
        # A token that the row drops leads to pages that nobody wants.
        others = sorted(set(named) - set(ask.get("drop", [])))
        problems += [f"pages by {name}" for name in others if name.lower() in TOKENS]
    errors = {error.name for error in operation.error_shapes}
    errors |= {error.metadata.get("error", {}).get("code") for error in operation.error_shapes}
    # Every service of the query protocol may answer so, and none describes it.
    errors |= {"ValidationError"} if errors else set()
    if errors:
        problems += [f"no error {name}" for name in ask.get("none", []) if name not in errors]
    return problems


with open(sys.argv[1], "rb") as FILE:
    TABLE = tomllib.load(FILE)
for service in TABLE["service"]:
    description = SESSION.get_service_model(NAMES.get(service["name"], service["name"]))
    for problem in of_service(service, description):
        print(f"{service['name']}: {problem}")
    for question in service["ask"]:
        name = question["name"]
        if name not in description.operation_names:
            print(f"{service['name']}:{name}: there is no such operation")
            continue
        described = description.operation_model(name)
        for problem in of_question(service, question, described) + of_answer(question, described):
            print(f"{service['name']}:{name}: {problem}")
