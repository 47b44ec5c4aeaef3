import base64
import gzip
import io
import zipfile
import zlib


def handler(event, context):
    packed = base64.b64decode(event["body"])
    text = gzip.decompress(packed)  # expect: SAS-8.24 `event["body"]` reaches `gzip.decompress` without a limit: a small request that unpacks to gigabytes takes the memory of the function
    few = zlib.decompressobj().decompress(packed, 1000)
    zipfile.ZipFile(io.BytesIO(packed)).read("order.json")  # expect: SAS-8.24 `event["body"]` reaches `zipfile.ZipFile.read` without a limit: a small request that unpacks to gigabytes takes the memory of the function
    return {"statusCode": 200, "body": str(len(text) + len(few))}
