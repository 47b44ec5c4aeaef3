"""Takes an order of the shop."""

import json
import subprocess
import traceback

import functions_framework
from google.cloud import firestore

orders = firestore.Client().collection("orders")


@functions_framework.http
def create_order(request):
    try:
        order = request.get_json()
        # SAS-9: the request says what is stored: a price, a role
        orders.add(order)
        # SAS-1: the name of the customer is part of a command
        subprocess.run(f"print-label {order['customer']}", shell=True)
        return json.dumps({"id": order["id"]}), 201
    except Exception:
        # SAS-10: callers see how the function works inside
        return traceback.format_exc(), 500
