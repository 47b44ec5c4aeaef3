//! Documents taken apart into the events that they hold, a byte at a time, in bounded memory.

use json_tape::Tape;

use crate::members::LIMITS;

/// Members whose list holds the events.
const LISTS: [&[u8]; 3] = [b"events", b"logEvents", b"results"];

/// Members that stand beside them; an object with others is a line of the function.
const BESIDE: [&str; 15] = [
    "messageType",
    "owner",
    "logGroup",
    "logStream",
    "subscriptionFilters",
    "policyLevel",
    "searchedLogStreams",
    "nextToken",
    "nextForwardToken",
    "nextBackwardToken",
    "queryLanguage",
    "statistics",
    "status",
    "encryptionKey",
    "ResponseMetadata",
];

/// What comes out of a document.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// The members in front of a list of events, as an object.
    Head(&'a [u8]),
    /// An event, or a whole object that holds none.
    Value(Bytes<'a>),
    /// The document has ended.
    End,
}

/// The bytes of a value.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Bytes<'a> {
    /// The line on which it begins.
    pub(crate) line: u64,
    pub(crate) text: &'a [u8],
    /// It is longer than the limit, and not whole.
    pub(crate) is_cut: bool,
    /// It stands in a list of events.
    pub(crate) is_event: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Between values, perhaps in a list of them.
    Between { in_list: bool },
    /// In an object of which it is not known whether it holds events.
    Object { in_list: bool },
    /// Between events.
    Events { in_list: bool },
    /// In an event.
    Event { in_list: bool, of_document: bool },
    /// Behind the events.
    Tail { in_list: bool },
    /// In what is no JSON, up to the end of the line.
    Lost { in_list: bool },
}

/// Takes documents apart.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a state of its own")]
pub(crate) struct Values {
    state: State,
    depth: u32,
    in_string: bool,
    is_escaped: bool,
    buffer: Vec<u8>,
    is_cut: bool,
    most: usize,
    line: u64,
    began: u64,
    /// Where the last string at the first level begins and ends in the buffer.
    string: (usize, usize),
    /// It is followed by a colon.
    is_name: bool,
    /// The object has a member that documents do not have: it is a line, whatever follows.
    is_line: bool,
    /// Runs of bytes that are no JSON.
    pub(crate) odd: u64,
}

impl Values {
    pub(crate) fn new(most: usize) -> Self {
        Self {
            state: State::Between { in_list: false },
            depth: 0,
            in_string: false,
            is_escaped: false,
            buffer: Vec::new(),
            is_cut: false,
            most,
            line: 1,
            began: 1,
            string: (0, 0),
            is_name: false,
            is_line: false,
            odd: 0,
        }
    }

    /// Takes bytes and tells what they end.
    pub(crate) fn push(&mut self, bytes: &[u8], tell: &mut dyn FnMut(Piece<'_>)) {
        for byte in bytes {
            self.take(*byte, tell);
            self.line += u64::from(*byte == b'\n');
        }
    }

    /// Whether the bytes end within a value.
    pub(crate) fn is_within(&self) -> bool {
        !matches!(self.state, State::Between { in_list: false } | State::Lost { in_list: false })
    }

    fn take(&mut self, byte: u8, tell: &mut dyn FnMut(Piece<'_>)) {
        match self.state {
            State::Between { in_list } => self.between(byte, in_list),
            State::Lost { in_list } => {
                if byte == b'\n' {
                    self.state = State::Between { in_list };
                }
            }
            State::Object { in_list } => self.object(byte, in_list, tell),
            State::Events { in_list } => self.events(byte, in_list),
            State::Event { in_list, of_document } => {
                self.keep(byte);
                if self.is_end(byte) {
                    self.value(true, tell);
                    self.state = if of_document {
                        State::Events { in_list }
                    } else {
                        State::Between { in_list: true }
                    };
                }
            }
            State::Tail { in_list } => {
                if self.is_end(byte) {
                    tell(Piece::End);
                    self.state = State::Between { in_list };
                }
            }
        }
    }

    fn between(&mut self, byte: u8, in_list: bool) {
        match byte {
            b'{' => self.begin(byte, State::Object { in_list }),
            b'[' if in_list => self.begin(byte, State::Event { in_list, of_document: false }),
            b'[' => self.state = State::Between { in_list: true },
            b']' if in_list => self.state = State::Between { in_list: false },
            b',' | b' ' | b'\t' | b'\r' | b'\n' | 0x1E => {}
            // A byte order mark.
            0xEF | 0xBB | 0xBF if self.line == 1 => {}
            _ => {
                self.odd += 1;
                self.state = State::Lost { in_list };
            }
        }
    }

    fn begin(&mut self, byte: u8, state: State) {
        self.state = state;
        self.depth = 1;
        self.began = self.line;
        self.is_cut = false;
        self.is_name = false;
        self.is_line = false;
        self.buffer.clear();
        // One long value must not hold its memory for ever.
        self.buffer.shrink_to(1 << 16);
        self.keep(byte);
    }

    fn object(&mut self, byte: u8, in_list: bool, tell: &mut dyn FnMut(Piece<'_>)) {
        let was_string = self.in_string;
        self.keep(byte);
        if self.is_end(byte) {
            self.value(false, tell);
            self.state = State::Between { in_list };
            return;
        }
        let at = self.buffer.len();
        if self.depth == 1 {
            match byte {
                b'"' if self.in_string && !was_string => self.string.0 = at - 1,
                b'"' if was_string && !self.in_string => self.string.1 = at,
                b':' if !self.in_string => self.is_name = true,
                b',' if !self.in_string => self.is_name = false,
                _ => {}
            }
        } else if self.depth == 2
            && byte == b'['
            && !self.in_string
            && self.is_name
            && !self.is_cut
            && !self.is_line
        {
            let (start, end) = self.string;
            let name = self.buffer.get(start + 1..end.saturating_sub(1)).unwrap_or_default();
            self.is_name = false;
            if !LISTS.contains(&name) {
                return;
            }
            match self.buffer.get(..start).and_then(head_of) {
                Some(head) => {
                    tell(Piece::Head(&head));
                    self.state = State::Events { in_list };
                }
                // What stands before is not read again at each list that follows.
                None => self.is_line = true,
            }
        }
    }

    fn events(&mut self, byte: u8, in_list: bool) {
        if self.in_string {
            self.is_end(byte);
            return;
        }
        match byte {
            b'{' | b'[' => self.begin(byte, State::Event { in_list, of_document: true }),
            b']' => {
                self.depth = 1;
                self.state = State::Tail { in_list };
            }
            b'"' => self.in_string = true,
            _ => {}
        }
    }

    /// Follows strings and brackets; whether this byte ends the value.
    fn is_end(&mut self, byte: u8) -> bool {
        if self.in_string {
            match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' => self.is_escaped = true,
                b'"' => self.in_string = false,
                _ => {}
            }
            return false;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.depth = self.depth.saturating_add(1),
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                return self.depth == 0;
            }
            _ => {}
        }
        false
    }

    fn keep(&mut self, byte: u8) {
        if self.buffer.len() < self.most {
            self.buffer.push(byte);
        } else {
            self.is_cut = true;
        }
    }

    fn value(&mut self, is_event: bool, tell: &mut dyn FnMut(Piece<'_>)) {
        let Self { began: line, is_cut, .. } = *self;
        tell(Piece::Value(Bytes { line, text: &self.buffer, is_cut, is_event }));
    }
}

/// What stands in front of a list, as an object, when it is what stands in front of events.
fn head_of(front: &[u8]) -> Option<Vec<u8>> {
    let front = front.trim_ascii_end();
    let mut head = front.strip_suffix(b",").unwrap_or(front).to_vec();
    head.push(b'}');
    let mut tape = Tape::new();
    let document = tape.read(&head, &LIMITS).ok()?;
    let is_known = document.root().members().all(|it| BESIDE.iter().any(|name| it.name == *name));
    is_known.then_some(head)
}

/// Whether the first object of a text holds events.
pub(crate) fn holds_events(head: &[u8]) -> bool {
    if !head.starts_with(b"{") {
        return false;
    }
    let mut values = Values::new(head.len());
    let mut found = None;
    values.push(head, &mut |piece| {
        found.get_or_insert(matches!(piece, Piece::Head(_)));
    });
    found == Some(true)
}

#[cfg(test)]
mod tests {
    use super::{Piece, Values, holds_events};

    fn pieces(text: &str, most: usize) -> Vec<String> {
        let mut values = Values::new(most);
        let mut found = Vec::new();
        values.push(text.as_bytes(), &mut |piece| {
            found.push(match piece {
                Piece::Head(head) => format!("head {}", String::from_utf8_lossy(head)),
                Piece::Value(value) => format!(
                    "{}{} {}",
                    value.line,
                    if value.is_cut { " cut" } else { "" },
                    String::from_utf8_lossy(value.text)
                ),
                Piece::End => "end".to_owned(),
            });
        });
        found
    }

    #[test]
    fn documents_hold_events() {
        let text = "{\"logGroup\": \"g\",\n\"logEvents\": [{\"message\": \"a ] } \\\" [\"},\n{}], \"x\": [{}]}{\"a\":[1]}";
        let expected = [
            "head {\"logGroup\": \"g\"}",
            "2 {\"message\": \"a ] } \\\" [\"}",
            "3 {}",
            "end",
            "3 {\"a\":[1]}",
        ];
        assert_eq!(pieces(text, 100), expected);
        assert_eq!(pieces("[[{\"a\":1}],{\"b\":2}] odd }\n{\"c\":3}", 100).len(), 3);
        assert_eq!(pieces("{\"a\":\"12345678\"}{}", 8), ["1 cut {\"a\":\"12", "1 {}"]);
    }

    #[test]
    fn an_object_with_other_members_is_a_line() {
        assert!(holds_events(b"{\"events\": []"));
        assert!(!holds_events(b"{\"level\":\"INFO\",\"events\":[]}"));
        assert!(!holds_events(b"{\"a\":1}\n{\"events\": []}"));
    }

    #[test]
    fn what_stands_before_lists_of_a_line_is_read_once() {
        let text = format!("{{\"x\":1{}}}", ",\"events\":[]".repeat(150_000));
        assert_eq!(pieces(&text, 4 << 20).len(), 1);
    }
}
