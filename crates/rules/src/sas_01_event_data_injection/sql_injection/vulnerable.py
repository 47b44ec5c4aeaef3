import json
import sqlite3

database = sqlite3.connect("/tmp/orders.db")


def handler(event, context):
    order = event["pathParameters"]["id"]
    rows = database.execute("SELECT * FROM orders WHERE id = '" + order + "'")  # expect: SAS-1.10 `event["pathParameters"]["id"]` reaches `dbapi.Connection.execute` as part of a statement: whoever sends it reads and changes what the database holds
    database.execute("SELECT * FROM orders WHERE id = ?", (order,))
    sort = json.loads(event["body"])["sort"]
    return find(sort, rows)


def find(sort, rows):
    return database.execute(f"SELECT * FROM orders ORDER BY {sort}")  # expect: SAS-1.10 `event["body"]["sort"]` reaches `dbapi.Connection.execute` as part of a statement: whoever sends it reads and changes what the database holds
