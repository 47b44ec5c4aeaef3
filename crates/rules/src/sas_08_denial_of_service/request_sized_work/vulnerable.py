import asyncio
import time


def handler(event, context):
    query = event["queryStringParameters"]
    count = int(query["count"])
    rows = []
    for row in range(count):  # expect: SAS-8.22 `query["count"]` reaches `range` without a bound: one request keeps the function busy, or takes its memory, until it ends
        rows.append(row)
    for row in range(min(count, 100)):
        rows.append(row)
    for row in range(count % 100):
        rows.append(row)
    for row in range(len(query["name"])):
        rows.append(row)
    time.sleep(float(query["delay"]))  # expect: SAS-8.22 `query["delay"]` reaches `time.sleep` without a bound: one request keeps the function busy, or takes its memory, until it ends
    if count < 10:
        return "-" * count
    return "-" * count  # expect: SAS-8.22 `query["count"]` reaches the count of a repetition without a bound: one request keeps the function busy, or takes its memory, until it ends


def worker(event, context):
    for record in event["Records"]:
        time.sleep(int(record["body"]))
