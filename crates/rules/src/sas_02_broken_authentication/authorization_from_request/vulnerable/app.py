import json

import boto3

orders = boto3.resource("dynamodb").Table("orders")


def handler(event, context):
    body = json.loads(event["body"])
    if body.get("size") == "large":
        return {"statusCode": 403}
    if not body.get("isAdmin"):  # expect: SAS-2.28 `event["body"]["isAdmin"]` decides what the caller may do: whoever sends the request writes it themselves
        return {"statusCode": 403}
    orders.put_item(Item={"id": context.aws_request_id, "note": body["note"]})
