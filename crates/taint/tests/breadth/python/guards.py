import json
import logging
import os

import boto3
import requests
from urllib.parse import urlparse

ROOT = "/tmp/uploads"
HOSTS = ["api.example.com", "files.example.com"]
COLUMNS = {"name": "name", "age": "age_years"}


def members(event, context):
    body = json.loads(event["body"])
    if body["a"] not in {"x", "y"}:
        return {"statusCode": 400}
    os.system("ls " + body["a"])
    if body["b"] in ("x", "y"):
        os.system("ls " + body["b"])
    else:
        os.system("ls " + body["b"])  # expect: command
    if body["c"] != "x" and body["c"] != "y":
        raise ValueError("c")
    os.system("ls " + body["c"])
    if body["deep"]["d"] not in COLUMNS:
        raise ValueError("d")
    os.system("ls " + body["deep"]["d"])
    os.system("ls " + body["deep"]["e"])  # expect: command
    if not body["f"].isalnum() or body["g"] not in COLUMNS:
        raise ValueError("f")
    os.system("ls " + body["f"] + body["g"])
    for kind in body["kinds"]:
        if kind not in COLUMNS:
            continue
        os.system("ls " + kind)
    match body["h"]:
        case "x" | "y":
            os.system("ls " + body["h"])
        case _:
            os.system("ls " + body["h"])  # expect: command


def not_lists(event, context):
    body = json.loads(event["body"])
    if "x" not in body["a"]:
        return {"statusCode": 400}
    os.system("ls " + body["a"])  # expect: command
    if body["b"] not in body["allowed"]:
        return {"statusCode": 400}
    os.system("ls " + body["b"])  # expect: command
    if body["c"] in ("rm", "mv"):
        return {"statusCode": 400}
    os.system("ls " + body["c"])  # expect: command
    if body["d"] not in COLUMNS:
        logging.warning("unknown")
    os.system("ls " + body["d"])  # expect: command
    if body["e"] not in COLUMNS and body["f"] not in COLUMNS:
        return {"statusCode": 400}
    os.system("ls " + body["e"])  # expect: command
    if body["g"] in COLUMNS:
        body["g"] = event["queryStringParameters"]["g"]
        os.system("ls " + body["g"])  # expect: command


def numbers(event, context):
    body = json.loads(event["body"])
    os.system("sleep %d" % body["n"])
    os.system("sleep %s" % body["n"])  # expect: command
    os.system("sleep %d %s" % (body["n"], body["m"]))  # expect: command
    os.system("sleep %d %5.2f" % (body["n"], body["m"]))
    os.system("sleep {:d}".format(body["n"]))
    os.system("sleep {}".format(body["n"]))  # expect: command
    os.system(f"sleep {body['n']:d}")
    os.system(f"sleep {body['n']:>10}")  # expect: command


def secure_join(root, name):
    path = os.path.realpath(os.path.join(root, name))
    if os.path.commonpath([root, path]) != root:
        raise ValueError("outside")
    return path


def loose_join(root, name):
    path = os.path.join(root, name)
    if os.path.commonpath([root, path]) != root:
        raise ValueError("outside")
    return path


def prefix_join(root, name):
    path = os.path.realpath(os.path.join(root, name))
    if os.path.commonprefix([root, path]) != root:
        raise ValueError("outside")
    return path


def paths(event, context):
    body = json.loads(event["body"])
    open(secure_join(ROOT, body["a"]))
    open(loose_join(ROOT, body["b"]))  # expect: path
    open(prefix_join(ROOT, body["c"]))  # expect: path
    path = os.path.join(ROOT, body["d"])
    if not path.startswith(ROOT):
        raise ValueError("outside")
    open(path)  # expect: path
    target = os.path.join(ROOT, body["e"])
    if os.path.relpath(target, ROOT).startswith(".."):
        raise ValueError("outside")
    open(target)
    root = os.path.abspath(ROOT)
    other = os.path.abspath(os.path.join(root, body["f"]))
    if os.path.commonpath((root, other)) == root:
        open(other)


def hosts(event, context):
    body = json.loads(event["body"])
    parsed = urlparse(body["url"])
    requests.get(body["url"], timeout=3)  # expect: url
    if parsed.hostname not in HOSTS:
        raise ValueError("host")
    requests.get(body["url"], timeout=3)
    if urlparse(body["other"]).netloc != "api.example.com":
        raise ValueError("host")
    requests.get(body["other"], timeout=3)
    if urlparse(body["scheme"]).scheme != "https":
        raise ValueError("scheme")
    requests.get(body["scheme"], timeout=3)  # expect: url
    if not body["prefix"].startswith("https://api.example.com"):
        raise ValueError("prefix")
    requests.get(body["prefix"], timeout=3)  # expect: url
    if "api.example.com" not in body["part"]:
        raise ValueError("part")
    requests.get(body["part"], timeout=3)  # expect: url
    host = urlparse(body["end"]).hostname
    if not host.endswith(".example.com"):
        raise ValueError("host")
    requests.get(body["end"], timeout=3)
    if not urlparse(body["bare"]).hostname.endswith("example.com"):
        raise ValueError("host")
    requests.get(body["bare"], timeout=3)  # expect: url


def secrets(event, context):
    client = boto3.client("secretsmanager")
    secret = json.loads(client.get_secret_value(SecretId="db")["SecretString"])
    logging.info("as %s at %s", secret["username"], secret["host"])
    logging.info("with %s", secret["password"])  # expect: secret
    logging.info("with %s", secret)  # expect: secret
