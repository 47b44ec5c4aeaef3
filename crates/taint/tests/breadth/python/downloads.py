import os
import pickle
import tarfile
import tempfile
import uuid
import zipfile
from pathlib import Path
from urllib.parse import unquote_plus

import boto3

s3 = boto3.client("s3")


def handler(event, context):
    record = event["Records"][0]["s3"]
    bucket, key = record["bucket"]["name"], record["object"]["key"]
    s3.download_file(bucket, key, "/tmp/model")
    pickle.load(open("/tmp/model", "rb"))  # expect: deserialization
    with open("/tmp/model") as file:
        os.system("echo " + file.read())  # expect: command
    tarfile.open("/tmp/model").extractall("/tmp/out")  # expect: path
    with zipfile.ZipFile("/tmp/model") as archive:
        archive.extractall("/tmp/out")  # expect: archive
    path = f"/tmp/{uuid.uuid4()}"
    s3.download_file(Bucket=bucket, Key=key, Filename=path)
    load(path)
    download(bucket, key, "/tmp/helped")
    os.system("cat " + Path("/tmp/helped").read_text())  # expect: command
    with tempfile.NamedTemporaryFile() as file:
        s3.download_fileobj(bucket, key, file)
        file.seek(0)
        pickle.load(file)  # expect: deserialization
    body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    with open("/tmp/body", "wb") as file:
        file.write(body)
    with open("/tmp/body", "rb") as file:
        pickle.load(file)  # expect: deserialization
    Path("/tmp/text").write_bytes(body)
    pickle.loads(Path("/tmp/text").read_bytes())  # expect: deserialization
    name = "/tmp/" + os.path.basename(unquote_plus(key))
    s3.download_file(bucket, key, name)
    pickle.load(open(name, "rb"))  # expect: deserialization

    pickle.load(open("/opt/model", "rb"))
    with open("/tmp/other") as file:
        os.system("echo " + file.read())
    mine = f"/tmp/{uuid.uuid4()}"
    pickle.load(open(mine, "rb"))
    os.remove(path)


def load(path):
    with open(path, "rb") as file:
        return pickle.load(file)  # expect: deserialization


def download(bucket, key, path):
    s3.download_file(bucket, key, path)


def stored(event, context):
    s3.download_file("models", "current", "/tmp/current")
    os.system("echo " + open("/opt/current").read())
