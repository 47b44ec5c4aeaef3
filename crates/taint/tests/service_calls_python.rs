//! Calls of services that Python makes.

mod called_code;

use called_code::check;

#[test]
fn clients_wherever_they_are_made_and_kept() {
    check(
        "handler.py",
        r#"
import os
import boto3
from functools import lru_cache, partial
from dataclasses import dataclass

s3 = boto3.client("s3")
session = boto3.Session(region_name="eu-west-1")
sqs = session.client("sqs")
CLIENTS = {"ddb": boto3.client("dynamodb"), "sns": boto3.client("sns", region_name=os.environ["R"])}
s3.list_buckets()  # call: s3.list_buckets()
_cached = None

def cached():
    global _cached
    if _cached is None:
        _cached = boto3.client("ssm")
    return _cached

@lru_cache(maxsize=None)
def events():
    return boto3.client("events")

class Store:
    def __init__(self, client=None):
        self.client = client or boto3.client("dynamodb")

    def save(self, table):
        self.client.put_item(TableName=table, Item={})  # call: dynamodb.put_item(TableName=$T, Item=?)

@dataclass
class Ports:
    kms: object

def read(client, bucket):
    return client.get_object(Bucket=bucket, Key="k")  # call: s3.get_object(Bucket=$B, Key=k)

def never(client):
    client.delete_bucket(Bucket="b")
    s3.delete_bucket(Bucket="b")

def handler(event, context):
    sqs.send_message(QueueUrl=os.environ["Q"])  # call: sqs.send_message(QueueUrl=$Q) in eu-west-1
    CLIENTS["ddb"].scan(TableName="t")  # call: dynamodb.scan(TableName=t)
    CLIENTS["sns"].publish(TopicArn="a")  # call: sns.publish(TopicArn=a) in $R
    cached().get_parameter(Name="/a")  # call: ssm.get_parameter(Name=/a)
    events().list_rules()  # call: events.list_rules()
    Store().save(os.environ["T"])
    Ports(kms=boto3.client("kms")).kms.encrypt(KeyId="k")  # call: kms.encrypt(KeyId=k)
    read(s3, os.environ["B"])
    partial(s3.delete_object, Bucket="b")(Key="k")  # call: s3.delete_object(Bucket=b, …)
    other = boto3.client("s3", aws_access_key_id=event["k"], aws_secret_access_key="x")
    other.head_bucket(Bucket="b")  # call: s3.head_bucket(Bucket=b) by another
    for name in ["sqs", "sns"]:
        boto3.client(name).close()
        boto3.client(name).list_all()  # call: sqs.list_all() ;; sns.list_all()
    boto3.client("s3" if event else "s3control").get_it()  # call: s3.get_it() ;; s3control.get_it()
"#,
    );
}

#[test]
fn forms_of_calls() {
    check(
        "handler.py",
        r#"
import os
import boto3
import asyncio
from concurrent.futures import ThreadPoolExecutor
s3 = boto3.client("s3")
BUCKET = os.environ["B"]

def handler(event, context):
    pages = s3.get_paginator("list_objects_v2")
    for page in pages.paginate(Bucket=BUCKET):  # call: s3.list_objects_v2(Bucket=$B) Paginator
        for item in page["Contents"]:
            s3.delete_object(Bucket=BUCKET, Key=item["Key"])  # call: s3.delete_object(Bucket=$B, Key=?)
    s3.get_waiter("object_exists").wait(Bucket=BUCKET, Key="k")  # call: s3.object_exists(Bucket=$B, Key=k) Waiter
    s3.download_file(BUCKET, "k", "/tmp/k")  # call: s3.download_file(Bucket=$B, Key=k, Filename=/tmp/k) Helper
    s3.upload_file("/tmp/k", Bucket=BUCKET, Key="k")  # call: s3.upload_file(Bucket=$B, Key=k, Filename=/tmp/k) Helper
    s3.generate_presigned_url("put_object", Params={"Bucket": BUCKET, "Key": event["k"]})  # call: s3.put_object(Bucket=$B, Key=event["k"]) Presigned
    s3.generate_presigned_post(BUCKET, "k")  # call: s3.put_object(Bucket=$B, Key=k) Presigned
    s3.generate_presigned_url(ClientMethod=event["m"])  # dynamic: s3
    kwargs = {"Bucket": BUCKET}
    if event.get("k"):
        kwargs["Key"] = "k"
    s3.put_object(**kwargs)  # call: s3.put_object(Bucket=$B, Key=k)
    s3.put_object(**event["all"])  # call: s3.put_object(…)
    s3.copy_object(Bucket="a", CopySource={"Bucket": "b", "Key": "c"})  # call: s3.copy_object(Bucket=a, CopySource.Bucket=b, CopySource.Key=c)
    getattr(s3, "head_object")(Bucket=BUCKET)  # call: s3.head_object(Bucket=$B)
    getattr(s3, event["op"])(Bucket=BUCKET)  # dynamic: s3
    boto3.client(event["service"]).do()  # dynamic: ?
    with ThreadPoolExecutor() as pool:
        pool.submit(s3.get_object, Bucket="b")  # call: s3.get_object(Bucket=b)
        list(pool.map(s3.get_bucket_acl, ["a"]))  # call: s3.get_bucket_acl(…)
    call = s3.get_bucket_policy
    call(Bucket="x")  # call: s3.get_bucket_policy(Bucket=x)
    sqs = boto3.client("sqs")
    url = sqs.get_queue_url(QueueName="jobs")["QueueUrl"]  # call: sqs.get_queue_url(QueueName=jobs)
    sqs.send_message(QueueUrl=url)  # call: sqs.send_message(QueueUrl=<? /jobs>)
    try:
        sqs.purge_queue(QueueUrl=event["q"])  # call: sqs.purge_queue(QueueUrl=event["q"])
    except sqs.exceptions.QueueDoesNotExist:
        sqs.create_queue(QueueName="q")  # call: sqs.create_queue(QueueName=q)
"#,
    );
}

#[test]
fn objects_that_stand_for_resources() {
    check(
        "handler.py",
        r#"
import os
import boto3
dynamodb = boto3.resource("dynamodb")
table = dynamodb.Table(os.environ["T"])
s3 = boto3.resource("s3")

def handler(event, context):
    table.put_item(Item=event)  # call: dynamodb.Table(name=$T).put_item(Item=?)
    with table.batch_writer() as batch:
        batch.put_item(Item={})  # call: dynamodb.BatchWriter(name=$T).put_item(Item=?) Helper
    dynamodb.batch_get_item(RequestItems={table.name: {}, "other": {}})  # call: dynamodb.batch_get_item(RequestItems{}=other|$T)
    bucket = s3.Bucket("b")
    for item in bucket.objects.filter(Prefix="p"):  # call: s3.Bucket(name=b).objects.filter(Prefix=p)
        item.delete()  # call: s3.ObjectSummary(bucket_name=b, key=?).delete()
    bucket.objects.all().delete()  # call: s3.Bucket(name=b).objects.all() ;; s3.Bucket(name=b).objects.delete()
    s3.Object("b", event["k"]).get()["Body"].read()  # call: s3.Object(bucket_name=b, key=event["k"]).get()
    bucket.Object("k").upload_file("/tmp/x")  # call: s3.Object(bucket_name=b, key=k).upload_file(Filename=/tmp/x) Helper
    print(s3.Object("b", "k").content_length)  # call: s3.Object(bucket_name=b, key=k).load() Helper
    print(bucket.name)
    s3.meta.client.head_bucket(Bucket="b")  # call: s3.head_bucket(Bucket=b)
    queue = boto3.resource("sqs").get_queue_by_name(QueueName="q")  # call: sqs.get_queue_by_name(QueueName=q)
    for message in queue.receive_messages():  # call: sqs.Queue(url=<? /q>).receive_messages()
        message.delete()  # call: sqs.Message(queue_url=<? /q>, receipt_handle=?).delete()
"#,
    );
}

#[test]
fn where_arguments_come_from() {
    check(
        "handler.py",
        r#"
import os
from os import environ, getenv
import boto3
s3 = boto3.client("s3")
STAGE = environ.get("STAGE", "dev")
PREFIX = "app"

class Config:
    bucket = os.environ["B"]
    def __init__(self):
        self.key = getenv("K")

config = Config()

def name_of(kind):
    return f"{PREFIX}-{kind}-{STAGE}"

def handler(event, context):
    s3.a(x=STAGE)  # call: s3.a(x=$STAGE|dev)
    s3.a(x=Config.bucket, y=config.key)  # call: s3.a(x=$B, y=$K)
    s3.a(x=name_of("logs"))  # call: s3.a(x=<app-logs- $STAGE|dev>)
    s3.a(x="%s/%s" % (PREFIX, STAGE), y="{}/{x}".format(PREFIX, x=STAGE))  # call: s3.a(x=<app/ $STAGE|dev>, y=<app/ $STAGE|dev>)
    s3.a(x="a/" + environ["A"] + "/b", y=os.path.join("a", environ["A"]))  # call: s3.a(x=<a/ $A /b>, y=<a/ $A>)
    s3.a(x=event["Records"][0]["s3"]["bucket"]["name"])  # call: s3.a(x=event["Records"][0]["s3"]["bucket"]["name"])
    s3.a(x=str(environ["A"]).strip())  # call: s3.a(x=$A)
    s3.a(x=environ["A"].lower(), y=environ["A"][1:])  # call: s3.a(x=?, y=?)
    s3.a(x=environ["A"] if event else compute())  # call: s3.a(x=$A|?)
    s3.a(x="-".join(["a", environ["A"]]), y="-".join(event["all"]))  # call: s3.a(x=<a- $A>, y=?)
    s3.a(Names=["a", environ["A"]])  # call: s3.a(Names[*]=a|$A)
    s3.a(x=environ["A"] or "b")  # call: s3.a(x=$A|b)
    table = None
    if event:
        table = environ["A"]
    s3.a(x=table)  # call: s3.a(x=$A)
    for table in ["a", "b"]:
        s3.a(x=table)  # call: s3.a(x=a) ;; s3.a(x=b)
"#,
    );
}

#[test]
fn what_earlier_invocations_left_decides_too() {
    check(
        "handler.py",
        r#"
import boto3
s3 = boto3.client("s3")
is_warm = False
cache = None

def handler(event, context):
    global is_warm, cache
    if is_warm:
        s3.get_object(Bucket="warm")  # call: s3.get_object(Bucket=warm)
    else:
        s3.put_object(Bucket="cold")  # call: s3.put_object(Bucket=cold)
    if cache is None:
        cache = s3.list_buckets()  # call: s3.list_buckets()
    else:
        s3.head_bucket(Bucket="b")  # call: s3.head_bucket(Bucket=b)
    is_warm = True
"#,
    );
}

#[test]
fn the_same_function_with_other_contents_is_run_again() {
    check(
        "handler.py",
        r#"
import os
import boto3
s3 = boto3.client("s3")

def put(params):
    s3.put_object(**params)  # call: s3.put_object(Bucket=a) ;; s3.put_object(Bucket=b)

def get(bucket):
    s3.get_object(Bucket=bucket)  # call: s3.get_object(Bucket=<x- $A>) ;; s3.get_object(Bucket=<x- $B>)

def handler(event, context):
    params = {"Bucket": "a"}
    put(params)
    params["Bucket"] = "b"
    put(params)
    get("x-" + os.environ["A"])
    get("x-" + os.environ["B"])
"#,
    );
}

#[test]
fn what_is_not_understood_is_told() {
    check(
        "handler.py",
        r#"
import boto3
import pynamodb.models
import somewhere
s3 = boto3.client("s3")
tables = {name: boto3.client(name) for name in ["s3", "sqs", "sns", "ssm", "kms", "sts", "ses", "rds", "ec2"]}

class Runner:
    def do_a(self):
        s3.list_buckets()  # call: s3.list_buckets()
    def do_b(self):
        s3.head_bucket(Bucket="b")  # call: s3.head_bucket(Bucket=b)

def step_one():
    s3.get_bucket_acl(Bucket="b")  # call: s3.get_bucket_acl(Bucket=b)

def handler(event, context):
    somewhere.use(s3)  # dynamic: s3
    pynamodb.models.Model("x")  # dynamic: ?
    getattr(Runner(), "do_" + event["x"])()
    globals()[event["step"]]()
    def inner():
        s3.delete_bucket(Bucket="b")  # dynamic: ?
    print("x")
"#,
    );
}
