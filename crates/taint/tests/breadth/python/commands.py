import asyncio
import importlib
import json
import os
import shlex
import subprocess
from subprocess import Popen, check_output, run


def convert(event, context):
    body = json.loads(event["body"])
    name = body["name"]
    os.system(f"convert {name} out.png")  # expect: command
    os.popen("ls " + name).read()  # expect: command
    subprocess.call("ls %s" % name, shell=True)  # expect: command
    subprocess.check_output(["sh", "-c", "ls " + name])  # expect: command
    check_output("ls {}".format(name), shell=True)  # expect: command
    run(["ls", "--", name], check=True)
    run(f"ls {shlex.quote(name)}", shell=True)
    Popen(["bash", "-c", f"ls {name}"])  # expect: command
    subprocess.getoutput("ls " + name)  # expect: command
    os.spawnlp(os.P_WAIT, "sh", "sh", "-c", name)  # expect: command
    cmd = ["ls"]
    cmd.append(name)
    subprocess.run(cmd)
    subprocess.run(" ".join(cmd), shell=True)  # expect: command
    if event.get("replace"):
        os.execl("/bin/sh", "sh", "-c", name)  # expect: command
    return {"statusCode": 200, "body": "ok"}


async def asynchronous(event, context):
    await asyncio.create_subprocess_shell("ls " + event["body"])  # expect: command
    await asyncio.create_subprocess_exec("ls", event["body"])


def evaluate(event, context):
    formula = event["queryStringParameters"]["formula"]
    eval(formula)  # expect: code
    exec("x = " + formula)  # expect: code
    __import__(formula)  # expect: code
    importlib.import_module("plugins." + formula)  # expect: code
    compile(formula, "x", "exec")  # expect: code
    eval("1 + 1")
    return json.loads(formula)


class Api:
    def list_items(self, event):
        return []

    def export(self, event):
        os.system("zip " + event["name"])  # expect: command


def dispatch(event, context):
    return getattr(Api(), event["action"])(event)


ACTIONS = {"export": Api().export, "list": Api().list_items}


def table(event, context):
    action = ACTIONS.get(event["action"])
    if action is None:
        raise ValueError("unknown action")
    return action(event)


def checked(event, context):
    body = json.loads(event["body"])
    if body["unit"] not in ("web", "db"):
        return {"statusCode": 400}
    os.system("systemctl restart " + body["unit"])
    os.system("systemctl restart " + body["other"])  # expect: command
