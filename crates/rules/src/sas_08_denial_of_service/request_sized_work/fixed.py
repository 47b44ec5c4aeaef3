import time


def handler(event, context):
    count = int(event["queryStringParameters"]["count"])
    if not 0 < count <= 100:
        return {"statusCode": 400}
    for row in range(count):
        print(row)
    time.sleep(min(count, 3))
    return {"statusCode": 200, "body": "-" * count}
