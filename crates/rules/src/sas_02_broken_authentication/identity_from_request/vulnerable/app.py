import json

import boto3

orders = boto3.resource("dynamodb").Table("orders")


def handler(event, context):
    body = json.loads(event["body"])
    order = orders.get_item(Key={"userId": body["userId"], "id": 1})  # expect: SAS-2.26 `event["body"]["userId"]` picks whose data `boto3.dynamodb.Table.get_item` works on, and nothing shows that it is the caller's own
    orders.put_item(Item={"id": context.aws_request_id, "userId": body["userId"]})
    return {"statusCode": 200, "body": str(order)}
