import tempfile


def handler(event, context):
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"order")
    return tempfile.mktemp()  # expect: SAS-3.29 `tempfile.mktemp` only makes up a name: another invocation or library can take it before the file is made
