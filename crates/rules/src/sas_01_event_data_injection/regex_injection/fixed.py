import re


def handler(event, context):
    words = event["queryStringParameters"]["words"]
    return re.search(re.escape(words), "an order") or "order" in words
