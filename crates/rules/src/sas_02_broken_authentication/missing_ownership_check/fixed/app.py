import json

import boto3

orders = boto3.resource("dynamodb").Table("orders")


def handler(event, context):
    body = json.loads(event["body"])
    user = event["requestContext"]["authorizer"]["jwt"]["claims"]["sub"]
    orders.delete_item(
        Key={"orderId": body["orderId"]},
        ConditionExpression="ownerId = :user",
        ExpressionAttributeValues={":user": user},
    )
