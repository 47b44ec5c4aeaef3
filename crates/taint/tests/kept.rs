//! What stays in the execution environment after an invocation: files of requests, secrets.

mod marked_code;

use marked_code::check_remarks;

fn files(first: &str, code: &str) {
    check_remarks("request-data-in-temporary-file", first, code);
}

fn secrets(first: &str, code: &str) {
    check_remarks("secret-kept-without-expiry", first, code);
}

#[test]
fn a_file_of_a_request_that_is_not_removed_stays() {
    files(
        "handler.py",
        "import json
def handler(event, context):
    with open('/tmp/order.json', 'w') as file:
        file.write(event['body'])  # expect: check:request-data-in-temporary-file
    with open('/tmp/settings.json', 'w') as file:
        file.write('{}')
    with open('/opt/order.json', 'w') as file:
        file.write(event['body'])
    return {'statusCode': 204}
",
    );
    files(
        "handler.py",
        "import json
from pathlib import Path
def handler(event, context):
    name = context.aws_request_id
    (Path('/tmp') / name).write_text(event['body'])  # expect: check:request-data-in-temporary-file
    with open(f'/tmp/{name}', 'w') as file:
        json.dump(json.loads(event['body']), file)  # expect: check:request-data-in-temporary-file
",
    );
    files(
        "handler.js",
        "const fs = require('fs');
exports.handler = async (event) => {
  fs.writeFileSync('/tmp/order.json', event.body); // expect: check:request-data-in-temporary-file
  await fs.promises.writeFile(`/tmp/${Date.now()}`, event.body); // expect: check:request-data-in-temporary-file
  fs.writeFileSync('/tmp/settings.json', '{}');
};
",
    );
}

#[test]
fn a_file_that_is_removed_at_the_end_does_not_stay() {
    files(
        "handler.py",
        "import os
def handler(event, context):
    path = '/tmp/order.json'
    try:
        with open(path, 'w') as file:
            file.write(event['body'])
        work(path)
    finally:
        os.remove(path)
",
    );
    files(
        "handler.py",
        "import os, tempfile
def handler(event, context):
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, 'order.json'), 'w') as file:
            file.write(event['body'])
    with tempfile.NamedTemporaryFile() as file:
        file.write(event['body'])
",
    );
    files(
        "handler.js",
        "const fs = require('fs');
exports.handler = async (event) => {
  const path = '/tmp/order.json';
  try {
    fs.writeFileSync(path, event.body);
  } finally {
    fs.unlinkSync(path);
  }
};
",
    );
}

#[test]
fn a_secret_in_the_module_is_kept_as_long_as_the_environment() {
    secrets(
        "handler.py",
        "import boto3, json
client = boto3.client('secretsmanager')
PASSWORD = client.get_secret_value(SecretId='db')['SecretString']  # expect: check:secret-kept-without-expiry
token = None
def handler(event, context):
    global token
    if token is None:
        token = json.loads(client.get_secret_value(SecretId='t')['SecretString'])['token']  # expect: check:secret-kept-without-expiry
    return {'statusCode': 204}
",
    );
    secrets(
        "handler.js",
        "const { SecretsManagerClient, GetSecretValueCommand } = require('@aws-sdk/client-secrets-manager');
const client = new SecretsManagerClient({});
let token;
exports.handler = async (event) => {
  if (!token) {
    const answer = await client.send(new GetSecretValueCommand({ SecretId: 't' }));
    token = answer.SecretString; // expect: check:secret-kept-without-expiry
  }
  return { statusCode: 204 };
};
",
    );
}

#[test]
fn a_secret_that_expires_or_is_fetched_each_time_is_not_kept() {
    secrets(
        "handler.py",
        "import boto3, time
from aws_lambda_powertools.utilities import parameters
client = boto3.client('secretsmanager')
ssm = boto3.client('ssm')
token, fetched = None, 0
LEVEL = ssm.get_parameter(Name='level')['Parameter']['Value']
def handler(event, context):
    global token, fetched
    if time.time() - fetched > 300:
        token = client.get_secret_value(SecretId='t')['SecretString']
        fetched = time.time()
    other = client.get_secret_value(SecretId='t')['SecretString']
    cached = parameters.get_secret('t', max_age=300)
    return {'statusCode': 204}
",
    );
    secrets(
        "handler.py",
        "import boto3, psycopg2
client = boto3.client('secretsmanager')
def connect():
    password = client.get_secret_value(SecretId='db')['SecretString']
    return psycopg2.connect(password=password)
connection = connect()
def handler(event, context):
    return {'statusCode': 204}
",
    );
}

#[test]
fn an_assignment_in_a_function_of_javascript_declares_nothing() {
    check_remarks(
        "request-data-kept",
        "handler.js",
        "let last;
exports.handler = async (event) => {
  let own;
  own = event.body;
  last = event.body; // expect: check:request-data-kept
  return { statusCode: 204 };
};
",
    );
}

#[test]
fn what_each_invocation_writes_before_it_reads_is_not_kept() {
    check_remarks(
        "request-data-kept",
        "handler.py",
        "import json
class Handler:
    def __init__(self):
        self.user = None
        self.last = None
    def __call__(self, event, context):
        self.event = event
        self.body = json.loads(event['body'])
        if self.body.get('user'):
            self.user = self.body['user']  # expect: check:request-data-kept
        print(self.last)
        self.last = event['body']  # expect: check:request-data-kept
        return self.run()
    def run(self):
        return {'statusCode': 200, 'body': json.dumps(self.body)}
handler = Handler()
",
    );
}
