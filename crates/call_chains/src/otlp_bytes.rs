//! Spans of OpenTelemetry as protocol buffers: bodies of `/v1/traces`, and files of collectors.
//!
//! Each span becomes the JSON form of the protocol and is read as that ([`crate::otlp`]), so that both forms
//! mean the same. One span is turned at a time: bytes of a file never stand in memory as JSON all at once.
//!
//! Source: opentelemetry-proto 1.9, `trace.proto`, `common.proto`; the field numbers stand beside the fields.
//! OpenTelemetry Collector, file exporter, "File Format": with `format: proto`, each message follows its length
//! in four bytes, the highest first (read 2026-11-27).

use std::fmt::Write as _;

use serde_json::{Map, Value};

use crate::{
    Reader, otlp,
    wire::{Broken, Fields, Wire},
};

/// Attributes, events and links of one span that are looked at.
const MOST: usize = 1_000;

/// Reads a message, or messages after their lengths. Gives how many spans there were.
///
/// `Broken` when it is neither; a part at the end that breaks off, as in a file that is still written, is
/// counted and left out.
pub(crate) fn read(bytes: &[u8], to: &mut Reader) -> Result<usize, Broken> {
    if let Ok(spans) = spans_of(bytes) {
        return Ok(keep(&spans, to));
    }
    let (mut rest, mut found, mut messages) = (bytes, 0, 0);
    while !rest.is_empty() {
        let Some((message, behind)) = framed(rest) else {
            if messages == 0 {
                return Err(Broken);
            }
            to.odd();
            break;
        };
        match spans_of(message) {
            Ok(spans) => found += keep(&spans, to),
            Err(broken) if messages == 0 => return Err(broken),
            Err(_) => to.odd(),
        }
        messages += 1;
        rest = behind;
    }
    Ok(found)
}

/// A message and what is behind it.
fn framed(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)
}

/// A span of a message, with the function that its resource names.
type Found<'b> = (Option<String>, Vec<(u32, Wire<'b>)>);

/// The spans of an `ExportTraceServiceRequest`, which has the form of `TracesData`.
fn spans_of(message: &[u8]) -> Result<Vec<Found<'_>>, Broken> {
    let mut found = Vec::new();
    // resource_spans
    for resource_spans in messages(message, 1)? {
        let mut resource = Map::new();
        for part in messages(resource_spans, 1)? {
            resource.insert("attributes".to_owned(), attributes(part, 1)?);
        }
        let function = otlp::function_of(&resource);
        // scope_spans, spans
        for scope_spans in messages(resource_spans, 2)? {
            for span in messages(scope_spans, 2)? {
                let fields: Result<Vec<_>, _> = Fields::of(span).collect();
                found.push((function.clone(), fields?));
            }
        }
    }
    Ok(found)
}

fn keep(spans: &[Found<'_>], to: &mut Reader) -> usize {
    let mut count = 0;
    for (function, fields) in spans {
        match otlp::span(&span(fields), function.clone()) {
            Some(span) => {
                to.keep(span);
                count += 1;
            }
            None => to.nameless(),
        }
    }
    count
}

/// A span as the JSON form has it.
fn span(fields: &[(u32, Wire<'_>)]) -> Map<String, Value> {
    let mut object = Map::new();
    let mut lists: [(u32, &str, Vec<Value>); 3] =
        [(9, "attributes", Vec::new()), (11, "events", Vec::new()), (13, "links", Vec::new())];
    for (field, value) in fields {
        let named = match (field, value) {
            (1, Wire::Bytes(id)) => Some(("traceId", hex(id))),
            (2, Wire::Bytes(id)) => Some(("spanId", hex(id))),
            (4, Wire::Bytes(id)) => Some(("parentSpanId", hex(id))),
            (5, Wire::Bytes(name)) => Some(("name", text(name))),
            (6, Wire::Number(kind)) => Some(("kind", (*kind).into())),
            (7, Wire::Fixed(time)) => Some(("startTimeUnixNano", (*time).into())),
            (8, Wire::Fixed(time)) => Some(("endTimeUnixNano", (*time).into())),
            (15, Wire::Bytes(part)) => Some(("status", status(part))),
            _ => None,
        };
        object.extend(named.map(|(name, value)| (name.to_owned(), value)));
        let list = lists.iter_mut().find(|it| it.0 == *field);
        if let (Some((_, _, list)), Wire::Bytes(part)) = (list, value)
            && list.len() < MOST
        {
            list.push(match field {
                9 => pair(part),
                11 => event(part),
                _ => link(part),
            });
        }
    }
    object.extend(lists.into_iter().map(|(_, name, list)| (name.to_owned(), list.into())));
    object
}

fn status(message: &[u8]) -> Value {
    let mut object = Map::new();
    for (field, value) in Fields::of(message).flatten() {
        match (field, value) {
            (2, Wire::Bytes(words)) => object.insert("message".to_owned(), text(words)),
            (3, Wire::Number(code)) => object.insert("code".to_owned(), code.into()),
            _ => None,
        };
    }
    object.into()
}

fn event(message: &[u8]) -> Value {
    let mut object = Map::new();
    // name
    if let Some(name) = first(message, 2).and_then(Wire::bytes) {
        object.insert("name".to_owned(), text(name));
    }
    object.insert("attributes".to_owned(), attributes(message, 3).unwrap_or_default());
    object.into()
}

/// `Span.Link`: the span from which this one was caused, in this trace or another.
fn link(message: &[u8]) -> Value {
    let mut object = Map::new();
    for (field, name) in [(1, "traceId"), (2, "spanId")] {
        if let Some(id) = first(message, field).and_then(Wire::bytes) {
            object.insert(name.to_owned(), hex(id));
        }
    }
    object.into()
}

fn attributes(message: &[u8], field: u32) -> Result<Value, Broken> {
    Ok(messages(message, field)?.into_iter().take(MOST).map(pair).collect())
}

/// A `KeyValue` of text, or of a list with the first of its texts; others are not looked at.
fn pair(message: &[u8]) -> Value {
    let mut object = Map::new();
    if let Some(key) = first(message, 1).and_then(Wire::bytes) {
        object.insert("key".to_owned(), text(key));
    }
    let value = first(message, 2).and_then(Wire::bytes).unwrap_or_default();
    // string_value; array_value with its values
    let array = || first(first(first(value, 5)?.bytes()?, 1)?.bytes()?, 1);
    if let Some(words) = first(value, 1).or_else(array).and_then(Wire::bytes) {
        let words = Map::from_iter([("stringValue".to_owned(), text(words))]);
        object.insert("value".to_owned(), words.into());
    }
    object.into()
}

/// The messages of a field.
fn messages(message: &[u8], wanted: u32) -> Result<Vec<&[u8]>, Broken> {
    let mut found = Vec::new();
    for field in Fields::of(message) {
        let (field, value) = field?;
        match value.bytes() {
            Some(part) if field == wanted => found.push(part),
            None if field == wanted => return Err(Broken),
            _ => {}
        }
    }
    Ok(found)
}

fn first(message: &[u8], wanted: u32) -> Option<Wire<'_>> {
    Fields::of(message).flatten().find(|(field, _)| *field == wanted).map(|(_, value)| value)
}

fn text(bytes: &[u8]) -> Value {
    String::from_utf8_lossy(bytes).into_owned().into()
}

fn hex(bytes: &[u8]) -> Value {
    let mut digits = String::new();
    // Longer ones are no ids.
    for byte in bytes.iter().take(32) {
        // Writing to a text can not fail.
        let _ = write!(digits, "{byte:02x}");
    }
    digits.into()
}
