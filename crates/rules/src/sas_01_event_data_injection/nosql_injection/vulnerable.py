import json

from pymongo import MongoClient

users = MongoClient("mongodb://users.example").shop.users


def handler(event, context):
    body = json.loads(event["body"])
    users.find_one({"name": str(body["name"])})
    return users.find_one({"name": body["name"]})  # expect: SAS-1.11 `event["body"]["name"]` reaches `pymongo.MongoClient.shop.users.find_one` as part of a query: operators in it (`{"$ne": ""}`) match what was not asked for
