//! What is wrong with a message.

/// Why bytes are no message that is safe to pass on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// The head is longer than the limit.
    #[error("head of more than {limit} bytes")]
    HeadTooLarge {
        /// Most bytes that a head may have.
        limit: usize,
    },
    /// More headers than the limit.
    #[error("more than {limit} headers")]
    TooManyHeaders {
        /// Most headers that a head may have.
        limit: usize,
    },
    /// The head is not HTTP/1.x.
    #[error("malformed head: {what}")]
    Malformed {
        /// Which part of it.
        what: &'static str,
    },
    /// A line that ends without a carriage return.
    #[error("a line ends in a bare line feed")]
    BareLineFeed,
    /// A header that goes on in the next line.
    #[error("a header is folded over lines")]
    Folded,
    /// `Content-Length` and `Transfer-Encoding` in one head.
    #[error("both a content length and a transfer coding")]
    LengthAndCoding,
    /// `Content-Length` more than once, as headers or as a list.
    #[error("more than one content length")]
    SeveralLengths,
    /// `Content-Length` that is no number.
    #[error("content length is no number")]
    BadLength,
    /// A transfer coding other than `chunked` alone.
    #[error("transfer coding is not `chunked`")]
    UnknownCoding,
    /// A chunk whose size, extension or end is not as it must be.
    #[error("malformed chunk: {what}")]
    BadChunk {
        /// Which part of it.
        what: &'static str,
    },
    /// A header that decides where the message ends stands behind its body.
    #[error("a trailer that frames the message")]
    FramingTrailer,
    /// The peer closed in the middle of a message.
    #[error("closed in the middle of a message")]
    Closed,
}

impl HttpError {
    /// The status that a server answers with.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::HeadTooLarge { .. } | Self::TooManyHeaders { .. } => 431,
            Self::UnknownCoding => 501,
            _ => 400,
        }
    }
}
