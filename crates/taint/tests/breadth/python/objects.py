import base64
import json
import pickle
import shelve
from io import BytesIO
from xml.dom import minidom
from xml.etree import ElementTree
import xml.sax

import defusedxml.ElementTree
import dill
import jsonpickle
import yaml
from lxml import etree


def load(event, context):
    body = event["body"]
    raw = base64.b64decode(body)
    pickle.loads(raw)  # expect: deserialization
    pickle.load(BytesIO(raw))  # expect: deserialization
    dill.loads(raw)  # expect: deserialization
    jsonpickle.decode(body)  # expect: deserialization
    yaml.load(body)  # expect: deserialization
    yaml.load(body, Loader=yaml.Loader)  # expect: deserialization
    yaml.unsafe_load(body)  # expect: deserialization
    yaml.load(body, Loader=yaml.SafeLoader)
    yaml.safe_load(body)
    shelve.open("/tmp/" + json.loads(body)["name"])  # expect: deserialization
    json.loads(body)


def xml_of(event, context):
    body = event["body"]
    etree.fromstring(body, etree.XMLParser(resolve_entities=True))  # expect: !external-entities xml
    etree.fromstring(body, etree.XMLParser(resolve_entities=False))
    parser = etree.XMLParser(resolve_entities=True, no_network=False)  # expect: !external-entities
    etree.parse(BytesIO(body.encode()), parser)  # expect: xml
    defusedxml.ElementTree.fromstring(body)
    tree = etree.parse("/opt/users.xml")
    name = event["queryStringParameters"]["name"]
    tree.xpath(f"//user[@name='{name}']")  # expect: xpath
    tree.xpath("//user[@name=$name]", name=name)
