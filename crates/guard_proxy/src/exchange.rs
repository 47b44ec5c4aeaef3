//! One request of the runtime on its way to the platform, and the answer on its way back.

use guard_http::{Framing, Headers, RequestHead, ResponseHead, chunk, last_chunk};
use guard_net::Connection;

use crate::pool::Server;
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
    /// The bytes of a request that may be sent again, as far as they came: the question for the
    /// next invocation, an answer that is not too long. Empty: there are none.
    pub(crate) replay: Vec<u8>,
    /// An answer was posted before, on a connection that broke.
    pub(crate) posted: Option<Posted>,
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
    /// The platform does not take an answer that was posted again: held until it says why.
    NotTaken { head: ResponseHead, body: Vec<u8> },
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
    Refusal {
        /// Which.
        request_id: String,
        /// The request.
        bytes: Vec<u8>,
    },
}

/// What is known of an answer whose connection broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Posted {
    /// The kernel took all of it, so that the platform may have, too.
    pub(crate) is_whole: bool,
}

/// Longest answer of which a copy is kept while it passes.
const REPLAY: usize = 262_144;

impl Exchange {
    /// Takes a piece of the request: holds it, or sends it on.
    pub(crate) fn take_data(&mut self, server: Option<&mut Server>, data: &[u8]) {
        match (&mut self.request, server) {
            (Request::Collect { body, .. }, _) => body.extend_from_slice(data),
            (Request::Pass(framing), Some(server)) => {
                let framing = *framing;
                queue_data(&mut server.connection, framing, data);
                self.keep(framing, data);
            }
            _ => {}
        }
    }

    /// Keeps a piece of a request that passes, so that it can be sent again.
    fn keep(&mut self, framing: Framing, data: &[u8]) {
        if self.replay.is_empty() || self.replay.len() + data.len() > REPLAY {
            self.replay = Vec::new();
        } else if framing == Framing::Chunked {
            chunk(data, &mut self.replay);
        } else {
            self.replay.extend_from_slice(data);
        }
    }

    /// The same for its end.
    pub(crate) fn keep_end(&mut self, framing: Framing, trailers: &Headers) {
        if !self.replay.is_empty() && framing == Framing::Chunked {
            last_chunk(trailers, &mut self.replay);
        }
    }

    /// The bytes of a request that was `sent` in part or whole on a connection which then broke
    /// before any byte of an answer; `None` when it may not be sent again.
    ///
    /// Asking for the next invocation has no effect until it is answered. An answer has one, but the
    /// platform takes only one for each invocation and refuses any other, so that the second can do
    /// no harm; it is made where the platform is known to close connections, on one that was idle.
    pub(crate) fn again(&mut self, sent: usize, is_reused: bool) -> Option<Vec<u8>> {
        let bytes = match (&self.asked, &self.route) {
            (Asked::Request, Route::Next) => return Some(self.replay.clone()),
            (Asked::Refusal { bytes, .. }, _) => bytes,
            (Asked::Request, Route::Response { .. } | Route::Error { .. }) => &self.replay,
            (Asked::Request, Route::InitError | Route::Other) => return None,
        };
        if !is_reused || bytes.is_empty() {
            return None;
        }
        let is_done = matches!(self.request, Request::Done);
        self.posted = Some(Posted { is_whole: is_done && sent >= bytes.len() });
        Some(bytes.clone())
    }
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

/// Whether the platform does not take an answer because it has one: AWS's emulator, which is made of
/// the same code, says 403 until it forgets the invocation, and 400 from then on.
pub(crate) fn has_one_already(body: &[u8]) -> bool {
    let body = String::from_utf8_lossy(body);
    ["InvalidStateTransition", "InvalidRequestID"].iter().any(|kind| body.contains(kind))
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
