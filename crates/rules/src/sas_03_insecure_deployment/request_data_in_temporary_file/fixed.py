import tempfile
from pathlib import Path


def handler(event, context):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "order.json").write_text(event["payload"])
    return {"statusCode": 204}
