import base64
import io
import zipfile


def handler(event, context):
    archive = zipfile.ZipFile(io.BytesIO(base64.b64decode(event["body"])))
    if sum(member.file_size for member in archive.infolist()) > 1_000_000:
        return {"statusCode": 413}
    return {"statusCode": 200, "body": str(len(archive.read("order.json")))}
