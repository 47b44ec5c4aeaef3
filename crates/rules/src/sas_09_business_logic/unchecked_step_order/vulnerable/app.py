import json
import os

import pymysql

connection = pymysql.connect(host=os.environ["HOST"])


def handler(event, context):
    order = json.loads(event["body"])["order"]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE orders SET note = 'paid' WHERE number = %s", (order,))
        cursor.execute("UPDATE orders SET status = 'paid' WHERE number = %s", (order,))  # expect: SAS-9.11 `status` becomes `paid` whatever it was before: a request can leave out the steps in between
