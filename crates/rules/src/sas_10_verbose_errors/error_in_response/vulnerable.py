import sqlite3


class Refused(Exception):
    pass


def handler(event, context):
    try:
        sqlite3.connect("/tmp/orders.db")
    except Refused as error:
        return {"statusCode": 400, "body": str(error)}
    except sqlite3.IntegrityError as error:
        return {"statusCode": 409, "body": str(error)}  # expect: SAS-10.11 text of an error of a library reaches the response body and tells callers how the function works inside
    except Exception as error:
        print("failed", error)
        return {"statusCode": 500, "body": str(error)}  # expect: SAS-10.11 text of an exception reaches the response body and tells callers how the function works inside
    return {"statusCode": 204}
