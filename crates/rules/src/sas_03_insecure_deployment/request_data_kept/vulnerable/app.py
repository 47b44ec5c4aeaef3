import json

import boto3

client = None
last_user = None
seen = []
cache = {}
settings = {}


def handler(event, context):
    global client, last_user
    client = client or boto3.client("sqs")
    last_user = event["headers"]["user"]  # expect: SAS-3.27 `last_user` keeps data of a request in the module: the next request, of another user, finds it there
    seen.append(event["headers"]["x-query"])  # expect: SAS-3.27 `seen` keeps data of a request in the module: the next request, of another user, finds it there
    cache["last"] = json.loads(event["body"])  # expect: SAS-3.27 `cache` keeps data of a request in the module: the next request, of another user, finds it there
    settings["name"] = context.function_name
    mine = {}
    mine["user"] = event["headers"]["user"]
    return {"statusCode": 204}
