//! The runtime: a client of the Runtime API that does what a test says.

use std::io::Write;
use std::net::{Shutdown, SocketAddr, TcpStream};

use guard_http::{Decoder, Limits, RequestHead, ResponseHead};

use crate::platform::{LONGEST, Message, read};

/// One connection.
#[derive(Debug)]
pub(crate) struct Runtime {
    pub(crate) stream: TcpStream,
    decoder: Decoder<ResponseHead>,
    buffer: Vec<u8>,
}

impl Runtime {
    pub(crate) fn connect(to: SocketAddr) -> Self {
        let stream = TcpStream::connect(to).unwrap();
        stream.set_read_timeout(Some(LONGEST)).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, decoder: Decoder::new(Limits::default()), buffer: Vec::new() }
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).unwrap();
    }

    pub(crate) fn request(&mut self, head: &RequestHead, body: &[u8]) {
        let mut bytes = Vec::new();
        head.write(&mut bytes);
        bytes.extend_from_slice(body);
        self.write(&bytes);
    }

    pub(crate) fn ask(&mut self) {
        let head = RequestHead::new("GET", "/2018-06-01/runtime/invocation/next")
            .with("Host", "127.0.0.1")
            .with("User-Agent", "test");
        self.request(&head, b"");
    }

    /// The next answer; `None` when the proxy closed.
    pub(crate) fn answer(&mut self) -> Option<Message<ResponseHead>> {
        read(&mut self.stream, &mut self.decoder, &mut self.buffer)
    }

    /// The id and the body of the next event.
    pub(crate) fn next(&mut self) -> (String, Vec<u8>) {
        self.ask();
        let answer = self.answer().unwrap();
        assert_eq!(answer.head.status, 200, "{}", String::from_utf8_lossy(&answer.body));
        let id = answer.head.headers.text("lambda-runtime-aws-request-id").unwrap().to_owned();
        (id, answer.body)
    }

    pub(crate) fn post(&mut self, id: &str, what: &str, body: &[u8]) -> u16 {
        let head = RequestHead::new("POST", &format!("/2018-06-01/runtime/invocation/{id}/{what}"))
            .with("Content-Length", body.len().to_string());
        self.request(&head, body);
        self.answer().unwrap().head.status
    }

    pub(crate) fn respond(&mut self, id: &str, body: &[u8]) {
        assert_eq!(self.post(id, "response", body), 202);
    }

    pub(crate) fn half_close(&self) {
        self.stream.shutdown(Shutdown::Write).unwrap();
    }
}
