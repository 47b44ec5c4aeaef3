//! Lines as JSON objects that say which invocation they belong to.

use std::time::Duration;

use guard_mask::Counts;
use guard_settings::{EventKind, Mode, SecurityEvent};
use serde::de::IgnoredAny;

/// The invocation that a line belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Invocation<'a> {
    /// Its request id; `None` while none runs, or when several do.
    pub request_id: Option<&'a str>,
    /// Its trace, as `_X_AMZN_TRACE_ID` has it.
    pub trace_id: Option<&'a str>,
    /// Whether it is the first one of the environment.
    pub cold_start: bool,
    /// Time since it began.
    pub elapsed: Option<Duration>,
}

/// The line that tells what was masked during an invocation; `None` when nothing was.
#[must_use]
pub fn redacted_line(
    counts: &Counts,
    function: &str,
    mode: Mode,
    request_id: Option<&str>,
) -> Option<String> {
    if counts.is_empty() {
        return None;
    }
    let kinds: Vec<String> =
        counts.iter().map(|(family, count)| format!("{count} {family}")).collect();
    let detail = format!("masked in the log: {}", kinds.join(", "));
    let event = SecurityEvent {
        request_id,
        ..SecurityEvent::new(EventKind::LogRedacted, function, mode, &detail)
    };
    Some(event.to_line())
}

/// Appends a line, which is masked already, as one JSON object with its line end.
pub(crate) fn write_line(
    line: &[u8],
    invocation: &Invocation<'_>,
    is_error: bool,
    out: &mut Vec<u8>,
) {
    let trimmed = line.trim_ascii();
    if trimmed.is_empty() {
        return;
    }
    if is_object(trimmed) {
        write_object(trimmed, invocation, out);
    } else {
        let (level, message) = level(trimmed, is_error);
        out.extend_from_slice(b"{\"level\":\"");
        out.extend_from_slice(level.as_bytes());
        out.extend_from_slice(b"\",\"message\":");
        write_text(message, out);
        write_fields(invocation, out);
        out.push(b'}');
    }
    out.push(b'\n');
}

/// A line that is JSON already gets the fields too, unless it names a request; a document of embedded
/// metrics stays as it is.
fn write_object(object: &[u8], invocation: &Invocation<'_>, out: &mut Vec<u8>) {
    let names: [&[u8]; 3] = [b"\"_aws\"", b"\"request_id\"", b"\"requestId\""];
    let is_whole = names.iter().any(|name| memchr::memmem::find(object, name).is_some());
    let Some((_, body)) = object.split_last().filter(|_| !is_whole) else {
        out.extend_from_slice(object);
        return;
    };
    out.extend_from_slice(body);
    if body.trim_ascii().len() > 1 {
        write_fields(invocation, out);
    }
    out.push(b'}');
}

/// `,"request_id":…`: the fields that are known, each with a comma before it.
fn write_fields(invocation: &Invocation<'_>, out: &mut Vec<u8>) {
    let texts = [("request_id", invocation.request_id), ("trace_id", invocation.trace_id)];
    for (name, value) in texts {
        if let Some(value) = value {
            out.extend_from_slice(format!(",\"{name}\":").as_bytes());
            write_text(value.as_bytes(), out);
        }
    }
    if invocation.request_id.is_some() {
        out.extend_from_slice(format!(",\"cold_start\":{}", invocation.cold_start).as_bytes());
    }
    if let Some(elapsed) = invocation.elapsed {
        out.extend_from_slice(format!(",\"duration_ms\":{}", elapsed.as_millis()).as_bytes());
    }
}

fn write_text(text: &[u8], out: &mut Vec<u8>) {
    let text = String::from_utf8_lossy(text);
    // Texts always have a JSON form; the writer is memory.
    let _ = serde_json::to_writer(out, text.as_ref());
}

/// Whether a line is one JSON object. Only read when the format asks for it.
fn is_object(line: &[u8]) -> bool {
    line.starts_with(b"{")
        && line.ends_with(b"}")
        && serde_json::from_slice::<IgnoredAny>(line).is_ok()
}

/// The level that a line names in its first words, and the line without it where it leads.
fn level(line: &[u8], is_error: bool) -> (&'static str, &[u8]) {
    const LEVELS: [(&str, &str); 10] = [
        ("TRACE", "TRACE"),
        ("DEBUG", "DEBUG"),
        ("INFO", "INFO"),
        ("WARNING", "WARN"),
        ("WARN", "WARN"),
        ("ERROR", "ERROR"),
        ("FATAL", "FATAL"),
        ("CRITICAL", "FATAL"),
        ("Traceback", "ERROR"),
        ("panic:", "FATAL"),
    ];
    let head = line.get(..line.len().min(120)).unwrap_or_default();
    let words = head.split(|byte| matches!(byte, b' ' | b'\t' | b'[' | b']' | b':' | b'|'));
    let found = words
        .filter(|word| !word.is_empty())
        .take(5)
        .find_map(|word| LEVELS.iter().find(|(name, _)| name.as_bytes() == word));
    let otherwise = if is_error { "ERROR" } else { "INFO" };
    (found.map_or(otherwise, |(_, level)| level), line)
}
