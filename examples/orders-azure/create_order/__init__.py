"""Takes an order of the shop."""

import json
import os
import subprocess
import traceback

import azure.functions as func
from azure.cosmos import CosmosClient

client = CosmosClient(os.environ["COSMOS_ENDPOINT"], os.environ["COSMOS_KEY"])
orders = client.get_database_client("shop").get_container_client("orders")


def main(req: func.HttpRequest) -> func.HttpResponse:
    try:
        order = req.get_json()
        # SAS-9: the request says what is stored: a price, a role
        orders.create_item(order)
        # SAS-1: the name of the customer is part of a command
        subprocess.run(f"print-label {order['customer']}", shell=True)
        return func.HttpResponse(json.dumps({"id": order["id"]}), status_code=201)
    except Exception:
        # SAS-10: callers see how the function works inside
        return func.HttpResponse(traceback.format_exc(), status_code=500)
