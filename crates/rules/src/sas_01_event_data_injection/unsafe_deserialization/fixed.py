import json

import yaml


def handler(event, context):
    yaml.safe_load(event["body"])
    return json.loads(event["body"])
