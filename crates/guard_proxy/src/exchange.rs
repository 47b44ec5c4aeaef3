//! One request of the runtime on its way to the platform, and the answer on its way back.

use guard_http::{Framing, Headers, RequestHead, ResponseHead, chunk, last_chunk};
use guard_net::Connection;

use crate::route::{Route, error_target, response_target};
use crate::watch::Refusal;

/// A request and its answer, as far as they have come.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) route: Route,
    pub(crate) request: Request,
    pub(crate) reply: Reply,
    /// What is being asked of the platform at the moment.
    pub(crate) asked: Asked,
    /// The bytes of a request for the next invocation, which may be asked again.
    pub(crate) replay: Vec<u8>,
    /// What the next connection is to send, while there is none.
    pub(crate) unsent: Vec<u8>,
    pub(crate) attempts: u32,
    /// The request was a `HEAD`: its answer has no body.
    pub(crate) is_head: bool,
    /// The platform's connection can carry another request after this answer.
    pub(crate) keeps_server: bool,
}

/// The request of the runtime.
#[derive(Debug)]
pub(crate) enum Request {
    /// Held until it is whole.
    Collect { head: RequestHead, framing: Framing, body: Vec<u8> },
    /// Sent on as it comes.
    Pass(Framing),
    /// Read and dropped: the answer came before its end.
    Discard,
    /// Whole.
    Done,
}

/// The answer of the platform.
#[derive(Debug)]
pub(crate) enum Reply {
    /// Nothing yet.
    Waiting,
    /// An event, held until it is whole.
    Collect { head: ResponseHead, framing: Framing, body: Vec<u8> },
    /// Sent on as it comes.
    Pass(Framing),
    /// Not for the runtime: the platform's word to an answer of the proxy, with its status.
    Note(u16),
    /// An event that is refused before its end was read.
    Refused { request_id: String, refusal: Refusal },
    /// Over, although the request is not.
    Over,
}

/// What is asked of the platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Asked {
    /// What the runtime asks.
    Request,
    /// To take the proxy's own answer to this invocation.
    Refusal { request_id: String },
}

/// Headers that are for one connection only: RFC 9110, section 7.6.1.
const HOP: [&str; 5] = ["connection", "keep-alive", "proxy-connection", "upgrade", "expect"];

/// Readies the head of a request for the platform.
pub(crate) fn onward_request(head: &mut RequestHead, host: &str) {
    for name in HOP {
        head.headers.remove(name);
    }
    head.headers.set("Host", host);
    head.minor_version = 1;
}

/// Readies the head of an answer for the runtime.
pub(crate) fn onward_answer(head: &mut ResponseHead, framing: Framing) {
    for name in HOP {
        head.headers.remove(name);
    }
    head.minor_version = 1;
    if framing == Framing::UntilClose {
        head.headers.push("Connection", "close");
    }
}

/// Says that a body of that many bytes follows, whatever stood there before.
pub(crate) fn set_length(headers: &mut Headers, length: usize) {
    let text = length.to_string();
    let same = headers.text("content-length").is_some_and(|own| own == text);
    if !same {
        headers.remove("transfer-encoding");
        headers.remove("trailer");
        headers.set("Content-Length", text);
    }
}

/// Queues a piece of a body in its framing.
pub(crate) fn queue_data(to: &mut Connection, framing: Framing, data: &[u8]) {
    match framing {
        Framing::Chunked => to.queue_with(|out| chunk(data, out)),
        _ => to.queue(data),
    }
}

/// Queues the end of a body in its framing.
pub(crate) fn queue_end(to: &mut Connection, framing: Framing, trailers: &Headers) {
    if framing == Framing::Chunked {
        to.queue_with(|out| last_chunk(trailers, out));
    }
}

/// The request that tells the platform a refusal.
pub(crate) fn refusal_request(request_id: &str, refusal: &Refusal, host: &str) -> Vec<u8> {
    let target = match refusal.error_type {
        Some(_) => error_target(request_id),
        None => response_target(request_id),
    };
    let mut head = RequestHead::new("POST", &target)
        .with("Host", host)
        .with("Content-Type", "application/json")
        .with("Content-Length", refusal.body.len().to_string());
    if let Some(error_type) = refusal.error_type {
        head.headers.push("Lambda-Runtime-Function-Error-Type", error_type);
    }
    let mut bytes = Vec::with_capacity(256 + refusal.body.len());
    head.write(&mut bytes);
    bytes.extend_from_slice(&refusal.body);
    bytes
}
