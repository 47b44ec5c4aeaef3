import json

import boto3

orders = boto3.resource("dynamodb").Table("orders")


def handler(event, context):
    body = json.loads(event["body"])
    orders.put_item(Item={"item": body["item"], "role": "customer"})
