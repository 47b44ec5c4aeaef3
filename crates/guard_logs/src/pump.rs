//! From a pipe through a stream to a descriptor, without blocking.
//!
//! Nothing is lost while the reader of the log is slow: what cannot be written waits, and when
//! [`HIGH_WATER`] bytes wait the pipe is no longer read, so the function itself waits, as it would
//! without a guard. When the descriptor fails for good, what was to be written is counted and told.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

use guard_mask::{Counts, Masker};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use crate::{FrameStream, Invocation, LogStream};

/// Bytes that may wait for the descriptor before the pipe is left alone.
const HIGH_WATER: usize = 512 * 1024;
/// Bytes that are read at once: what a pipe of Linux holds.
const READ: usize = 64 * 1024;
/// What a pipe that can be written takes without blocking: `PIPE_BUF` of Linux.
const WRITE: usize = 4 * 1024;
/// Bytes that one call moves at most, so that others get their turn.
const TURN: usize = 1024 * 1024;
/// How long a line that is not ended waits for its end.
const IDLE: Duration = Duration::from_millis(200);

/// One pipe, its stream, and where it goes.
#[derive(Debug)]
pub struct Pump {
    /// The end of the pipe that the guard reads; it does not block. `None` at its end.
    input: Option<OwnedFd>,
    output: OwnedFd,
    stream: Stream,
    buffer: Box<[u8]>,
    waiting: Vec<u8>,
    /// How much of `waiting` is written.
    written: usize,
    /// The last byte that was written.
    last: u8,
    idle_at: Option<Instant>,
    failure: Failure,
    bytes_in: u64,
}

#[derive(Debug)]
enum Stream {
    Lines(Box<LogStream>),
    Frames(Box<FrameStream>),
}

/// What could not be written, until it is told.
#[derive(Debug, Default)]
struct Failure {
    lost: u64,
    errno: Option<Errno>,
}

/// What a pump waits for after a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Driven {
    /// The pipe may have more at once: call again when others had their turn.
    pub again: bool,
    /// The descriptor takes no more: call when it can be written.
    pub wants_write: bool,
    /// Call at this time at the latest: a line waits for its end.
    pub wake_at: Option<Instant>,
    /// The pipe has ended and everything is written.
    pub is_done: bool,
}

/// Bytes that could not be written to the log.
#[derive(Debug)]
pub struct Fault {
    /// How many bytes.
    pub lost: u64,
    /// Why.
    pub error: io::Error,
}

impl Pump {
    /// A pump from the reading end of a pipe to a descriptor of which this is a copy.
    ///
    /// # Errors
    /// When the pipe cannot be made not to block.
    pub fn new(input: OwnedFd, output: OwnedFd, stream: LogStream) -> io::Result<Self> {
        Self::with(input, output, Stream::Lines(Box::new(stream)))
    }

    /// As [`Self::new`], for the framed protocol.
    ///
    /// # Errors
    /// When the pipe cannot be made not to block.
    pub fn framed(input: OwnedFd, output: OwnedFd, stream: FrameStream) -> io::Result<Self> {
        Self::with(input, output, Stream::Frames(Box::new(stream)))
    }

    fn with(input: OwnedFd, output: OwnedFd, stream: Stream) -> io::Result<Self> {
        rustix::io::ioctl_fionbio(&input, true)?;
        Ok(Self {
            input: Some(input),
            output,
            stream,
            buffer: vec![0; READ].into_boxed_slice(),
            waiting: Vec::new(),
            written: 0,
            last: b'\n',
            idle_at: None,
            failure: Failure::default(),
            bytes_in: 0,
        })
    }

    /// The pipe, to be watched for reading; `None` when it has ended.
    #[must_use]
    pub fn input(&self) -> Option<BorrowedFd<'_>> {
        self.input.as_ref().map(AsFd::as_fd)
    }

    /// The descriptor, to be watched for writing while [`Driven::wants_write`]. A file on disk cannot
    /// be watched, and never needs to be.
    #[must_use]
    pub fn output(&self) -> BorrowedFd<'_> {
        self.output.as_fd()
    }

    /// Bytes that were read from the pipe.
    #[must_use]
    pub fn bytes_in(&self) -> u64 {
        self.bytes_in
    }

    /// Writes and reads what goes without waiting. To be called when the pipe can be read, when the
    /// descriptor can be written, at [`Driven::wake_at`], and again after [`Driven::again`].
    pub fn drive(&mut self, masker: &Masker, invocation: &Invocation<'_>, now: Instant) -> Driven {
        let mut driven = Driven::default();
        let mut moved = 0;
        let mut is_empty = false;
        self.write();
        while moved < TURN && self.waiting_bytes() < HIGH_WATER {
            let Some(input) = &self.input else { break };
            match rustix::io::read(input, self.buffer.as_mut()) {
                Ok(0) => {
                    self.input = None;
                    self.stream.finish(masker, invocation, &mut self.waiting);
                }
                Ok(count) => {
                    moved += count;
                    self.bytes_in += u64::try_from(count).unwrap_or(u64::MAX);
                    let bytes = self.buffer.get(..count).unwrap_or_default();
                    self.stream.push(masker, invocation, bytes, &mut self.waiting);
                    self.idle_at = self.stream.is_waiting().then(|| now + IDLE);
                    self.write();
                    continue;
                }
                Err(Errno::INTR) => continue,
                Err(Errno::AGAIN) => is_empty = true,
                Err(error) => {
                    // A pipe does not fail; what replaced it may.
                    self.failure.errno = Some(error);
                    self.input = None;
                    self.stream.finish(masker, invocation, &mut self.waiting);
                }
            }
            break;
        }
        if self.idle_at.is_some_and(|at| at <= now) {
            self.stream.idle(masker, &mut self.waiting);
            self.idle_at = None;
        }
        self.write();
        driven.wants_write = self.waiting_bytes() > 0;
        driven.again = !is_empty && self.input.is_some() && self.waiting_bytes() < HIGH_WATER;
        driven.wake_at = self.idle_at;
        driven.is_done = self.input.is_none() && !driven.wants_write;
        driven
    }

    /// Puts a line of the guard's own between two lines of the stream; `line` has its line end.
    ///
    /// A line that is written in part gets a line end first: a function that does not end its line
    /// keeps no word of the guard from the log.
    pub fn write_own(&mut self, line: &str) {
        let last = self.waiting.last().copied().unwrap_or(self.last);
        self.waiting.extend((last != b'\n').then_some(b'\n'));
        self.waiting.extend_from_slice(line.as_bytes());
        self.write();
    }

    /// What was masked since the last call.
    pub fn take_counts(&mut self) -> Counts {
        match &mut self.stream {
            Stream::Lines(stream) => stream.take_counts(),
            Stream::Frames(stream) => stream.take_counts(),
        }
    }

    /// What could not be written since the last call, for a line about a fault.
    pub fn take_fault(&mut self) -> Option<Fault> {
        let errno = self.failure.errno.take()?;
        let lost = std::mem::take(&mut self.failure.lost);
        Some(Fault { lost, error: errno.into() })
    }

    fn waiting_bytes(&self) -> usize {
        self.waiting.len() - self.written
    }

    /// Writes what the descriptor takes now.
    ///
    /// The descriptor is not made non-blocking, since others may have the same open file: it is
    /// asked, and then given no more than a pipe with room always takes.
    fn write(&mut self) {
        while self.written < self.waiting.len() {
            if !self.can_write() {
                self.drop_written();
                return;
            }
            let rest = self.waiting.get(self.written..).unwrap_or_default();
            let now = rest.get(..rest.len().min(WRITE)).unwrap_or_default();
            match rustix::io::write(&self.output, now) {
                Ok(count) => self.written += count,
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => {
                    self.drop_written();
                    return;
                }
                Err(error) => {
                    // Full or gone. The function would get this error itself; it must not wait for
                    // a reader that never comes, so what waits is given up and told.
                    let lost = u64::try_from(rest.len()).unwrap_or(u64::MAX);
                    self.failure.lost = self.failure.lost.saturating_add(lost);
                    self.failure.errno = Some(error);
                    self.written = self.waiting.len();
                }
            }
        }
        self.drop_written();
    }

    fn can_write(&self) -> bool {
        let mut descriptors = [PollFd::new(&self.output, PollFlags::OUT)];
        let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
        // A descriptor that fails or is hung up is "ready": the write then says how.
        match poll(&mut descriptors, Some(&at_once)) {
            Ok(count) => count > 0,
            Err(Errno::INTR) => false,
            Err(_) => true,
        }
    }

    /// Frees what is written, without moving the rest each time.
    fn drop_written(&mut self) {
        if self.written == self.waiting.len() {
            self.last = self.waiting.last().copied().unwrap_or(self.last);
            self.waiting.clear();
            self.waiting.shrink_to(READ);
            self.written = 0;
        } else if self.written >= HIGH_WATER {
            self.waiting.drain(..self.written);
            self.written = 0;
        }
    }
}

impl Stream {
    fn push(&mut self, masker: &Masker, to: &Invocation<'_>, bytes: &[u8], out: &mut Vec<u8>) {
        match self {
            Self::Lines(stream) => stream.push(masker, to, bytes, out),
            Self::Frames(stream) => stream.push(masker, to, bytes, out),
        }
    }

    fn idle(&mut self, masker: &Masker, out: &mut Vec<u8>) {
        match self {
            Self::Lines(stream) => stream.idle(masker, out),
            Self::Frames(stream) => stream.idle(masker, out),
        }
    }

    fn finish(&mut self, masker: &Masker, to: &Invocation<'_>, out: &mut Vec<u8>) {
        match self {
            Self::Lines(stream) => stream.finish(masker, to, out),
            Self::Frames(stream) => stream.finish(masker, to, out),
        }
    }

    fn is_waiting(&self) -> bool {
        match self {
            Self::Lines(stream) => stream.is_waiting(),
            Self::Frames(stream) => stream.is_waiting(),
        }
    }
}
