import html


def handler(event, context):
    name = event["queryStringParameters"]["name"]
    pages = {"Content-Type": "text/html"}
    if event["headers"]["Accept"] == "text/html":
        return {"statusCode": 200, "headers": pages, "body": f"<h1>Hello {html.escape(name)}</h1>"}
    return {"statusCode": 200, "headers": pages, "body": f"<h1>Hello {name}</h1>"}  # expect: SAS-1.16 `event["queryStringParameters"]["name"]` reaches an HTML response as part of a page: scripts in it run in the browser of whoever opens it
