//! Documents in, spans out: what kind each is, how much is kept.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::{Chains, Span, otlp, otlp_bytes, xray};

/// How much is kept; more is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Spans of all traces.
    pub spans: usize,
    /// Spans of one trace.
    pub trace_spans: usize,
    /// Levels of subsegments within one document.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { spans: 1_000_000, trace_spans: 10_000, depth: 64 }
    }
}

/// What was not taken in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lost {
    /// Lines and documents that are neither segments nor spans.
    pub documents: usize,
    /// Spans without an id, a trace or a time.
    pub nameless: usize,
    /// Spans beyond the limits.
    pub beyond: usize,
    /// Spans that were told twice; the whole one is kept.
    pub repeated: usize,
    /// Spans whose parent never came; they begin a tree of their own.
    pub orphans: usize,
    /// Traces that X-Ray did not answer with, or not whole (`UnprocessedTraceIds`, `LimitExceeded`).
    pub kept_back: usize,
    /// Links to spans that never came.
    pub unlinked: usize,
}

/// Why a document was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// It is no JSON, no JSON a line, and no list of spans in protocol buffers.
    Unknown,
    /// It is JSON of something else.
    NoSpans,
}

impl std::fmt::Display for ReadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Unknown => {
                "it is neither JSON, nor JSON lines, nor spans of OpenTelemetry in protocol buffers"
            }
            Self::NoSpans => "it has no segment of X-Ray and no span of OpenTelemetry (OTLP/JSON)",
        })
    }
}

impl std::error::Error for ReadError {}

/// Takes documents in.
#[derive(Debug, Default)]
pub struct Reader {
    limits: Limits,
    spans: Vec<Span>,
    /// Number of a span by trace and id.
    numbers: HashMap<(String, String), usize>,
    per_trace: HashMap<String, usize>,
    lost: Lost,
}

impl Reader {
    /// A reader with limits of its own.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Reads a document: a segment, a list of them, an answer of `BatchGetTraces`, spans of OTLP/JSON, any of
    /// these one a line, what goes to the X-Ray daemon, or OTLP in protocol buffers (a body of `/v1/traces`, a file
    /// of a collector). Gives how many spans it had.
    ///
    /// # Errors
    /// [`ReadError`] when there is no span in it; what was read before stays.
    pub fn read(&mut self, bytes: &[u8]) -> Result<usize, ReadError> {
        // JSON has none of these but as escapes, and every message has tags and lengths among them.
        if bytes.iter().any(|byte| *byte < b'\t') {
            return match otlp_bytes::read(bytes, self) {
                Ok(0) | Err(_) => Err(ReadError::Unknown),
                Ok(found) => Ok(found),
            };
        }
        if let Ok(value) = serde_json::from_slice::<Value>(bytes) {
            let found = self.take(&value);
            return if found == 0 { Err(ReadError::NoSpans) } else { Ok(found) };
        }
        let (mut found, mut is_json) = (0, false);
        for line in bytes.split(|byte| *byte == b'\n') {
            let line = line.trim_ascii();
            if line.is_empty() {
                continue;
            }
            let Ok(value) = serde_json::from_slice::<Value>(line) else {
                self.lost.documents += 1;
                continue;
            };
            is_json = true;
            // The head of a datagram for the daemon says only what follows.
            if value.get("format").is_some() && value.get("version").is_some() {
                continue;
            }
            let spans = self.take(&value);
            self.lost.documents += usize::from(spans == 0);
            found += spans;
        }
        match (found, is_json) {
            (0, false) => Err(ReadError::Unknown),
            (0, true) => Err(ReadError::NoSpans),
            _ => Ok(found),
        }
    }

    fn take(&mut self, value: &Value) -> usize {
        match value {
            Value::Array(list) => list.iter().map(|it| self.take_one(it)).sum(),
            other => self.take_one(other),
        }
    }

    fn take_one(&mut self, value: &Value) -> usize {
        let Some(object) = value.as_object() else { return 0 };
        if let Some(list) = object.get("resourceSpans").and_then(Value::as_array) {
            return otlp::read(list, self);
        }
        if let Some(traces) = object.get("Traces").and_then(Value::as_array) {
            let missing = object.get("UnprocessedTraceIds").and_then(Value::as_array);
            self.lost.kept_back += missing.map_or(0, Vec::len);
            return traces.iter().map(|trace| self.take_answer(trace)).sum();
        }
        self.take_segment(object)
    }

    /// One trace of an answer of `BatchGetTraces`: its documents stand as text.
    fn take_answer(&mut self, trace: &Value) -> usize {
        let is_cut = trace.get("LimitExceeded").and_then(Value::as_bool) == Some(true);
        self.lost.kept_back += usize::from(is_cut);
        let segments = trace.get("Segments").and_then(Value::as_array).into_iter().flatten();
        let mut found = 0;
        for segment in segments {
            let document = segment.get("Document").and_then(Value::as_str).unwrap_or_default();
            match serde_json::from_str::<Value>(document) {
                Ok(Value::Object(object)) => found += self.take_segment(&object),
                _ => self.lost.documents += 1,
            }
        }
        found
    }

    fn take_segment(&mut self, object: &Map<String, Value>) -> usize {
        let is_segment = object.contains_key("trace_id") && object.contains_key("start_time");
        if is_segment { xray::read(object, self.limits.depth, self) } else { 0 }
    }

    /// Keeps a span, unless it is none or there are too many.
    pub(crate) fn keep(&mut self, span: Span) {
        if span.trace.is_empty() || span.id.is_empty() {
            self.lost.nameless += 1;
            return;
        }
        let key = (span.trace.clone(), span.id.clone());
        if let Some(number) = self.numbers.get(&key) {
            self.lost.repeated += 1;
            // A segment is sent when it begins, and again when it ends.
            if let Some(known) = self.spans.get_mut(*number)
                && span.is_whole
                && !known.is_whole
            {
                *known = span;
            }
            return;
        }
        let of_trace = self.per_trace.entry(span.trace.clone()).or_default();
        if self.spans.len() >= self.limits.spans || *of_trace >= self.limits.trace_spans {
            self.lost.beyond += 1;
            return;
        }
        *of_trace += 1;
        self.numbers.insert(key, self.spans.len());
        self.spans.push(span);
    }

    /// Counts a document that is none.
    pub(crate) fn odd(&mut self) {
        self.lost.documents += 1;
    }

    /// Counts a span that has no time or id.
    pub(crate) fn nameless(&mut self) {
        self.lost.nameless += 1;
    }

    /// Counts spans that lie deeper than the limit.
    pub(crate) fn beyond(&mut self) {
        self.lost.beyond += 1;
    }

    /// Puts the spans together to traces, the newest first.
    #[must_use]
    pub fn finish(self) -> Chains {
        Chains::of(self.spans, self.lost)
    }
}
