//! One message to a record.

use std::borrow::Cow;

use json_tape::{Kind, Tape, Value};

use crate::{
    application::{json_line, text_line},
    members::{LIMITS, moment},
    platform,
    record::{Line, Record},
};

/// A message that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed<'a> {
    /// The time that it tells itself, in milliseconds since 1970.
    pub time: Option<i64>,
    /// The function that it names itself.
    pub function: Option<Cow<'a, str>>,
    /// What it says.
    pub record: Record<'a>,
}

impl<'a> Parsed<'a> {
    pub(crate) fn of(record: Record<'a>) -> Self {
        Self { time: None, function: None, record }
    }
}

/// Reads one message of a log, which may have several lines. Everything is a record: what nobody else
/// knows is a line of the function.
#[must_use]
pub fn parse<'a>(message: &'a str, tape: &'a mut Tape) -> Parsed<'a> {
    let message = message.trim_end_matches(['\n', '\r', ' ']);
    if let Some(record) = platform::text_record(message) {
        return Parsed::of(record);
    }
    if message.trim_start().starts_with('{')
        && let Ok(document) = tape.read(message.as_bytes(), &LIMITS)
    {
        return object(document.root(), message);
    }
    text_line(message)
}

/// An object: of the platform, of the guard, metrics, or a line with its level.
fn object<'a>(object: Value<'a>, message: &'a str) -> Parsed<'a> {
    if let Some(parsed) = platform::json_record(object) {
        return parsed;
    }
    // What the Telemetry API hands to extensions: the line stands in `record`.
    let is_wrapped = object
        .member("type")
        .and_then(Value::plain)
        .is_some_and(|kind| matches!(kind, "function" | "extension"));
    if is_wrapped && let Some(inner) = object.member("record") {
        let time = object.member("time").and_then(moment);
        let mut parsed = match inner.kind() {
            Kind::Object => json_line(inner, inner.raw()),
            Kind::String => match inner.text().map(json_tape::Text::to_cow) {
                Some(Cow::Borrowed(text)) => text_line(text),
                Some(Cow::Owned(text)) => {
                    Parsed::of(Record::Line(Line { message: text.into(), ..Line::default() }))
                }
                None => text_line(message),
            },
            _ => text_line(message),
        };
        parsed.time = parsed.time.or(time);
        return parsed;
    }
    json_line(object, message)
}
