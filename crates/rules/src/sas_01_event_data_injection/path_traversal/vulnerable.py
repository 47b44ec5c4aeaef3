import os


def handler(event, context):
    name = event["queryStringParameters"]["name"]
    with open("/tmp/" + os.path.basename(name)) as file:
        file.read()
    with open("/tmp/" + name) as file:  # expect: SAS-1.13 `event["queryStringParameters"]["name"]` reaches `open` as part of a path: `../` in it leads to any file that the function can read or write
        return file.read()
