//! One stream of lines, in any pieces.

use std::ops::Range;

use guard_mask::{Carry, Counts, Masker};
use guard_settings::LogFormat;

use crate::Options;
use crate::own;
use crate::structured::{Invocation, write_line};

/// Longest line that is held, in bytes: what Lambda takes as one message of a log. A longer one is
/// written in parts, cut where no secret is, as the platform would cut it.
pub const MAX_LINE: usize = 256 * 1024;

/// Written bytes of a line that are kept, so that what follows is still read in its light.
const CONTEXT: usize = 128;

/// Bytes at the end of a line that is too long which wait for what follows.
const RESERVE: usize = 4 * 1024;

/// The lines of one stream. Its memory is bounded by [`MAX_LINE`].
#[derive(Debug, Default)]
pub struct LogStream {
    options: Options,
    /// The line that is not ended, as it was read.
    line: Vec<u8>,
    /// How much of it is written already.
    written: usize,
    carry: Carry,
    /// The rest of the line belongs to a secret that was too long to be held.
    in_secret: bool,
    counts: Counts,
    masked: Vec<u8>,
}

impl LogStream {
    /// A stream at its begin.
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self { options, ..Self::default() }
    }

    /// Takes bytes and appends every line that they end to `out`.
    ///
    /// The same bytes give the same lines however they are cut into pieces. No line of the function
    /// passes for one of the guard, masked or not: see [`own`].
    pub fn push(
        &mut self,
        masker: &Masker,
        invocation: &Invocation<'_>,
        bytes: &[u8],
        out: &mut Vec<u8>,
    ) {
        let mut rest = bytes;
        while !rest.is_empty() {
            match memchr::memchr(b'\n', rest) {
                Some(end) if self.line.len() + end <= MAX_LINE => {
                    let (line, behind) = rest.split_at(end);
                    rest = behind.get(1..).unwrap_or_default();
                    self.end_line(masker, invocation, line, out);
                    out.extend(self.needs_line_end().then_some(b'\n'));
                }
                _ => {
                    let room = MAX_LINE - self.line.len();
                    let (now, later) = rest.split_at(room.min(rest.len()));
                    rest = later;
                    self.line.extend_from_slice(now);
                    if self.line.len() == MAX_LINE {
                        self.write_long(masker, invocation, out);
                    }
                }
            }
        }
    }

    /// Writes what can be written of a line that is not ended: for a progress bar or a prompt,
    /// when nothing came for a while. What may be half a secret waits.
    ///
    /// Nothing is written where lines become JSON: half a line is no object.
    pub fn idle(&mut self, masker: &Masker, out: &mut Vec<u8>) {
        if self.options.format == LogFormat::Json || self.line.len() == self.written {
            return;
        }
        let end = self.open_end(masker);
        let end = own::open_end(self.line.get(..end).unwrap_or_default());
        if end > self.written && !self.in_secret {
            let begin = out.len();
            let counts = self.write_part(masker, self.written..end, out);
            own::disown(out, begin);
            self.counts.add(&counts);
            self.written = end;
        }
    }

    /// How much of the line can be written without half a secret.
    fn open_end(&self, masker: &Masker) -> usize {
        if self.options.mask { masker.open_end(self.carry, &self.line) } else { self.line.len() }
    }

    /// Appends a part of a line of which more follows; what was masked in it.
    fn write_part(&self, masker: &Masker, part: Range<usize>, out: &mut Vec<u8>) -> Counts {
        if !self.options.mask {
            out.extend_from_slice(self.line.get(part).unwrap_or_default());
            return Counts::default();
        }
        let mut carry = self.carry;
        masker.mask_part(&mut carry, &self.line, part, out)
    }

    /// Whether a line is begun and not written whole.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.line.len() > self.written
    }

    /// Writes the rest: the stream has ended, or the environment is about to.
    pub fn finish(&mut self, masker: &Masker, invocation: &Invocation<'_>, out: &mut Vec<u8>) {
        if !self.line.is_empty() || self.in_secret {
            // What another stream writes next must not complete the name of the guard.
            let is_open = own::open_end(&self.line) < self.line.len();
            self.end_line(masker, invocation, b"", out);
            out.extend((is_open && self.needs_line_end()).then_some(b'\n'));
        }
    }

    /// What was masked since the last call.
    pub fn take_counts(&mut self) -> Counts {
        std::mem::take(&mut self.counts)
    }

    /// JSON lines have their line end already.
    fn needs_line_end(&self) -> bool {
        self.options.format == LogFormat::AsIs
    }

    fn end_line(
        &mut self,
        masker: &Masker,
        invocation: &Invocation<'_>,
        end: &[u8],
        out: &mut Vec<u8>,
    ) {
        // Most lines come whole and need no copy.
        let held = std::mem::take(&mut self.line);
        let mut joined = held;
        let line = if joined.is_empty() {
            end
        } else {
            joined.extend_from_slice(end);
            joined.as_slice()
        };
        let line = if self.in_secret {
            // Up to the quote that ends the secret nothing is told.
            let close = line.iter().position(|byte| *byte == b'"').unwrap_or(line.len());
            line.get(close..).unwrap_or_default()
        } else {
            line
        };
        self.in_secret = false;
        match self.options.format {
            LogFormat::Json => {
                self.masked.clear();
                let mut text = std::mem::take(&mut self.masked);
                self.mask(masker, line, &mut text);
                own::disown(&mut text, 0);
                write_line(&text, invocation, self.options.is_error, out);
                self.masked = text;
            }
            LogFormat::AsIs => {
                let begin = out.len();
                self.mask(masker, line, out);
                own::disown(out, begin);
            }
        }
        self.written = 0;
        joined.clear();
        // A long line must not hold its memory for ever.
        joined.shrink_to(4 * RESERVE);
        self.line = joined;
        self.masked.shrink_to(4 * RESERVE);
    }

    fn mask(&mut self, masker: &Masker, line: &[u8], out: &mut Vec<u8>) {
        let rest = self.written.min(line.len())..line.len();
        if !self.options.mask {
            out.extend_from_slice(line.get(rest).unwrap_or_default());
            return;
        }
        if rest.start > 0 {
            self.counts.add(&masker.mask_part(&mut self.carry, line, rest, out));
            return;
        }
        let counts = masker.mask_next(&mut self.carry, line, out);
        if counts.is_empty() {
            out.extend_from_slice(line);
        }
        self.counts.add(&counts);
    }

    /// Writes the front of a line that is too long, up to where a secret may be open.
    fn write_long(&mut self, masker: &Masker, invocation: &Invocation<'_>, out: &mut Vec<u8>) {
        if self.in_secret {
            match self.line.iter().position(|byte| *byte == b'"') {
                Some(close) => {
                    self.line.drain(..close);
                    self.in_secret = false;
                }
                None => self.line.clear(),
            }
            return;
        }
        let open = self.open_end(masker).min(MAX_LINE - RESERVE);
        let is_stuck = open <= self.written.max(MAX_LINE / 2);
        let end = if is_stuck { self.line.len() } else { self.boundary(open) };
        // The name of the guard goes into one part.
        let whole = own::open_end(self.line.get(..end).unwrap_or_default());
        let end = if whole > self.written { whole } else { end };
        let mut text = std::mem::take(&mut self.masked);
        text.clear();
        let counts = self.write_part(masker, self.written..end, &mut text);
        own::disown(&mut text, 0);
        self.masked = text;
        self.in_secret = is_stuck && self.options.mask && !counts.is_empty();
        self.counts.add(&counts);
        match self.options.format {
            LogFormat::Json => write_line(&self.masked, invocation, self.options.is_error, out),
            LogFormat::AsIs => out.extend_from_slice(&self.masked),
        }
        self.masked.shrink_to(4 * RESERVE);
        let kept = if is_stuck { 0 } else { CONTEXT.min(end) };
        self.line.drain(..end - kept);
        self.written = kept;
    }

    /// The last place up to `end` where a word begins, or at least a character.
    fn boundary(&self, end: usize) -> usize {
        let head = self.line.get(..end).unwrap_or_default();
        let near = head.len().saturating_sub(CONTEXT);
        let window = head.get(near..).unwrap_or_default();
        if let Some(space) = window.iter().rposition(u8::is_ascii_whitespace) {
            return near + space + 1;
        }
        let is_inside =
            |place: &usize| self.line.get(*place).is_some_and(|byte| matches!(byte, 0x80..=0xBF));
        (end.saturating_sub(3)..=end).rev().find(|place| !is_inside(place)).unwrap_or(end)
    }
}
