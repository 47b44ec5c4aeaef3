"""Takes an order and queues its shipment. Flawed on purpose: see the template."""

import json
import os
import subprocess
import traceback

import boto3

orders = boto3.resource("dynamodb").Table(os.environ["TABLE"])
queue = boto3.client("sqs")


def handler(event, context):
    try:
        order = json.loads(event["body"])
        # The customer's text reaches a shell.
        subprocess.run(f"echo order of {order['customer']}", shell=True, check=False)
        orders.put_item(Item=order)
        queue.send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody=json.dumps(order))
        return {"statusCode": 201, "body": json.dumps({"id": order["id"]})}
    except Exception:
        # The caller learns how the code looks inside.
        return {"statusCode": 500, "body": traceback.format_exc()}
