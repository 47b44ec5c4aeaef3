//! A request with the application, and its answer on the way back.

use std::io;

use guard_http::{Decoder, Framing, Part, ResponseHead, chunk, last_chunk};
use guard_net::{Connection, Net};

use crate::client::{Client, Fate, INPUT, Incoming, OUTPUT, State};
use crate::forward::{self, Forwarding};
use crate::front::Front;
use crate::judge::Judge;
use crate::upload::{self, Moved};

/// Large enough for what applications set.
const HEAD: guard_http::Limits =
    guard_http::Limits { head_bytes: 60 * 1024, headers: 256, extension_bytes: 16 * 1024 };

/// One request with the application.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(crate) struct Exchange {
    pub(crate) upstream: Connection,
    pub(crate) incoming: Incoming,
    decoder: Decoder<ResponseHead>,
    phase: Phase,
    /// How the rest of the body goes on, while it comes.
    upload: Option<Framing>,
    /// The connection had served another request before.
    is_reused: bool,
    /// The application takes no more of the request.
    is_deaf: bool,
    has_answered: bool,
    /// The head that came last was not the answer yet.
    is_interim: bool,
    upgrades: bool,
    /// Addresses that were tried.
    tries: usize,
    keeps_alive: bool,
}

#[derive(Debug)]
enum Phase {
    /// No answer yet.
    Head,
    /// It is passed on as it comes, in this framing.
    Stream(Framing),
    /// It is held until it is whole.
    Hold(Box<ResponseHead>, Framing, Vec<u8>),
}

impl Phase {
    fn is_head(&self) -> bool {
        matches!(self, Self::Head)
    }
}

/// What one step of an exchange asks for.
enum Came {
    More,
    Wait,
    /// The answer is whole.
    Done,
    Tunnel,
    Failed(String),
}

impl Exchange {
    /// Whether the application may still be about to begin its answer.
    pub(crate) fn is_unanswered(&self) -> bool {
        self.phase.is_head()
    }

    /// Sends what the application takes.
    fn flush(&mut self) -> io::Result<()> {
        if self.is_deaf {
            return Ok(());
        }
        match self.upstream.flush() {
            // It may have answered before it closed: that is still to be read.
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset
                ) =>
            {
                self.is_deaf = true;
                Ok(())
            }
            sent => sent.map(drop),
        }
    }

    /// Whether the client still has some of its body to send.
    pub(crate) fn is_uploading(&self) -> bool {
        self.upload.is_some()
    }
}

impl<J: Judge> Front<J> {
    /// Sends a request that passed every gate to the application. Its turn is taken already.
    pub(crate) fn begin(&mut self, net: &mut Net, client: &mut Client, incoming: Incoming) -> Fate {
        let upgrades = forward::wants_websocket(&incoming.head);
        let (upstream, is_reused) = match self.connect(net, true) {
            Ok(found) => found,
            Err(error) => {
                self.release();
                return self.unreachable(net, client, &incoming, &error.to_string());
            }
        };
        self.upstreams.insert(upstream.token(), client.connection.token());
        let mut exchange = Box::new(Exchange {
            upstream,
            decoder: Decoder::new(HEAD),
            phase: Phase::Head,
            upload: (!incoming.is_whole).then_some(incoming.framing),
            incoming,
            is_reused,
            is_deaf: false,
            has_answered: false,
            is_interim: false,
            upgrades,
            tries: 1,
            keeps_alive: false,
        });
        self.send(client, &mut exchange);
        client.arm(net, self.options.limits.answer_time);
        client.state = State::Exchange(exchange);
        Fate::Again
    }

    /// Queues the head and what is here of the body.
    fn send(&mut self, client: &mut Client, exchange: &mut Exchange) {
        let Exchange { upstream, incoming, decoder, .. } = exchange;
        let has_body = incoming.framing != Framing::None;
        let framing = match (incoming.is_whole, has_body) {
            (false, _) => incoming.framing,
            (true, false) => Framing::None,
            (true, true) => Framing::Length(incoming.body.len() as u64),
        };
        let head = forward::forwarded_request(
            &incoming.head,
            &Forwarding {
                peer: client.peer,
                trusted_proxies: self.options.trusted_proxies,
                id: &incoming.id,
                framing,
                upgrades: exchange.upgrades,
                wants_plain: self.judge.changes_answers(),
            },
        );
        decoder.answers_head(incoming.is_head());
        upstream.queue_with(|out| head.write(out));
        match framing {
            Framing::Chunked => upstream.queue_with(|out| chunk(&incoming.body, out)),
            _ => upstream.queue(&incoming.body),
        }
        // What can be sent again is kept until the answer begins; the rest is the kernel's now.
        if !can_repeat(incoming) {
            incoming.body = Vec::new();
            self.let_go(client);
        }
    }

    /// Moves an exchange on as far as it goes.
    pub(crate) fn advance(
        &mut self,
        net: &mut Net,
        client: &mut Client,
        mut exchange: Box<Exchange>,
    ) -> Fate {
        loop {
            let moved = match exchange.upload {
                Some(framing) => upload::advance(client, &mut exchange.upstream, framing),
                None => Moved::Done,
            };
            match moved {
                Moved::Broken => return abandon(client, exchange),
                Moved::Done => exchange.upload = None,
                Moved::Open | Moved::Full => {}
            }
            if let Err(error) = exchange.flush() {
                return self.failed(net, client, exchange, &error.to_string());
            }
            // All went, so nobody will tell that there is room again.
            if moved != Moved::Full || exchange.upstream.queued() > OUTPUT {
                break;
            }
        }
        loop {
            match self.read(client, &mut exchange) {
                Came::More => {}
                Came::Wait => break,
                Came::Done => return self.finish(net, client, *exchange),
                Came::Tunnel => return self.tunnel(net, client, *exchange),
                Came::Failed(reason) => return self.failed(net, client, exchange, &reason),
            }
        }
        client.state = State::Exchange(exchange);
        Fate::Wait
    }

    fn read(&mut self, client: &mut Client, exchange: &mut Exchange) -> Came {
        if client.connection.queued() > OUTPUT {
            return Came::Wait;
        }
        if let Err(error) = exchange.upstream.fill(INPUT) {
            return Came::Failed(error.to_string());
        }
        let input = exchange.upstream.input();
        exchange.has_answered |= !input.is_empty();
        let step = match exchange.decoder.step(input) {
            Ok(step) => step,
            Err(error) => return Came::Failed(error.to_string()),
        };
        let came = match step.part {
            Part::Pending if exchange.upstream.is_closed() => {
                let rest = input.get(step.consumed..).unwrap_or_default();
                match exchange.decoder.close(rest) {
                    Ok(Some(_)) if !exchange.phase.is_head() => Came::Done,
                    _ => Came::Failed("it closed the connection".to_owned()),
                }
            }
            Part::Pending => Came::Wait,
            Part::Data(range) => {
                let data = input.get(range).unwrap_or_default();
                match &mut exchange.phase {
                    Phase::Head => {}
                    Phase::Stream(framing) => write_data(client, *framing, data),
                    Phase::Hold(_, _, held) => held.extend_from_slice(data),
                }
                Came::More
            }
            Part::End(_) if exchange.is_interim => {
                exchange.is_interim = false;
                Came::More
            }
            Part::End(_) => Came::Done,
            Part::Head(head, framing) => self.answer_begins(client, exchange, head, framing),
        };
        exchange.upstream.consume(step.consumed);
        if let Phase::Hold(_, _, held) = &exchange.phase
            && held.len() > self.options.limits.answer_bytes
        {
            self.judge.fault("an answer is too large to be looked at", Some(&exchange.incoming.id));
            Self::stream_held(client, exchange);
        }
        came
    }

    fn answer_begins(
        &mut self,
        client: &mut Client,
        exchange: &mut Exchange,
        head: ResponseHead,
        framing: Framing,
    ) -> Came {
        if head.is_interim() {
            exchange.is_interim = true;
            if head.status != 100 && exchange.incoming.head.minor_version >= 1 {
                let id = &exchange.incoming.id;
                let (head, _) = forward::response(&head, Framing::None, 1, None, false, id);
                client.connection.queue_with(|out| head.write(out));
            }
            return Came::More;
        }
        if head.status == 101 {
            if !exchange.upgrades {
                return Came::Failed("it changed the protocol unasked".to_owned());
            }
            let head = forward::upgraded(&head, &exchange.incoming.id);
            client.connection.queue_with(|out| head.write(out));
            return Came::Tunnel;
        }
        exchange.keeps_alive = head.keeps_alive() && framing != Framing::UntilClose;
        exchange.incoming.body = Vec::new();
        self.let_go(client);
        let is_looked_at = framing != Framing::None
            && !exchange.incoming.is_head()
            && self.judge.wants_answer(&head, &exchange.incoming.id);
        exchange.phase = Phase::Hold(Box::new(head), framing, Vec::new());
        if !is_looked_at {
            Self::stream_held(client, exchange);
        }
        Came::More
    }

    /// Passes a held answer on as it is, and what is still to come of it.
    fn stream_held(client: &mut Client, exchange: &mut Exchange) {
        let phase = std::mem::replace(&mut exchange.phase, Phase::Head);
        let Phase::Hold(head, framing, bytes) = phase else {
            exchange.phase = phase;
            return;
        };
        let incoming = &exchange.incoming;
        let close = client.close || exchange.upload.is_some();
        let minor_version = incoming.head.minor_version;
        let (head, framing) =
            forward::response(&head, framing, minor_version, None, close, &incoming.id);
        client.close |= framing == Framing::UntilClose;
        client.connection.queue_with(|out| head.write(out));
        write_data(client, framing, &bytes);
        exchange.phase = Phase::Stream(framing);
    }

    /// The answer is whole: both connections are free for the next one.
    fn finish(&mut self, net: &mut Net, client: &mut Client, exchange: Exchange) -> Fate {
        let Exchange { upstream, incoming, phase, upload, keeps_alive, is_deaf, .. } = exchange;
        self.stats.answered += 1;
        let close = client.close || upload.is_some();
        match phase {
            Phase::Stream(Framing::Chunked) => {
                client.connection.queue_with(|out| last_chunk(&guard_http::Headers::new(), out));
            }
            Phase::Stream(_) | Phase::Head => {}
            Phase::Hold(head, _, whole) => {
                let replaced = self.judge.answer(&head, &whole, &incoming.id);
                let body = replaced.as_deref().unwrap_or(&whole);
                let minor_version = incoming.head.minor_version;
                let framing = Framing::Length(whole.len() as u64);
                let changed = replaced.is_some().then_some(body.len());
                let (mut out, _) =
                    forward::response(&head, framing, minor_version, changed, close, &incoming.id);
                out.headers.set("Content-Length", body.len().to_string());
                client.connection.queue_with(|bytes| {
                    out.write(bytes);
                    bytes.extend_from_slice(body);
                });
            }
        }
        self.upstreams.remove(&upstream.token());
        if keeps_alive
            && upload.is_none()
            && !is_deaf
            && upstream.queued() == 0
            && upstream.input().is_empty()
            && !upstream.is_closed()
        {
            self.keep(net, upstream);
        }
        self.release();
        client.close = close;
        self.next_request(net, client)
    }

    fn tunnel(&mut self, net: &mut Net, client: &mut Client, exchange: Exchange) -> Fate {
        self.let_go(client);
        client.arm(net, self.options.limits.stall_time);
        client.state = State::Tunnel(Box::new(exchange.upstream));
        Fate::Again
    }

    /// The application could not be reached, broke off, or spoke no HTTP.
    fn failed(
        &mut self,
        net: &mut Net,
        client: &mut Client,
        mut exchange: Box<Exchange>,
        reason: &str,
    ) -> Fate {
        if !exchange.phase.is_head() {
            // The client has a part of the answer: only a broken connection tells it of the rest.
            let detail = format!("the application broke off its answer: {reason}");
            self.judge.fault(&detail, Some(&exchange.incoming.id));
            return abandon(client, exchange);
        }
        // A kept connection may end in the moment in which it is used. What may be asked twice is
        // asked again; for the rest nobody knows whether it was done.
        let never_sent =
            !exchange.is_reused && exchange.tries < self.options.upstream.addresses.len();
        let may_repeat = exchange.is_reused && can_repeat(&exchange.incoming);
        if (never_sent || may_repeat)
            && !exchange.has_answered
            && exchange.upload.is_none()
            && let Ok((upstream, _)) = self.connect(net, false)
        {
            self.upstreams.remove(&exchange.upstream.token());
            self.upstreams.insert(upstream.token(), client.connection.token());
            exchange.upstream = upstream;
            exchange.decoder = Decoder::new(HEAD);
            exchange.tries += 1;
            (exchange.is_reused, exchange.is_deaf) = (false, false);
            self.send(client, &mut exchange);
            client.state = State::Exchange(exchange);
            return Fate::Again;
        }
        self.upstreams.remove(&exchange.upstream.token());
        self.release();
        client.close |= exchange.upload.is_some();
        self.unreachable(net, client, &exchange.incoming, reason)
    }

    fn unreachable(
        &mut self,
        net: &mut Net,
        client: &mut Client,
        incoming: &Incoming,
        reason: &str,
    ) -> Fate {
        self.stats.unreachable += 1;
        self.judge.fault(&format!("the application did not answer: {reason}"), Some(&incoming.id));
        self.refuse(net, client, incoming, 502, "", None)
    }

    /// A connection to the application: a kept one where there is one and it may be used.
    fn connect(&mut self, net: &mut Net, may_reuse: bool) -> io::Result<(Connection, bool)> {
        while may_reuse && let Some(mut kept) = self.idle.pop() {
            let is_fresh = net.now().duration_since(kept.since) < Self::KEPT_FOR;
            // There may be an end that nobody was told of yet.
            if is_fresh && kept.is_quiet() {
                return Ok((kept.connection, true));
            }
        }
        let addresses = &self.options.upstream.addresses;
        let address = addresses.get(self.next_address % addresses.len().max(1)).copied();
        self.next_address = self.next_address.wrapping_add(1);
        let address = address.ok_or(io::ErrorKind::AddrNotAvailable)?;
        Ok((Connection::connect(net, address)?, false))
    }
}

/// Gives an exchange up, and the client's connection with it.
fn abandon(client: &mut Client, exchange: Box<Exchange>) -> Fate {
    client.state = State::Exchange(exchange);
    Fate::Gone
}

fn write_data(client: &mut Client, framing: Framing, data: &[u8]) {
    match framing {
        Framing::Chunked => client.connection.queue_with(|out| chunk(data, out)),
        Framing::Length(_) | Framing::UntilClose => client.connection.queue(data),
        Framing::None => {}
    }
}

/// Whether a request does the same when it is done twice: RFC 9110, section 9.2.2.
fn can_repeat(incoming: &Incoming) -> bool {
    const METHODS: [&str; 5] = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"];
    incoming.is_whole && METHODS.contains(&incoming.head.method.as_str())
}
