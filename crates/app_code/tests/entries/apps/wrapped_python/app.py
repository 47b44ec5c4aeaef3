import functools
import json
import os


def json_body(func):
    @functools.wraps(func)
    def wrapper(event, context):
        return func(json.loads(event["body"]), context)

    return wrapper


def guarded(role):
    def decorate(func):
        @functools.wraps(func)
        def wrapper(body, context):
            if role not in context.roles:
                return {"statusCode": 403}
            return func(body, context)

        return wrapper

    return decorate


@json_body
@guarded("admin")
def handler(body, context):
    os.system("convert " + body["name"])  # expect: command attacker
    os.system("convert " + str(int(body["size"])))
    return {"statusCode": 200}
