import ldap
from ldap.filter import escape_filter_chars

directory = ldap.initialize("ldaps://directory.example")


def handler(event, context):
    name = escape_filter_chars(event["queryStringParameters"]["name"])
    return directory.search_s("ou=people,dc=example", ldap.SCOPE_SUBTREE, f"(uid={name})")
