import re

EMAIL = re.compile(r"^([a-zA-Z0-9]+)+@example\.com$")
PLAIN = re.compile(r"^[a-zA-Z0-9]+@example\.com$")


def handler(event, context):
    email = event["queryStringParameters"]["email"]
    EMAIL.match(email)  # expect: SAS-8.23 `event["queryStringParameters"]["email"]` is matched against `^([a-zA-Z0-9]+)+@example\.com$`, which takes some texts in ever more ways: a few dozen characters keep the function busy until its timeout
    PLAIN.match(email)
    re.search(r"(a|a)*b", email)  # expect: SAS-8.23 `event["queryStringParameters"]["email"]` is matched against `(a|a)*b`, which takes some texts in ever more ways: a few dozen characters keep the function busy until its timeout
    re.search(r"(a|b)*c", email)
    EMAIL.match(context.function_name)
    EMAIL.match(email[:64])
    re.fullmatch(r"(\w+\s?)*", email)  # expect: SAS-8.23 `event["queryStringParameters"]["email"]` is matched against `(\w+\s?)*`, which takes some texts in ever more ways: a few dozen characters keep the function busy until its timeout
    re.match(r"(\w+\s?)*", email)
