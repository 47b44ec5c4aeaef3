import random
import secrets


def handler(event, context):
    delay = random.random()
    token = str(random.randint(0, 999999))  # expect: SAS-7.20 `random.randint` makes a secret of numbers that can be foretold: whoever has seen a few knows the next
    return [delay, token, secrets.token_urlsafe(16)]
