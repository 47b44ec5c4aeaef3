"""Makes `orders.pb` (a body of `/v1/traces`), `orders.framed.pb` (a file of a collector) and `orders.json`.

    pip install opentelemetry-proto && python3 make.py

Two traces of three functions: `CreateOrder` calls `ChargeCard` over HTTP and sends a message; `ShipOrder` works
on it in a trace of its own, with a link to the sender, and fails.
"""

import base64
import json
import struct
from pathlib import Path

from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

FIRST, SECOND = bytes(range(16)), bytes(range(16, 32))
START = 1_769_853_600_000_000_000


def text(to, key, value):
    pair = to.add(key=key)
    if isinstance(value, list):
        for one in value:
            pair.value.array_value.values.add(string_value=one)
    else:
        pair.value.string_value = value


def span(scope, trace, number, parent, name, kind, start_ms, end_ms, **attributes):
    one = scope.spans.add(
        trace_id=trace, span_id=number.to_bytes(8, "big"), name=name, kind=kind,
        start_time_unix_nano=START + start_ms * 1_000_000, end_time_unix_nano=START + end_ms * 1_000_000)
    if parent:
        one.parent_span_id = parent.to_bytes(8, "big")
    for key, value in attributes.items():
        text(one.attributes, key.replace("__", "."), value)
    one.attributes.add(key="faas.coldstart").value.bool_value = True
    one.attributes.add(key="http.response.status_code").value.int_value = 200
    return one


def function(request, name):
    spans = request.resource_spans.add()
    text(spans.resource.attributes, "service.name", "shop")
    text(spans.resource.attributes, "faas.name", name)
    scope = spans.scope_spans.add()
    scope.scope.name = "made"
    return scope


request = ExportTraceServiceRequest()
create = function(request, "CreateOrder")
span(create, FIRST, 1, 0, "POST /orders", Span.SPAN_KIND_SERVER, 0, 900)
span(create, FIRST, 2, 1, "POST /charge", Span.SPAN_KIND_CLIENT, 100, 500, server__address="pay.example")
span(create, FIRST, 3, 1, "PutItem", Span.SPAN_KIND_CLIENT, 500, 600, aws__dynamodb__table_names=["Orders"])
span(create, FIRST, 4, 1, "send", Span.SPAN_KIND_PRODUCER, 600, 700, messaging__destination__name="Shipments")
charge = function(request, "ChargeCard")
span(charge, FIRST, 5, 2, "charge", Span.SPAN_KIND_SERVER, 150, 450)
later = ExportTraceServiceRequest()
ship = function(later, "ShipOrder")
failed = span(ship, SECOND, 6, 0, "process", Span.SPAN_KIND_CONSUMER, 2_000, 2_400)
failed.links.add(trace_id=FIRST, span_id=(4).to_bytes(8, "big"))
failed.status.code = 2
text(failed.events.add(name="log").attributes, "exception.type", "not this one")
event = failed.events.add(name="exception")
text(event.attributes, "exception.type", "KeyError")
text(event.attributes, "exception.message", "address")

IDS = {"traceId", "spanId", "parentSpanId"}


def as_json(value):
    """Ids are hexadecimal, enumerations are numbers."""
    if isinstance(value, list):
        return [as_json(one) for one in value]
    if isinstance(value, dict):
        return {key: base64.b64decode(one).hex() if key in IDS else as_json(one) for key, one in value.items()}
    return value


folder = Path(__file__).parent
messages = [request, later]
framed = b"".join(struct.pack(">I", len(it)) + it for it in (one.SerializeToString() for one in messages))
(folder / "orders.framed.pb").write_bytes(framed)
whole = ExportTraceServiceRequest()
for one in messages:
    whole.MergeFrom(one)
(folder / "orders.pb").write_bytes(whole.SerializeToString())
form = as_json(MessageToDict(whole, use_integers_for_enums=True))
(folder / "orders.json").write_text(json.dumps(form, indent=1) + "\n")
