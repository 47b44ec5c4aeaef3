import sqlite3

database = sqlite3.connect("/tmp/orders.db")
COLUMNS = ["date", "total"]


def handler(event, context):
    parameters = event["queryStringParameters"]
    database.execute("SELECT * FROM orders WHERE id = ?", (parameters["id"],))
    sort = parameters["sort"]
    if sort in COLUMNS:
        database.execute(f"SELECT * FROM orders ORDER BY {sort}")
    limit = int(parameters["limit"])
    return database.execute(f"SELECT * FROM orders LIMIT {limit}")
