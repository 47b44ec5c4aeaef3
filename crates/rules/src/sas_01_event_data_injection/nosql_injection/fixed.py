import json

from pymongo import MongoClient

users = MongoClient("mongodb://users.example").shop.users


def handler(event, context):
    body = json.loads(event["body"])
    return users.find_one({"name": str(body["name"])})
