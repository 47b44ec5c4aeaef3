//! One span, whatever it was told in.

use serde_json::{Map, Value};

/// Longest text that is kept, in bytes.
const LONGEST_TEXT: usize = 400;
/// Links of one span that are kept; X-Ray has at most 100 a trace, a batch of Kafka up to 10,000.
const MOST_LINKS: usize = 100;

/// Whether a span failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// It did not, or nobody said so.
    #[default]
    None,
    /// The caller was at fault (X-Ray's `error`: answers of 400 to 499).
    Error,
    /// There were too many requests (X-Ray's `throttle`).
    Throttle,
    /// It failed itself (X-Ray's `fault`, OpenTelemetry's status `ERROR`).
    Fault,
}

impl Fault {
    /// The word that is shown; empty for none.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Error => "error",
            Self::Throttle => "throttled",
            Self::Fault => "fault",
        }
    }

    /// Whether it failed in any way.
    #[must_use]
    pub fn is_fault(self) -> bool {
        self != Self::None
    }
}

/// A stretch of work: a segment or subsegment of X-Ray, a span of OpenTelemetry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// 32 lower-case hexadecimal digits where the sender kept to the form, so that both kinds of senders meet.
    pub trace: String,
    /// 16 hexadecimal digits, unique in the trace.
    pub id: String,
    /// Id of the span that it is part of.
    pub parent: Option<String>,
    /// What the sender called it.
    pub name: String,
    /// The function in which it ran.
    pub function: Option<String>,
    /// What it called outside of the function: a table, a queue, a host; else the kind of service.
    pub callee: Option<String>,
    /// Microseconds since 1970.
    pub start_us: i64,
    /// Microseconds since 1970, not before `start_us`; the start where it never ended.
    pub end_us: i64,
    /// Whether its end was told.
    pub is_whole: bool,
    /// Whether it failed.
    pub fault: Fault,
    /// Why it failed, in the words of the sender.
    pub cause: Option<String>,
    /// Spans that caused it without being its parent, by trace and id: senders of the messages that it works on.
    pub links: Vec<(String, String)>,
}

/// Text of a member, cut to what can be shown.
pub(crate) fn text(object: &Map<String, Value>, key: &str) -> Option<String> {
    object.get(key).and_then(Value::as_str).filter(|it| !it.is_empty()).map(cut)
}

/// The links of a segment or span, whose members have these names.
pub(crate) fn links(object: &Map<String, Value>, trace: &str, id: &str) -> Vec<(String, String)> {
    let list = object.get("links").and_then(Value::as_array).into_iter().flatten();
    let link = |link: &Map<String, Value>| {
        let trace = trace_id(&text(link, trace)?);
        Some((trace, text(link, id)?.to_ascii_lowercase()))
    };
    list.filter_map(Value::as_object).filter_map(link).take(MOST_LINKS).collect()
}

/// The first characters of a text.
pub(crate) fn cut(text: &str) -> String {
    if text.len() <= LONGEST_TEXT {
        return text.to_owned();
    }
    let end = (0..=LONGEST_TEXT).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
    format!("{}…", text.get(..end).unwrap_or_default())
}

/// An id in lower case without the marks of X-Ray: `1-67f2a1b0-3c5d…` is `67f2a1b03c5d…`.
pub(crate) fn trace_id(text: &str) -> String {
    let plain = text.strip_prefix("1-").unwrap_or(text);
    let digits: String = plain.chars().filter(|c| *c != '-').collect();
    cut(&digits.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::{cut, trace_id};

    #[test]
    fn both_forms_of_a_trace_id_meet() {
        let digits = "67f2a1b03c5d7e9f1a2b4c6d8e0f1a2b";
        assert_eq!(trace_id("1-67f2a1b0-3c5d7e9f1a2b4c6d8e0f1a2b"), digits);
        assert_eq!(trace_id("67F2A1B03C5D7E9F1A2B4C6D8E0F1A2B"), digits);
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        let long = "ä".repeat(300);
        assert_eq!(cut(&long).chars().count(), 201);
    }
}
