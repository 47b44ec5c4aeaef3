from lxml import etree

strict = etree.XMLParser(resolve_entities=False, no_network=True)
loose = etree.XMLParser(resolve_entities=True)  # expect: SAS-1.20 `lxml.etree.XMLParser` is told to resolve entities: XML from outside reads files and calls addresses


def handler(event, context):
    etree.fromstring(event["body"], strict)
    return etree.fromstring(event["body"]).tag  # expect: SAS-1.20 `event["body"]` reaches `lxml.etree.fromstring` as XML whose entities are resolved: whoever sends it reads files and makes the function call addresses
