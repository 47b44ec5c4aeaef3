import json

import boto3

orders = boto3.resource("dynamodb").Table("orders")


def handler(event, context):
    body = json.loads(event["body"])
    orders.put_item(Item={"item": body["item"], "note": body["note"]})
    orders.put_item(Item={"item": body["item"], "role": body["role"]})  # expect: SAS-9.10 `role` is stored as the request says: whoever sends it decides what only the application should know
