//! The standard output and error of a function, masked before the platform has them.
//!
//! [`LogStream`] takes the bytes of one stream in any pieces and gives them back line by line,
//! masked. [`FrameStream`] does so for the framed protocol that runtimes of Lambda speak on the
//! descriptor `_LAMBDA_TELEMETRY_LOG_FD`; in both no line of the function passes for one of the
//! guard. Both do no input or output. [`Pump`] moves the bytes of a
//! pipe through one of them to a descriptor, without blocking and without losing any.

mod frames;
mod own;
mod pump;
mod stream;
mod structured;

pub use frames::FrameStream;
pub use guard_mask::{Counts, Masker};
pub use pump::{Driven, Fault, Pump};
pub use stream::{LogStream, MAX_LINE};
pub use structured::{Invocation, redacted_line};

use guard_settings::LogFormat;

/// How the lines of a stream are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// Whether secrets and personal data are masked.
    pub mask: bool,
    /// As the function wrote them, or as one JSON object a line.
    pub format: LogFormat,
    /// Whether it is standard error: lines of JSON get the level `ERROR` where nothing says better.
    pub is_error: bool,
}
