from lxml import etree

users = etree.parse("users.xml")


def handler(event, context):
    name = event["queryStringParameters"]["name"]
    users.xpath("//user[@name = $name]", name=name)
    return users.xpath("//user[@name = '" + name + "']")  # expect: SAS-1.18 `event["queryStringParameters"]["name"]` reaches `lxml.etree.Element.xpath` as part of an XPath expression: whoever sends it chooses what the expression finds
