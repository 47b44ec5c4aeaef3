import ldap
from ldap.filter import escape_filter_chars

directory = ldap.initialize("ldaps://directory.example")


def handler(event, context):
    name = event["queryStringParameters"]["name"]
    base = "ou=people,dc=example"
    directory.search_s(base, ldap.SCOPE_SUBTREE, "(uid=" + escape_filter_chars(name) + ")")
    return directory.search_s(base, ldap.SCOPE_SUBTREE, "(uid=" + name + ")")  # expect: SAS-1.19 `event["queryStringParameters"]["name"]` reaches `ldap.Connection.search_s` as part of an LDAP filter or name: `*` and brackets in it match entries that were not meant
