import re

WORDS = re.compile(r"^(\w+\s?)*$")


def handler(event, context):
    text = event["queryStringParameters"]["text"]
    if len(text) > 64:
        return {"statusCode": 400}
    return {"statusCode": 200 if WORDS.match(text) else 400}
