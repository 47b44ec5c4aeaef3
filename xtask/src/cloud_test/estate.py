"""Makes the serverless estate that `cargo xtask cloud-test` looks at, in a server that speaks as AWS does.

    estate.py URL FUNCTIONS
    estate.py URL user NAME POLICY.json      a user with this policy alone; prints its keys

Each function has a role, a log group, an alarm and a place in something that calls it: a queue, a topic, a rule, a
bucket, a table, an API or a schedule. Some flaws that a live account shows stand among them: functions that anyone may
invoke, a URL without authorisation, a bucket that is public, a role with every permission. Prints what was made as JSON.
"""

import gzip
import io
import json
import sys
import time
import zipfile

import boto3
from botocore.config import Config

ENDPOINT = sys.argv[1]
REGION, OTHER, ACCOUNT = "eu-west-1", "us-east-1", "123456789012"


def client(service, region=REGION):
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=ENDPOINT,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
        config=Config(retries={"max_attempts": 2}, s3={"addressing_style": "path"}),
    )


def package(number):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("app.py", f"def handler(event, context):\n    return {number}\n")
    return content.getvalue()


TRUST = json.dumps({
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
})


def role(iam, name, actions, resource="*"):
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": resource}]}
    iam.put_role_policy(RoleName=name, PolicyName="inline", PolicyDocument=json.dumps(document))
    return made


def around(made):
    """What functions are called by, and the neighbours that no function has."""
    sqs, sns, s3, dynamodb = client("sqs"), client("sns"), client("s3"), client("dynamodb")
    for number in range(20):
        made["queues"].append(sqs.create_queue(QueueName=f"orders-{number}")["QueueUrl"])
        made["topics"].append(sns.create_topic(Name=f"news-{number}")["TopicArn"])
        bucket = f"uploads-{number}"
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        made["buckets"].append(bucket)
        table = dynamodb.create_table(
            TableName=f"orders-{number}",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        )["TableDescription"]
        made["tables"].append(table["TableName"])
        made["streams"].append(table["LatestStreamArn"])
    public = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::uploads-0/*"}]}
    s3.put_bucket_policy(Bucket="uploads-0", Policy=json.dumps(public))
    s3.put_public_access_block(Bucket="uploads-1", PublicAccessBlockConfiguration={
        "BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True})
    s3.create_bucket(Bucket="trail-of-all", CreateBucketConfiguration={"LocationConstraint": REGION})
    made["buckets"].append("trail-of-all")
    client("cloudtrail").create_trail(Name="all", S3BucketName="trail-of-all", IsMultiRegionTrail=True)
    client("secretsmanager").create_secret(Name="orders/database", SecretString="never-to-be-read-c0ffee")
    client("ssm").put_parameter(Name="/orders/key", Value="never-to-be-read-decaf", Type="SecureString")
    pool = client("cognito-idp").create_user_pool(PoolName="customers")["UserPool"]["Id"]
    client("cognito-idp").create_user_pool_client(UserPoolId=pool, ClientName="shop", GenerateSecret=True)
    made["pools"].append(pool)
    client("events").create_event_bus(Name="orders")
    client("kms").create_key(Description="orders")
    client("kinesis").create_stream(StreamName="clicks", ShardCount=1)
    client("ecr").create_repository(repositoryName="orders")


def call(made, number, name, arn):
    """Lets something call the function."""
    aws_lambda = client("lambda")
    kind, turn = number % 8, number // 8
    if kind == 0:
        queue = made["queues"][turn % 20]
        source = client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        aws_lambda.create_event_source_mapping(FunctionName=name, EventSourceArn=source, BatchSize=10)
    elif kind == 1:
        client("sns").subscribe(TopicArn=made["topics"][turn % 20], Protocol="lambda", Endpoint=arn)
        aws_lambda.add_permission(FunctionName=name, StatementId="topic", Action="lambda:InvokeFunction",
                                  Principal="sns.amazonaws.com", SourceArn=made["topics"][turn % 20])
    elif kind == 2:
        events = client("events")
        events.put_rule(Name=f"every-hour-{number}", ScheduleExpression="rate(1 hour)")
        events.put_targets(Rule=f"every-hour-{number}", Targets=[{"Id": "1", "Arn": arn}])
        aws_lambda.add_permission(FunctionName=name, StatementId="rule", Action="lambda:InvokeFunction",
                                  Principal="events.amazonaws.com")
    elif kind == 3:
        aws_lambda.add_permission(FunctionName=name, StatementId="anyone", Action="lambda:InvokeFunction", Principal="*")
    elif kind == 4:
        aws_lambda.create_event_source_mapping(FunctionName=name, EventSourceArn=made["streams"][turn % 20],
                                               StartingPosition="LATEST")
    elif kind == 5:
        api = client("apigateway")
        made_api = api.create_rest_api(name=f"api-{number}")["id"]
        root = api.get_resources(restApiId=made_api)["items"][0]["id"]
        api.put_method(restApiId=made_api, resourceId=root, httpMethod="GET", authorizationType="NONE")
        uri = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{arn}/invocations"
        api.put_integration(restApiId=made_api, resourceId=root, httpMethod="GET", type="AWS_PROXY",
                            integrationHttpMethod="POST", uri=uri)
        api.create_deployment(restApiId=made_api, stageName="live")
        made["apis"].append(made_api)
    elif kind == 6:
        client("scheduler").create_schedule(
            Name=f"nightly-{number}", ScheduleExpression="rate(1 day)", FlexibleTimeWindow={"Mode": "OFF"},
            Target={"Arn": arn, "RoleArn": made["role"]})
    else:
        aws_lambda.create_function_url_config(FunctionName=name, AuthType="NONE")


def functions(made, count):
    iam, aws_lambda, logs, cloudwatch = client("iam"), client("lambda"), client("logs"), client("cloudwatch")
    for number in range(count):
        name = f"orders-{number:03}"
        actions = ["*"] if number == 0 else ["dynamodb:GetItem", "sqs:SendMessage"]
        made["role"] = role(iam, f"{name}-role", actions)
        arn = aws_lambda.create_function(
            FunctionName=name, Runtime="python3.13" if number % 10 else "python3.8", Role=made["role"],
            Handler="app.handler", Code={"ZipFile": package(number)}, Timeout=30, MemorySize=256,
            Environment={"Variables": {"TABLE": f"orders-{number % 20}", "TOKEN": f"plain-value-{number}"}},
        )["FunctionArn"]
        logs.create_log_group(logGroupName=f"/aws/lambda/{name}")
        cloudwatch.put_metric_alarm(
            AlarmName=f"{name}-errors", Namespace="AWS/Lambda", MetricName="Errors", Statistic="Sum", Period=60,
            EvaluationPeriods=1, Threshold=1, ComparisonOperator="GreaterThanThreshold",
            Dimensions=[{"Name": "FunctionName", "Value": name}])
        call(made, number, name, arn)
        made["functions"].append(name)
    client("stepfunctions").create_state_machine(
        name="orders", roleArn=made["role"],
        definition=json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}))
    api = client("apigatewayv2")
    http = api.create_api(Name="shop", ProtocolType="HTTP")["ApiId"]
    api.create_route(ApiId=http, RouteKey="GET /orders")
    # In another region: it is there only when that region is looked at.
    client("lambda", OTHER).create_function(
        FunctionName="far-away", Runtime="python3.13", Role=made["role"], Handler="app.handler",
        Code={"ZipFile": package(0)})
    made["functions_elsewhere"] = ["far-away"]


def organization(made):
    """A second account, in which nothing is deployed."""
    organizations = client("organizations", OTHER)
    organizations.create_organization(FeatureSet="ALL")
    status = organizations.create_account(AccountName="second", Email="second@example.com")["CreateAccountStatus"]
    made["accounts"].append(status["AccountId"])


def trail(made):
    """What a trail of the organisation writes: two accounts, two regions, a file that is none."""
    s3, moment = client("s3"), time.time() - 7_200
    second = made["accounts"][0]
    for account, region in ((ACCOUNT, REGION), (ACCOUNT, OTHER), (second, REGION)):
        for at in range(3):
            written = time.gmtime(moment + 60 * at)
            day, stamp = time.strftime("%Y/%m/%d", written), time.strftime("%Y%m%dT%H%MZ", written)
            records = [{"eventID": f"{account}-{region}-{at}-{one}", "eventTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", written),
                        "eventSource": "lambda.amazonaws.com", "eventName": "ListFunctions20150331", "awsRegion": region,
                        "recipientAccountId": account} for one in range(2)]
            folder = f"audit/AWSLogs/o-exampleorg1/{account}/CloudTrail/{region}/{day}"
            body = gzip.compress(json.dumps({"Records": records}).encode())
            s3.put_object(Bucket="trail-of-all", Key=f"{folder}/{account}_CloudTrail_{region}_{stamp}_aB{at}.json.gz", Body=body)
    s3.put_object(Bucket="trail-of-all", Key=f"{folder}/{account}_CloudTrail_{region}_{stamp}_odd.json.gz", Body=b"no gzip")
    # The second account has logs of its own.
    role = client("sts").assume_role(RoleArn=f"arn:aws:iam::{second}:role/audit", RoleSessionName="estate")["Credentials"]
    lines(["second"], logs=boto3.client(
        "logs", region_name=REGION, endpoint_url=ENDPOINT, aws_access_key_id=role["AccessKeyId"],
        aws_secret_access_key=role["SecretAccessKey"], aws_session_token=role["SessionToken"]))


def lines(names, logs=None):
    """What functions wrote: two invocations of each."""
    moment = int(time.time() * 1000) - 60_000
    if logs is not None:
        logs.create_log_group(logGroupName=f"/aws/lambda/{names[0]}")
    logs = logs or client("logs")
    for name in names:
        group, stream = f"/aws/lambda/{name}", "2026/11/27/[$LATEST]0123456789abcdef0123456789abcdef"
        logs.create_log_stream(logGroupName=group, logStreamName=stream)
        texts = ["START RequestId: 6f1c0e1e-0000-4000-8000-00000000000a Version: $LATEST\n", "working\n"]
        for turn in range(2):
            texts.append(
                f"REPORT RequestId: 6f1c0e1e-0000-4000-8000-00000000000{turn}\tDuration: {10 + turn}.50 ms\tBilled Duration: "
                f"{11 + turn} ms\tMemory Size: 256 MB\tMax Memory Used: 60 MB\t\n")
        logs.put_log_events(logGroupName=group, logStreamName=stream,
                            logEvents=[{"timestamp": moment + at, "message": text} for at, text in enumerate(texts)])


def user(name, policy):
    """A user that may do what a policy says, and nothing else."""
    iam = client("iam")
    iam.create_user(UserName=name)
    with open(policy, encoding="utf-8") as file:
        made = iam.create_policy(PolicyName=name, PolicyDocument=file.read())["Policy"]["Arn"]
    iam.attach_user_policy(UserName=name, PolicyArn=made)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    # faasguard: allow secret-in-log -- a key of a moto on the loopback, read by the test that started this
    print(json.dumps({"id": key["AccessKeyId"], "secret": key["SecretAccessKey"]}))


if sys.argv[2] == "user":
    user(sys.argv[3], sys.argv[4])
    sys.exit()
MADE = {name: [] for name in ("functions", "queues", "topics", "buckets", "tables", "streams", "apis", "pools", "accounts")}
around(MADE)
functions(MADE, int(sys.argv[2]))
organization(MADE)
lines(MADE["functions"][:3])
trail(MADE)
print(json.dumps(MADE))
