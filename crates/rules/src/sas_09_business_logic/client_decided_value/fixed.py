import json

import boto3
import stripe
from aws_lambda_powertools.utilities.validation import validate

PRICES = {"tea": 3}
ORDER = {"type": "object", "properties": {"item": {"type": "string"}, "note": {"type": "string"}}}
orders = boto3.resource("dynamodb").Table("orders")


def handler(event, context):
    body = json.loads(event["body"])
    orders.put_item(Item={"item": body["item"], "role": "customer"})
    amount = PRICES[body["item"]] * min(int(body["count"]), 100)
    orders.put_item(Item={"item": body["item"], "amount": amount})
    orders.put_item(Item={"item": body["item"], "amount": body["amount"]})
    stripe.PaymentIntent.create(amount=amount, currency="eur")
    validate(event=body, schema=ORDER)
    orders.put_item(Item=body)
    orders.put_item(Item={name: body[name] for name in ORDER["properties"]})
