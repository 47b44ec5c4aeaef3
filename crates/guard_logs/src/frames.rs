//! The frames that runtimes of Lambda write to the descriptor `_LAMBDA_TELEMETRY_LOG_FD`.
//!
//! A frame is a type (`0xa55a00xx`, four bytes), the length of the message (four bytes), where bit 1
//! of the type says so a time in microseconds (eight bytes), and the message; all big-endian. Bit 0
//! says text, else JSON; bits 2 to 4 are the level.
//!
//! Source: `FramedTelemetryLogSink` of awslambdaric 4.2.2 and `logTextToFd` of aws-lambda-ric 3.3.0,
//! which write `0xa55a0002` to `0xa55a001b` with the time; older ones wrote `0xa55a0001` without.

use guard_mask::{Carry, Counts, Masker};

use crate::own;
use crate::stream::{LogStream, MAX_LINE};
use crate::{Invocation, Options};

/// The two bytes with which the type of a frame begins.
const MAGIC: [u8; 2] = [0xa5, 0x5a];
const SHORT: usize = 8;
const LONG: usize = 16;

/// The frames of one descriptor. Its memory is bounded by four times [`MAX_LINE`].
#[derive(Debug)]
pub struct FrameStream {
    options: Options,
    /// Of a header, what came of it.
    header: Vec<u8>,
    /// Of the message, what came and is not written.
    message: Vec<u8>,
    /// Bytes of the message that are still to come.
    missing: usize,
    /// Bytes that are no frame: somebody printed to the descriptor.
    plain: LogStream,
    counts: Counts,
    written: Vec<u8>,
}

impl FrameStream {
    /// A stream at its begin. The format of the lines is that of the runtime: it writes JSON itself
    /// where the function is set to it.
    #[must_use]
    pub fn new(options: Options) -> Self {
        let options = Options { format: guard_settings::LogFormat::AsIs, ..options };
        Self {
            options,
            header: Vec::with_capacity(LONG),
            message: Vec::new(),
            missing: 0,
            plain: LogStream::new(options),
            counts: Counts::default(),
            written: Vec::new(),
        }
    }

    /// Takes bytes and appends every frame that they end, masked, with its length corrected.
    pub fn push(
        &mut self,
        masker: &Masker,
        invocation: &Invocation<'_>,
        bytes: &[u8],
        out: &mut Vec<u8>,
    ) {
        let mut rest = bytes;
        while !rest.is_empty() {
            if self.missing > 0 {
                let room = MAX_LINE - self.message.len();
                let (now, later) = rest.split_at(self.missing.min(room).min(rest.len()));
                self.message.extend_from_slice(now);
                self.missing -= now.len();
                rest = later;
                if self.missing == 0 || self.message.len() == MAX_LINE {
                    self.write_frame(masker, out);
                }
                continue;
            }
            let Some((byte, later)) = rest.split_first() else { break };
            self.header.push(*byte);
            rest = later;
            self.read_header(masker, invocation, out);
        }
    }

    fn read_header(&mut self, masker: &Masker, invocation: &Invocation<'_>, out: &mut Vec<u8>) {
        let known = self.header.len().min(MAGIC.len());
        if self.header.get(..known) != MAGIC.get(..known) {
            let bytes = std::mem::take(&mut self.header);
            self.plain.push(masker, invocation, &bytes, out);
            return;
        }
        if self.header.len() < self.header_length() {
            return;
        }
        // A line that was printed before the frame is over now.
        self.plain.finish(masker, invocation, out);
        let length =
            self.header.get(4..8).and_then(|it| it.try_into().ok()).map_or(0, u32::from_be_bytes);
        self.missing = usize::try_from(length).unwrap_or(usize::MAX);
        if self.missing == 0 {
            self.write_frame(masker, out);
        }
    }

    fn header_length(&self) -> usize {
        match self.header.get(3) {
            Some(kind) if kind & 2 == 0 => SHORT,
            _ => LONG,
        }
    }

    /// Writes what is there of the message as one frame. A message of more than [`MAX_LINE`] becomes
    /// several, as the platform would make of it.
    fn write_frame(&mut self, masker: &Masker, out: &mut Vec<u8>) {
        self.written.clear();
        let mut end = self.message.len();
        if self.missing > 0 {
            // The rest of a message that is too long: what may be half a secret waits for it, and
            // so does what may be half the name of the guard.
            let open =
                if self.options.mask { masker.open_end(Carry::None, &self.message) } else { end };
            end = if open > MAX_LINE / 2 { open } else { end };
            end = own::open_end(self.message.get(..end).unwrap_or_default());
        }
        let counts = if self.options.mask {
            masker.mask_part(&mut Carry::None, &self.message, 0..end, &mut self.written)
        } else {
            self.written.extend_from_slice(self.message.get(..end).unwrap_or_default());
            Counts::default()
        };
        own::disown(&mut self.written, 0);
        self.counts.add(&counts);
        let body = &self.written;
        let length = u32::try_from(body.len()).unwrap_or(u32::MAX).to_be_bytes();
        out.extend_from_slice(self.header.get(..4).unwrap_or_default());
        out.extend_from_slice(&length);
        out.extend_from_slice(self.header.get(8..).unwrap_or_default());
        out.extend_from_slice(body);
        self.message.drain(..end);
        if self.missing == 0 && self.message.is_empty() {
            self.header.clear();
            self.message.shrink_to(MAX_LINE / 16);
            self.written.shrink_to(MAX_LINE / 16);
        } else if self.missing == 0 {
            self.write_frame(masker, out);
        }
    }

    /// Writes what waits of bytes that are no frame.
    pub fn idle(&mut self, masker: &Masker, out: &mut Vec<u8>) {
        self.plain.idle(masker, out);
    }

    /// Whether bytes that are no frame wait.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.plain.is_waiting()
    }

    /// Writes the rest. Of a frame that is not whole, what came of its message.
    pub fn finish(&mut self, masker: &Masker, invocation: &Invocation<'_>, out: &mut Vec<u8>) {
        if self.missing > 0 {
            self.missing = 0;
            self.write_frame(masker, out);
        }
        let header = std::mem::take(&mut self.header);
        self.plain.push(masker, invocation, &header, out);
        self.plain.finish(masker, invocation, out);
    }

    /// What was masked since the last call.
    pub fn take_counts(&mut self) -> Counts {
        let mut counts = std::mem::take(&mut self.counts);
        counts.add(&self.plain.take_counts());
        counts
    }
}
