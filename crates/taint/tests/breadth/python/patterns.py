import json
import os
import re
import subprocess

NAME = re.compile(r"^[a-z0-9_-]{1,40}$")
LOOSE = re.compile(r"[a-z]+")
UNSAFE = re.compile(r"[^a-z0-9]")


def full(event, context):
    body = json.loads(event["body"])
    name = body["name"]
    os.system("ls " + name)  # expect: command
    if not re.fullmatch(r"[a-z0-9-]+", name):
        return {"statusCode": 400}
    os.system("ls " + name)
    if not re.match(r"^[a-z]+$", body["kind"]):
        raise ValueError("kind")
    os.system("ls " + body["kind"])


def kept_as_a_match(event, context):
    body = json.loads(event["body"])
    valid = re.match(r"[a-z]+$", body["name"])
    if not valid:
        raise ValueError("name")
    os.system("ls " + body["name"])
    other = NAME.match(body["other"])
    if other is None:
        return {"statusCode": 400}
    os.system("ls " + body["other"])
    os.system("ls " + re.match(r"/users/(.+)", body["path"]).group(1))  # expect: command
    os.system("ls " + re.search(r"([a-z]+)", body["path"]).group(1))


def of_a_module(event, context):
    name = event["queryStringParameters"]["name"]
    if NAME.fullmatch(name):
        subprocess.run("ls " + name, shell=True)
    else:
        subprocess.run("ls " + name, shell=True)  # expect: command
    if LOOSE.search(name):
        subprocess.run("ls " + name, shell=True)  # expect: command
    if UNSAFE.search(name):
        return {"statusCode": 400}
    subprocess.run("ls " + name, shell=True)


def not_the_whole_text(event, context):
    name = event["queryStringParameters"]["name"]
    if not re.match(r"[a-z]+", name):
        return {"statusCode": 400}
    os.system("ls " + name)  # expect: command
    if not re.search(r"^[a-z]+$|^x", name):
        return {"statusCode": 400}
    os.system("ls " + name)  # expect: command
    if not re.search(r"^[a-z]+$", name, re.MULTILINE):
        return {"statusCode": 400}
    os.system("ls " + name)  # expect: command
    if not re.fullmatch(r"[a-z; ]+", name):
        return {"statusCode": 400}
    os.system("ls " + name)  # expect: command
    if re.search(r"[;&|]", name):
        return {"statusCode": 400}
    os.system("ls " + name)  # expect: command
    if re.fullmatch(event["pattern"], name):  # expect: regex
        os.system("ls " + name)  # expect: command


def is_name(text):
    return re.fullmatch("[a-z]+", text) is not None


def is_loose(text):
    return re.search("[a-z]+", text) is not None


def check_name(text):
    if not NAME.match(text):
        raise ValueError("name")


def check_nothing(text):
    if not text:
        raise ValueError("name")


def by_a_helper(event, context):
    body = json.loads(event["body"])
    if not is_loose(body["name"]):
        raise ValueError("name")
    os.system("ls " + body["name"])  # expect: command
    if not is_name(body["name"]):
        raise ValueError("name")
    os.system("ls " + body["name"])
    check_nothing(body["kind"])
    os.system("ls " + body["kind"])  # expect: command
    check_name(body["kind"])
    os.system("ls " + body["kind"])


def replaced(event, context):
    name = event["queryStringParameters"]["name"]
    os.system("ls " + re.sub(r"[^a-z0-9]", "_", name))
    os.system("ls " + re.sub(r"\W", "", name))
    os.system("ls " + re.sub(r"[;&|]", "", name))  # expect: command
    os.system("ls " + UNSAFE.sub("", name))
    os.system("ls " + LOOSE.sub("", name))  # expect: command
    open("/tmp/" + re.sub(r"[^\w.]", "_", name))
    open("/tmp/" + re.sub(r"[^\w./]", "_", name))  # expect: path
