//! Flows of small programs: every hit with a safe twin beside it.
//!
//! A line that ends with `expect: sql` has a flow of that kind; `expect: sql?` is one that is only
//! guessed at. No other line has one; what is logged or told is not looked at here.

mod marked_code;

use marked_code::{check, javascript, python};

#[test]
fn parameters_of_a_handler_may_have_any_name() {
    python(
        "import os
def lambda_handler(evt, ctx):
    os.system(evt['body'])  # expect: command
    os.system('date')
",
    );
}

#[test]
fn what_the_platform_sets_is_harmless() {
    python(
        "import os
def handler(event, context):
    os.system('log ' + event['requestContext']['requestId'])
    os.system('log ' + context.aws_request_id)
    os.system('log ' + event['headers']['x-name'])  # expect: command
",
    );
}

#[test]
fn a_helper_of_the_same_file_hands_on() {
    python(
        "import os, shlex
def run(name):
    os.system('ls ' + name)  # expect: command
def run_quoted(name):
    os.system('ls ' + shlex.quote(name))
def handler(event, context):
    run(event['body'])
    run_quoted(event['body'])
",
    );
}

#[test]
fn a_helper_of_another_file_hands_on() {
    check(
        "",
        "=== handler.py
from tools import clean, raw
import os
def handler(event, context):
    os.system(raw(event['body']))  # expect: command
    os.system(clean(event['body']))
=== tools.py
def raw(text):
    return text.strip()
def clean(text):
    return int(text)
",
    );
}

#[test]
fn a_field_of_an_object_keeps_what_is_put_there() {
    python(
        "import os
class Job:
    def __init__(self, command):
        self.command = command
        self.folder = '/tmp'
def handler(event, context):
    job = Job(event['body'])
    os.system(job.command)  # expect: command
    os.system(job.folder)
",
    );
}

#[test]
fn a_field_that_is_written_over_is_what_was_written_last() {
    python(
        "import os
def handler(event, context):
    job = {'command': event['body']}
    os.system(job['command'])  # expect: command
    job['command'] = 'date'
    os.system(job['command'])
",
    );
}

#[test]
fn a_number_is_harmless() {
    python(
        "import os
def handler(event, context):
    os.system('head -n ' + str(int(event['body'])))
    os.system('head -n ' + str(event['body']))  # expect: command
",
    );
}

#[test]
fn an_allow_list_that_raises_lets_only_its_members_by() {
    python(
        "import os
ALLOWED = ('start', 'stop')
def handler(event, context):
    action = event['body']
    os.system(action)  # expect: command
    if action not in ALLOWED:
        raise ValueError('no')
    os.system(action)
",
    );
}

#[test]
fn a_base_name_has_no_folder() {
    python(
        "import os
def handler(event, context):
    name = event['body']
    open('/tmp/' + name)  # expect: path
    open('/tmp/' + os.path.basename(name))
",
    );
}

#[test]
fn values_beside_a_statement_are_harmless() {
    python(
        "import psycopg2
def handler(event, context):
    cursor = psycopg2.connect('x').cursor()
    cursor.execute('SELECT a FROM t WHERE b = %s', (event['body'],))
    cursor.execute('SELECT a FROM t WHERE b = %s' % event['body'])  # expect: sql
",
    );
}

#[test]
fn a_shell_reads_all_of_a_command_and_no_shell_only_its_program() {
    python(
        "import subprocess
def handler(event, context):
    name = event['body']
    subprocess.run('ls ' + name, shell=True)  # expect: command
    subprocess.run(['ls', name])
    subprocess.run('ls ' + name)
    subprocess.run([name, '-l'])  # expect: command
    subprocess.run(['bash', '-c', name])  # expect: command
",
    );
}

#[test]
fn a_shell_that_is_spawned_reads_what_stands_behind_its_switch() {
    python(
        "import os
def handler(event, context):
    os.spawnl(os.P_WAIT, '/bin/bash', 'bash', '-c', event['body'])  # expect: command
    os.spawnl(os.P_WAIT, '/bin/ls', 'ls', '-l', event['body'])
    os.spawnve(os.P_WAIT, '/bin/bash', ['bash', '-c', event['body']], {})  # expect: command
    os.spawnve(os.P_WAIT, '/bin/ls', ['ls', '-l', event['body']], {})
",
    );
}

#[test]
fn a_text_that_looks_like_sql_is_guessed_at_where_nobody_knows_the_function() {
    python(
        "from shop import database
def handler(event, context):
    name = event['body']
    query = f\"SELECT * FROM users WHERE name = '{name}'\"  # expect: sql?
    database.fetch(query)
    database.fetch('SELECT * FROM users WHERE name = ?', name)
    database.fetch(f'Select your plan, {name}')
    print(f\"SELECT * FROM users WHERE name = '{name}'\")
    unused = f\"SELECT * FROM users WHERE name = '{name}'\"
",
    );
}

#[test]
fn a_text_that_reaches_a_known_danger_is_not_told_twice() {
    python(
        "import psycopg2
from shop import metrics
def handler(event, context):
    query = 'SELECT * FROM t WHERE a = ' + event['body']
    metrics.count(query)
    psycopg2.connect('x').cursor().execute(query)  # expect: sql
",
    );
}

#[test]
fn pieces_of_a_statement_are_put_together_over_several_lines() {
    python(
        "from shop import database
def handler(event, context):
    query = 'SELECT ' + event['columns']
    query += ' FROM users'  # expect: sql?
    if event.get('sorted'):
        query += ' ORDER BY name'
    database.fetch(query)
",
    );
}

#[test]
fn a_page_is_told_where_its_body_is_put() {
    python(
        "import html
def handler(event, context):
    name = event['body']
    return {
        'statusCode': 200,
        'body': f'<p>{name}</p>',  # expect: html
        'headers': {'Content-Type': 'text/html'},
    }
def safe_handler(event, context):
    name = html.escape(event['body'])
    return {
        'statusCode': 200,
        'body': f'<p>{name}</p>',
        'headers': {'Content-Type': 'text/html'},
    }
",
    );
}

#[test]
fn markup_in_an_answer_is_guessed_at_unless_the_answer_says_what_it_is() {
    javascript(
        "exports.handler = async (event) => {
  const page = '<p>' + event.body + '</p>'; // expect: html?
  return { statusCode: 200, body: page };
};
exports.data_handler = async (event, context) => {
  const page = '<p>' + event.body + '</p>';
  return { statusCode: 200, body: page, headers: { 'Content-Type': 'application/json' } };
};
exports.plain_handler = async (event, context) => {
  return { statusCode: 200, body: 'Hello, ' + event.body };
};
",
    );
}

#[test]
fn util_format_fills_its_first_argument() {
    javascript(
        "const { format } = require('util');
exports.handler = async (event, context) => {
  publish(format('<b>%s</b>', event.body)); // expect: html?
  publish(format('Hello %s', event.body));
};
",
    );
}

#[test]
fn markup_of_other_languages_is_not_html() {
    javascript(
        "exports.handler = async (event, context) => {
  publish(`<Response><Message>${event.body}</Message></Response>`);
  publish(`<li>${event.body}</li>`); // expect: html?
};
",
    );
}

#[test]
fn replace_takes_only_the_first_quote_in_javascript() {
    javascript(
        "const { Client } = require('pg');
exports.handler = async (event, context) => {
  const client = new Client();
  const once = event.body.replace(\"'\", '');
  const all = event.body.replace(/'/g, \"''\");
  await client.query(\"SELECT a FROM t WHERE b = '\" + once + \"'\"); // expect: sql
  await client.query(\"SELECT a FROM t WHERE b = '\" + all + \"'\");
};
",
    );
}

#[test]
fn a_whole_request_to_dynamodb_is_hostile_and_a_value_in_it_is_not() {
    javascript(
        "const AWS = require('aws-sdk');
const client = new AWS.DynamoDB.DocumentClient();
exports.handler = async (event, context) => {
  await client.query(event.body.params).promise(); // expect: nosql
  await client.query(Object.assign({ TableName: 't' }, event.body.params)).promise(); // expect: nosql
  await client.query({ TableName: 't', FilterExpression: 'a = ' + event.body.a }).promise(); // expect: nosql
  await client.query({ TableName: 't', ExpressionAttributeValues: { ':a': event.body.a } }).promise();
};
",
    );
}

#[test]
fn a_member_of_a_filter_may_be_an_operator() {
    python(
        "import pymongo
def handler(event, context):
    users = pymongo.MongoClient()['shop']['users']
    users.find_one({'name': event['body']})  # expect: nosql
    users.find_one({'name': {'$eq': event['body']}})
",
    );
}

#[test]
fn fields_taken_out_of_the_event_stay_hostile() {
    javascript(
        "const { exec } = require('child_process');
exports.handler = async ({ body, requestContext }) => {
  const { name, ...others } = JSON.parse(body);
  exec('ls ' + name); // expect: command
  exec('ls ' + others.folder); // expect: command
  exec('ls ' + requestContext.requestId);
};
",
    );
}

#[test]
fn modules_of_javascript_export_in_three_ways() {
    check(
        "",
        "=== handler.mjs
import { run } from './run.mjs';
import quiet from './quiet.mjs';
export const handler = async (event) => {
  run(event.body);
  quiet(event.body);
};
=== run.mjs
import { exec } from 'node:child_process';
export function run(text) {
  exec(text); // expect: command
}
=== quiet.mjs
export default (text) => text.length;
",
    );
    check(
        "",
        "=== handler.ts
import { run } from './run';
export const handler = async (event: { body: string }): Promise<void> => {
  run(event.body);
};
=== run.ts
import { exec } from 'child_process';
export const run = (text: string): void => {
  exec(text); // expect: command
};
",
    );
    check(
        "",
        "=== handler.js
const { run } = require('./run');
module.exports.handler = async (event) => {
  run(event.body);
};
=== run.js
const { execFile } = require('child_process');
module.exports = { run: (text) => execFile('ls', [text]) };
",
    );
}

#[test]
fn a_context_of_the_vm_module_holds_what_code_in_it_reaches() {
    javascript(
        "const vm = require('vm');
exports.handler = async (event, context) => {
  vm.runInNewContext('f(x)', { x: event.body }); // expect: code?
  vm.runInNewContext('f(x)', { x: 1 });
  vm.runInNewContext(event.body, {}); // expect: code
};
",
    );
}

#[test]
fn the_answer_of_go_comes_with_an_error_that_tells_nothing() {
    check(
        "main.go",
        "package main
import (
	\"context\"
	\"database/sql\"
	\"os/exec\"
	\"github.com/aws/aws-lambda-go/events\"
	\"github.com/aws/aws-lambda-go/lambda\"
)
var db *sql.DB
func handler(ctx context.Context, event events.SQSEvent) error {
	var err error
	db, err = sql.Open(\"mysql\", \"dsn\")
	if err != nil {
		return err
	}
	for _, record := range event.Records {
		rows, err := db.Query(\"SELECT a FROM t WHERE b = '\" + record.Body + \"'\") // expect: sql
		db.Query(\"SELECT a FROM t WHERE b = ?\", record.Body)
		exec.Command(\"sh\", \"-c\", record.Body).Run() // expect: command
		exec.Command(\"sh\", \"-c\", record.MessageId).Run()
		db.Query(\"SELECT a FROM t WHERE b = \" + err.Error())
		_ = rows
	}
	return nil
}
func main() { lambda.Start(handler) }
",
    );
}

#[test]
fn a_handler_of_go_needs_no_context() {
    check(
        "main.go",
        "package main
import (
	\"os/exec\"
	\"github.com/aws/aws-lambda-go/lambda\"
)
type Order struct { Name string }
func handler(order Order) error {
	return exec.Command(\"sh\", \"-c\", \"ls \" + order.Name).Run() // expect: command
}
func main() { lambda.Start(handler) }
",
    );
}

#[test]
fn a_class_of_java_handles_by_its_interface() {
    check(
        "Orders.java",
        "package shop;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.acme.shop.Request;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.Statement;
public class Orders implements RequestHandler<Request, String> {
  public String handleRequest(Request request, Context context) {
    Connection connection = DriverManager.getConnection(\"jdbc:h2:mem\");
    Statement statement = connection.createStatement();
    statement.executeQuery(\"SELECT a FROM t WHERE b = '\" + request.getName() + \"'\"); // expect: sql
    PreparedStatement prepared = connection.prepareStatement(\"SELECT a FROM t WHERE b = ?\");
    prepared.setString(1, request.getName());
    prepared.executeQuery();
    return \"\";
  }
}
",
    );
}

#[test]
fn a_client_that_ruby_keeps_in_a_variable_of_main_is_known() {
    check(
        "handler.rb",
        "require 'mysql2'
def client
  @client ||= Mysql2::Client.new(host: ENV['HOST'])
end
def handler(event:, context:)
  client.query(\"SELECT a FROM t WHERE b = '#{event['name']}'\") # expect: sql
  client.query(\"SELECT a FROM t WHERE b = '#{client.escape(event['name'])}'\")
end
",
    );
}

#[test]
fn a_database_of_sequel_is_asked_with_brackets() {
    check(
        "handler.rb",
        "require 'sequel'
def handler(event:, context:)
  db = Sequel.connect(ENV['URL'])
  db[\"SELECT a FROM t WHERE b = '#{event['name']}'\"] # expect: sql
  db['SELECT a FROM t WHERE b = ?', event['name']]
  db[:items]
end
",
    );
}
