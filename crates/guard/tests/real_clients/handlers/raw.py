"""A runtime client of a few lines: several invocations at once, answers in streams.

    raw.py THREADS
"""
import http.client
import json
import os
import sys
import threading

API = os.environ["AWS_LAMBDA_RUNTIME_API"]
NEXT = "/2018-06-01/runtime/invocation/next"


def stream(connection, request_id, megabytes, fails):
    connection.putrequest("POST", f"/2018-06-01/runtime/invocation/{request_id}/response")
    connection.putheader("Content-Type", "application/octet-stream")
    connection.putheader("Lambda-Runtime-Function-Response-Mode", "streaming")
    connection.putheader("Transfer-Encoding", "chunked")
    connection.putheader("Trailer", "Lambda-Runtime-Function-Error-Type")
    connection.endheaders()
    piece = b"x" * 65536
    for _ in range(megabytes * 16):
        connection.send(b"10000\r\n" + piece + b"\r\n")
    trailer = b"Lambda-Runtime-Function-Error-Type: Handler.Late\r\n" if fails else b""
    connection.send(b"0\r\n" + trailer + b"\r\n")


def work():
    connection = http.client.HTTPConnection(API)
    while True:
        connection.request("GET", NEXT)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            sys.exit(f"next: {answer.status}")
        request_id = answer.headers["Lambda-Runtime-Aws-Request-Id"]
        event = json.loads(body)
        if isinstance(event, dict) and "megabytes" in event:
            stream(connection, request_id, event["megabytes"], event.get("fails", False))
        else:
            path = f"/2018-06-01/runtime/invocation/{request_id}/response"
            connection.request("POST", path, body)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 202:
            sys.exit(f"response: {answer.status}")


threads = [threading.Thread(target=work) for _ in range(int(sys.argv[1]))]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
