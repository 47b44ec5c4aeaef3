"""Plays `POST /v1/query` of api.osv.dev on this machine over a file of records, a record a line.

Which versions are affected is judged by pypa/packaging and the algorithm that osv-schema writes down
("Evaluation"), so that a comparison with it is one with code of others. Prints its port, ends with its
standard input.
"""

import collections
import http.server
import json
import sys
import threading

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version


def key(text):
    return Version("0.dev0") if text == "0" else Version(text)


def affects(affected, version):
    for listed in affected.get("versions", []):
        try:
            if Version(listed) == version:
                return True
        except InvalidVersion:
            pass
    for one in affected.get("ranges", []):
        if one["type"] != "ECOSYSTEM":
            continue
        inside = False
        events = [(kind, text) for event in one["events"] for kind, text in event.items()]
        for kind, text in sorted(events, key=lambda event: key(event[1])):
            if kind == "introduced" and version >= key(text):
                inside = True
            elif kind == "fixed" and version >= key(text):
                inside = False
            elif kind == "last_affected" and version > key(text):
                inside = False
        if inside:
            return True
    return False


def load(path):
    records = collections.defaultdict(list)
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            names = set()
            for affected in record.get("affected", []):
                package = affected.get("package", {})
                if package.get("ecosystem") == "PyPI":
                    # The real service answers with names as the index has them.
                    package["name"] = canonicalize_name(package["name"])
                    names.add(package["name"])
            for name in names:
                records[name].append(record)
    return records


RECORDS = load(sys.argv[1])


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        query = json.loads(self.rfile.read(int(self.headers["content-length"])))
        name, version = canonicalize_name(query["package"]["name"]), Version(query["version"])
        found = [
            record
            for record in RECORDS[name]
            if any(
                affected["package"] == {**affected["package"], "ecosystem": "PyPI", "name": name}
                and affects(affected, version)
                for affected in record["affected"]
            )
        ]
        body = json.dumps({"vulns": found} if found else {}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
