"""Takes an order and queues its shipment."""

import json
import logging
import os

import boto3

log = logging.getLogger()
orders = boto3.resource("dynamodb").Table(os.environ["TABLE"])
queue = boto3.client("sqs")

FIELDS = {"id": str, "customer": str, "total": int}


def handler(event, context):
    try:
        order = validated(json.loads(event["body"]))
    except (KeyError, TypeError, ValueError):
        return {"statusCode": 400, "body": json.dumps({"message": "this is not an order"})}
    orders.put_item(Item=order)
    queue.send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody=json.dumps(order))
    log.info("order %s taken", order["id"])
    return {"statusCode": 201, "body": json.dumps({"id": order["id"]})}


def validated(order):
    """The known fields of an order, each of its type; anything else is refused."""
    if set(order) != set(FIELDS):
        raise ValueError("unknown or missing fields")
    for name, kind in FIELDS.items():
        if not isinstance(order[name], kind):
            raise TypeError(name)
    return {name: order[name] for name in FIELDS}
