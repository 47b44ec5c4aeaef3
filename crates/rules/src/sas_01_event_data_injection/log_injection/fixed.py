def handler(event, context):
    name = event["queryStringParameters"]["name"]
    print("order of " + name.replace("\n", ""))
