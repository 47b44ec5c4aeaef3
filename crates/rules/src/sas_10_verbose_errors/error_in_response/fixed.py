import sqlite3


def handler(event, context):
    try:
        sqlite3.connect("/tmp/orders.db")
    except Exception as error:
        print("failed", error)
        return {"statusCode": 500, "body": context.aws_request_id}
    return {"statusCode": 204}
