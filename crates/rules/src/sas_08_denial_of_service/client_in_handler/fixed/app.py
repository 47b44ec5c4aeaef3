import boto3

tables = boto3.client("dynamodb")


def handler(event, context):
    return {"statusCode": 200, "body": str(tables is None)}
