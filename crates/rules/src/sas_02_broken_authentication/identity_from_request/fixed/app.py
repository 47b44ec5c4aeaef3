import json

import boto3

orders = boto3.resource("dynamodb").Table("orders")


def handler(event, context):
    body = json.loads(event["body"])
    user = event["requestContext"]["authorizer"]["jwt"]["claims"]["sub"]
    order = orders.get_item(Key={"userId": user, "id": body["id"]})
    return {"statusCode": 200, "body": str(order)}
