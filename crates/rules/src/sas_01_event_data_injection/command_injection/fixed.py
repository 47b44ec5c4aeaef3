import os
import shlex


def handler(event, context):
    name = event["queryStringParameters"]["name"]
    os.system("convert " + shlex.quote(name))
    size = int(event["queryStringParameters"]["size"])
    os.system(f"convert --size {size}")
    return {"statusCode": 200, "body": ""}
