import json
import os

import pymysql

connection = pymysql.connect(host=os.environ["HOST"])


def handler(event, context):
    order = json.loads(event["body"])["order"]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE orders SET status = 'paid' WHERE number = %s AND status = 'new'", (order,))
