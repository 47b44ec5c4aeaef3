//! Lines of the log that carry a summary: written by the guard, found again in any file.

use serde::{Deserialize, Serialize};

use crate::Summary;

/// What every line of the guard begins with.
const OWN: &str = r#"{"faasguard":"#;
/// What a line begins with.
const MARK: &str = r#"{"faasguard":"learned""#;
/// The same in a text within JSON.
const MARK_IN_TEXT: &str = r#"{\"faasguard\":\"learned\""#;

/// What a summary is of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    /// The bodies of the requests of a route: `POST /orders/{id}`.
    Route(String),
    /// What the records of batches carry; the text says nothing.
    Record(String),
    /// Events as a whole; the text says nothing.
    Event(String),
}

/// A line of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Learned {
    /// Of which function.
    pub function: String,
    /// Of what.
    pub subject: Subject,
    /// What was learned since the line before.
    pub summary: Summary,
}

#[derive(Serialize, Deserialize)]
struct Line {
    faasguard: String,
    function: String,
    /// Of the last invocation that was learned from; so that the same line is known in two files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    #[serde(flatten)]
    subject: Subject,
    #[serde(default)]
    count: u64,
    summary: Summary,
}

impl Learned {
    /// The line, with its end. Less than 256 KiB.
    #[must_use]
    pub fn to_line(&self, request_id: Option<&str>) -> String {
        let line = Line {
            faasguard: "learned".to_owned(),
            function: self.function.clone(),
            request_id: request_id.map(str::to_owned),
            subject: self.subject.clone(),
            count: self.summary.count(),
            summary: self.summary.clone(),
        };
        let mut line = serde_json::to_string(&line).unwrap_or_default();
        line.push('\n');
        line
    }
}

/// Finds the lines in a text: alone, behind a time, or as texts of JSON (exports of `CloudWatch`).
/// What cannot be read is passed over, to the end of its line. `found` gets each with its text.
///
/// The guard takes care that no function writes such a line; what another line of the guard quotes
/// (arguments of a program, say) is none either.
pub fn read(text: &str, found: &mut dyn FnMut(&str, Learned)) {
    for line in text.split(['\n', '\r']) {
        read_line(line, found);
        if !line.contains(OWN) {
            within_texts(line, found);
        }
    }
}

fn read_line(text: &str, found: &mut dyn FnMut(&str, Learned)) {
    let mut rest = text;
    while let Some(at) = rest.find(MARK) {
        let (_, from) = rest.split_at(at);
        let mut lines = serde_json::Deserializer::from_str(from).into_iter::<Line>();
        let Some(Ok(line)) = lines.next() else { return };
        let (text, behind) = from.split_at_checked(lines.byte_offset()).unwrap_or((from, ""));
        let Line { function, subject, mut summary, .. } = line;
        summary.settle();
        found(text, Learned { function, subject, summary });
        rest = behind;
    }
}

/// Lines within texts of JSON.
fn within_texts(text: &str, found: &mut dyn FnMut(&str, Learned)) {
    let mut rest = text;
    while let Some(at) = rest.find(MARK_IN_TEXT) {
        let Some(start) = opening_quote(rest.get(..at).unwrap_or_default()) else { return };
        let (_, quoted) = rest.split_at(start);
        let mut strings = serde_json::Deserializer::from_str(quoted).into_iter::<String>();
        let Some(Ok(inner)) = strings.next() else { return };
        for line in inner.split(['\n', '\r']) {
            read_line(line, found);
        }
        rest = quoted.get(strings.byte_offset()..).unwrap_or_default();
    }
}

/// The last quote that no backslash stands before.
fn opening_quote(text: &str) -> Option<usize> {
    let mut quotes = text.rmatch_indices('"').map(|(at, _)| at);
    quotes.find(|at| !text.get(..*at).is_some_and(|before| before.ends_with('\\')))
}
