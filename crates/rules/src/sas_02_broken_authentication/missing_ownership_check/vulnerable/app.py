import json

import boto3

orders = boto3.resource("dynamodb").Table("orders")


def handler(event, context):
    body = json.loads(event["body"])
    orders.delete_item(Key={"orderId": body["orderId"]})  # expect: SAS-2.27 `event["body"]["orderId"]` alone picks the record of `boto3.dynamodb.Table.delete_item`: any user who knows or guesses an id gets at those of others
    orders.delete_item(Key={"page": body["page"]})
