import base64
import json
import pickle

import yaml


def handler(event, context):
    json.loads(event["body"])
    yaml.safe_load(event["body"])
    return pickle.loads(base64.b64decode(event["body"]))  # expect: SAS-1.21 `event["body"]` reaches `pickle.loads` as objects to build: whoever sends it decides which code runs while they are built
