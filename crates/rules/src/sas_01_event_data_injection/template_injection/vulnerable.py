from jinja2 import Template


def handler(event, context):
    name = event["queryStringParameters"]["name"]
    Template("Hello {{ name }}").render(name=name)
    return Template("Hello " + name).render()  # expect: SAS-1.17 `event["queryStringParameters"]["name"]` reaches `jinja2.Template` as part of a template: expressions in it run inside the function
