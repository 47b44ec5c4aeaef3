def handler(event, context):
    print("count", int(event["queryStringParameters"]["count"]))
