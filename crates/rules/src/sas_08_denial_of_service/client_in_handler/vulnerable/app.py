import boto3

queues = boto3.client("sqs")


def handler(event, context):
    tables = boto3.client("dynamodb")  # expect: SAS-8.21 `boto3.client` makes a client anew for every event: each pays for a handshake, and connections run out under load
    return {"statusCode": 200, "body": str([tables is None, queues is None])}
