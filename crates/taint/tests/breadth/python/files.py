import io
import json
import os
import shutil
import tarfile
import urllib.parse
import zipfile
from pathlib import Path

import boto3

s3 = boto3.client("s3")


def download(event, context):
    name = event["queryStringParameters"]["name"]
    with open("/data/" + name) as file:  # expect: path
        text = file.read()
    Path("/data", name).read_text()  # expect: path
    (Path("/data") / name).open()  # expect: path
    os.open(f"/data/{name}", os.O_RDONLY)  # expect: path
    os.remove(os.path.join("/data", name))  # expect: path
    shutil.copy("/data/" + name, "/tmp/x")  # expect: path
    open("/data/" + os.path.basename(name))
    Path("/data", Path(name).name).read_text()
    full = os.path.realpath(os.path.join("/data", name))
    if not full.startswith("/data/"):
        return {"statusCode": 400}
    with open(full) as file:
        return {"statusCode": 200, "body": file.read()}


def on_upload(event, context):
    for record in event["Records"]:
        bucket = record["s3"]["bucket"]["name"]
        key = urllib.parse.unquote_plus(record["s3"]["object"]["key"])
        s3.download_file(bucket, key, "/tmp/" + key)  # expect: path
        s3.download_file(bucket, key, "/tmp/" + os.path.basename(key))
        with zipfile.ZipFile("/tmp/archive.zip") as archive:
            for member in archive.namelist():
                with open("/tmp/" + member, "wb") as out:  # expect: path
                    out.write(archive.read(member))
        with tarfile.open("/tmp/archive.tar") as archive:
            archive.extractall("/tmp", filter="data")


def unpack(event, context):
    obj = s3.get_object(Bucket="b", Key="k")
    archive = tarfile.open(fileobj=io.BytesIO(obj["Body"].read()))
    archive.extractall("/tmp")  # expect: path


def numbered(event, context):
    number = int(event["pathParameters"]["id"])
    with open(f"/data/{number}.json") as file:
        return json.load(file)
