//! From the platform to the runtime.

use guard_http::{Framing, Headers, Part, ResponseHead};

use super::{Context, End, HIGH, INPUT, Session, caught, fault_refusal, tell_end};
use crate::exchange::{
    Asked, Reply, Request, has_one_already, onward_answer, queue_data, queue_end, refusal_request,
    set_length,
};
use crate::route::Route;
use crate::watch::{Ending, Event, Refusal, Verdict, Watch};

/// Bytes of a reason that are held.
const REASON: usize = 65_536;

impl Session {
    /// Decodes what the platform sent; whether anything came of it.
    pub(super) fn read_server<W: Watch>(&mut self, cx: &mut Context<'_, W>) -> bool {
        let mut moved = false;
        while self.end != End::Dead {
            let Some(server) = &mut self.server else { break };
            let reply = self.exchange.as_mut().map(|exchange| &mut exchange.reply);
            if self.runtime.queued() > HIGH && matches!(reply, Some(Reply::Pass(_))) {
                break;
            }
            let step = match server.answers.step(server.connection.input()) {
                Ok(step) => step,
                Err(error) => {
                    self.server_failed(cx, &error.to_string());
                    return true;
                }
            };
            if let Part::Data(range) = &step.part {
                let data = server.connection.input().get(range.clone()).unwrap_or_default();
                match reply {
                    Some(Reply::Collect { body, .. }) => body.extend_from_slice(data),
                    // A longer reason is cut: none that matters is.
                    Some(Reply::NotTaken { body, .. }) if body.len() < REASON => {
                        body.extend_from_slice(data);
                    }
                    Some(Reply::Pass(framing)) => queue_data(&mut self.runtime, *framing, data),
                    _ => {}
                }
            }
            server.connection.consume(step.consumed);
            match step.part {
                Part::Pending => match self.fill_server(cx) {
                    Some(true) => {}
                    Some(false) => break,
                    None => return true,
                },
                Part::Head(head, framing) => {
                    moved = true;
                    self.begin_answer(cx, head, framing);
                }
                Part::Data(_) => {
                    moved = true;
                    self.stop_at_limit(cx);
                }
                Part::End(trailers) => {
                    moved = true;
                    self.end_answer(cx, &trailers);
                }
            }
        }
        moved
    }

    /// Reads from the platform; whether bytes came, `None` when the connection ended.
    fn fill_server<W: Watch>(&mut self, cx: &mut Context<'_, W>) -> Option<bool> {
        let server = self.server.as_mut()?;
        if server.connection.may_have_input() {
            let before = server.connection.input().len();
            if let Err(error) = server.connection.fill_once(INPUT) {
                self.server_failed(cx, &error.to_string());
                return None;
            }
            if server.connection.input().len() > before {
                return Some(true);
            }
        }
        if !server.connection.is_closed() {
            return Some(false);
        }
        match server.answers.close(server.connection.input()) {
            Ok(Some(trailers)) => {
                if let Some(exchange) = &mut self.exchange {
                    exchange.keeps_server = false;
                }
                self.end_answer(cx, &trailers);
            }
            Ok(None) => self.server_failed(cx, "closed without an answer"),
            Err(error) => self.server_failed(cx, &error.to_string()),
        }
        None
    }

    fn begin_answer<W: Watch>(
        &mut self,
        cx: &mut Context<'_, W>,
        mut head: ResponseHead,
        framing: Framing,
    ) {
        let Some(exchange) = &mut self.exchange else { return };
        if head.is_interim() {
            return;
        }
        exchange.keeps_server = head.keeps_alive() && framing != Framing::UntilClose;
        if exchange.posted.is_some() && matches!(head.status, 400 | 403) {
            exchange.reply = Reply::NotTaken { head, body: Vec::new() };
            return;
        }
        if exchange.asked != Asked::Request {
            exchange.reply = Reply::Note(head.status);
            return;
        }
        if exchange.route == Route::Next && head.status == 200 && cx.watch.reads_events() {
            let length = if let Framing::Length(length) = framing { length } else { 0 };
            let room = usize::try_from(length).unwrap_or(usize::MAX).min(cx.watch.event_limit());
            exchange.reply = Reply::Collect { head, framing, body: Vec::with_capacity(room) };
            return;
        }
        if (200..300).contains(&head.status) {
            tell_end(cx, &exchange.route);
        }
        self.pass_answer(&mut head, framing);
    }

    /// Sends the head of an answer on; its body follows as it comes.
    fn pass_answer(&mut self, head: &mut ResponseHead, framing: Framing) {
        onward_answer(head, framing);
        self.runtime.queue_with(|out| head.write(out));
        if framing == Framing::UntilClose {
            self.end = End::Closing;
        }
        if let Some(exchange) = &mut self.exchange {
            exchange.reply = Reply::Pass(framing);
        }
    }

    /// An event that is longer than is held.
    fn stop_at_limit<W: Watch>(&mut self, cx: &mut Context<'_, W>) {
        let Some(exchange) = &mut self.exchange else { return };
        let limit = cx.watch.event_limit();
        if !matches!(&exchange.reply, Reply::Collect { body, .. } if body.len() > limit) {
            return;
        }
        let before = std::mem::replace(&mut exchange.reply, Reply::Over);
        let Reply::Collect { mut head, framing, body } = before else { return };
        let id = request_id(&head);
        let event = Event { request_id: &id, headers: &head.headers, body: &body };
        let verdict = match caught(cx, Some(&id), |watch| watch.too_large(&event)) {
            Some(verdict) => verdict,
            None if cx.watch.fails_closed() => Verdict::Answer(fault_refusal()),
            None => Verdict::Pass,
        };
        match verdict {
            Verdict::Answer(refusal) if !id.is_empty() => {
                if let Some(exchange) = &mut self.exchange {
                    exchange.reply = Reply::Refused { request_id: id, refusal };
                }
            }
            Verdict::Pass | Verdict::Replace(_) | Verdict::Answer(_) => {
                self.pass_answer(&mut head, framing);
                queue_data(&mut self.runtime, framing, &body);
            }
        }
    }

    fn end_answer<W: Watch>(&mut self, cx: &mut Context<'_, W>, trailers: &Headers) {
        let Some(exchange) = &mut self.exchange else { return };
        match std::mem::replace(&mut exchange.reply, Reply::Over) {
            // The end of a head that said "go on".
            Reply::Waiting => exchange.reply = Reply::Waiting,
            Reply::Collect { head, body, .. } => self.judge(cx, head, body),
            Reply::Pass(framing) => {
                queue_end(&mut self.runtime, framing, trailers);
                self.finish(cx);
            }
            Reply::Note(status) => self.note(cx, status),
            Reply::NotTaken { head, body } => self.not_taken(cx, head, body),
            Reply::Refused { request_id, refusal } => self.refuse(cx, request_id, &refusal),
            Reply::Over => {}
        }
    }

    /// The platform's word to a refusal.
    fn note<W: Watch>(&mut self, cx: &mut Context<'_, W>, status: u16) {
        if let Some(Asked::Refusal { request_id, .. }) = self.exchange.as_ref().map(|it| &it.asked)
        {
            let id = request_id.clone();
            if (200..300).contains(&status) {
                caught(cx, Some(&id), |watch| watch.ended(&id, Ending::Refused));
            } else {
                let detail = format!("the platform answers {status} to the refusal");
                cx.watch.fault(Some(&id), &detail);
            }
        }
        self.ask_next_again(cx);
    }

    /// An answer that was posted again was not taken. When that is because the platform has one, it
    /// has the first: all is well.
    fn not_taken<W: Watch>(&mut self, cx: &mut Context<'_, W>, head: ResponseHead, body: Vec<u8>) {
        let Some(exchange) = &mut self.exchange else { return };
        let was_whole = exchange.posted.take().is_some_and(|posted| posted.is_whole);
        let (mut head, body) = if was_whole && has_one_already(&body) {
            let head = ResponseHead::new(202).with("Content-Type", "application/json");
            (head, b"{\"status\":\"OK\"}\n".to_vec())
        } else {
            (head, body)
        };
        if exchange.asked != Asked::Request {
            return self.note(cx, head.status);
        }
        if head.status == 202 {
            tell_end(cx, &exchange.route);
        }
        self.answer_whole(&mut head, &body);
        self.finish(cx);
    }

    /// Gives the runtime an answer that is there whole.
    fn answer_whole(&mut self, head: &mut ResponseHead, body: &[u8]) {
        set_length(&mut head.headers, body.len());
        onward_answer(head, Framing::Length(0));
        self.runtime.queue_with(|out| {
            head.write(out);
            out.extend_from_slice(body);
        });
    }

    /// Shows a whole event to the watch, and acts on what it says.
    fn judge<W: Watch>(&mut self, cx: &mut Context<'_, W>, mut head: ResponseHead, body: Vec<u8>) {
        let id = request_id(&head);
        if id.is_empty() {
            cx.watch.fault(None, "the platform gave an event without a request id");
        }
        let verdict = caught(cx, Some(&id), |watch| {
            watch.event(&Event { request_id: &id, headers: &head.headers, body: &body })
        });
        let verdict = match verdict {
            Some(verdict) => verdict,
            None if cx.watch.fails_closed() => Verdict::Answer(fault_refusal()),
            None => Verdict::Pass,
        };
        let body = match verdict {
            Verdict::Replace(body) => body,
            Verdict::Answer(refusal) if !id.is_empty() => return self.refuse(cx, id, &refusal),
            Verdict::Pass | Verdict::Answer(_) => body,
        };
        self.answer_whole(&mut head, &body);
        self.finish(cx);
    }

    /// Answers an event in the place of the handler.
    fn refuse<W: Watch>(&mut self, cx: &mut Context<'_, W>, request_id: String, refusal: &Refusal) {
        let bytes = refusal_request(&request_id, refusal, &cx.pool.host);
        if let Some(exchange) = &mut self.exchange {
            exchange.asked = Asked::Refusal { request_id, bytes: bytes.clone() };
        }
        self.ask(cx, &bytes);
    }

    /// Asks for the next event in the name of the runtime, which still waits for one.
    pub(super) fn ask_next_again<W: Watch>(&mut self, cx: &mut Context<'_, W>) {
        let Some(exchange) = &mut self.exchange else { return };
        exchange.asked = Asked::Request;
        if self.runtime.is_closed() {
            return self.finish(cx);
        }
        let replay = exchange.replay.clone();
        self.ask(cx, &replay);
    }

    /// Asks something else on the connection at hand, or on another.
    fn ask<W: Watch>(&mut self, cx: &mut Context<'_, W>, bytes: &[u8]) {
        let Some(exchange) = &mut self.exchange else { return };
        exchange.reply = Reply::Waiting;
        exchange.attempts = 0;
        exchange.posted = None;
        let stays = exchange.keeps_server;
        match &mut self.server {
            Some(server)
                if stays && server.answers.is_between_messages(server.connection.input()) =>
            {
                server.is_reused = true;
                server.sent = 0;
            }
            _ => self.server = None,
        }
        self.send(cx, bytes);
    }

    /// The answer is whole: the connection to the platform is free for another request.
    fn finish<W: Watch>(&mut self, cx: &mut Context<'_, W>) {
        let server = self.server.take();
        let Some(exchange) = &self.exchange else { return };
        if let Some(server) = server
            && exchange.keeps_server
            && matches!(exchange.request, Request::Done)
            && server.connection.queued() == 0
            && !server.connection.is_closed()
            && server.answers.is_between_messages(server.connection.input())
        {
            cx.pool.release(server);
        }
        self.close_exchange();
    }
}

fn request_id(head: &ResponseHead) -> String {
    head.headers.text("lambda-runtime-aws-request-id").unwrap_or_default().to_owned()
}
