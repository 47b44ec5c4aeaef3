//! A file taken apart into records, a piece of its bytes at a time.

use std::io::{self, Read};

use crate::{
    event::AuditEvent,
    json::{Json, JsonKind, unescape},
    outcome::{Limits, Outcome, RemarkKind},
    record::{Parsed, holds_records, may_hold_record, plain, read_object},
    scanner::{Scanner, Stop},
};

/// What is called with each event.
pub type Visit<'v> = dyn FnMut(&AuditEvent<'_>) + 'v;

/// Bytes that are read at a time.
const CHUNK: usize = 1 << 20;

/// Arrays of records inside arrays of records; a file has one.
const MAX_LEVELS: usize = 8;

/// Records wrapped in records: SNS in SQS in `EventBridge` is three.
const MAX_WRAPPED: u8 = 4;

/// Bytes that may be read twice to find where a torn record ends.
const READ_AGAIN: usize = 64 << 20;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Reads a whole input that is in memory, and visits its events in order.
pub fn read(bytes: &[u8], limits: &Limits, visit: &mut Visit<'_>) -> Outcome {
    let mut reader = Reader::new(limits, 0, 0, visit);
    reader.consume(bytes, true);
    reader.finish(bytes.len())
}

/// Reads an input piece by piece, and visits its events in order. What is held in memory is one
/// record, and at least 1 MiB.
///
/// An error of the input ends the reading with a remark; all before it is read.
pub fn read_from(input: &mut dyn Read, limits: &Limits, visit: &mut Visit<'_>) -> Outcome {
    read_pieces(input, CHUNK, limits, visit)
}

/// Reads an input in pieces of so many bytes, or more where a record is longer.
fn read_pieces(
    input: &mut dyn Read,
    piece: usize,
    limits: &Limits,
    visit: &mut Visit<'_>,
) -> Outcome {
    let mut reader = Reader::new(limits, 0, 0, visit);
    let mut buffer: Vec<u8> = Vec::new();
    // Bytes of the buffer that wait to be read.
    let mut waiting = 0;
    loop {
        // A record that did not fit is tried again when there is twice as much of it, so that
        // trying costs no more than reading.
        let wanted = waiting + piece.max(waiting);
        if buffer.len() < wanted {
            buffer.resize(wanted, 0);
        }
        let (read, fault) = fill(input, buffer.get_mut(waiting..wanted).unwrap_or_default());
        waiting += read;
        let is_last = fault.is_some() || read == 0;
        let bytes = buffer.get(..waiting).unwrap_or_default();
        let consumed = reader.consume(bytes, is_last);
        reader.base += consumed as u64;
        buffer.copy_within(consumed..waiting, 0);
        waiting -= consumed;
        if let Some(error) = fault {
            let reason = error.to_string();
            reader.tell(waiting, RemarkKind::Failed { reason });
        }
        if is_last {
            return reader.finish(waiting);
        }
    }
}

/// Reads until the buffer is full or the input ends; with the bytes that were read what went wrong behind them.
fn fill(input: &mut dyn Read, buffer: &mut [u8]) -> (usize, Option<io::Error>) {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match input.read(rest) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return (filled, Some(error)),
        }
    }
    (filled, None)
}

/// What the reader is inside of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    /// Nothing: values follow each other.
    Document,
    /// An array of records.
    Array,
    /// An object, behind a member that was an array of records.
    Object,
}

/// How a piece goes on.
enum Step {
    /// Here.
    At(usize),
    /// Here, when there are more bytes.
    Wait(usize),
}

struct Reader<'r, 'v> {
    limits: Limits,
    /// Where the piece begins in the input.
    base: u64,
    /// How many records this one is wrapped in; all of it stands at `base` then.
    wrapped: u8,
    levels: Vec<Level>,
    /// The record here is passed over.
    pass: Option<Pass>,
    /// The next record is looked for; the last byte before, white space left out.
    lost: Option<u8>,
    /// Since a torn record none was found: what is met may be a part of that one.
    is_recovering: bool,
    read_again: usize,
    outcome: Outcome,
    visit: &'r mut Visit<'v>,
}

impl<'r, 'v> Reader<'r, 'v> {
    fn new(limits: &Limits, base: u64, wrapped: u8, visit: &'r mut Visit<'v>) -> Self {
        Self {
            limits: *limits,
            base,
            wrapped,
            levels: vec![Level::Document],
            pass: None,
            lost: None,
            is_recovering: false,
            read_again: 0,
            outcome: Outcome::default(),
            visit,
        }
    }

    /// Reads what can be read of a piece, and tells how many bytes of it are done with.
    fn consume(&mut self, bytes: &[u8], is_last: bool) -> usize {
        let mut at = 0;
        loop {
            let step = if let Some(pass) = &mut self.pass {
                let (end, is_done) = pass.over(bytes, at);
                if is_done {
                    self.pass = None;
                }
                Step::At(end)
            } else if let Some(last) = self.lost {
                self.find(bytes, at, last, is_last)
            } else {
                self.step(bytes, at, is_last)
            };
            match step {
                Step::At(next) if next < bytes.len() => at = next,
                Step::At(_) => return bytes.len(),
                Step::Wait(next) => return next,
            }
        }
    }

    /// One value, or one mark between values.
    fn step(&mut self, bytes: &[u8], at: usize, is_last: bool) -> Step {
        let mut scanner = Scanner::new(bytes, at);
        let Some(byte) = scanner.peek() else { return Step::At(bytes.len()) };
        let at = scanner.at;
        let level = self.levels.last().copied().unwrap_or(Level::Document);
        let is_first = self.base == 0 && at == 0;
        match (level, byte) {
            (_, b',') => Step::At(at + 1),
            (Level::Array, b']') | (Level::Object, b'}') => {
                self.levels.pop();
                Step::At(at + 1)
            }
            (Level::Object, b'"') => self.member(bytes, at, is_last),
            (Level::Document | Level::Array, b'{') => self.object(bytes, at, is_last),
            (Level::Document | Level::Array, b'[') => self.enter(Level::Array, at),
            (Level::Array, _) | (Level::Document, b'"') => self.element(bytes, at, is_last),
            // A byte order mark.
            (Level::Document, 0xEF) if is_first && bytes.starts_with(BYTE_ORDER_MARK) => {
                Step::At(BYTE_ORDER_MARK.len())
            }
            (Level::Document, 0xEF)
                if is_first && !is_last && BYTE_ORDER_MARK.starts_with(bytes) =>
            {
                Step::Wait(at)
            }
            _ => self.torn(at, at),
        }
    }

    /// Steps into the array or object at `at`.
    fn enter(&mut self, level: Level, at: usize) -> Step {
        if self.levels.len() >= MAX_LEVELS {
            self.tell(at, RemarkKind::TooDeep);
            self.pass = Some(Pass::default());
            return Step::At(at);
        }
        self.levels.push(level);
        Step::At(at + 1)
    }

    /// The bytes that a record at `at` may take.
    fn window<'a>(&self, bytes: &'a [u8], at: usize) -> &'a [u8] {
        let end = at.saturating_add(self.limits.record_bytes);
        bytes.get(..end).unwrap_or(bytes)
    }

    /// An object: a record, or what holds records.
    fn object(&mut self, bytes: &[u8], at: usize, is_last: bool) -> Step {
        let mut scanner = Scanner::new(self.window(bytes, at), at);
        let mut event = AuditEvent::default();
        match read_object(&mut scanner, &mut event) {
            Ok(Parsed::Event { has_duplicates }) => {
                self.is_recovering = false;
                self.outcome.events += 1;
                self.check(&event, at, has_duplicates);
                (self.visit)(&event);
            }
            Ok(Parsed::Container) => {
                self.is_recovering = false;
                return match self.enter(Level::Object, at) {
                    Step::At(next) if next == at => Step::At(at), // passed over
                    _ => self.enter(Level::Array, scanner.at),
                };
            }
            Ok(Parsed::Wrapped(value)) => self.unwrap(value, at),
            Ok(Parsed::Digest) => self.outcome.digests += 1,
            Ok(Parsed::Alien) => self.alien(at),
            Err(stop) => return self.stopped(bytes, at, stop, is_last),
        }
        Step::At(scanner.at)
    }

    /// An element of an array that is no object: text of a record, or nothing of ours.
    fn element(&mut self, bytes: &[u8], at: usize, is_last: bool) -> Step {
        let mut scanner = Scanner::new(self.window(bytes, at), at);
        match scanner.value() {
            Ok(value) if value.kind() == JsonKind::String => self.unwrap(value, at),
            Ok(_) => self.alien(at),
            Err(stop) => return self.stopped(bytes, at, stop, is_last),
        }
        Step::At(scanner.at)
    }

    /// A member behind an array of records: another one, or something that is passed over.
    fn member(&mut self, bytes: &[u8], at: usize, is_last: bool) -> Step {
        let mut scanner = Scanner::new(self.window(bytes, at), at);
        let result = scanner.name().and_then(|name| match scanner.peek() {
            Some(b'[') if holds_records(&plain(name)) => Ok(true),
            _ => scanner.value().map(|_| false),
        });
        match result {
            Ok(true) => self.enter(Level::Array, scanner.at),
            Ok(false) => Step::At(scanner.at),
            Err(stop) => self.stopped(bytes, at, stop, is_last),
        }
    }

    /// What to do with a value whose end was not found.
    fn stopped(&mut self, bytes: &[u8], at: usize, stop: Stop, is_last: bool) -> Step {
        let kind = match stop {
            Stop::Incomplete if bytes.len() - at >= self.limits.record_bytes => {
                RemarkKind::TooLong { bound: self.limits.record_bytes }
            }
            Stop::Incomplete if !is_last => return Step::Wait(at),
            Stop::Incomplete => {
                if !self.is_recovering {
                    self.tell(at, RemarkKind::Cut);
                }
                self.levels.truncate(1); // told already
                return self.recover(at, bytes.len());
            }
            Stop::Malformed(fault) => return self.torn(at, fault),
            Stop::TooDeep(_) => RemarkKind::TooDeep,
        };
        self.tell(at, kind);
        // A member's name is a string, too: it is passed over, and then its colon is torn.
        self.pass = Some(Pass::default());
        Step::At(at)
    }

    /// The value at `start` is not JSON at `fault`.
    fn torn(&mut self, start: usize, fault: usize) -> Step {
        if !self.is_recovering {
            self.tell(fault, RemarkKind::Malformed);
        }
        if self.levels.len() >= MAX_LEVELS {
            self.levels.truncate(1); // files one behind the other, all of them torn
        }
        self.recover(start, fault)
    }

    /// Looks for the next record behind the start of a torn one: a string that never ended may have
    /// swallowed it. When too much was read again, behind the fault.
    fn recover(&mut self, start: usize, fault: usize) -> Step {
        self.is_recovering = true;
        self.lost = Some(b'\n');
        // The next record does not stand in an object; it may begin right here.
        if self.levels.pop_if(|level| *level == Level::Object).is_some() {
            return Step::At(start);
        }
        self.read_again += fault.saturating_sub(start);
        let from = if self.read_again <= READ_AGAIN { start } else { fault };
        Step::At(from.max(start + 1))
    }

    /// Looks for the next object that may be a record: `{` and a name, not the value of a member.
    fn find(&mut self, bytes: &[u8], at: usize, mut last: u8, is_last: bool) -> Step {
        let mut at = at;
        while let Some(byte) = bytes.get(at) {
            if *byte == b'{' && last != b':' {
                let mut scanner = Scanner::new(bytes, at + 1);
                match scanner.peek() {
                    Some(b'"') => {
                        self.lost = None;
                        return Step::At(at);
                    }
                    None if !is_last => {
                        self.lost = Some(last);
                        return Step::Wait(at);
                    }
                    _ => {}
                }
            }
            if !byte.is_ascii_whitespace() {
                last = *byte;
            }
            at += 1;
        }
        self.lost = Some(last);
        Step::At(at)
    }

    /// A value that may be, or hold, a record: read as an input of its own.
    fn unwrap(&mut self, value: Json<'_>, at: usize) {
        if !may_hold_record(value) || self.wrapped >= MAX_WRAPPED {
            return self.alien(at);
        }
        let offset = self.offset(at);
        let text = value.text().map(|text| unescape(text.raw()));
        let bytes = text.as_deref().unwrap_or(value.raw());
        let mut inner = Reader::new(&self.limits, offset, self.wrapped + 1, &mut *self.visit);
        // What is read again counts for the whole input, whatever it is wrapped in.
        inner.read_again = self.read_again;
        inner.consume(bytes, true);
        self.read_again = inner.read_again;
        let inner = inner.finish(bytes.len());
        self.outcome.events += inner.events;
        self.outcome.digests += inner.digests;
        self.outcome.with_duplicates += inner.with_duplicates;
        self.outcome.not_utf8 += inner.not_utf8;
        self.outcome.remarks_left_out += inner.remarks_left_out;
        for remark in inner.remarks {
            if remark.kind != RemarkKind::Alien {
                self.outcome.remark(&self.limits, remark.offset, remark.kind);
            }
        }
        for _ in 0..inner.aliens {
            self.alien(at);
        }
    }

    fn alien(&mut self, at: usize) {
        if self.is_recovering {
            self.lost = Some(b'\n');
            return;
        }
        if self.outcome.aliens == 0 {
            self.tell(at, RemarkKind::Alien);
        }
        self.outcome.aliens += 1;
    }

    /// Oddities of a record that was read all the same.
    fn check(&mut self, event: &AuditEvent<'_>, at: usize, has_duplicates: bool) {
        if has_duplicates {
            if self.outcome.with_duplicates == 0 {
                self.tell(at, RemarkKind::DuplicateMember);
            }
            self.outcome.with_duplicates += 1;
        }
        let raw = event.record.raw();
        if !raw.is_ascii() && std::str::from_utf8(raw).is_err() {
            if self.outcome.not_utf8 == 0 {
                self.tell(at, RemarkKind::NotUtf8);
            }
            self.outcome.not_utf8 += 1;
        }
    }

    fn offset(&self, at: usize) -> u64 {
        if self.wrapped > 0 { self.base } else { self.base + at as u64 }
    }

    fn tell(&mut self, at: usize, kind: RemarkKind) {
        let offset = self.offset(at);
        self.outcome.remark(&self.limits, offset, kind);
    }

    fn finish(mut self, rest: usize) -> Outcome {
        if self.levels.len() > 1 || self.pass.is_some() {
            self.tell(rest, RemarkKind::Cut);
        }
        self.outcome.bytes = self.offset(rest);
        self.outcome
    }
}

/// Passes over one value, a piece at a time: only brackets and strings are looked at.
#[derive(Clone, Copy, Debug, Default)]
struct Pass {
    depth: u64,
    is_string: bool,
    is_escaped: bool,
}

impl Pass {
    /// Where the value ends, or the piece, and whether it was the value.
    fn over(&mut self, bytes: &[u8], start: usize) -> (usize, bool) {
        for (at, byte) in bytes.iter().enumerate().skip(start) {
            if self.is_escaped {
                self.is_escaped = false;
                continue;
            }
            match byte {
                b'\\' if self.is_string => self.is_escaped = true,
                b'"' => self.is_string = !self.is_string,
                _ if self.is_string => continue,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                _ => continue,
            }
            if self.depth == 0 && !self.is_string && !self.is_escaped {
                return (at + 1, true);
            }
        }
        (bytes.len(), false)
    }
}

#[cfg(test)]
mod tests;
