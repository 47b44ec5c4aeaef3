import json
import os
import subprocess


def handler(event, context):
    name = event["queryStringParameters"]["name"]
    os.system("convert " + name)  # expect: SAS-1.9 `event["queryStringParameters"]["name"]` reaches `os.system` as part of a command: whoever sends it runs programs as the function
    subprocess.run(["convert", "--", name], check=True)
    os.system("uptime")
    return {"statusCode": 200, "body": json.dumps({})}
