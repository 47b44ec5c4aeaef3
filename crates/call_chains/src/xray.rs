//! Segment documents of AWS X-Ray.
//!
//! Source: X-Ray Developer Guide, "Segment documents" (read 2026-11-27).

use serde_json::{Map, Value};

use crate::{
    Fault, Reader, Span,
    span::{cut, links, text, trace_id},
};

/// Reads a segment with its subsegments; gives how many spans there were.
pub(crate) fn read(document: &Map<String, Value>, depth: usize, to: &mut Reader) -> usize {
    let trace = text(document, "trace_id").map(|it| trace_id(&it)).unwrap_or_default();
    let origin = text(document, "origin").unwrap_or_default();
    // `AWS::Lambda` is the service that calls the function, `AWS::Lambda::Function` the function itself.
    let is_function = origin.starts_with("AWS::Lambda");
    let function = if is_function { text(document, "name") } else { None };
    let mut found = 0;
    // A list that stands for recursion: how deep documents are nested, their sender decides.
    let mut open = vec![(document, None::<String>, function, 0_usize)];
    while let Some((part, above, function, level)) = open.pop() {
        let parent = text(part, "parent_id").or(above);
        let Some(span) = span(part, &trace, parent, function.clone()) else {
            to.nameless();
            continue;
        };
        let id = span.id.clone();
        to.keep(span);
        found += 1;
        let parts = part.get("subsegments").and_then(Value::as_array).into_iter().flatten();
        for sub in parts.filter_map(Value::as_object) {
            if level + 1 >= depth {
                to.beyond();
                continue;
            }
            open.push((sub, Some(id.clone()), function.clone(), level + 1));
        }
    }
    found
}

fn span(
    part: &Map<String, Value>,
    trace: &str,
    parent: Option<String>,
    function: Option<String>,
) -> Option<Span> {
    let start_us = microseconds(part.get("start_time")?)?;
    let end = part.get("end_time").and_then(microseconds);
    let flag = |key: &str| part.get(key).and_then(Value::as_bool).unwrap_or_default();
    let fault = if flag("fault") {
        Fault::Fault
    } else if flag("throttle") {
        Fault::Throttle
    } else if flag("error") {
        Fault::Error
    } else {
        Fault::None
    };
    // The guard's own subsegments come alone; they say in which function only by what they hang on.
    Some(Span {
        trace: trace.to_owned(),
        id: text(part, "id")?.to_ascii_lowercase(),
        parent: parent.map(|it| it.to_ascii_lowercase()),
        name: text(part, "name").unwrap_or_default(),
        function,
        callee: callee(part),
        start_us,
        end_us: end.unwrap_or(start_us).max(start_us),
        is_whole: end.is_some(),
        fault,
        cause: cause(part),
        links: links(part, "trace_id", "id"),
    })
}

/// What a subsegment called: the resource where it is named, else the service.
fn callee(part: &Map<String, Value>) -> Option<String> {
    text(part, "namespace")?;
    let aws = part.get("aws").and_then(Value::as_object);
    let named = aws.and_then(|aws| {
        ["table_name", "queue_url", "function_name", "bucket_name", "topic_arn", "resource_arn"]
            .into_iter()
            .find_map(|key| text(aws, key))
            .or_else(|| {
                let names = aws.get("resource_names").and_then(Value::as_array)?;
                names.first().and_then(Value::as_str).map(cut)
            })
    });
    // Of an address or an ARN, the last part is what people call it.
    let short = named.map(|it| it.rsplit(['/', ':']).next().unwrap_or(&it).to_owned());
    short.filter(|it| !it.is_empty()).or_else(|| text(part, "name"))
}

/// The first exception.
fn cause(part: &Map<String, Value>) -> Option<String> {
    let cause = part.get("cause")?.as_object()?;
    let exception = cause.get("exceptions")?.as_array()?.first()?.as_object()?;
    match (text(exception, "type"), text(exception, "message")) {
        (Some(kind), Some(message)) => Some(cut(&format!("{kind}: {message}"))),
        (kind, message) => kind.or(message),
    }
}

/// Seconds since 1970 with a fraction, as microseconds.
#[expect(clippy::cast_possible_truncation, reason = "checked to be far below 2^63")]
fn microseconds(value: &Value) -> Option<i64> {
    let seconds = value.as_f64()?;
    (0.0..1e12).contains(&seconds).then(|| (seconds * 1e6).round() as i64)
}
