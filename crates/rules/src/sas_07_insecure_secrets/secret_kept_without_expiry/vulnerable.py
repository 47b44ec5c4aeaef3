import boto3

client = boto3.client("secretsmanager")
password = client.get_secret_value(SecretId="db")["SecretString"]  # expect: SAS-7.23 `password` gets a secret once and keeps it as long as the execution environment lives: after a rotation the old one is used on
level = boto3.client("ssm").get_parameter(Name="level")["Parameter"]["Value"]


def handler(event, context):
    return {"statusCode": 204}
