import tempfile


def handler(event, context):
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"order")
