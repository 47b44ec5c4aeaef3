//! An input taken apart into records, in pieces of any size.

use std::{borrow::Cow, io::Read as _};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use flate2::read::MultiGzDecoder;
use json_tape::{Kind, Tape, Value};

use crate::{
    csv::{Row, Rows},
    joined::{Joiner, Message, Origin},
    members::{LIMITS, moment, text},
    names::{function_of_group, function_of_stream},
    parse::parse,
    record::Entry,
    shape::{HEAD, Shape},
    time::parse_millis,
    values::{Bytes, Piece, Values},
};

/// What is called with each record.
pub type Visit<'v> = dyn FnMut(&Entry<'_>) + 'v;

/// Bounds of what is held in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a line or message; CloudWatch allows 256 KiB, 1 MiB since 2025.
    pub line_bytes: usize,
    /// Bytes of an event within a document, escapes and all.
    pub event_bytes: usize,
    /// Lines of one message.
    pub joined_lines: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { line_bytes: 256 << 10, event_bytes: 2 << 20, joined_lines: 1_000 }
    }
}

/// Bytes that the data of a subscription may decompress to.
const MOST_UNPACKED: u64 = 64 << 20;

/// What came of an input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Bytes that were read.
    pub bytes: u64,
    /// Records that were told.
    pub records: u64,
    /// Messages that were longer than the limit; what is behind it was not looked at.
    pub cut: u64,
    /// Parts of a document that are no events.
    pub odd: u64,
    /// The input is no text, and nothing of it was read.
    pub is_binary: bool,
    /// The input ends within a document.
    pub is_torn: bool,
}

/// Reads one input.
#[derive(Debug)]
pub struct LogReader {
    limits: Limits,
    input: Input,
    desk: Desk,
}

#[derive(Debug)]
enum Input {
    /// The first bytes, by which the shape is told.
    Head(Vec<u8>),
    Lines(Lines),
    Document(Values),
    Csv(Rows, Option<Columns>),
    Binary,
}

impl LogReader {
    /// A reader at the begin of an input.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        let joiner = Joiner::new(limits.line_bytes, limits.joined_lines);
        let desk = Desk {
            joiner,
            tape: Tape::new(),
            events: Tape::new(),
            limits,
            outcome: Outcome::default(),
            head: Origin::default(),
            in_subscription: false,
        };
        Self { limits, input: Input::Head(Vec::new()), desk }
    }

    /// Takes bytes, and visits the records that they end. The same bytes give the same records however they
    /// are cut into pieces.
    pub fn push(&mut self, bytes: &[u8], visit: &mut Visit<'_>) {
        self.desk.outcome.bytes += bytes.len() as u64;
        if let Input::Head(head) = &mut self.input {
            head.extend_from_slice(bytes);
            if head.len() >= HEAD {
                self.decide(visit);
            }
        } else {
            self.feed(bytes, visit);
        }
    }

    /// Visits the rest: the input has ended.
    pub fn finish(mut self, visit: &mut Visit<'_>) -> Outcome {
        self.decide(visit);
        let desk = &mut self.desk;
        match &mut self.input {
            Input::Lines(lines) => {
                lines.finish(&mut |line, text, is_cut| desk.line(line, text, is_cut, visit));
            }
            Input::Document(values) => {
                desk.outcome.is_torn = values.is_within();
                desk.outcome.odd += values.odd;
            }
            Input::Csv(rows, columns) => rows.finish(&mut |row| desk.row(&row, columns, visit)),
            Input::Head(_) | Input::Binary => {}
        }
        if let Some(message) = desk.joiner.finish() {
            desk.tell(&message, visit);
        }
        desk.outcome
    }

    fn decide(&mut self, visit: &mut Visit<'_>) {
        let Input::Head(head) = &mut self.input else { return };
        let head = std::mem::take(head);
        self.input = match Shape::of(&head) {
            Shape::Lines => Input::Lines(Lines::new(self.limits.line_bytes)),
            Shape::Document => Input::Document(Values::new(self.limits.event_bytes)),
            Shape::Csv => Input::Csv(Rows::new(self.limits.line_bytes), None),
            Shape::Binary => {
                self.desk.outcome.is_binary = true;
                Input::Binary
            }
        };
        self.feed(&head, visit);
    }

    fn feed(&mut self, bytes: &[u8], visit: &mut Visit<'_>) {
        let desk = &mut self.desk;
        match &mut self.input {
            Input::Lines(lines) => {
                lines.push(bytes, &mut |line, text, is_cut| desk.line(line, text, is_cut, visit));
            }
            Input::Document(values) => values.push(bytes, &mut |piece| desk.piece(&piece, visit)),
            Input::Csv(rows, columns) => {
                rows.push(bytes, &mut |row| desk.row(&row, columns, visit));
            }
            Input::Head(_) | Input::Binary => {}
        }
    }
}

/// Lines out of bytes.
#[derive(Debug)]
struct Lines {
    held: Vec<u8>,
    is_cut: bool,
    line: u64,
    most: usize,
}

impl Lines {
    fn new(most: usize) -> Self {
        Self { held: Vec::new(), is_cut: false, line: 1, most }
    }

    fn push(&mut self, bytes: &[u8], tell: &mut dyn FnMut(u64, &[u8], bool)) {
        let mut rest = bytes;
        while let Some(end) = memchr::memchr(b'\n', rest) {
            let (line, behind) = rest.split_at(end);
            rest = behind.get(1..).unwrap_or_default();
            if self.held.is_empty() && line.len() <= self.most {
                tell(self.line, line, false);
            } else {
                self.keep(line);
                tell(self.line, &self.held, self.is_cut);
                self.held.clear();
                self.is_cut = false;
            }
            self.line += 1;
        }
        self.keep(rest);
    }

    fn keep(&mut self, bytes: &[u8]) {
        let room = self.most.saturating_sub(self.held.len());
        self.is_cut |= bytes.len() > room;
        self.held.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
    }

    fn finish(&mut self, tell: &mut dyn FnMut(u64, &[u8], bool)) {
        if !self.held.is_empty() {
            tell(self.line, &self.held, self.is_cut);
            self.held.clear();
        }
    }
}

/// Columns of CSV that hold something.
#[derive(Clone, Copy, Debug, Default)]
struct Columns {
    time: Option<usize>,
    message: Option<usize>,
    stream: Option<usize>,
    group: Option<usize>,
}

/// Where messages become records.
#[derive(Debug)]
struct Desk {
    joiner: Joiner,
    /// Of the message that is told.
    tape: Tape,
    /// Of the event that holds a message.
    events: Tape,
    limits: Limits,
    outcome: Outcome,
    /// Group and stream of the document.
    head: Origin,
    /// In what a subscription handed over: one within another is not followed, so that none goes on for ever.
    in_subscription: bool,
}

impl Desk {
    fn line(&mut self, line: u64, bytes: &[u8], is_cut: bool, visit: &mut Visit<'_>) {
        let text = String::from_utf8_lossy(bytes);
        let text = if line == 1 { text.trim_start_matches('\u{feff}') } else { &text };
        if let Some(message) = self.joiner.take_line(line, text, is_cut) {
            self.tell(&message, visit);
        }
    }

    fn message(&mut self, origin: Origin, text: &str, is_cut: bool, visit: &mut Visit<'_>) {
        let (text, is_longer) = cut(text, self.limits.line_bytes);
        if let Some(message) = self.joiner.take(origin, text, is_cut || is_longer, false) {
            self.tell(&message, visit);
        }
    }

    fn piece(&mut self, piece: &Piece<'_>, visit: &mut Visit<'_>) {
        match piece {
            Piece::Head(head) => {
                if let Ok(document) = self.events.read(head, &LIMITS) {
                    let part = |name| text(document.root(), &[name]).map(Cow::into_owned);
                    self.head = Origin {
                        group: part("logGroup"),
                        stream: part("logStream"),
                        ..Origin::default()
                    };
                }
            }
            Piece::End => self.head = Origin::default(),
            Piece::Value(value) => self.value(value, visit),
        }
    }

    fn value(&mut self, value: &Bytes<'_>, visit: &mut Visit<'_>) {
        if value.is_cut {
            self.outcome.cut += 1;
            return;
        }
        let mut tape = std::mem::take(&mut self.events);
        match tape.read(value.text, &LIMITS) {
            Ok(document) => self.event(value, document.root(), visit),
            Err(_) => self.outcome.odd += 1,
        }
        tape.shrink(1 << 16);
        self.events = tape;
    }

    fn event(&mut self, value: &Bytes<'_>, root: Value<'_>, visit: &mut Visit<'_>) {
        let mut origin = Origin { line: value.line, ..self.head.clone() };
        if root.kind() == Kind::Array {
            // A row of Logs Insights: `[{"field": "@message", "value": "…"}, …]`.
            let of = |name: &str| {
                let has_name = |it: &Value<'_>| {
                    it.member("field").and_then(Value::text).is_some_and(|it| it == *name)
                };
                root.elements().find(has_name)?.member("value")
            };
            let Some(message) = of("@message").and_then(Value::text).map(json_tape::Text::to_cow)
            else {
                self.outcome.odd += 1;
                return;
            };
            origin.time = of("@timestamp").and_then(moment);
            let own = |name| of(name).and_then(Value::text).map(|it| it.to_cow().into_owned());
            origin.stream = own("@logStream").or(origin.stream);
            origin.group = own("@log").or(origin.group);
            self.message(origin, &message, false, visit);
            return;
        }
        if let Some(data) = root.descendant(&["awslogs", "data"]).and_then(Value::text) {
            self.subscription(&data.to_cow(), visit);
            return;
        }
        let is_event = value.is_event
            || ["@message", "eventId", "ingestionTime", "logStreamName"]
                .iter()
                .any(|name| root.member(name).is_some());
        if !is_event {
            self.message(origin, &String::from_utf8_lossy(value.text), false, visit);
            return;
        }
        let Some(message) = ["@message", "message"].iter().find_map(|name| root.member(name))
        else {
            self.outcome.odd += 1;
            return;
        };
        let time = ["@timestamp", "timestamp"].iter().find_map(|name| root.member(name));
        origin.time = time.and_then(moment);
        let own = |names: &[&str]| text(root, names).map(Cow::into_owned);
        origin.stream = own(&["logStreamName", "@logStream"]).or(origin.stream);
        origin.group = own(&["@log", "logGroupName", "logGroup"]).or(origin.group);
        // The console exports messages of JSON as objects.
        let message = message.text().map_or(Cow::Borrowed(message.raw()), json_tape::Text::to_cow);
        self.message(origin, &message, false, visit);
    }

    /// What a subscription hands to a function: base64 of gzip of a document.
    fn subscription(&mut self, data: &str, visit: &mut Visit<'_>) {
        let packed = STANDARD.decode(data).ok().filter(|_| !self.in_subscription);
        let Some(packed) = packed else {
            self.outcome.odd += 1;
            return;
        };
        self.in_subscription = true;
        let mut input = MultiGzDecoder::new(packed.as_slice()).take(MOST_UNPACKED);
        let mut values = Values::new(self.limits.event_bytes);
        let mut buffer = [0; 1 << 13];
        let is_whole = loop {
            match input.read(&mut buffer) {
                Ok(0) => break input.limit() > 0,
                Ok(count) => {
                    let bytes = buffer.get(..count).unwrap_or_default();
                    values.push(bytes, &mut |piece| self.piece(&piece, visit));
                }
                Err(_) => break false,
            }
        };
        self.in_subscription = false;
        self.outcome.odd += values.odd + u64::from(!is_whole || values.is_within());
    }

    fn row(&mut self, row: &Row, columns: &mut Option<Columns>, visit: &mut Visit<'_>) {
        let texts: Vec<Cow<'_, str>> =
            row.cells.iter().map(|it| String::from_utf8_lossy(it)).collect();
        let Some(columns) = columns else {
            let of = |names: &[&str]| {
                let is = |text: &Cow<'_, str>| {
                    let text = text.trim_start_matches('\u{feff}').trim();
                    names.iter().any(|name| name.eq_ignore_ascii_case(text))
                };
                texts.iter().position(is)
            };
            *columns = Some(Columns {
                time: of(&["@timestamp", "timestamp"]),
                message: of(&["@message", "message"]),
                stream: of(&["@logStream", "logStreamName"]),
                group: of(&["@log", "logGroup"]),
            });
            return;
        };
        let cell =
            |column: Option<usize>| column.and_then(|it| texts.get(it)).filter(|it| !it.is_empty());
        let Some(message) = cell(columns.message) else {
            self.outcome.odd += 1;
            return;
        };
        let origin = Origin {
            group: cell(columns.group).map(ToString::to_string),
            stream: cell(columns.stream).map(ToString::to_string),
            line: row.line,
            time: cell(columns.time).and_then(|it| parse_millis(it)),
        };
        self.message(origin, message, row.is_cut, visit);
    }

    fn tell(&mut self, message: &Message, visit: &mut Visit<'_>) {
        let Message { origin, text, is_cut, .. } = message;
        self.outcome.records += 1;
        self.outcome.cut += u64::from(*is_cut);
        let parsed = parse(text, &mut self.tape);
        let group = origin.group.as_deref().and_then(function_of_group);
        let stream = origin.stream.as_deref().and_then(function_of_stream);
        let entry = Entry {
            function: group.or(stream).or(parsed.function.as_deref()),
            stream: origin.stream.as_deref(),
            line: origin.line,
            time: origin.time.or(parsed.time),
            text,
            is_cut: *is_cut,
            record: parsed.record,
        };
        visit(&entry);
    }
}

/// The begin of a text, and whether something is left out.
fn cut(text: &str, most: usize) -> (&str, bool) {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    (text.get(..end).unwrap_or_default(), end < text.len())
}
