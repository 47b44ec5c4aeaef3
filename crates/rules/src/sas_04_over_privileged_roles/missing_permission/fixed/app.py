import os

import boto3

orders = boto3.resource("dynamodb").Table(os.environ["TABLE"])
mail = boto3.client("ses")


def handler(event, context):
    orders.put_item(Item={"id": context.aws_request_id})
    orders.delete_item(Key={"id": "0"})
    mail.send_email(
        Source="shop@example.org",
        Destination={"ToAddresses": ["owner@example.org"]},
        Message={"Subject": {"Data": "Taken"}, "Body": {"Text": {"Data": "An order was taken."}}},
    )
