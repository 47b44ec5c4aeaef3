import json


def handler(event, context):
    with open("/tmp/order.json", "w") as file:
        file.write(event["payload"])  # expect: SAS-3.33 `io.File.write` puts data of a request below `/tmp`, and nothing removes it: later invocations in the same execution environment find it
    with open("/tmp/settings.json", "w") as file:
        json.dump({"retries": 3}, file)
    return {"statusCode": 204}
