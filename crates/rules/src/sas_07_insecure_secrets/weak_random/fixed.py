import random
import secrets


def handler(event, context):
    delay = random.random()
    token = secrets.token_urlsafe(16)
    return [delay, token]
