import os

import boto3

secrets = boto3.client("secretsmanager")


def handler(event, context):
    secret = secrets.get_secret_value(SecretId="orders")["SecretString"]
    print(len(secret))
    print("orders of {STAGE}".format(**os.environ))
    return {"statusCode": 204}
