//! One call over a connection that is kept.

use std::io::{self, Read, Write};
use std::time::{Duration, Instant};

use guard_http::{Decoder, Limits, Part, RequestHead, ResponseHead};
use guard_tls::{Stream, Trust};
use zeroize::Zeroizing;

use crate::setup::Endpoint;

/// The largest answer that is read: a secret has at most 64 KiB, thrice that when all is escaped.
const LARGEST_ANSWER: usize = 512 * 1024;
const CONNECT_LIMIT: Duration = Duration::from_secs(3);

/// What a server answered.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Zeroizing<Vec<u8>>,
}

/// A server, and the connection to it when there is one.
pub(crate) struct Line {
    endpoint: Endpoint,
    trust: Option<Trust>,
    limit: Duration,
    stream: Option<Stream>,
}

impl Line {
    pub(crate) fn new(endpoint: Endpoint, trust: &Trust, limit: Duration) -> Self {
        let trust = endpoint.tls.then(|| trust.clone());
        Self { endpoint, trust, limit, stream: None }
    }

    pub(crate) fn authority(&self) -> String {
        self.endpoint.authority()
    }

    /// Sends one request and reads its answer. A kept connection that the server closed meanwhile is
    /// made anew, once: all our calls only read.
    pub(crate) fn call(&mut self, head: &RequestHead, body: &[u8]) -> io::Result<Reply> {
        if let Some(mut stream) = self.stream.take() {
            match self.exchange(&mut stream, head, body) {
                Ok((reply, keep)) => {
                    self.stream = keep.then_some(stream);
                    return Ok(reply);
                }
                Err(error) if error.kind() == io::ErrorKind::TimedOut => return Err(error),
                Err(_) => {}
            }
        }
        let limit = self.limit.min(CONNECT_LIMIT);
        let Endpoint { host, port, .. } = &self.endpoint;
        let mut stream = Stream::connect(host, *port, self.trust.as_ref(), limit)?;
        let (reply, keep) = self.exchange(&mut stream, head, body)?;
        self.stream = keep.then_some(stream);
        Ok(reply)
    }

    fn exchange(
        &self,
        stream: &mut Stream,
        head: &RequestHead,
        body: &[u8],
    ) -> io::Result<(Reply, bool)> {
        let until = Instant::now() + self.limit;
        stream.set_limit(self.limit)?;
        let mut request = Vec::with_capacity(2048);
        head.write(&mut request);
        request.extend_from_slice(body);
        stream.write_all(&request)?;
        read_reply(stream, until)
    }
}

fn read_reply(stream: &mut Stream, until: Instant) -> io::Result<(Reply, bool)> {
    let mut decoder = Decoder::<ResponseHead>::new(Limits::default());
    // Grown by hand: a vector that grows by itself leaves copies behind.
    let mut input = Zeroizing::new(vec![0; 16 * 1024]);
    let (mut start, mut end) = (0, 0);
    let mut body = Zeroizing::new(Vec::new());
    let mut answer: Option<(u16, bool)> = None;
    let broken = |error: guard_http::HttpError| io::Error::new(io::ErrorKind::InvalidData, error);
    loop {
        let unread = input.get(start..end).unwrap_or_default();
        let step = decoder.step(unread).map_err(broken)?;
        match step.part {
            Part::Head(head, _) => {
                answer = (!head.is_interim()).then(|| (head.status, head.keeps_alive()));
            }
            Part::Data(range) => {
                let data = unread.get(range).unwrap_or_default();
                if body.len() + data.len() > LARGEST_ANSWER {
                    return Err(io::Error::new(
                        io::ErrorKind::InvalidData,
                        "the answer is too large",
                    ));
                }
                append(&mut body, data);
            }
            Part::End(_) => {
                if let Some((status, keep)) = answer {
                    return Ok((Reply { status, body }, keep && start + step.consumed == end));
                }
            }
            Part::Pending => {
                start += step.consumed;
                input.copy_within(start..end, 0);
                (start, end) = (0, end - start);
                if end == input.len() {
                    let mut larger = Zeroizing::new(vec![0; 128 * 1024]);
                    if end == larger.len() {
                        return Err(io::Error::new(
                            io::ErrorKind::InvalidData,
                            "the head is too large",
                        ));
                    }
                    if let Some(to) = larger.get_mut(..end) {
                        to.copy_from_slice(input.get(..end).unwrap_or_default());
                    }
                    input = larger;
                }
                if Instant::now() > until {
                    return Err(io::ErrorKind::TimedOut.into());
                }
                let count = stream.read(input.get_mut(end..).unwrap_or_default()).map_err(timed)?;
                if count == 0 {
                    let left = input.get(..end).unwrap_or_default();
                    let ended = decoder.close(left).map_err(broken)?.is_some();
                    return match answer {
                        Some((status, _)) if ended => Ok((Reply { status, body }, false)),
                        _ => Err(io::ErrorKind::UnexpectedEof.into()),
                    };
                }
                end += count;
                continue;
            }
        }
        start += step.consumed;
    }
}

/// Appends without leaving the old bytes behind in memory that is given back.
fn append(to: &mut Zeroizing<Vec<u8>>, data: &[u8]) {
    if to.capacity() - to.len() < data.len() {
        let room = (to.len() + data.len()).next_power_of_two();
        let mut larger = Zeroizing::new(Vec::with_capacity(room));
        larger.extend_from_slice(to);
        *to = larger;
    }
    to.extend_from_slice(data);
}

/// A read that waited for its limit is told as [`io::ErrorKind::WouldBlock`] on Linux.
fn timed(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::WouldBlock => io::ErrorKind::TimedOut.into(),
        _ => error,
    }
}
