//! Messages out of bytes that come in any pieces.

use std::marker::PhantomData;
use std::ops::Range;

use memchr::memchr;

use crate::{Framing, Head, Headers, HttpError};

/// How much of a message is held while it is decoded. Bodies are passed through and have no limit
/// here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a head, and of the trailers.
    pub head_bytes: usize,
    /// Headers of a head, and of the trailers; at most 256.
    pub headers: usize,
    /// Bytes of all extensions of chunks of one body.
    pub extension_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { head_bytes: 65_536, headers: 128, extension_bytes: 16_384 }
    }
}

/// Digits of the size of a chunk; more cannot be a chunk that anybody sends.
const SIZE_DIGITS: usize = 12;

/// Decodes the messages of one direction of a connection, one after the other.
///
/// The caller keeps the bytes: it gives all that it has not yet seen consumed, again and with more
/// behind it each time. Whatever the pieces, the parts are the same, but for where
/// [`Part::Data`] is cut.
#[derive(Debug)]
pub struct Decoder<H> {
    limits: Limits,
    state: State,
    lines: Lines,
    extensions: usize,
    to_head: bool,
    head: PhantomData<fn() -> H>,
}

/// What one step decoded, and how many bytes of the input it used up.
#[derive(Debug, PartialEq, Eq)]
pub struct Step<H> {
    /// Bytes at the start of the input that need not be given again.
    pub consumed: usize,
    /// What they were.
    pub part: Part<H>,
}

/// A part of a message.
#[derive(Debug, PartialEq, Eq)]
pub enum Part<H> {
    /// Nothing whole yet: give more bytes. Some of the input may have been used up all the same.
    Pending,
    /// The head, and where the body ends. An [`Part::End`] follows in every case.
    Head(H, Framing),
    /// Bytes of the body, as a range of the input.
    Data(Range<usize>),
    /// The message is whole; the trailers, mostly none.
    End(Headers),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Head,
    /// So many bytes to come, then the end.
    Length(u64),
    UntilClose,
    ChunkSize,
    /// So many bytes of this chunk to come.
    ChunkData(u64),
    /// The line end behind the data of a chunk.
    ChunkEnd,
    Trailers,
    /// An error was told, or the connection ended: nothing can follow.
    Dead(HttpError),
}

impl<H: Head> Decoder<H> {
    /// A decoder at the start of a connection.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        let head = PhantomData;
        let lines = Lines::default();
        Self { limits, state: State::Head, lines, extensions: 0, to_head: false, head }
    }

    /// Says whether the next answer is one to a `HEAD`, and so has no body.
    pub fn answers_head(&mut self, to_head: bool) {
        self.to_head = to_head;
    }

    /// Whether no message has begun: the peer may close without a loss.
    #[must_use]
    pub fn is_between_messages(&self, input: &[u8]) -> bool {
        self.state == State::Head && input.is_empty()
    }

    /// Decodes the next part from the start of `input`.
    ///
    /// # Errors
    /// Why the bytes are no message; every later call says the same, since nobody knows where the
    /// next message begins.
    pub fn step(&mut self, input: &[u8]) -> Result<Step<H>, HttpError> {
        let step = self.next_part(input);
        if let Err(error) = step {
            self.state = State::Dead(error);
        }
        step
    }

    /// Says that the peer closed, with `input` left over. `Some` where that ended a message.
    ///
    /// # Errors
    /// [`HttpError::Closed`] in the middle of a message.
    pub fn close(&mut self, input: &[u8]) -> Result<Option<Headers>, HttpError> {
        let was = std::mem::replace(&mut self.state, State::Dead(HttpError::Closed));
        match was {
            State::UntilClose => Ok(Some(Headers::new())),
            State::Head if input.is_empty() => Ok(None),
            State::Dead(error) => Err(error),
            _ => Err(HttpError::Closed),
        }
    }

    fn next_part(&mut self, input: &[u8]) -> Result<Step<H>, HttpError> {
        match self.state {
            State::Dead(error) => Err(error),
            State::Head => self.head(input),
            State::Length(0) => Ok(self.end(0, Headers::new())),
            State::Length(left) => {
                let count = at_most(input, left);
                self.state = State::Length(left - count as u64);
                Ok(data(0, count))
            }
            State::UntilClose => Ok(data(0, input.len())),
            State::ChunkSize => self.chunk_size(input),
            State::ChunkData(left) => {
                let count = at_most(input, left);
                let left = left - count as u64;
                self.state = if left == 0 { State::ChunkEnd } else { State::ChunkData(left) };
                Ok(data(0, count))
            }
            State::ChunkEnd => match input {
                [b'\r', b'\n', ..] => {
                    self.state = State::ChunkSize;
                    let after = input.get(2..).unwrap_or_default();
                    let mut step = self.next_part(after)?;
                    shift(&mut step, 2);
                    Ok(step)
                }
                [] | [b'\r'] => Ok(pending()),
                _ => Err(HttpError::BadChunk { what: "data longer than its size" }),
            },
            State::Trailers => self.trailers(input),
        }
    }

    fn head(&mut self, input: &[u8]) -> Result<Step<H>, HttpError> {
        let limit = self.limits.head_bytes;
        let end = self.lines.empty_line(input)?;
        if end.unwrap_or(input.len()) > limit {
            return Err(HttpError::HeadTooLarge { limit });
        }
        let Some(end) = end else { return Ok(pending()) };
        self.lines = Lines::default();
        let bytes = input.get(..end).unwrap_or_default();
        if bytes.len() <= 2 {
            return Err(HttpError::Malformed { what: "empty line" });
        }
        let head = H::parse(bytes, &self.limits)?;
        let framing = head.framing(self.to_head)?;
        self.extensions = 0;
        self.state = match framing {
            Framing::None => State::Length(0),
            Framing::Length(length) => State::Length(length),
            Framing::Chunked => State::ChunkSize,
            Framing::UntilClose => State::UntilClose,
        };
        Ok(Step { consumed: end, part: Part::Head(head, framing) })
    }

    fn chunk_size(&mut self, input: &[u8]) -> Result<Step<H>, HttpError> {
        let limit = SIZE_DIGITS + self.limits.extension_bytes;
        let Some(end) = self.lines.line(input)? else {
            if input.len() > limit {
                return Err(HttpError::BadChunk { what: "size without an end" });
            }
            return Ok(pending());
        };
        self.lines = Lines::default();
        let line = input.get(..end - 2).unwrap_or_default();
        let digits = line.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        let (size, extension) = line.split_at_checked(digits).unwrap_or_default();
        if digits == 0 || digits > SIZE_DIGITS {
            return Err(HttpError::BadChunk { what: "size" });
        }
        if !matches!(extension.first(), None | Some(b';')) || extension.contains(&b'\r') {
            return Err(HttpError::BadChunk { what: "extension" });
        }
        self.extensions += extension.len();
        if self.extensions > self.limits.extension_bytes {
            return Err(HttpError::BadChunk { what: "extensions too long" });
        }
        let size =
            std::str::from_utf8(size).ok().and_then(|size| u64::from_str_radix(size, 16).ok());
        self.state = match size.ok_or(HttpError::BadChunk { what: "size" })? {
            0 => State::Trailers,
            size => State::ChunkData(size),
        };
        let mut step = self.next_part(input.get(end..).unwrap_or_default())?;
        shift(&mut step, end);
        Ok(step)
    }

    fn trailers(&mut self, input: &[u8]) -> Result<Step<H>, HttpError> {
        let limit = self.limits.head_bytes;
        let end = self.lines.empty_line(input)?;
        if end.unwrap_or(input.len()) > limit {
            return Err(HttpError::HeadTooLarge { limit });
        }
        let Some(end) = end else { return Ok(pending()) };
        self.lines = Lines::default();
        let bytes = input.get(..end).unwrap_or_default();
        Ok(self.end(end, Headers::parse(bytes, &self.limits)?))
    }

    fn end(&mut self, consumed: usize, trailers: Headers) -> Step<H> {
        self.state = State::Head;
        Step { consumed, part: Part::End(trailers) }
    }
}

fn pending<H>() -> Step<H> {
    Step { consumed: 0, part: Part::Pending }
}

fn data<H>(start: usize, count: usize) -> Step<H> {
    if count == 0 {
        return pending();
    }
    Step { consumed: start + count, part: Part::Data(start..start + count) }
}

/// Moves a step that was decoded behind `by` bytes of the input.
fn shift<H>(step: &mut Step<H>, by: usize) {
    step.consumed += by;
    if let Part::Data(range) = &mut step.part {
        *range = range.start + by..range.end + by;
    }
}

fn at_most(input: &[u8], left: u64) -> usize {
    usize::try_from(left).unwrap_or(usize::MAX).min(input.len())
}

/// Finds ends of lines and remembers how far it looked, so that a head which comes byte by byte
/// takes time in proportion to its length, not to its square.
#[derive(Debug, Default)]
struct Lines {
    scanned: usize,
    start: usize,
}

impl Lines {
    /// The end of the next line, its CR LF included.
    fn line(&mut self, input: &[u8]) -> Result<Option<usize>, HttpError> {
        let unseen = input.get(self.scanned..).unwrap_or_default();
        let Some(at) = memchr(b'\n', unseen) else {
            self.scanned = input.len();
            return Ok(None);
        };
        let at = self.scanned + at;
        let before = at.checked_sub(1).and_then(|before| input.get(before));
        if before != Some(&b'\r') || at <= self.start {
            return Err(HttpError::BareLineFeed);
        }
        self.scanned = at + 1;
        Ok(Some(at + 1))
    }

    /// The end of the first empty line, its CR LF included.
    fn empty_line(&mut self, input: &[u8]) -> Result<Option<usize>, HttpError> {
        while let Some(end) = self.line(input)? {
            let is_first = self.start == 0;
            match input.get(self.start..) {
                Some([b'\r', b'\n', ..]) => return Ok(Some(end)),
                Some([b' ' | b'\t', ..]) if !is_first => return Err(HttpError::Folded),
                _ => self.start = end,
            }
        }
        Ok(None)
    }
}
