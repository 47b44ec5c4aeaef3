import json


def handler(event, context):
    print(json.dumps(event))  # expect: SAS-5.26 `event` reaches `print` whole: tokens, names and addresses in it stand in the log for whoever reads it
    print(event["headers"]["Authorization"])  # expect: SAS-5.26 `event["headers"]["Authorization"]` reaches `print` and stands in the log for whoever reads it
    print(int(event["queryStringParameters"]["count"]))
