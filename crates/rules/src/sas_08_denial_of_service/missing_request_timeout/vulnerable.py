import requests


def handler(event, context):
    requests.get("https://rates.example", timeout=5)
    return requests.get("https://rates.example").text  # expect: SAS-8.20 `requests.get` waits without end: a server that does not answer holds the function, paid for, until its timeout
