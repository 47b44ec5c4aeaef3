//! From the runtime to the platform.

use guard_http::{Framing, Headers, Part, RequestHead, chunk, last_chunk};
use guard_net::Filled;

use super::{Context, End, HIGH, INPUT, Session, caught, fault_refusal, is_counted};
use crate::exchange::{
    Asked, Exchange, Reply, Request, onward_request, queue_end, refusal_request, set_length,
};
use crate::route::Route;
use crate::watch::{Rewrite, Watch};

/// Bytes of an answer that are held to be looked at; longer ones are not answers that the platform
/// takes, and pass as they come.
const ANSWER_LIMIT: usize = 8 * 1_024 * 1_024;

impl Session {
    /// Decodes what the runtime sent; whether anything came of it.
    pub(super) fn read_runtime<W: Watch>(&mut self, cx: &mut Context<'_, W>) -> bool {
        let mut moved = false;
        while self.wants_request() {
            let step = match self.requests.step(self.runtime.input()) {
                Ok(step) => step,
                Err(error) => {
                    self.refuse_bytes(cx, error);
                    return true;
                }
            };
            let is_pending = matches!(step.part, Part::Pending);
            match step.part {
                Part::Pending => {}
                Part::Head(head, framing) => self.begin(cx, head, framing),
                Part::Data(range) => {
                    let data = self.runtime.input().get(range).unwrap_or_default();
                    if let Some(exchange) = &mut self.exchange {
                        exchange.take_data(self.server.as_mut(), data);
                    }
                }
                Part::End(trailers) => self.end_request(cx, &trailers),
            }
            self.runtime.consume(step.consumed);
            self.pass_what_is_too_long(cx);
            if !is_pending {
                moved = true;
            } else if !self.fill_runtime() {
                if self.runtime.is_closed() {
                    self.runtime_ended();
                }
                break;
            }
        }
        moved
    }

    /// While it waits for an answer, the runtime has nothing to say but that it is gone. That is
    /// looked for when all else is sent.
    pub(super) fn look_for_end(&mut self) {
        let is_asked = matches!(&self.exchange, Some(own) if matches!(own.request, Request::Done));
        if is_asked && self.end != End::Dead && self.runtime.may_have_input() {
            while self.fill_runtime() {}
            if self.runtime.is_closed() {
                self.runtime_ended();
            }
        }
    }

    /// Whether bytes of the runtime can be used now.
    fn wants_request(&self) -> bool {
        if self.end == End::Dead {
            return false;
        }
        match &self.exchange {
            None => self.end == End::Open,
            Some(exchange) => match exchange.request {
                Request::Done => false,
                Request::Collect { .. } | Request::Discard => true,
                Request::Pass(_) => {
                    self.server.as_ref().is_some_and(|server| server.connection.queued() < HIGH)
                }
            },
        }
    }

    /// Reads from the runtime; whether bytes came.
    fn fill_runtime(&mut self) -> bool {
        if !self.runtime.may_have_input() {
            return false;
        }
        let before = self.runtime.input().len();
        match self.runtime.fill_once(INPUT) {
            Ok(Filled::Empty | Filled::Full | Filled::Closed) => {
                self.runtime.input().len() > before
            }
            Err(_) => {
                self.end = End::Dead;
                false
            }
        }
    }

    /// The runtime sends no more.
    fn runtime_ended(&mut self) {
        let keeps_its_answer = self.exchange.as_ref().is_some_and(|exchange| {
            // An event that nobody waits for any more must not be fetched.
            matches!(exchange.request, Request::Done)
                && (exchange.route != Route::Next || exchange.asked != Asked::Request)
        });
        self.end = if keeps_its_answer { End::Closing } else { End::Dead };
    }

    fn begin<W: Watch>(
        &mut self,
        cx: &mut Context<'_, W>,
        mut head: RequestHead,
        framing: Framing,
    ) {
        let route = Route::of(&head);
        if !head.keeps_alive() {
            self.end = End::Closing;
        }
        if head.headers.lists("expect", "100-continue") {
            self.runtime.queue(b"HTTP/1.1 100 Continue\r\n\r\n");
        }
        onward_request(&mut head, &cx.pool.host);
        if matches!(route, Route::Error { .. } | Route::InitError) {
            clean_cause(cx, &route, &mut head.headers);
        }
        let is_streamed = streams(&head.headers);
        let collects = match &route {
            Route::Response { request_id } => !is_streamed && cx.watch.reads_response(request_id),
            Route::Error { .. } | Route::InitError => cx.watch.reads_errors(),
            Route::Next => {
                caught(cx, None, W::idle);
                false
            }
            Route::Other => false,
        };
        let is_head = head.method == "HEAD";
        let mut bytes = Vec::new();
        let request = if collects {
            let length = if let Framing::Length(length) = framing { length } else { 0 };
            let room = usize::try_from(length).unwrap_or(usize::MAX).min(ANSWER_LIMIT);
            Request::Collect { head, framing, body: Vec::with_capacity(room) }
        } else {
            head.write(&mut bytes);
            Request::Pass(framing)
        };
        let may_repeat = match route {
            Route::Next => true,
            Route::Response { .. } | Route::Error { .. } => !is_streamed,
            Route::InitError | Route::Other => false,
        };
        let replay = if may_repeat { bytes.clone() } else { Vec::new() };
        self.exchange = Some(Exchange {
            route,
            request,
            reply: Reply::Waiting,
            asked: Asked::Request,
            replay,
            posted: None,
            unsent: Vec::new(),
            attempts: 0,
            is_head,
            keeps_server: false,
        });
        if !collects {
            self.send(cx, &bytes);
        }
    }

    fn end_request<W: Watch>(&mut self, cx: &mut Context<'_, W>, trailers: &Headers) {
        let Some(exchange) = &mut self.exchange else { return };
        let cleaned = clean_late_error(cx, exchange, trailers);
        let trailers = cleaned.as_ref().unwrap_or(trailers);
        match std::mem::replace(&mut exchange.request, Request::Done) {
            Request::Collect { head, framing, body } => {
                let bytes = self.look_at_answer(cx, head, framing, &body, trailers);
                self.send(cx, &bytes);
                if let Some(exchange) = &mut self.exchange
                    && exchange.route != Route::InitError
                {
                    exchange.replay = bytes;
                }
            }
            Request::Pass(framing) => {
                exchange.keep_end(framing, trailers);
                if let Some(server) = &mut self.server {
                    queue_end(&mut server.connection, framing, trailers);
                } else {
                    // Queued behind the part that waits for a connection.
                    let mut end = Vec::new();
                    if framing == Framing::Chunked {
                        last_chunk(trailers, &mut end);
                    }
                    exchange.unsent.extend_from_slice(&end);
                }
            }
            Request::Discard => self.exchange = None,
            Request::Done => {}
        }
    }

    /// Shows a whole answer of the handler to the watch; the bytes to send.
    fn look_at_answer<W: Watch>(
        &mut self,
        cx: &mut Context<'_, W>,
        mut head: RequestHead,
        framing: Framing,
        body: &[u8],
        trailers: &Headers,
    ) -> Vec<u8> {
        let route = self.exchange.as_ref().map_or(Route::Other, |exchange| exchange.route.clone());
        let id = match &route {
            Route::Response { request_id } | Route::Error { request_id } => {
                Some(request_id.as_str())
            }
            _ => None,
        };
        let rewrite = caught(cx, id, |watch| match (&route, id) {
            (Route::Response { .. }, Some(id)) => watch.response(id, body),
            _ => watch.error(id, body),
        });
        let rewrite = match rewrite {
            Some(rewrite) => rewrite,
            None if cx.watch.fails_closed() => Rewrite::Refuse(fault_refusal()),
            None => Rewrite::Keep,
        };
        let mut bytes = Vec::with_capacity(512 + body.len());
        match (rewrite, id) {
            (Rewrite::Replace(body), _) => {
                set_length(&mut head.headers, body.len());
                head.write(&mut bytes);
                bytes.extend_from_slice(&body);
            }
            (Rewrite::Refuse(refusal), Some(id)) => {
                bytes = refusal_request(id, &refusal, &cx.pool.host);
            }
            (Rewrite::Refuse(_) | Rewrite::Keep, _) => {
                head.write(&mut bytes);
                if is_counted(framing) {
                    bytes.extend_from_slice(body);
                } else {
                    chunk(body, &mut bytes);
                    last_chunk(trailers, &mut bytes);
                }
            }
        }
        bytes
    }

    /// An answer that is longer than is held goes on as it comes.
    fn pass_what_is_too_long<W: Watch>(&mut self, cx: &mut Context<'_, W>) {
        let Some(exchange) = &mut self.exchange else { return };
        if !matches!(&exchange.request, Request::Collect { body, .. } if body.len() > ANSWER_LIMIT)
        {
            return;
        }
        let before = std::mem::replace(&mut exchange.request, Request::Discard);
        let Request::Collect { head, framing, body } = before else { return };
        exchange.request = Request::Pass(framing);
        let mut bytes = Vec::with_capacity(512 + body.len());
        head.write(&mut bytes);
        if is_counted(framing) {
            bytes.extend_from_slice(&body);
        } else {
            chunk(&body, &mut bytes);
        }
        let route = exchange.route.clone();
        if let Route::Response { request_id } | Route::Error { request_id } = &route {
            cx.watch.fault(Some(request_id), "the answer is too long to be looked at");
        }
        self.send(cx, &bytes);
    }
}

/// The cause of an error that goes to traces: the text of the exception once more, past the log.
fn clean_cause<W: Watch>(cx: &mut Context<'_, W>, route: &Route, headers: &mut Headers) {
    let Some(own) = headers.text(CAUSE).map(str::to_owned) else { return };
    let id = match route {
        Route::Error { request_id } => Some(request_id.as_str()),
        _ => None,
    };
    match caught(cx, id, |watch| watch.error_cause(id, &own)) {
        Some(Some(text)) => headers.set(CAUSE, text),
        None if cx.watch.fails_closed() => headers.remove(CAUSE),
        Some(None) | None => {}
    }
}

/// The exception with its text and its stack, as JSON, for X-Ray. AWS's runtime clients send it.
const CAUSE: &str = "lambda-runtime-function-xray-error-cause";

/// The trailers of a streamed answer that failed, where the watch wants its error changed.
fn clean_late_error<W: Watch>(
    cx: &mut Context<'_, W>,
    exchange: &Exchange,
    trailers: &Headers,
) -> Option<Headers> {
    let (Request::Pass(_), Route::Response { request_id }) = (&exchange.request, &exchange.route)
    else {
        return None;
    };
    if !cx.watch.reads_errors() || trailers.get(LATE_ERROR).is_none() {
        return None;
    }
    let mut cleaned = trailers.clone();
    // What is no text can be no base64 either, and would say nothing to anybody.
    let own = trailers.text(LATE_ERROR).unwrap_or_default();
    match caught(cx, Some(request_id), |watch| watch.late_error(request_id, own)) {
        Some(Some(text)) => cleaned.set(LATE_ERROR, text),
        None if cx.watch.fails_closed() => cleaned.remove(LATE_ERROR),
        Some(None) | None => return None,
    }
    Some(cleaned)
}

/// The error that a streamed answer ended with, in base64.
///
/// Source: AWS Lambda Developer Guide, "Response streaming with custom runtimes".
const LATE_ERROR: &str = "lambda-runtime-function-error-body";

/// Whether an answer is streamed to the caller as the handler writes it.
fn streams(headers: &Headers) -> bool {
    headers
        .get("lambda-runtime-function-response-mode")
        .is_some_and(|mode| mode.eq_ignore_ascii_case(b"streaming"))
}
