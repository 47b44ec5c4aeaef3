import requests


def handler(event, context):
    parameters = event["queryStringParameters"]
    requests.get("https://rates.example/v1/rates", params=parameters, timeout=5)
    return requests.get(parameters["url"], timeout=5).text  # expect: SAS-1.14 `parameters["url"]` reaches `requests.get` as an address: whoever sends it makes the function call what they cannot reach themselves
