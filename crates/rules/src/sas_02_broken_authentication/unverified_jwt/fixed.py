import jwt


def handler(event, context):
    return jwt.decode(event["headers"]["Authorization"], key(), algorithms=["RS256"])["sub"]


def key():
    with open("issuer.pem") as file:
        return file.read()
