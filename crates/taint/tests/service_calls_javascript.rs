//! Calls of services that JavaScript and TypeScript make.

mod called_code;

use called_code::check;

#[test]
fn version_2() {
    check(
        "handler.js",
        r#"
const AWSXRay = require('aws-xray-sdk');
const AWS = AWSXRay.captureAWS(require('aws-sdk'));
const S3 = require('aws-sdk/clients/s3');
const { DocumentClient } = require('aws-sdk/clients/dynamodb');
const { promisify } = require('util');
AWS.config.update({ region: 'eu-west-1' });
const s3 = new S3({ region: process.env.R });
const plain = new AWS.S3();
const dynamo = new AWS.DynamoDB.DocumentClient();
const documents = new DocumentClient({ region: 'eu-west-1' });
const sns = AWSXRay.captureAWSClient(new AWS.SNS());
const bound = new AWS.S3({ params: { Bucket: 'own' } });
const { TABLE, BUCKET = 'b' } = process.env;
const putObject = promisify(plain.putObject).bind(plain);

async function save(params) {
  return dynamo.put(params).promise(); // call: DynamoDB.DocumentClient.put(TableName=$TABLE, Item=?)
}

exports.handler = async (event, context, callback) => {
  await save({ TableName: TABLE, Item: event });
  s3.getObject({ Bucket: BUCKET, Key: `a/${event.key}` }, (err, data) => { // call: S3.getObject(Bucket=$BUCKET|b, Key=<a/ event["key"]>) in $R
    plain.deleteObject({ Bucket: process.env.OTHER || 'o', Key: 'k' }, callback); // call: S3.deleteObject(Bucket=$OTHER|o, Key=k)
  });
  plain.getSignedUrl('putObject', { Bucket: 'b', Key: event.key }); // call: S3.putObject(Bucket=b, Key=event["key"]) Presigned
  await plain.waitFor('objectExists', { Bucket: 'b' }).promise(); // call: S3.objectExists(Bucket=b) Waiter
  await plain.upload({ Bucket: 'b', Key: 'k' }).promise(); // call: S3.upload(Bucket=b, Key=k) Helper
  await sns.publish({ TopicArn: process.env['TOPIC'], Message: 'm' }).promise(); // call: SNS.publish(TopicArn=$TOPIC, Message=?)
  documents.query({ TableName: 't' }).promise().then(r => r); // call: DynamoDB.DocumentClient.query(TableName=t) in eu-west-1
  bound.headObject({ Key: 'k' }); // call: S3.headObject(Key=k, Bucket=own)
  putObject({ Bucket: 'b' }); // call: S3.putObject(Bucket=b)
  plain[event.op]({}); // dynamic: S3
  new AWS[event.service]({}); // dynamic: ?
  await Promise.all(['a', 'b'].map(name => dynamo.get({ TableName: name }).promise())); // call: DynamoDB.DocumentClient.get(TableName=a) ;; DynamoDB.DocumentClient.get(TableName=b)
  plain.getObject({ Bucket: 'b', Key: 'k' }).createReadStream(); // call: S3.getObject(Bucket=b, Key=k)
  const params = { Bucket: 'b' };
  params.Key = event.k;
  if (event.v) params.VersionId = 'v';
  plain.headObject(params); // call: S3.headObject(Bucket=b, Key=event["k"], VersionId=v)
  plain.copyObject({ ...params, CopySource: `${BUCKET}/k` }); // call: S3.copyObject(Bucket=b, Key=event["k"], VersionId=v, CopySource=<$BUCKET|b /k>)
  plain.listObjects({ ...event.all }); // call: S3.listObjects(…)
};
"#,
    );
}

#[test]
fn version_3() {
    check(
        "handler.ts",
        r#"
import { DynamoDBClient, PutItemCommand, paginateScan } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, DynamoDBDocument } from '@aws-sdk/lib-dynamodb';
import { S3Client, GetObjectCommand, PutObjectCommand, waitUntilObjectExists } from '@aws-sdk/client-s3';
import { S3 } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import * as sqs from '@aws-sdk/client-sqs';
import { Tracer } from '@aws-lambda-powertools/tracer';
const tracer = new Tracer();
const client = tracer.captureAWSv3Client(new DynamoDBClient({ region: 'us-east-1' }));
const documents = DynamoDBDocumentClient.from(client);
const whole = DynamoDBDocument.from(new DynamoDBClient({}));
const s3 = new S3Client({});
const old = new S3({ credentials: { accessKeyId: 'x', secretAccessKey: 'y' } });
const queue = new sqs.SQSClient();

class Repository {
  constructor(private readonly client: DynamoDBDocumentClient, private table: string) {}
  async get(id: string) {
    const command = new GetCommand({ TableName: this.table, Key: { id } }); // call: lib-dynamodb.Get(TableName=$T, Key.id=event["id"]) in us-east-1
    return this.client.send(command);
  }
}

export const handler = async (event: any) => {
  await client.send(new PutItemCommand({ TableName: process.env.T!, Item: {} })); // call: client-dynamodb.PutItem(TableName=$T, Item=?) in us-east-1
  await new Repository(documents, process.env.T as string).get(event.id);
  await whole.put({ TableName: 't', Item: {} }); // call: lib-dynamodb.put(TableName=t, Item=?)
  await old.listBuckets({}); // call: client-s3.listBuckets() by another
  const get = new GetObjectCommand({ Bucket: process.env.B ?? 'd', Key: 'k' }); // call: client-s3.GetObject(Bucket=$B|d, Key=k) Presigned
  const url = await getSignedUrl(s3, get, { expiresIn: 60 });
  await createPresignedPost(s3, { Bucket: 'b', Key: event.key }); // call: client-s3.PutObject(Bucket=b, Key=event["key"]) Presigned
  await new Upload({ client: s3, params: { Bucket: 'b', Key: 'k' } }).done(); // call: lib-storage.Upload(Bucket=b, Key=k) Helper
  for await (const page of paginateScan({ client }, { TableName: 't' })) {} // call: client-dynamodb.Scan(TableName=t) Paginator in us-east-1
  await waitUntilObjectExists({ client: s3, maxWaitTime: 9 }, { Bucket: 'b' }); // call: client-s3.ObjectExists(Bucket=b) Waiter
  const commands = event.ids.map((id: string) => new PutObjectCommand({ Bucket: 'b', Key: id })); // call: client-s3.PutObject(Bucket=b, Key=event["ids"][*])
  await Promise.all(commands.map((c: any) => s3.send(c)));
  await queue.send(new sqs.SendMessageCommand({ QueueUrl: process.env.Q })); // call: client-sqs.SendMessage(QueueUrl=$Q)
  await s3.send(event.command); // dynamic: client-s3
};
"#,
    );
}

#[test]
fn powertools() {
    check(
        "handler.ts",
        r"
import { getParameter, SSMProvider } from '@aws-lambda-powertools/parameters/ssm';
import { getSecret } from '@aws-lambda-powertools/parameters/secrets';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import { Logger } from '@aws-lambda-powertools/logger';
const store = new DynamoDBPersistenceLayer({ tableName: process.env.IDEMPOTENCY }); // call: idempotency.DynamoDBPersistenceLayer(tableName=$IDEMPOTENCY) Helper
const logger = new Logger();
const provider = new SSMProvider();
export const handler = async (event: any) => {
  logger.info('x');
  await getParameter('/a', { decrypt: true }); // call: parameters.getParameter(0=/a, decrypt=True) Helper
  await getSecret(process.env.S!); // call: parameters.getSecret(0=$S) Helper
  await provider.getMultiple('/p'); // call: parameters.SSMProvider().getMultiple(0=/p) Helper
};
",
    );
    check(
        "handler.py",
        r#"
import os
from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities import parameters
from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer, idempotent
from aws_lambda_powertools.utilities.feature_flags import AppConfigStore, FeatureFlags
logger = Logger()
tracer = Tracer()
layer = DynamoDBPersistenceLayer(table_name=os.environ["I"])  # call: idempotency.DynamoDBPersistenceLayer(table_name=$I) Helper
flags = FeatureFlags(store=AppConfigStore(environment="e", application="a", name="n"))  # call: feature_flags.AppConfigStore(environment=e, application=a, name=n) Helper
table = parameters.DynamoDBProvider(table_name="t")

@logger.inject_lambda_context
@tracer.capture_lambda_handler
@idempotent(persistence_store=layer)
def handler(event, context):
    parameters.get_secret(os.environ["S"])  # call: parameters.get_secret(0=$S) Helper
    parameters.get_parameters("/p", decrypt=True)  # call: parameters.get_parameters(0=/p, decrypt=True) Helper
    table.get("k")  # call: parameters.DynamoDBProvider().get(0=k, table_name=t) Helper
"#,
    );
}

#[test]
fn answers_of_services_decide_nothing() {
    check(
        "handler.mjs",
        r"
import { LambdaClient, InvokeCommand } from '@aws-sdk/client-lambda';
import { S3Client, PutObjectCommand, DeleteObjectCommand } from '@aws-sdk/client-s3';
const lambda = new LambdaClient({});
const s3 = new S3Client({});
export const handler = async (event) => {
  const answer = await lambda.send(new InvokeCommand({ FunctionName: process.env.F })); // call: client-lambda.Invoke(FunctionName=$F)
  const result = JSON.parse(new TextDecoder().decode(answer.Payload));
  if (!result.isValid) {
    await s3.send(new DeleteObjectCommand({ Bucket: 'b' })); // call: client-s3.DeleteObject(Bucket=b)
  } else if (!answer.StatusCode) {
    await s3.send(new PutObjectCommand({ Bucket: 'c' })); // call: client-s3.PutObject(Bucket=c)
  }
};
",
    );
}

#[test]
fn functions_that_are_handed_over_or_reached_by_name_alone() {
    check(
        "=== handler.mjs",
        r"=== handler.mjs
import { withSteps } from 'steps';
import { S3Client, PutObjectCommand, GetObjectCommand } from '@aws-sdk/client-s3';
import { make } from './made.mjs';
import { container } from 'container';
const s3 = new S3Client({});
async function put(key) {
  await s3.send(new PutObjectCommand({ Bucket: 'b' })); // call: client-s3.PutObject(Bucket=b)
}
class Store {
  async load() {
    await s3.send(new GetObjectCommand({ Bucket: 'c' })); // call: client-s3.GetObject(Bucket=c) perhaps
  }
}
export const handler = withSteps(async (event, context) => {
  await context.parallel([{ name: 'a', run: async () => put('a') }]);
  const store = container.resolve('store');
  await event.store.load();
});
=== made.mjs
export const make = () => null;
",
    );
}

#[test]
fn static_members_have_the_class_as_receiver() {
    check(
        "handler.js",
        r#"
const { SQS } = require('@aws-sdk/client-sqs');
const { S3 } = require('@aws-sdk/client-s3');
class Aws {
  static sqs = new SQS({});
  static get s3() { return this.kept || (this.kept = new S3({})); }
  static remove(Key) { return this.s3.deleteObject({ Bucket: 'b', Key }); } // call: client-s3.deleteObject(Bucket=b, Key=k)
}
exports.handler = async (event) => {
  await Aws.sqs.purgeQueue({ QueueUrl: process.env.URL }); // call: client-sqs.purgeQueue(QueueUrl=$URL)
  await Aws.s3.getObject({ Bucket: 'b', Key: event.key }); // call: client-s3.getObject(Bucket=b, Key=event["key"])
  await Aws.remove('k');
};
"#,
    );
}

#[test]
fn what_the_encryption_sdk_calls_is_not_seen() {
    check(
        "handler.js",
        r"
const sdk = require('@aws-crypto/client-node');
exports.handler = async (event) => {
  const keyring = new sdk.KmsKeyringNode({ keyIds: [process.env.KEY] }); // dynamic: ?
  return keyring;
};
",
    );
}
