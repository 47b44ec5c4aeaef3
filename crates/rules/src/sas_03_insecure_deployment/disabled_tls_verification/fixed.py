import requests


def handler(event, context):
    return requests.get("https://orders.example", verify="ca.pem", timeout=5).text
