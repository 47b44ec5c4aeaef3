"""Handlers for the tests. `vulnerable` does what handlers must not do, and leaves a mark."""
import json
import os
import sqlite3
import sys
import time


def mark(value):
    with open(os.environ["MARK"], "a", encoding="utf-8") as marks:
        marks.write(json.dumps(value) + "\n")


def handler(event, context):
    wish = event.get("wish") if isinstance(event, dict) else None
    if wish == "fail":
        raise ValueError("as asked")
    if wish == "exit":
        sys.stdout.flush()
        os._exit(3)
    if wish == "sleep":
        time.sleep(60)
    return event


def users(user_id):
    database = sqlite3.connect(":memory:")
    database.executescript("create table users (id text); insert into users values ('7'), ('8');")
    return [row[0] for row in database.execute(f"select id from users where id = {user_id}")]


def vulnerable(event, context):
    if "Records" in event and "s3" in event["Records"][0]:
        key = event["Records"][0]["s3"]["object"]["key"]
        mark(key)
        with open(os.path.join(os.environ["FOLDER"], key), encoding="utf-8") as file:
            return file.read()
    body = json.loads(event["body"])
    mark(body["userId"])
    return {"statusCode": 200, "body": json.dumps(users(body["userId"]))}


def batch(event, context):
    for record in event["Records"]:
        if "body" in record:
            mark(record["messageId"])
        elif "kinesis" in record:
            mark(record["kinesis"]["sequenceNumber"])
        else:
            mark(record["dynamodb"]["SequenceNumber"])
    return {"batchItemFailures": []}
