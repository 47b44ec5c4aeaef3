import json
import logging

import aiohttp
import boto3
import httpx
import ldap3
import requests
import urllib3
from boto3.dynamodb.conditions import Attr, Key
from jinja2 import Environment, Template
from ldap3.utils.conv import escape_filter_chars
from pymongo import MongoClient

table = boto3.resource("dynamodb").Table("orders")
client = boto3.client("dynamodb")
ses = boto3.client("ses")
users = MongoClient()["shop"]["users"]
http = urllib3.PoolManager()


def data(event, context):
    body = json.loads(event["body"])
    users.find_one({"name": body["name"], "password": body["password"]})  # expect: nosql
    users.find_one({"name": str(body["name"])})
    users.find({"$where": "this.name == '" + str(body["name"]) + "'"})  # expect: code
    table.scan(FilterExpression="price > " + body["price"])  # expect: nosql
    table.scan(FilterExpression=Attr("price").gt(body["price"]))
    table.query(KeyConditionExpression=Key("id").eq(body["id"]))
    client.execute_statement(Statement=f"SELECT * FROM o WHERE id = '{body['id']}'")  # expect: sql
    client.execute_statement(Statement="SELECT * FROM o WHERE id = ?", Parameters=[{"S": body["id"]}])
    table.get_item(Key={"id": body["id"]})


def fetch(event, context):
    url = event["queryStringParameters"]["url"]
    requests.get(url, timeout=3)  # expect: url
    requests.request("GET", url, timeout=3)  # expect: url
    httpx.get(url)  # expect: url
    http.request("GET", url)  # expect: url
    requests.get("https://api.example.com/", params={"q": url}, timeout=3)
    with requests.Session() as session:
        session.post("https://" + url + "/x", timeout=3)  # expect: url
    if url in ("https://a.example.com", "https://b.example.com"):
        requests.get(url, timeout=3)


async def fetch_async(event, context):
    async with aiohttp.ClientSession() as session:
        async with session.get(event["queryStringParameters"]["url"]) as response:  # expect: url
            return await response.text()


def page(event, context):
    name = event["queryStringParameters"]["name"]
    Template(name).render()  # expect: template
    Environment().from_string("Hello " + name).render()  # expect: template !disabled-autoescape
    Template("Hello {{ name }}").render(name=1)
    return {
        "statusCode": 200,
        "headers": {"Content-Type": "text/html"},
        "body": "<h1>" + name + "</h1>",  # expect: html
    }


def people(event, context):
    name = event["queryStringParameters"]["name"]
    connection = ldap3.Connection(ldap3.Server("ldap"))
    connection.search("dc=example", f"(cn={name})")  # expect: ldap
    connection.search("dc=example", f"(cn={escape_filter_chars(name)})")


def mail(event, context):
    body = json.loads(event["body"])
    ses.send_email(  # expect: html
        Source="a@example.com",
        Destination={"ToAddresses": ["b@example.com"]},
        Message={
            "Subject": {"Data": "Hi"},
            "Body": {"Html": {"Data": "<p>" + body["text"] + "</p>"}},
        },
    )
    ses.send_email(
        Source="a@example.com",
        Destination={"ToAddresses": ["b@example.com"]},
        Message={"Subject": {"Data": "Hi"}, "Body": {"Text": {"Data": body["text"]}}},
    )
    ses.send_raw_email(RawMessage={"Data": "Subject: " + body["subject"] + "\n\nHi"})  # expect: header


def failing(event, context):
    try:
        return {"statusCode": 200, "body": json.dumps(json.loads(event["body"])["x"])}
    except Exception as error:
        return {"statusCode": 500, "body": str(error)}  # expect: error


def quiet(event, context):
    try:
        return {"statusCode": 200, "body": json.dumps(json.loads(event["body"])["x"])}
    except Exception:
        logging.exception("failed")
        return {"statusCode": 500, "body": "internal error"}
