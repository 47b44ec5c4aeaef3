from lxml import etree

users = etree.parse("users.xml")


def handler(event, context):
    name = event["queryStringParameters"]["name"]
    return users.xpath("//user[@name = $name]", name=name)
