import html
import json


def handler(event, context):
    name = event["queryStringParameters"]["name"]
    if event["headers"]["Accept"] == "application/json":
        return {"statusCode": 200, "body": json.dumps({"name": name})}
    return {
        "statusCode": 200,
        "headers": {"Content-Type": "text/html"},
        "body": f"<h1>Hello {html.escape(name)}</h1>",
    }
