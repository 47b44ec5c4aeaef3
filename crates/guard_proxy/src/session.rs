//! One connection of the runtime, and the connection to the platform that serves it now.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use guard_http::{Decoder, Framing, HttpError, Limits, RequestHead, ResponseHead};
use guard_net::{Connection, Net, TimerId, Token};

use crate::exchange::{Asked, Exchange, Reply, Request};
use crate::pool::{Pool, Server};
use crate::proxy::Awaits;
use crate::route::Route;
use crate::watch::{Ending, Refusal, Watch};

mod answer;
mod request;

/// Bytes of input that are held before they are decoded; more than a head may have.
const INPUT: usize = 131_072;
/// With so many bytes not yet sent, no more are read for them.
const HIGH: usize = 262_144;
/// Waits before a connection to the platform is tried again.
const BACKOFF: [Duration; 5] = [
    Duration::from_millis(1),
    Duration::from_millis(10),
    Duration::from_millis(50),
    Duration::from_millis(200),
    Duration::from_millis(500),
];

/// What a session works with.
pub(crate) struct Context<'a, W> {
    pub(crate) net: &'a mut Net,
    pub(crate) pool: &'a mut Pool,
    pub(crate) watch: &'a mut W,
}

/// One connection of the runtime.
#[derive(Debug)]
pub(crate) struct Session {
    runtime: Connection,
    requests: Decoder<RequestHead>,
    exchange: Option<Exchange>,
    server: Option<Server>,
    retry: Option<TimerId>,
    end: End,
}

/// Whether the connection of the runtime goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// It does.
    Open,
    /// Until the answer at hand is sent.
    Closing,
    /// It is over.
    Dead,
}

impl Session {
    pub(crate) fn new(runtime: Connection) -> Self {
        Self {
            runtime,
            requests: Decoder::new(Limits::default()),
            exchange: None,
            server: None,
            retry: None,
            end: End::Open,
        }
    }

    pub(crate) fn server_token(&self) -> Option<Token> {
        self.server.as_ref().map(|server| server.connection.token())
    }

    pub(crate) fn awaits(&self) -> Awaits {
        match &self.exchange {
            None => Awaits::Runtime,
            Some(exchange)
                if exchange.route == Route::Next
                    && exchange.asked == Asked::Request
                    && matches!(exchange.reply, Reply::Waiting) =>
            {
                Awaits::Event
            }
            Some(_) => Awaits::Rest,
        }
    }

    pub(crate) fn is_dead(&self) -> bool {
        self.end == End::Dead
    }

    /// Nothing more is done with it.
    pub(crate) fn abandon(&mut self) {
        self.end = End::Dead;
    }

    /// One of the two connections was told to be readable.
    pub(crate) fn note_readable(&mut self, token: Token) {
        if token == self.runtime.token() {
            self.runtime.note_readable();
        } else if let Some(server) = &mut self.server {
            server.connection.note_readable();
        }
    }

    /// It is time to connect to the platform again.
    pub(crate) fn retry<W: Watch>(&mut self, cx: &mut Context<'_, W>) {
        self.retry = None;
        self.reconnect(cx);
        self.advance(cx);
    }

    /// Does all that can be done now, in both directions.
    pub(crate) fn advance<W: Watch>(&mut self, cx: &mut Context<'_, W>) {
        loop {
            let mut moved = self.read_runtime(cx);
            moved |= self.end != End::Dead && self.read_server(cx);
            moved |= self.end != End::Dead && self.flush(cx);
            if !moved || self.end == End::Dead {
                break;
            }
        }
        self.look_for_end();
        if self.end == End::Dead
            && let Some(timer) = self.retry.take()
        {
            cx.net.cancel(timer);
        }
    }

    /// Sends what is queued; whether anything changed.
    fn flush<W: Watch>(&mut self, cx: &mut Context<'_, W>) -> bool {
        let mut moved = false;
        if let Some(server) = &mut self.server {
            match server.connection.flush() {
                Ok(count) => {
                    server.sent += count;
                    moved |= count > 0;
                }
                // It may have answered before it closed.
                Err(_) if server.sent > 0 => {
                    let _ = server.connection.take_queued();
                    server.connection.note_readable();
                    moved = true;
                }
                Err(error) => {
                    self.server_failed(cx, &error.to_string());
                    moved = true;
                }
            }
        }
        match self.runtime.flush() {
            Ok(count) => moved |= count > 0,
            Err(_) => self.end = End::Dead,
        }
        if self.end == End::Closing && self.exchange.is_none() && self.runtime.queued() == 0 {
            self.runtime.finish();
            self.end = End::Dead;
        }
        moved
    }

    /// Sends the start of a request on a connection that is free or new.
    fn send<W: Watch>(&mut self, cx: &mut Context<'_, W>, bytes: &[u8]) {
        let Some(exchange) = &mut self.exchange else { return };
        if self.server.is_none() {
            match cx.pool.acquire(cx.net) {
                Ok(mut server) => {
                    server.answers.answers_head(exchange.is_head);
                    self.server = Some(server);
                }
                Err(error) => {
                    exchange.unsent.extend_from_slice(bytes);
                    self.connect_failed(cx, &error.to_string());
                    return;
                }
            }
        }
        if let Some(server) = &mut self.server {
            server.connection.queue(bytes);
        }
    }

    /// Sends what could not be sent on a new connection.
    fn reconnect<W: Watch>(&mut self, cx: &mut Context<'_, W>) {
        let Some(exchange) = &mut self.exchange else { return };
        match cx.pool.connect(cx.net) {
            Ok(mut server) => {
                server.answers.answers_head(exchange.is_head);
                server.connection.queue(&std::mem::take(&mut exchange.unsent));
                self.server = Some(server);
            }
            Err(error) => self.connect_failed(cx, &error.to_string()),
        }
    }

    /// No connection could be made. Nothing was sent, so it may be tried again.
    fn connect_failed<W: Watch>(&mut self, cx: &mut Context<'_, W>, what: &str) {
        let Some(exchange) = &mut self.exchange else { return };
        let Some(delay) = BACKOFF.get(exchange.attempts as usize) else {
            return self.give_up(cx, what);
        };
        exchange.attempts += 1;
        self.retry = Some(cx.net.after(*delay, self.runtime.token()));
    }

    /// The connection to the platform broke. A request is sent again only where that is safe and no
    /// byte of an answer came: nothing of it was sent, or [`Exchange::again`] has it.
    fn server_failed<W: Watch>(&mut self, cx: &mut Context<'_, W>, what: &str) {
        let Some(mut server) = self.server.take() else { return };
        let Some(exchange) = &mut self.exchange else { return };
        let is_unanswered =
            matches!(exchange.reply, Reply::Waiting) && server.connection.input().is_empty();
        let bytes = match server.sent {
            _ if !is_unanswered => None,
            0 => Some(server.connection.take_queued()),
            sent => exchange.again(sent, server.is_reused),
        };
        let Some(bytes) = bytes else { return self.give_up(cx, what) };
        exchange.unsent = bytes;
        if server.is_reused {
            // The platform closed a connection that had been idle: nothing unusual.
            self.reconnect(cx);
        } else {
            self.connect_failed(cx, what);
        }
    }

    /// The platform cannot be asked, or nobody knows whether it heard.
    fn give_up<W: Watch>(&mut self, cx: &mut Context<'_, W>, what: &str) {
        self.server = None;
        let Some(exchange) = &mut self.exchange else { return };
        if let Asked::Refusal { request_id, .. } = &exchange.asked {
            let detail = format!("the refusal may not have reached the platform: {what}");
            cx.watch.fault(Some(request_id), &detail);
            return self.ask_next_again(cx);
        }
        let request_id = match &exchange.route {
            Route::Response { request_id } | Route::Error { request_id } => {
                Some(request_id.as_str())
            }
            _ => None,
        };
        cx.watch.fault(request_id, &format!("the platform cannot be reached: {what}"));
        if matches!(exchange.reply, Reply::Pass(_)) {
            // The runtime has a part of the answer: only an early end tells it the truth.
            self.end = End::Dead;
            return;
        }
        let body = br#"{"errorMessage":"the platform cannot be reached","errorType":"Faasguard.Upstream"}"#;
        self.answer_runtime(502, body);
        self.close_exchange();
    }

    /// Answers the runtime without the platform, and closes.
    fn answer_runtime(&mut self, status: u16, body: &[u8]) {
        let head = ResponseHead::new(status)
            .with("Content-Type", "application/json")
            .with("Content-Length", body.len().to_string())
            .with("Connection", "close");
        self.runtime.queue_with(|out| head.write(out));
        self.runtime.queue(body);
        self.end = End::Closing;
    }

    /// The request is answered; what is left of it is read and dropped.
    fn close_exchange(&mut self) {
        match &mut self.exchange {
            Some(exchange) if !matches!(exchange.request, Request::Done) => {
                exchange.request = Request::Discard;
                exchange.reply = Reply::Over;
            }
            _ => self.exchange = None,
        }
    }

    /// The runtime sent what is no request.
    fn refuse_bytes<W: Watch>(&mut self, cx: &mut Context<'_, W>, error: HttpError) {
        cx.watch.fault(None, &format!("the runtime sent no request of HTTP: {error}"));
        self.server = None;
        self.exchange = None;
        self.answer_runtime(
            error.status(),
            br#"{"errorMessage":"malformed request","errorType":"Faasguard.Malformed"}"#,
        );
    }
}

/// Tells the watch that the platform took the answer of the handler.
fn tell_end<W: Watch>(cx: &mut Context<'_, W>, route: &Route) {
    let (id, ending) = match route {
        Route::Response { request_id } => (request_id, Ending::Response),
        Route::Error { request_id } => (request_id, Ending::Error),
        _ => return,
    };
    caught(cx, Some(id), |watch| watch.ended(id, ending));
}

/// Runs the watch; `None` when it panicked, which is told.
fn caught<W: Watch, T>(
    cx: &mut Context<'_, W>,
    request_id: Option<&str>,
    act: impl FnOnce(&mut W) -> T,
) -> Option<T> {
    let result = catch_unwind(AssertUnwindSafe(|| act(cx.watch)));
    if result.is_err() {
        cx.watch.fault(request_id, "the inspection itself failed");
    }
    result.ok()
}

/// What the platform is told of an event or answer that could not be looked at.
fn fault_refusal() -> Refusal {
    Refusal {
        error_type: Some("Faasguard.Fault"),
        body: br#"{"errorMessage":"the invocation could not be inspected","errorType":"Faasguard.Fault","stackTrace":[]}"#
            .to_vec(),
    }
}

/// A body whose end needs no bytes of its own once its length is known.
fn is_counted(framing: Framing) -> bool {
    !matches!(framing, Framing::Chunked)
}
