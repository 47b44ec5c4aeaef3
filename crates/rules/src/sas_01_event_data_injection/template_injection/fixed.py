from jinja2 import Template

GREETING = Template("Hello {{ name }}")


def handler(event, context):
    return GREETING.render(name=event["queryStringParameters"]["name"])
