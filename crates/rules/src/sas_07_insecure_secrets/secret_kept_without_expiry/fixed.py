import boto3
from aws_lambda_powertools.utilities import parameters

client = boto3.client("sqs")


def handler(event, context):
    password = parameters.get_secret("db", max_age=300)
    return {"statusCode": 204 if password else 500}
