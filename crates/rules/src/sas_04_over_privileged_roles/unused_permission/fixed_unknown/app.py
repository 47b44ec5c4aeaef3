import boto3

client = boto3.client("dynamodb")


def handler(event, context):
    return getattr(client, event["operation"])()
