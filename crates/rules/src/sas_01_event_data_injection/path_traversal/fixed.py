import os


def handler(event, context):
    name = event["queryStringParameters"]["name"]
    with open(os.path.join("/tmp/reports", os.path.basename(name))) as file:
        return file.read()
