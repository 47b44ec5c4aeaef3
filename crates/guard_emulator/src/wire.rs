//! Messages of HTTP/1.1 over a blocking stream: read whole up to a limit, written with a length.

use std::{
    io::{self, Read, Write},
    net::TcpStream,
    time::Duration,
};

use guard_http::{Decoder, Head, Headers, Limits, Part, RequestHead, ResponseHead};
use serde_json::{Value, json};

/// A message, read whole.
#[derive(Debug)]
pub(crate) struct Message<H> {
    pub(crate) head: H,
    pub(crate) body: Vec<u8>,
    pub(crate) trailers: Headers,
    /// The body was longer than the limit; the rest was read and let go.
    pub(crate) too_large: bool,
}

/// One end of a connection that reads messages of one kind.
#[derive(Debug)]
pub(crate) struct Connection<S, H> {
    pub(crate) stream: S,
    decoder: Decoder<H>,
    /// Bytes that came and are not decoded yet.
    input: Vec<u8>,
}

impl<S: Read + Write, H: Head> Connection<S, H> {
    pub(crate) fn new(stream: S) -> Self {
        Self { stream, decoder: Decoder::new(Limits::default()), input: Vec::new() }
    }

    /// Reads one message; `None` when the peer closed between two. `begun` is told the head before
    /// the body is read.
    ///
    /// # Errors
    /// When the connection breaks or what comes is no HTTP.
    pub(crate) fn read(
        &mut self,
        max_body: usize,
        mut begun: impl FnMut(&mut S, &H) -> io::Result<()>,
    ) -> io::Result<Option<Message<H>>> {
        let mut message: Option<Message<H>> = None;
        let mut used = 0;
        let mut room = vec![0; 64 * 1024];
        loop {
            let unread = self.input.get(used..).unwrap_or_default();
            let step = self.decoder.step(unread).map_err(malformed)?;
            match (step.part, &mut message) {
                (Part::Head(head, _), _) => {
                    begun(&mut self.stream, &head)?;
                    let (body, trailers) = (Vec::new(), Headers::new());
                    message = Some(Message { head, body, trailers, too_large: false });
                }
                (Part::Data(range), Some(message)) => {
                    let data = unread.get(range).unwrap_or_default();
                    let fits = data.len().min(max_body - message.body.len());
                    message.too_large |= fits < data.len();
                    message.body.extend_from_slice(data.get(..fits).unwrap_or_default());
                }
                (Part::End(trailers), Some(message)) => message.trailers = trailers,
                (Part::End(_) | Part::Data(_) | Part::Pending, _) => {
                    used += step.consumed;
                    self.input.drain(..used);
                    used = 0;
                    let count = self.stream.read(&mut room)?;
                    if count == 0 {
                        let ended = self.decoder.close(&self.input).map_err(malformed)?;
                        return Ok(message.filter(|_| ended.is_some()));
                    }
                    self.input.extend_from_slice(room.get(..count).unwrap_or_default());
                    continue;
                }
            }
            used += step.consumed;
            if message.is_some() && self.decoder.is_between_messages(&[]) {
                self.input.drain(..used);
                return Ok(message);
            }
        }
    }
}

fn malformed(error: guard_http::HttpError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

/// Reads a request, and says `100 Continue` to a client that waits for it.
pub(crate) fn read_request<S: Read + Write>(
    from: &mut Connection<S, RequestHead>,
    max_body: usize,
) -> io::Result<Option<Message<RequestHead>>> {
    from.read(max_body, |stream, head| {
        if head.headers.lists("expect", "100-continue") {
            stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        Ok(())
    })
}

/// An answer with a length.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) head: ResponseHead,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// An answer of JSON.
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::new(status, body.to_string().into_bytes()).with("Content-Type", "application/json")
    }

    pub(crate) fn new(status: u16, body: Vec<u8>) -> Self {
        Self { head: ResponseHead::new(status), body }
    }

    /// An error as the APIs of Lambda tell it.
    pub(crate) fn fault(status: u16, kind: &str, message: &str) -> Self {
        Self::json(status, &json!({ "errorType": kind, "errorMessage": message }))
    }

    pub(crate) fn with(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.head.headers.push(name, value);
        self
    }

    pub(crate) fn write(mut self, to: &mut impl Write) -> io::Result<()> {
        self.head.headers.push("Content-Length", self.body.len().to_string());
        let mut out = Vec::with_capacity(512 + self.body.len());
        self.head.write(&mut out);
        out.extend_from_slice(&self.body);
        to.write_all(&out)
    }
}

/// Posts JSON to `http://…` and returns the status.
///
/// # Errors
/// When the listener is not there, is slower than `patience`, or answers something else.
pub(crate) fn post(address: &str, path: &str, body: &[u8], patience: Duration) -> io::Result<u16> {
    let stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(patience))?;
    stream.set_write_timeout(Some(patience))?;
    let mut connection: Connection<TcpStream, ResponseHead> = Connection::new(stream);
    let head = RequestHead::new("POST", path)
        .with("Host", address)
        .with("Content-Type", "application/json")
        .with("Content-Length", body.len().to_string())
        .with("Connection", "close");
    let mut out = Vec::with_capacity(256 + body.len());
    head.write(&mut out);
    out.extend_from_slice(body);
    connection.stream.write_all(&out)?;
    let answer = connection.read(64 * 1024, |_, _| Ok(()))?;
    answer.map(|answer| answer.head.status).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

#[cfg(test)]
mod tests {
    use super::{Connection, Message, read_request};
    use guard_http::RequestHead;
    use std::io::{self, Read, Write};

    /// What a client sends, three bytes at a time.
    struct Slowly<'a>(&'a [u8]);

    impl Read for Slowly<'_> {
        fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
            let count = room.len().min(3);
            self.0.read(&mut room[..count])
        }
    }

    impl Write for Slowly<'_> {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn all(text: &[u8], max: usize) -> io::Result<Vec<Message<RequestHead>>> {
        let mut connection = Connection::new(Slowly(text));
        let mut messages = Vec::new();
        while let Some(message) = read_request(&mut connection, max)? {
            messages.push(message);
        }
        Ok(messages)
    }

    #[test]
    fn requests_follow_each_other_with_and_without_bodies() {
        let text = b"GET /next HTTP/1.1\r\n\r\nPOST /a?b=c HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello\
            POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=1\r\n0123456789\r\n0\r\nX-Error: Boom\r\n\r\n";
        let messages = all(text, 100).unwrap();
        let bodies: Vec<&[u8]> = messages.iter().map(|message| message.body.as_slice()).collect();
        assert_eq!(bodies, [&b""[..], b"hello", b"abc0123456789"]);
        assert_eq!(messages[1].head.path(), "/a");
        assert_eq!(messages[2].trailers.text("x-error"), Some("Boom"));
    }

    #[test]
    fn what_is_too_large_is_read_to_its_end_and_marked() {
        let text = b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhelloGET / HTTP/1.1\r\n\r\n";
        let messages = all(text, 3).unwrap();
        assert!(messages[0].too_large && !messages[1].too_large);
    }

    #[test]
    fn what_is_no_request_is_an_error() {
        for text in
            [&b"GET /"[..], b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc", b"nonsense\r\n\r\n"]
        {
            assert!(all(text, 9).is_err(), "{}", String::from_utf8_lossy(text));
        }
    }
}
