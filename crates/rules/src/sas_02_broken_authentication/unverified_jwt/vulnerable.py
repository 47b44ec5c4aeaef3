import jwt


def handler(event, context):
    token = event["headers"]["Authorization"]
    jwt.decode(token, "key", algorithms=["RS256"])
    return jwt.decode(token, options={"verify_signature": False})["sub"]  # expect: SAS-2.24 `jwt.decode` (verify_signature is off) reads a token that nobody checked: whoever makes one up is who they say they are
