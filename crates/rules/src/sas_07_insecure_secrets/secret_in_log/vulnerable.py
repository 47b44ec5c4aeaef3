import boto3

secrets = boto3.client("secretsmanager")


def handler(event, context):
    secret = secrets.get_secret_value(SecretId="orders")["SecretString"]
    print(secret)  # expect: SAS-7.16 a secret reaches `print` and stands in the log for whoever reads it
    return {"statusCode": 200, "body": str(len(secret))}
