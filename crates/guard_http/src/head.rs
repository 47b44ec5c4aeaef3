//! Heads of requests and of answers.

use std::io::Write as _;

use crate::{Framing, HttpError, decoder::Limits, headers::Headers};

/// The line of a request and its headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestHead {
    /// `GET`, in the letter case of the client.
    pub method: String,
    /// What follows the method: `/path?query`, as it was sent.
    pub target: String,
    /// 1 for HTTP/1.1, 0 for HTTP/1.0.
    pub minor_version: u8,
    /// In the order in which they came.
    pub headers: Headers,
}

/// The status line of an answer and its headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponseHead {
    /// 100 to 999.
    pub status: u16,
    /// The words behind the status, often empty.
    pub reason: String,
    /// 1 for HTTP/1.1, 0 for HTTP/1.0.
    pub minor_version: u8,
    /// In the order in which they came.
    pub headers: Headers,
}

/// What a [`crate::Decoder`] decodes: [`RequestHead`] or [`ResponseHead`].
pub trait Head: Sized {
    /// Reads a head whose lines end in CR LF and whose last line is empty.
    ///
    /// # Errors
    /// Why it is none.
    fn parse(bytes: &[u8], limits: &Limits) -> Result<Self, HttpError>;

    /// Where the body ends; `to_head` says of an answer that the request was a `HEAD`.
    ///
    /// # Errors
    /// What two readers could read differently.
    fn framing(&self, to_head: bool) -> Result<Framing, HttpError>;
}

/// Headers on the stack while one head is read.
pub(crate) const MOST_HEADERS: usize = 256;

impl Head for RequestHead {
    fn parse(bytes: &[u8], limits: &Limits) -> Result<Self, HttpError> {
        let mut room = [httparse::EMPTY_HEADER; MOST_HEADERS];
        let room = room.get_mut(..limits.headers.min(MOST_HEADERS)).unwrap_or_default();
        let mut parsed = httparse::Request::new(room);
        let status = parsed.parse(bytes).map_err(|error| malformed(error, limits))?;
        let (Some(method), Some(target), Some(minor_version), true) =
            (parsed.method, parsed.path, parsed.version, status.is_complete())
        else {
            return Err(HttpError::Malformed { what: "request line" });
        };
        let headers = Headers::from_parsed(bytes, parsed.headers);
        Ok(Self { method: method.to_owned(), target: target.to_owned(), minor_version, headers })
    }

    fn framing(&self, _: bool) -> Result<Framing, HttpError> {
        Framing::of_request(&self.headers, self.minor_version)
    }
}

impl Head for ResponseHead {
    fn parse(bytes: &[u8], limits: &Limits) -> Result<Self, HttpError> {
        let mut room = [httparse::EMPTY_HEADER; MOST_HEADERS];
        let room = room.get_mut(..limits.headers.min(MOST_HEADERS)).unwrap_or_default();
        let mut parsed = httparse::Response::new(room);
        let state = parsed.parse(bytes).map_err(|error| malformed(error, limits))?;
        let (Some(status @ 100..), Some(minor_version), true) =
            (parsed.code, parsed.version, state.is_complete())
        else {
            return Err(HttpError::Malformed { what: "status line" });
        };
        let headers = Headers::from_parsed(bytes, parsed.headers);
        let reason = parsed.reason.unwrap_or_default().to_owned();
        Ok(Self { status, reason, minor_version, headers })
    }

    fn framing(&self, to_head: bool) -> Result<Framing, HttpError> {
        Framing::of_response(self, to_head)
    }
}

impl RequestHead {
    /// A request of HTTP/1.1 without headers.
    #[must_use]
    pub fn new(method: &str, target: &str) -> Self {
        let (method, target) = (method.to_owned(), target.to_owned());
        Self { method, target, minor_version: 1, headers: Headers::new() }
    }

    /// This head with one header more.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push(name, value);
        self
    }

    /// The target without its query.
    #[must_use]
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// Whether the client may send another request on the same connection.
    #[must_use]
    pub fn keeps_alive(&self) -> bool {
        keeps_alive(&self.headers, self.minor_version)
    }

    /// Writes the head with its empty last line. Spaces and line ends in method and target are
    /// written as `_`, so that no target writes a line of its own.
    pub fn write(&self, out: &mut Vec<u8>) {
        let safe = |byte: u8| if byte <= b' ' || byte == 0x7f { b'_' } else { byte };
        out.extend(self.method.bytes().map(safe));
        out.push(b' ');
        out.extend(self.target.bytes().map(safe));
        out.extend_from_slice(if self.minor_version == 0 {
            b" HTTP/1.0\r\n"
        } else {
            b" HTTP/1.1\r\n"
        });
        self.headers.write(out);
        out.extend_from_slice(b"\r\n");
    }
}

impl ResponseHead {
    /// An answer of HTTP/1.1 without headers.
    #[must_use]
    pub fn new(status: u16) -> Self {
        let reason = reason(status).to_owned();
        Self { status, reason, minor_version: 1, headers: Headers::new() }
    }

    /// This head with one header more.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push(name, value);
        self
    }

    /// Whether another answer to the same request follows (`100 Continue`).
    #[must_use]
    pub fn is_interim(&self) -> bool {
        (100..200).contains(&self.status) && self.status != 101
    }

    /// Whether another answer can follow on the same connection. Where the body ends with the
    /// connection, none can.
    #[must_use]
    pub fn keeps_alive(&self) -> bool {
        keeps_alive(&self.headers, self.minor_version) && self.status != 101
    }

    /// Writes the head with its empty last line.
    pub fn write(&self, out: &mut Vec<u8>) {
        let minor = self.minor_version.min(1);
        // Writing to a vector cannot fail.
        let _ = write!(out, "HTTP/1.{minor} {} ", self.status);
        out.extend(self.reason.bytes().map(|byte| if byte < b' ' { b' ' } else { byte }));
        out.extend_from_slice(b"\r\n");
        self.headers.write(out);
        out.extend_from_slice(b"\r\n");
    }
}

fn keeps_alive(headers: &Headers, minor_version: u8) -> bool {
    if minor_version == 0 {
        headers.lists("connection", "keep-alive")
    } else {
        !headers.lists("connection", "close")
    }
}

pub(crate) fn malformed(error: httparse::Error, limits: &Limits) -> HttpError {
    let what = match error {
        httparse::Error::TooManyHeaders => {
            return HttpError::TooManyHeaders { limit: limits.headers.min(MOST_HEADERS) };
        }
        httparse::Error::HeaderName => "name of a header",
        httparse::Error::HeaderValue => "value of a header",
        httparse::Error::NewLine => "end of a line",
        httparse::Error::Status => "status",
        httparse::Error::Token => "method or target",
        httparse::Error::Version => "version",
    };
    HttpError::Malformed { what }
}

/// The words that stand behind a status: `Not Found`; empty for a status that has none.
#[must_use]
pub fn reason(status: u16) -> &'static str {
    match status {
        100 => "Continue",
        200 => "OK",
        202 => "Accepted",
        204 => "No Content",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        410 => "Gone",
        411 => "Length Required",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        417 => "Expectation Failed",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "HTTP Version Not Supported",
        _ => "",
    }
}
