//! Members of JSON, as logs name them.

use std::borrow::Cow;

use json_tape::{Kind, Value};

use crate::time::{parse_millis, unix_millis};

/// How much of one message is read as JSON.
pub(crate) const LIMITS: json_tape::Limits =
    json_tape::Limits { depth: 64, nodes: 1 << 16, bytes: 4 << 20 };

/// The first of these members that is a text which says something.
pub(crate) fn text<'a>(object: Value<'a>, names: &[&str]) -> Option<Cow<'a, str>> {
    let found =
        names.iter().find_map(|name| object.member(name)?.text().filter(|it| !it.raw().is_empty()));
    found.map(json_tape::Text::to_cow)
}

/// A number, also one that is written as a text.
pub(crate) fn number(value: Value<'_>) -> Option<f64> {
    let text = match value.kind() {
        Kind::Number => value.raw(),
        Kind::String => value.plain()?,
        _ => return None,
    };
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// A count.
pub(crate) fn count(value: Value<'_>) -> Option<u64> {
    value.raw().parse().ok()
}

/// A moment: a text or a Unix time.
pub(crate) fn moment(value: Value<'_>) -> Option<i64> {
    match value.kind() {
        Kind::String => parse_millis(&value.text()?.to_cow()),
        Kind::Number => unix_millis(number(value)?),
        _ => None,
    }
}
