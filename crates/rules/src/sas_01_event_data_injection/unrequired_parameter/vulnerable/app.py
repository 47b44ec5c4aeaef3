def handler(event, context):
    return {"statusCode": 200, "body": str(len(event["queryStringParameters"]["name"]))}
