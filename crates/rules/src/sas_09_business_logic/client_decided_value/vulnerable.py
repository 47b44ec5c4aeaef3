import json

import boto3
import pymysql
import stripe

orders = boto3.resource("dynamodb").Table("orders")


def handler(event, context):
    body = json.loads(event["body"])
    orders.put_item(Item={"item": body["item"], "note": body["note"]})
    orders.put_item(Item={"item": body["item"], "role": body["role"]})  # expect: SAS-9.10 `role` is stored as the request says: whoever sends it decides what only the application should know
    users = boto3.client("cognito-idp")
    users.sign_up(Username=body["name"], UserAttributes=[{"Name": "custom:role", "Value": body["role"]}])  # expect: SAS-9.10 `role` is given as the request says: whoever sends it decides what only the application should know
    orders.put_item(Item=body)  # expect: SAS-9.10 `event["body"]` is stored with whatever fields the request has: whoever sends it adds a role or a price
    orders.put_item(Item={"id": 1, "amount": body["price"] * body["count"]})  # expect: SAS-9.10 `amount` is stored as the request says: whoever sends it decides what only the application should know
    stripe.Charge.create(amount=body["price"] * body["count"], currency="eur")  # expect: SAS-9.10 `price` is charged as the request says: whoever sends it decides what only the application should know
    stripe.PaymentIntent.create(amount=body["amount"], currency=body["currency"])  # expect: SAS-9.10 `price` is charged as the request says: whoever sends it decides what only the application should know
    with pymysql.connect().cursor() as cursor:
        cursor.execute("INSERT INTO orders (item, note) VALUES (%s, %s)", (body["item"], body["price"]))
        cursor.execute("INSERT INTO orders (item, price) VALUES (%s, %s)", (body["item"], body["price"]))  # expect: SAS-9.10 `price` is stored as the request says: whoever sends it decides what only the application should know
