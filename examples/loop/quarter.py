"""A quarter of the shop, as CloudTrail and CloudWatch tell it.

python3 quarter.py FOLDER

Writes FOLDER/trail/*.json, a file a day as CloudTrail delivers it with data events, FOLDER/logs/*.log as CloudWatch
exports it, and FOLDER/metrics/*.csv. The function takes its orders; on 2026-03-01 the pipeline deploys it with the
guard, and it is slower from then on, since more is looked at; in the last week attacks come in, which the guard
refuses; on the last day somebody uses credentials of the function elsewhere.
"""

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

ACCOUNT = "111122223333"
FUNCTION = "shop-CreateOrder-1A2B3C4D5E6F"
ROLE = "shop-CreateOrderRole-9Z8Y7X6W5V4U"
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = 93
DEPLOYMENT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)

count = 0


def record(time, source, name, identity, **more):
    global count
    count += 1
    return {
        "eventVersion": "1.11",
        "eventID": f"00000000-0000-4000-8000-{count:012}",
        "eventTime": time.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "eventSource": f"{source}.amazonaws.com",
        "eventName": name,
        "awsRegion": "eu-west-1",
        "eventType": "AwsApiCall",
        "recipientAccountId": ACCOUNT,
        "userIdentity": identity,
        **more,
    }


def role(name, session, key):
    return {
        "type": "AssumedRole",
        "principalId": f"AROAEXAMPLE:{session}",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}/{session}",
        "accountId": ACCOUNT,
        "accessKeyId": key,
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "arn": f"arn:aws:iam::{ACCOUNT}:role/{name}",
                "accountId": ACCOUNT,
                "userName": name,
            }
        },
    }


def orders(day):
    """What the function does on a day: every order is stored and queued."""
    shop = role(ROLE, FUNCTION, f"ASIAEXAMPLE{day:08}")
    inside = {
        "sourceIPAddress": "3.250.10.20",
        "userAgent": "Boto3/1.40.1 md/Botocore#1.40.1 exec-env/AWS_Lambda_python3.13",
    }
    table = f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/shop-Orders-2B3C4D5E6F7G"
    queue = f"https://sqs.eu-west-1.amazonaws.com/{ACCOUNT}/shop-Shipments-3C4D5E6F7G8H"
    for hour in range(8, 20):
        time = FIRST + timedelta(days=day, hours=hour, minutes=(7 * day) % 60)
        yield record(
            time,
            "dynamodb",
            "PutItem",
            shop,
            requestParameters={"tableName": table.rsplit("/", 1)[1]},
            resources=[{"ARN": table, "type": "AWS::DynamoDB::Table"}],
            **inside,
        )
        yield record(
            time,
            "sqs",
            "SendMessage",
            shop,
            requestParameters={"queueUrl": queue},
            resources=[{"ARN": f"arn:aws:sqs:eu-west-1:{ACCOUNT}:shop-Shipments-3C4D5E6F7G8H"}],
            **inside,
        )


def deployment():
    return record(
        DEPLOYMENT,
        "lambda",
        "UpdateFunctionCode20150331v2",
        role("pipeline", "release", "ASIAEXAMPLEPIPELINE1"),
        sourceIPAddress="52.19.10.1",
        userAgent="APN/1.0 HashiCorp/1.0",
        requestParameters={"functionName": FUNCTION},
        responseElements={
            "functionName": FUNCTION,
            "functionArn": f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:{FUNCTION}",
            "codeSha256": "ZEE2enp6CZhKUs5qwZfJuqPmxE/1JSVPwmWJBrpAwwo=",
        },
    )


def theft(day):
    """Somebody has the credentials of that day, and looks around with them."""
    thief = role(ROLE, FUNCTION, f"ASIAEXAMPLE{day:08}")
    outside = {"sourceIPAddress": "198.51.100.77", "userAgent": "aws-cli/2.31.0 md/prompt#off"}
    time = FIRST + timedelta(days=day, hours=21)
    yield record(time, "sts", "GetCallerIdentity", thief, **outside)
    yield record(
        time + timedelta(minutes=1),
        "dynamodb",
        "ListTables",
        thief,
        **outside,
    )
    for name in ("ListUsers", "ListRoles"):
        time += timedelta(minutes=2)
        denied = f"User: {thief['arn']} is not authorized to perform: iam:{name} on resource: *"
        yield record(
            time, "iam", name, thief, errorCode="AccessDenied", errorMessage=denied, **outside
        )


def log():
    """The log of the function since it has its guard."""
    for day in range((DEPLOYMENT - FIRST).days + 1, DAYS):
        for hour in range(8, 20):
            time = FIRST + timedelta(days=day, hours=hour, minutes=(7 * day) % 60)
            request = f"00000000-0000-4000-9000-{day:06}{hour:06}"
            if day >= DAYS - 7 and hour in (11, 17):
                event = {
                    "faasguard": "event",
                    "kind": "event-blocked",
                    "class": "command",
                    "request_id": request,
                    "function": FUNCTION,
                    "detail": "command (score 1.00)",
                    "mode": "block",
                    "field": "body.customer",
                }
                yield f"{time:%Y-%m-%dT%H:%M:%S}.100Z {json.dumps(event, separators=(',', ':'))}"
            yield (
                f"{time:%Y-%m-%dT%H:%M:%S}.200Z REPORT RequestId: {request}\tDuration: 185.20 ms\t"
                "Billed Duration: 186 ms\tMemory Size: 256 MB\tMax Memory Used: 61 MB"
            )


def durations():
    """The mean duration of every five minutes, in ms."""
    time, state = FIRST + timedelta(days=45), 1
    end = FIRST + timedelta(days=DAYS)
    yield "timestamp,value"
    while time < end:
        # A little noise that is the same each time.
        state = (1_103_515_245 * state + 12_345) % 2**31
        level = 120 if time < DEPLOYMENT else 185
        yield f"{time:%Y-%m-%dT%H:%M:%SZ},{level + state % 1000 / 80:.1f}"
        time += timedelta(minutes=30)


def main():
    folder = Path(sys.argv[1])
    trail, logs, metrics = folder / "trail", folder / "logs", folder / "metrics"
    for each in (trail, logs, metrics):
        each.mkdir(parents=True, exist_ok=True)
    for day in range(DAYS):
        records = list(orders(day))
        if FIRST + timedelta(days=day) <= DEPLOYMENT < FIRST + timedelta(days=day + 1):
            records.append(deployment())
        if day == DAYS - 1:
            records.extend(theft(day))
        records.sort(key=lambda one: one["eventTime"])
        name = f"{FIRST + timedelta(days=day):%Y-%m-%d}.json"
        (trail / name).write_text(json.dumps({"Records": records}))
    (logs / f"{FUNCTION}.log").write_text("\n".join(log()) + "\n")
    (metrics / f"{FUNCTION}.csv").write_text("\n".join(durations()) + "\n")


if __name__ == "__main__":
    main()
