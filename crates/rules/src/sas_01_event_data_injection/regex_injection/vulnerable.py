import re


def handler(event, context):
    words = event["queryStringParameters"]["words"]
    re.search(re.escape(words), "an order")
    re.search("^[a-z]+$", words)
    return re.search(words, "an order")  # expect: SAS-1.24 `event["queryStringParameters"]["words"]` reaches `re.search` as a regular expression: a few characters keep the function busy until its timeout
