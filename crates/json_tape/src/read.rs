//! Reading: RFC 8259, no extensions, one pass, no recursion.

use crate::tape::{Kind, Node};

/// How much of a document is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Arrays and objects within each other; 0 allows scalars only.
    pub depth: u32,
    /// Values and names of members.
    pub nodes: u32,
    /// Bytes of the source; never more than 4 GiB.
    pub bytes: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth: 128, nodes: 1 << 20, bytes: 64 << 20 }
    }
}

/// What is wrong at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Fault {
    /// The source is longer than [`Limits::bytes`].
    #[error("more bytes than the limit")]
    TooLarge,
    /// Deeper than [`Limits::depth`].
    #[error("nested deeper than the limit")]
    TooDeep,
    /// More values than [`Limits::nodes`].
    #[error("more values than the limit")]
    TooMany,
    /// Not UTF-8.
    #[error("not UTF-8")]
    NotUtf8,
    /// The source ends within a value.
    #[error("the text ends within a value")]
    Unfinished,
    /// A value should begin here.
    #[error("a value is expected")]
    NotAValue,
    /// The name of a member should begin here.
    #[error("the name of a member is expected")]
    NotAName,
    /// `:`, `,`, `]` or `}` is missing.
    #[error("a colon, comma or closing bracket is expected")]
    NotPunctuation,
    /// A number with a leading zero, no digits, and the like.
    #[error("not a number of JSON")]
    BadNumber,
    /// An escape that JSON does not have.
    #[error("not an escape of JSON")]
    BadEscape,
    /// A control character in a string.
    #[error("a control character in a string must be escaped")]
    ControlCharacter,
    /// Something behind the value.
    #[error("something stands behind the value")]
    Trailing,
}

/// Why bytes are no document, or none within the limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("byte {offset}: {fault}")]
pub struct ReadError {
    /// In bytes from the start of the source.
    pub offset: usize,
    /// What is wrong there.
    pub fault: Fault,
}

/// No container is open.
const OUTSIDE: u32 = u32::MAX;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

pub(crate) struct Reader<'a, 'n> {
    bytes: &'a [u8],
    at: usize,
    nodes: &'n mut Vec<Node>,
    /// Node of the innermost container that is open.
    open: u32,
    depth: u32,
    limits: Limits,
}

impl<'a, 'n> Reader<'a, 'n> {
    /// Fills `nodes`; the source, now known to be UTF-8.
    pub(crate) fn read(
        bytes: &'a [u8],
        nodes: &'n mut Vec<Node>,
        limits: &Limits,
    ) -> Result<&'a str, ReadError> {
        if bytes.len() > limits.bytes as usize {
            return Err(ReadError { offset: limits.bytes as usize, fault: Fault::TooLarge });
        }
        let source = std::str::from_utf8(bytes)
            .map_err(|error| ReadError { offset: error.valid_up_to(), fault: Fault::NotUtf8 })?;
        let at = if bytes.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        let mut reader = Self { bytes, at, nodes, open: OUTSIDE, depth: 0, limits: *limits };
        reader.document()?;
        Ok(source)
    }

    fn document(&mut self) -> Result<(), ReadError> {
        loop {
            // A value begins here; a container goes on with what is in it.
            if self.value()? {
                continue;
            }
            if self.after_value()? {
                return Ok(());
            }
        }
    }

    /// Reads a scalar or opens a container. Whether a value comes next, inside.
    fn value(&mut self) -> Result<bool, ReadError> {
        self.whitespace();
        match self.peek() {
            Some(b'"') => self.string()?,
            Some(b'{') => {
                self.open(Kind::Object)?;
                self.whitespace();
                if self.peek() != Some(b'}') {
                    self.name()?;
                    return Ok(true);
                }
                self.close()?;
            }
            Some(b'[') => {
                self.open(Kind::Array)?;
                self.whitespace();
                if self.peek() != Some(b']') {
                    return Ok(true);
                }
                self.close()?;
            }
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b't') => self.literal(b"true", Kind::True)?,
            Some(b'f') => self.literal(b"false", Kind::False)?,
            Some(b'n') => self.literal(b"null", Kind::Null)?,
            Some(_) => return Err(self.fault(Fault::NotAValue)),
            None => return Err(self.fault(Fault::Unfinished)),
        }
        Ok(false)
    }

    /// Reads what stands between a value and the next one. Whether the document is at its end.
    fn after_value(&mut self) -> Result<bool, ReadError> {
        loop {
            self.whitespace();
            let byte = self.peek();
            let Some(container) = self.container() else {
                return if byte.is_none() { Ok(true) } else { Err(self.fault(Fault::Trailing)) };
            };
            match (byte, container) {
                (Some(b','), Kind::Object) => {
                    self.at += 1;
                    self.whitespace();
                    self.name()?;
                    return Ok(false);
                }
                (Some(b','), _) => {
                    self.at += 1;
                    return Ok(false);
                }
                (Some(b'}'), Kind::Object) | (Some(b']'), Kind::Array) => self.close()?,
                (Some(_), _) => return Err(self.fault(Fault::NotPunctuation)),
                (None, _) => return Err(self.fault(Fault::Unfinished)),
            }
        }
    }

    /// The kind of the innermost open container.
    fn container(&self) -> Option<Kind> {
        self.nodes.get(self.open as usize).map(|node| node.kind)
    }

    fn open(&mut self, kind: Kind) -> Result<(), ReadError> {
        if self.depth == self.limits.depth {
            return Err(self.fault(Fault::TooDeep));
        }
        let index = self.push(self.at, kind, false)?;
        if let Some(node) = self.nodes.last_mut() {
            node.next = self.open;
        }
        self.open = index;
        self.depth += 1;
        self.at += 1;
        Ok(())
    }

    /// Ends the open container at its bracket, which is the next byte.
    fn close(&mut self) -> Result<(), ReadError> {
        self.at += 1;
        let (end, next) = (Self::offset(self.at), self.length());
        let fault = self.fault(Fault::NotPunctuation);
        let node = self.nodes.get_mut(self.open as usize).ok_or(fault)?;
        self.open = node.next;
        node.end = end;
        node.next = next;
        self.depth -= 1;
        Ok(())
    }

    /// Reads the name of a member and its colon.
    fn name(&mut self) -> Result<(), ReadError> {
        match self.peek() {
            Some(b'"') => self.string()?,
            Some(_) => return Err(self.fault(Fault::NotAName)),
            None => return Err(self.fault(Fault::Unfinished)),
        }
        self.whitespace();
        match self.peek() {
            Some(b':') => self.at += 1,
            Some(_) => return Err(self.fault(Fault::NotPunctuation)),
            None => return Err(self.fault(Fault::Unfinished)),
        }
        Ok(())
    }

    fn string(&mut self) -> Result<(), ReadError> {
        let start = self.at;
        let mut has_escapes = false;
        self.at += 1;
        loop {
            self.at = end_of_plain(self.bytes, self.at);
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => {
                    has_escapes = true;
                    self.escape()?;
                }
                Some(_) => return Err(self.fault(Fault::ControlCharacter)),
                None => return Err(self.fault(Fault::Unfinished)),
            }
        }
        self.at += 1;
        self.push(start, Kind::String, has_escapes)?;
        Ok(())
    }

    fn escape(&mut self) -> Result<(), ReadError> {
        match self.bytes.get(self.at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 2,
            Some(b'u') => {
                let digits = self.bytes.get(self.at + 2..self.at + 6);
                let digits = digits.ok_or(self.fault(Fault::Unfinished))?;
                if !digits.iter().all(u8::is_ascii_hexdigit) {
                    return Err(self.fault(Fault::BadEscape));
                }
                self.at += 6;
            }
            Some(_) => return Err(self.fault(Fault::BadEscape)),
            None => return Err(self.fault(Fault::Unfinished)),
        }
        Ok(())
    }

    fn number(&mut self) -> Result<(), ReadError> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek() {
            Some(b'0') => self.at += 1,
            _ => self.digits()?,
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        // `01` and `1.2.3`: what follows can only be whitespace or punctuation.
        if let Some(b'0'..=b'9' | b'.') = self.peek() {
            return Err(self.fault(Fault::BadNumber));
        }
        self.push(start, Kind::Number, false)?;
        Ok(())
    }

    /// One digit or more.
    fn digits(&mut self) -> Result<(), ReadError> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        match self.peek() {
            _ if self.at > start => Ok(()),
            None => Err(self.fault(Fault::Unfinished)),
            Some(_) => Err(self.fault(Fault::BadNumber)),
        }
    }

    fn literal(&mut self, word: &[u8], kind: Kind) -> Result<(), ReadError> {
        let start = self.at;
        if !self.bytes.get(start..).is_some_and(|rest| rest.starts_with(word)) {
            return Err(self.fault(Fault::NotAValue));
        }
        self.at += word.len();
        self.push(start, kind, false)?;
        Ok(())
    }

    /// Notes what stands from `start` to here; its index.
    fn push(&mut self, start: usize, kind: Kind, has_escapes: bool) -> Result<u32, ReadError> {
        let index = self.length();
        if index >= self.limits.nodes {
            return Err(ReadError { offset: start, fault: Fault::TooMany });
        }
        let (start, end) = (Self::offset(start), Self::offset(self.at));
        self.nodes.push(Node { start, end, next: index + 1, kind, has_escapes });
        Ok(index)
    }

    fn whitespace(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn fault(&self, fault: Fault) -> ReadError {
        ReadError { offset: self.at, fault }
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "an offset is at most the length of the source, which is within `Limits::bytes`"
    )]
    fn offset(at: usize) -> u32 {
        at as u32
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "a node takes at least one byte of a source of at most 4 GiB"
    )]
    fn length(&self) -> u32 {
        self.nodes.len() as u32
    }
}

/// The first byte from `at` on that is a quote, a backslash or a control character, or the end.
///
/// Eight bytes at once. In each byte of a mask the highest bit tells a match; bits above the first
/// match may be wrong (a borrow runs upwards), the first is right.
pub(crate) fn end_of_plain(bytes: &[u8], mut at: usize) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let zero = |word: u64| word.wrapping_sub(ONES) & !word;
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let word = u64::from_le_bytes(*chunk);
        let quote = zero(word ^ (ONES * u64::from(b'"')));
        let backslash = zero(word ^ (ONES * u64::from(b'\\')));
        let control = word.wrapping_sub(ONES * 0x20) & !word;
        let special = (quote | backslash | control) & HIGH;
        if special != 0 {
            return at + special.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    let plain = |byte: &u8| *byte >= 0x20 && *byte != b'"' && *byte != b'\\';
    at + rest.iter().take_while(|byte| plain(byte)).count()
}
