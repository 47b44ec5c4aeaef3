import json
import os
import sqlite3

import boto3
import psycopg2
import pymysql
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session

rds = boto3.client("rds-data")
athena = boto3.client("athena")
redshift = boto3.client("redshift-data")
timestream = boto3.client("timestream-query")
engine = create_engine(os.environ["URL"])


def pg(event, context):
    name = event["queryStringParameters"]["name"]
    conn = psycopg2.connect(os.environ["DSN"])
    cur = conn.cursor()
    cur.execute("SELECT * FROM t WHERE name = '%s'" % name)  # expect: sql
    cur.execute("SELECT * FROM t WHERE name = %s", (name,))
    cur.execute(f"SELECT * FROM t ORDER BY {name}")  # expect: sql
    with conn.cursor() as cursor:
        cursor.execute("DELETE FROM t WHERE name = '" + name + "'")  # expect: sql
        cursor.executemany("INSERT INTO t VALUES (%s)", [(name,)])
    mysql = pymysql.connect(host="db")
    with mysql.cursor() as c:
        c.execute("SELECT * FROM t WHERE name = '{}'".format(name))  # expect: sql
        c.execute("SELECT * FROM t WHERE id = {}".format(int(name)))


def apis(event, context):
    body = json.loads(event["body"])
    sql = f"SELECT * FROM t WHERE name = '{body['name']}'"
    rds.execute_statement(resourceArn="r", secretArn="s", sql=sql)  # expect: sql
    rds.execute_statement(
        resourceArn="r",
        secretArn="s",
        sql="SELECT * FROM t WHERE name = :name",
        parameters=[{"name": "name", "value": {"stringValue": body["name"]}}],
    )
    athena.start_query_execution(QueryString=sql)  # expect: sql
    redshift.execute_statement(ClusterIdentifier="c", Sql=sql)  # expect: sql
    timestream.query(QueryString=sql)  # expect: sql


def orm(event, context):
    name = event["pathParameters"]["name"]
    with engine.connect() as connection:
        connection.execute(text(f"SELECT * FROM t WHERE name = '{name}'"))  # expect: sql
        connection.execute(text("SELECT * FROM t WHERE name = :n"), {"n": name})
    with Session(engine) as session:
        session.execute("SELECT * FROM t WHERE name = '" + name + "'")  # expect: sql


def lite(event, context):
    for record in event["Records"]:
        message = json.loads(record["body"])
        db = sqlite3.connect("/tmp/a.db")
        db.execute("INSERT INTO t VALUES ('" + message["name"] + "')")  # expect: sql
        db.execute("INSERT INTO t VALUES (?)", (message["name"],))
        db.executescript("DELETE FROM " + message["table"])  # expect: sql


def on_device(event, context):
    # A message of an IoT rule.
    db = pymysql.connect(host="db")
    cursor = db.cursor()
    cursor.execute("UPDATE d SET t = " + str(event["temperature"]) + " WHERE id = '" + event["device"] + "'")  # expect: sql
    cursor.execute("UPDATE d SET t = %s WHERE id = %s", (event["temperature"], event["device"]))
