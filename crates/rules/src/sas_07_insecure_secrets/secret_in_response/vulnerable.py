import boto3

secrets = boto3.client("secretsmanager")


def handler(event, context):
    secret = secrets.get_secret_value(SecretId="orders")["SecretString"]
    print(len(secret))
    return {"statusCode": 200, "body": secret}  # expect: SAS-7.17 a secret reaches the response body and whoever calls the function has it
