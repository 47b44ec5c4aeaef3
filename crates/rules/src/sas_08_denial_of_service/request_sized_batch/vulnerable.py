import boto3

table = boto3.resource("dynamodb").Table("orders")


def handler(event, context):
    size = int(event["queryStringParameters"]["size"])
    items = table.scan(Limit=size)  # expect: SAS-8.25 `event["queryStringParameters"]["size"]` reaches `boto3.dynamodb.Table.scan` without a bound: one request asks as much of a service as its sender likes
    few = table.scan(Limit=min(size, 50))
    return {"statusCode": 200, "body": str(len(items) + len(few))}
