import os
import pickle

import boto3

s3 = boto3.client("s3")


def handler(event, context):
    record = event["Records"][0]["s3"]
    bucket, key = record["bucket"]["name"], record["object"]["key"]
    body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    pickle.loads(body)  # expect: deserialization uploader
    os.system("convert " + body.decode())  # expect: command uploader
    settings = s3.get_object(Bucket=bucket, Key="settings.json")["Body"].read()
    os.system("convert " + settings.decode())  # expect: command stored
