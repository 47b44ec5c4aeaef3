import defusedxml.ElementTree


def handler(event, context):
    return defusedxml.ElementTree.fromstring(event["body"]).tag
