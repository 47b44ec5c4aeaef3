//! Spans of OpenTelemetry in the JSON form of its protocol, as collectors write them to files.
//!
//! Source: opentelemetry-proto 1.9, `trace.proto`; OTLP specification, "JSON Protobuf Encoding" (read
//! 2026-11-27): ids are hexadecimal, numbers of 64 bits are texts.

use serde_json::{Map, Value};

use crate::{
    Fault, Reader, Span,
    span::{cut, links, text, trace_id},
};

/// `SPAN_KIND_CLIENT` and `SPAN_KIND_PRODUCER`: the span is a call of something else.
const CLIENT: i64 = 3;
const PRODUCER: i64 = 4;
/// `STATUS_CODE_ERROR`
const ERROR: i64 = 2;

/// Reads `resourceSpans`; gives how many spans there were.
pub(crate) fn read(list: &[Value], to: &mut Reader) -> usize {
    let mut found = 0;
    for resource_spans in list.iter().filter_map(Value::as_object) {
        let resource = resource_spans.get("resource").and_then(Value::as_object);
        let function = resource.and_then(function_of);
        // Version 0.19 and older say `instrumentationLibrarySpans`, with the same members.
        let scopes = ["scopeSpans", "instrumentationLibrarySpans"]
            .into_iter()
            .filter_map(|key| resource_spans.get(key).and_then(Value::as_array))
            .flatten();
        for scope in scopes {
            let spans = scope.get("spans").and_then(Value::as_array).into_iter().flatten();
            for object in spans.filter_map(Value::as_object) {
                match span(object, function.clone()) {
                    Some(span) => {
                        to.keep(span);
                        found += 1;
                    }
                    None => to.nameless(),
                }
            }
        }
    }
    found
}

/// The function that a resource stands for.
pub(crate) fn function_of(resource: &Map<String, Value>) -> Option<String> {
    attribute(resource, "faas.name").or_else(|| attribute(resource, "service.name"))
}

/// A span of a function; `None` when it has no time or no id.
pub(crate) fn span(object: &Map<String, Value>, function: Option<String>) -> Option<Span> {
    let start_us = microseconds(object.get("startTimeUnixNano")?)?;
    let end = object.get("endTimeUnixNano").and_then(microseconds).filter(|end| *end > 0);
    let status = object.get("status").and_then(Value::as_object);
    let code = status.and_then(|it| it.get("code"));
    let is_error = code.is_some_and(|code| {
        number(code) == Some(ERROR) || code.as_str() == Some("STATUS_CODE_ERROR")
    });
    let kind = object.get("kind");
    let is_call = kind.and_then(number).is_some_and(|it| it == CLIENT || it == PRODUCER)
        || kind
            .and_then(Value::as_str)
            .is_some_and(|it| it == "SPAN_KIND_CLIENT" || it == "SPAN_KIND_PRODUCER");
    let is_refused = attribute(object, "faasguard.status").as_deref() == Some("refused");
    let fault = match (is_error, is_refused) {
        (true, true) => Fault::Error,
        (true, false) => Fault::Fault,
        (false, _) => Fault::None,
    };
    Some(Span {
        trace: text(object, "traceId").map(|it| trace_id(&it))?,
        id: text(object, "spanId")?.to_ascii_lowercase(),
        parent: text(object, "parentSpanId").map(|it| it.to_ascii_lowercase()),
        name: text(object, "name").unwrap_or_default(),
        function: attribute(object, "faas.name").or(function),
        callee: if is_call { callee(object) } else { None },
        start_us,
        end_us: end.unwrap_or(start_us).max(start_us),
        is_whole: end.is_some(),
        fault,
        cause: if is_error { cause(object, status) } else { None },
        links: links(object, "traceId", "spanId"),
    })
}

fn callee(object: &Map<String, Value>) -> Option<String> {
    const KEYS: [&str; 11] = [
        "faas.invoked_name",
        "aws.dynamodb.table_names",
        "messaging.destination.name",
        "aws.s3.bucket",
        "db.collection.name",
        "db.name",
        "peer.service",
        "server.address",
        "net.peer.name",
        "rpc.service",
        "db.system",
    ];
    KEYS.into_iter().find_map(|key| attribute(object, key)).or_else(|| text(object, "name"))
}

/// What the status says, else the first exception that was recorded.
fn cause(object: &Map<String, Value>, status: Option<&Map<String, Value>>) -> Option<String> {
    if let Some(message) = status.and_then(|it| text(it, "message")) {
        return Some(message);
    }
    let events = object.get("events").and_then(Value::as_array)?;
    let event = events.iter().filter_map(Value::as_object);
    let mut event = event.filter(|it| it.get("name").and_then(Value::as_str) == Some("exception"));
    let event = event.next()?;
    match (attribute(event, "exception.type"), attribute(event, "exception.message")) {
        (Some(kind), Some(message)) => Some(cut(&format!("{kind}: {message}"))),
        (kind, message) => kind.or(message),
    }
}

/// An attribute that is a text, or the first text of a list.
fn attribute(object: &Map<String, Value>, key: &str) -> Option<String> {
    let list = object.get("attributes")?.as_array()?;
    let pair = list.iter().find(|it| it.get("key").and_then(Value::as_str) == Some(key))?;
    let value = pair.get("value")?;
    let first = || value.get("arrayValue")?.get("values")?.as_array()?.first()?.get("stringValue");
    let found = value.get("stringValue").or_else(first)?;
    found.as_str().filter(|it| !it.is_empty()).map(cut)
}

fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

/// Nanoseconds since 1970, a text or a number, as microseconds.
fn microseconds(value: &Value) -> Option<i64> {
    number(value).filter(|it| *it >= 0).map(|it| it / 1_000)
}
