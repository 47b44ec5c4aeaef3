//! HTTP/1.1 as bytes: heads and bodies are decoded and written here, and no socket is known.
//!
//! Decoding is strict, since a proxy that reads a message otherwise than its peer lets one request
//! hide in another: a length and a transfer coding together, a length given twice, a line that ends
//! in a bare line feed and a folded header are errors, not guesses (RFC 9112, sections 5.2, 6.3
//! and 11.2).

#![deny(clippy::disallowed_methods)]

mod decoder;
mod error;
mod framing;
mod head;
mod headers;
mod write;

pub use decoder::{Decoder, Limits, Part, Step};
pub use error::HttpError;
pub use framing::Framing;
pub use head::{Head, RequestHead, ResponseHead, reason};
pub use headers::Headers;
pub use write::{chunk, last_chunk};
