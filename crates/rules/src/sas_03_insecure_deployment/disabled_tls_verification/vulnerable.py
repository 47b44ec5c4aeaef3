import requests


def handler(event, context):
    requests.get("https://orders.example", verify="ca.pem", timeout=5)
    return requests.get("https://orders.example", verify=False, timeout=5).text  # expect: SAS-3.28 `requests.get` (verify=False) accepts any certificate: whoever stands between reads and changes what is sent
