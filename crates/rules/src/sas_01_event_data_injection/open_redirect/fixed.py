PAGES = {"home": "/", "orders": "/orders"}


def handler(event, context):
    target = event["queryStringParameters"]["next"]
    return {"statusCode": 302, "headers": {"Location": PAGES.get(target, "/")}}
