"""Writes the template of an estate of N functions (200), for `live_account_moto.py`: every kind of trigger, and flaws.

    python3 xtask/scripts/estate_template.py [N] > estate.yaml
"""

import sys


def function(number):
    name = f"Orders{number:03}"
    lines = [
        f"  {name}:", "    Type: AWS::Serverless::Function", "    Properties:", f"      FunctionName: orders-{number:03}",
        "      Handler: app.handler", f"      Runtime: {'python3.8' if number % 10 == 0 else 'python3.13'}", "      CodeUri: src/",
        f"      Timeout: {900 if number % 25 == 0 else 30}", "      Environment:", "        Variables:",
        f"          TABLE: !Ref Table{number % 20}",
    ]
    if number % 17 == 0:
        lines.append("          DB_PASSWORD: n0tSoEasy7")
    if number % 3 == 0:
        lines.append("      ReservedConcurrentExecutions: 5")
    action = '"dynamodb:*"' if number % 9 == 0 else "[dynamodb:GetItem, dynamodb:PutItem]"
    target = '"*"' if number % 11 == 0 else f"!GetAtt Table{number % 20}.Arn"
    lines += ["      Policies:", "        - Statement:", "            - Effect: Allow", f"              Action: {action}",
              f"              Resource: {target}"]
    event = EVENTS[number % len(EVENTS)](number)
    lines += [f"      {line}" for line in event]
    return lines


def queue(number):
    return ["Events:", "  Work:", "    Type: SQS", f"    Properties: {{Queue: !GetAtt Queue{number % 20}.Arn, BatchSize: 10}}"]


def topic(number):
    return ["Events:", "  News:", "    Type: SNS", f"    Properties: {{Topic: !Ref Topic{number % 20}}}"]


def hourly(_):
    return ["Events:", "  Hourly:", "    Type: Schedule", "    Properties: {Schedule: rate(1 hour)}"]


def stream(number):
    return ["Events:", "  Changes:", "    Type: DynamoDB", f"    Properties: {{Stream: !GetAtt Table{number % 20}.StreamArn, StartingPosition: LATEST}}"]


def rest(number):
    return ["Events:", "  Read:", "    Type: Api", f"    Properties: {{RestApiId: !Ref Shop, Path: /orders/{number}, Method: get}}"]


def url(_):
    return ["FunctionUrlConfig: {AuthType: NONE}"]


def bus(_):
    return ["Events:", "  Made:", "    Type: EventBridgeRule", "    Properties: {Pattern: {source: [shop], detail-type: [OrderMade]}}"]


def alone(_):
    return ["MemorySize: 256"]


EVENTS = [queue, topic, hourly, stream, rest, url, bus, alone]


def neighbours():
    lines = ["  Shop:", "    Type: AWS::Serverless::Api", "    Properties: {Name: shop, StageName: live}"]
    for number in range(20):
        closed = "true" if number else "false"
        lines += [
            f"  Table{number}:", "    Type: AWS::DynamoDB::Table", "    Properties:", f"      TableName: orders-{number}",
            "      BillingMode: PAY_PER_REQUEST", "      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]",
            "      KeySchema: [{AttributeName: id, KeyType: HASH}]", "      StreamSpecification: {StreamViewType: NEW_IMAGE}",
            f"  Queue{number}:", "    Type: AWS::SQS::Queue", f"    Properties: {{QueueName: work-{number}}}",
            f"  Topic{number}:", "    Type: AWS::SNS::Topic", f"    Properties: {{TopicName: news-{number}}}",
            f"  Bucket{number}:", "    Type: AWS::S3::Bucket", "    Properties:", f"      BucketName: uploads-{number}",
            f"      PublicAccessBlockConfiguration: {{BlockPublicAcls: {closed}, IgnorePublicAcls: {closed}, BlockPublicPolicy: {closed}, RestrictPublicBuckets: {closed}}}",
        ]
    return lines


COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 200
print("\n".join(["Transform: AWS::Serverless-2016-10-31", "Resources:"] + neighbours() + [it for at in range(COUNT) for it in function(at)]))
