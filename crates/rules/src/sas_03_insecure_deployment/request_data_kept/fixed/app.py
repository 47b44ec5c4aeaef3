import boto3

client = None


def handler(event, context):
    global client
    client = client or boto3.client("sqs")
    last_user = event["headers"]["user"]
    return {"statusCode": 200, "body": str(len(last_user))}
