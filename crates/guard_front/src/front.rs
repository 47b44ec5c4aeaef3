//! The front itself: gates, turns, time limits.

use std::collections::{HashMap, VecDeque};
use std::hash::RandomState;
use std::io;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use guard_http::{Framing, Part, RequestHead};
use guard_net::{Connection, Listener, Net, Ready, TimerId, Token};
use guard_rate::{Asked, Callers, Decision, network_of};
use guard_settings::RateKey;

use crate::client::{Client, Fate, INPUT, Incoming, OUTPUT, State, pump};
use crate::forward::{self, client_address, request_id_of};
use crate::judge::{Judge, Request, Verdict};
use crate::lifecycle::LAST_BYTES;
use crate::options::Options;
use crate::refusal;

/// What happened since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stats {
    /// Connections of clients.
    pub connections: u64,
    /// Requests whose head was whole.
    pub requests: u64,
    /// Answers of the application that were passed on whole.
    pub answered: u64,
    /// Requests that the judge refused, also for their size.
    pub refused: u64,
    /// Requests of callers that called too often.
    pub limited: u64,
    /// Requests for which there was no turn.
    pub crowded: u64,
    /// What was no HTTP.
    pub malformed: u64,
    /// Requests that the application did not answer.
    pub unreachable: u64,
}

/// A connection to the application that waits for its next request.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) connection: Connection,
    pub(crate) since: Instant,
}

impl Kept {
    /// Whether it is still open, and the application said nothing unasked.
    pub(crate) fn is_quiet(&mut self) -> bool {
        self.connection.fill(1).is_ok()
            && !self.connection.is_closed()
            && self.connection.input().is_empty()
    }
}

/// The front, on a loop that the caller owns.
#[derive(Debug)]
pub struct Front<J> {
    pub(crate) options: Options,
    pub(crate) judge: J,
    pub(crate) callers: Callers,
    rate_key: RateKey,
    pub(crate) listener: Option<Listener>,
    pub(crate) clients: HashMap<Token, Box<Client>>,
    /// Connections to the application, and for whom they work.
    pub(crate) upstreams: HashMap<Token, Token>,
    pub(crate) idle: Vec<Kept>,
    pub(crate) next_address: usize,
    turns: usize,
    pub(crate) queue: VecDeque<Token>,
    pub(crate) tickets: HashMap<u64, Token>,
    /// Clients to be looked at once more in this round.
    pub(crate) touched: VecDeque<Token>,
    pub(crate) held: usize,
    pub(crate) token: Token,
    /// When the store must have answered.
    pub(crate) rate_timer: Option<TimerId>,
    /// For kept connections.
    pub(crate) sweep_timer: Option<TimerId>,
    /// For connections that could not be accepted.
    pub(crate) accept_timer: Option<TimerId>,
    pub(crate) is_full: bool,
    pub(crate) is_draining: bool,
    pub(crate) ids: (RandomState, u64),
    pub(crate) stats: Stats,
}

impl<J: Judge> Front<J> {
    /// How long a connection to the application is kept: servers close theirs after 5 seconds and
    /// more, and whoever asks in that moment loses.
    pub(crate) const KEPT_FOR: Duration = Duration::from_secs(4);

    /// Binds and listens.
    ///
    /// # Errors
    /// When the address is taken or not this machine's.
    pub fn bind(
        net: &mut Net,
        options: Options,
        judge: J,
        callers: Callers,
        rate_key: RateKey,
    ) -> io::Result<Self> {
        let listener = Some(Listener::bind(net, options.listen)?);
        Ok(Self {
            options,
            judge,
            callers,
            rate_key,
            listener,
            clients: HashMap::new(),
            upstreams: HashMap::new(),
            idle: Vec::new(),
            next_address: 0,
            turns: 0,
            queue: VecDeque::new(),
            tickets: HashMap::new(),
            touched: VecDeque::new(),
            held: 0,
            token: net.token(),
            rate_timer: None,
            sweep_timer: None,
            accept_timer: None,
            is_full: false,
            is_draining: false,
            ids: (RandomState::new(), 0),
            stats: Stats::default(),
        })
    }

    /// The address with the port that was given.
    ///
    /// # Errors
    /// When the front no longer listens.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.as_ref().map_or(Err(io::ErrorKind::NotConnected.into()), Listener::address)
    }

    /// Who decides.
    pub fn judge(&mut self) -> &mut J {
        &mut self.judge
    }

    /// What happened since the start.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.stats
    }

    /// Begins to accept connections, where [`Options::is_held`] kept them waiting.
    pub fn open(&mut self, net: &mut Net) {
        self.options.is_held = false;
        self.accept(net);
        self.settle(net);
    }

    /// Accepts no more connections, and ends each when its present answer is sent.
    pub fn drain(&mut self, net: &mut Net) {
        self.is_draining = true;
        self.listener = None;
        self.idle.clear();
        self.touched.extend(self.clients.keys());
        self.settle(net);
    }

    /// Whether the last client is gone.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.clients.is_empty()
    }

    /// Acts on what is ready; what belongs to others is left alone.
    pub fn take(&mut self, net: &mut Net, ready: &Ready) {
        match *ready {
            Ready::Woken => self.settle_rates(net),
            Ready::Io { token, .. } => {
                if self.listener.as_ref().is_some_and(|listener| listener.token() == token) {
                    self.accept(net);
                } else if self.clients.contains_key(&token) {
                    self.touched.push_back(token);
                } else if let Some(client) = self.upstreams.get(&token) {
                    self.touched.push_back(*client);
                } else {
                    self.look_at_kept(token);
                }
            }
            Ready::Timer { timer, token } if token == self.token => self.own_timer(net, timer),
            Ready::Timer { timer, token } => {
                if let Some(mut client) = self.clients.remove(&token) {
                    if client.timer == Some(timer) {
                        client.timer = None;
                        let fate = self.expired(net, &mut client);
                        self.put_back(net, token, client, fate);
                    } else {
                        self.clients.insert(token, client);
                    }
                }
            }
        }
        self.settle(net);
    }

    /// Looks at clients until none has anything left to do.
    fn settle(&mut self, net: &mut Net) {
        loop {
            while let Some(token) = self.touched.pop_front() {
                let Some(mut client) = self.clients.remove(&token) else { continue };
                let fate = self.drive(net, &mut client);
                self.put_back(net, token, client, fate);
            }
            self.give_turns(net);
            if self.touched.is_empty() {
                return;
            }
        }
    }

    /// Moves a client on as far as it goes.
    fn drive(&mut self, net: &mut Net, client: &mut Client) -> Fate {
        // While an answer runs, only what the client takes of it is progress.
        if !matches!(&client.state, State::Exchange(exchange) if !exchange.is_uploading()) {
            client.progress = net.now();
        }
        loop {
            let state = std::mem::replace(&mut client.state, State::Ending);
            let fate = match state {
                State::Waiting => self.read_head(net, client, true),
                State::Head => self.read_head(net, client, false),
                State::Rate(incoming, ticket) => {
                    client.state = State::Rate(incoming, ticket);
                    Fate::Wait
                }
                State::Body(incoming) => self.read_body(net, client, incoming),
                State::Queued(incoming) => {
                    client.state = State::Queued(incoming);
                    Fate::Wait
                }
                State::Exchange(exchange) => self.advance(net, client, exchange),
                State::Ending => {
                    client.arm(net, LAST_BYTES);
                    client.end()
                }
                State::Lingering(thrown) => client.linger(thrown),
                State::Tunnel(mut upstream) => {
                    let there = pump(&mut client.connection, &mut upstream);
                    let back = pump(&mut upstream, &mut client.connection);
                    client.state = State::Tunnel(upstream);
                    match (there, back) {
                        (Ok(there), Ok(back)) if there || back => Fate::Wait,
                        _ => Fate::Gone,
                    }
                }
            };
            let was_full = client.connection.queued() > OUTPUT;
            match client.connection.flush() {
                Ok(0) => {}
                Ok(_) => client.progress = net.now(),
                Err(_) => return Fate::Gone,
            }
            // All went, so nobody will tell that there is room again.
            let has_room = was_full && client.connection.queued() <= OUTPUT;
            if fate == Fate::Gone || (fate == Fate::Wait && !has_room) {
                return fate;
            }
        }
    }

    fn read_head(&mut self, net: &mut Net, client: &mut Client, is_first: bool) -> Fate {
        if client.connection.fill(INPUT).is_err() {
            return Fate::Gone;
        }
        match client.decoder.step(client.connection.input()) {
            Err(error) => {
                self.stats.malformed += 1;
                let id = self.new_id();
                client.close = true;
                let status = error.status();
                let message = if status == 400 { "Bad Request" } else { "" };
                client.connection.queue_with(|out| {
                    refusal::write(out, status, message, &id, None, true, false);
                });
                client.state = State::Ending;
                Fate::Again
            }
            Ok(step) => {
                client.connection.consume(step.consumed);
                match step.part {
                    Part::Head(head, framing) => self.accept_head(net, client, head, framing),
                    // That of the last request, which had no body.
                    Part::End(_) => {
                        client.state = State::Waiting;
                        Fate::Again
                    }
                    _ if client.connection.is_closed() => Fate::Gone,
                    _ if client.connection.input().is_empty() && is_first => {
                        client.state = State::Waiting;
                        if self.is_draining { Fate::Gone } else { Fate::Wait }
                    }
                    _ => {
                        // Not again with each further byte.
                        if is_first {
                            client.arm(net, self.options.limits.head_time);
                        }
                        client.state = State::Head;
                        Fate::Wait
                    }
                }
            }
        }
    }

    fn accept_head(
        &mut self,
        net: &mut Net,
        client: &mut Client,
        head: RequestHead,
        framing: Framing,
    ) -> Fate {
        self.stats.requests += 1;
        let trusted = self.options.trusted_proxies;
        let id = request_id_of(&head.headers, trusted).map(str::to_owned);
        let incoming = Box::new(Incoming {
            id: id.unwrap_or_else(|| self.new_id()),
            client: client_address(&head.headers, client.peer, trusted),
            framing,
            body: Vec::new(),
            is_whole: false,
            head,
        });
        client.close = self.is_draining || !incoming.head.keeps_alive();
        if let Some((status, message)) = forward::fault_of(&incoming.head) {
            self.stats.malformed += 1;
            client.close = true;
            return self.refuse(net, client, &incoming, status, message, None);
        }
        let caller = self.caller(&incoming);
        match self.callers.ask(&caller) {
            Asked::Decided(decision) => self.rated(net, client, incoming, decision),
            Asked::Pending(ticket) => {
                self.tickets.insert(ticket, client.connection.token());
                client.state = State::Rate(incoming, ticket);
                self.watch_rates(net);
                Fate::Wait
            }
        }
    }

    /// Whom a request counts for. The front checks no identities: a key or a name counts only where
    /// one of our own proxies vouches for the request, and the address everywhere else.
    fn caller(&self, incoming: &Incoming) -> Vec<u8> {
        let names: &[&str] = match self.rate_key {
            _ if self.options.trusted_proxies == 0 => &[],
            RateKey::Ip => &[],
            RateKey::ApiKey => &["x-api-key"],
            RateKey::Principal => &[
                "x-ms-client-principal-id",
                "x-goog-authenticated-user-id",
                "x-forwarded-user",
                "x-auth-request-user",
            ],
        };
        let value = names.iter().find_map(|name| incoming.head.headers.get(name));
        match value.filter(|value| !value.is_empty()) {
            Some(value) => [b"name:", value.get(..512).unwrap_or(value)].concat(),
            None => network_of(incoming.client).to_string().into_bytes(),
        }
    }

    pub(crate) fn rated(
        &mut self,
        net: &mut Net,
        client: &mut Client,
        mut incoming: Box<Incoming>,
        decision: Decision,
    ) -> Fate {
        if let Decision::Refused { retry_after } = decision {
            let verdict = self.judge.too_many(&request_of(&incoming));
            if let Verdict::Refuse { status, message } = verdict {
                self.stats.limited += 1;
                client.close |= incoming.framing != Framing::None;
                let seconds = retry_after.as_millis().div_ceil(1000);
                let seconds = u64::try_from(seconds).unwrap_or(u64::MAX);
                return self.refuse(net, client, &incoming, status, message, Some(seconds));
            }
        }
        if let Framing::Length(length) = incoming.framing
            && length > self.options.limits.body_bytes as u64
        {
            return self.too_large(net, client, incoming);
        }
        if let Some(expected) = incoming.head.headers.get("expect") {
            if !expected.eq_ignore_ascii_case(b"100-continue") {
                client.close = true;
                return self.refuse(net, client, &incoming, 417, "", None);
            }
            if incoming.head.minor_version >= 1 && incoming.framing != Framing::None {
                client.connection.queue(b"HTTP/1.1 100 Continue\r\n\r\n");
            }
        }
        if incoming.framing == Framing::None {
            incoming.is_whole = true;
        } else {
            client.arm(net, self.options.limits.body_time);
        }
        client.state = State::Body(incoming);
        Fate::Again
    }

    fn read_body(
        &mut self,
        net: &mut Net,
        client: &mut Client,
        mut incoming: Box<Incoming>,
    ) -> Fate {
        loop {
            if client.connection.fill(INPUT).is_err() {
                return Fate::Gone;
            }
            let input = client.connection.input();
            let step = match client.decoder.step(input) {
                Ok(step) => step,
                Err(error) => {
                    self.stats.malformed += 1;
                    client.close = true;
                    return self.refuse(
                        net,
                        client,
                        &incoming,
                        error.status(),
                        "Bad Request",
                        None,
                    );
                }
            };
            match step.part {
                Part::Data(range) => {
                    let data = input.get(range).unwrap_or_default();
                    incoming.body.extend_from_slice(data);
                    client.held += data.len();
                    self.held += data.len();
                }
                Part::End(_) => {
                    client.connection.consume(step.consumed);
                    incoming.is_whole = true;
                    return self.decide(net, client, incoming);
                }
                Part::Pending => {
                    client.connection.consume(step.consumed);
                    if client.connection.is_closed() {
                        return Fate::Gone;
                    }
                    client.state = State::Body(incoming);
                    return Fate::Wait;
                }
                Part::Head(..) => return Fate::Gone,
            }
            client.connection.consume(step.consumed);
            if incoming.body.len() > self.options.limits.body_bytes {
                return self.too_large(net, client, incoming);
            }
            if self.held > self.options.limits.held_bytes {
                self.stats.crowded += 1;
                client.close = true;
                return self.refuse(net, client, &incoming, 503, "", Some(1));
            }
        }
    }

    fn too_large(&mut self, net: &mut Net, client: &mut Client, incoming: Box<Incoming>) -> Fate {
        match self.judge.too_large(&request_of(&incoming)) {
            Verdict::Pass => {
                if incoming.head.headers.get("expect").is_some() && incoming.body.is_empty() {
                    client.connection.queue(b"HTTP/1.1 100 Continue\r\n\r\n");
                }
                self.wait_for_turn(net, client, incoming)
            }
            Verdict::Refuse { status, message } => {
                self.stats.refused += 1;
                client.close = true;
                self.refuse(net, client, &incoming, status, message, None)
            }
        }
    }

    /// The request is whole.
    fn decide(&mut self, net: &mut Net, client: &mut Client, incoming: Box<Incoming>) -> Fate {
        if self.options.health.as_deref() == Some(incoming.head.path()) {
            let (status, message) = if self.is_draining { (503, "") } else { (200, "OK") };
            return self.refuse(net, client, &incoming, status, message, None);
        }
        let judge = &mut self.judge;
        let verdict = catch_unwind(AssertUnwindSafe(|| judge.request(&request_of(&incoming))));
        let verdict = verdict.unwrap_or_else(|_| {
            self.judge.fault("the inspection of a request broke down", Some(&incoming.id));
            self.judge.on_broken()
        });
        match verdict {
            Verdict::Pass => self.wait_for_turn(net, client, incoming),
            Verdict::Refuse { status, message } => {
                self.stats.refused += 1;
                self.refuse(net, client, &incoming, status, message, None)
            }
        }
    }

    fn wait_for_turn(
        &mut self,
        net: &mut Net,
        client: &mut Client,
        incoming: Box<Incoming>,
    ) -> Fate {
        let limits = self.options.limits;
        if self.turns < limits.concurrency {
            self.turns += 1;
            return self.begin(net, client, *incoming);
        }
        if self.queue.len() >= limits.queue {
            self.stats.crowded += 1;
            client.close |= !incoming.is_whole;
            return self.refuse(net, client, &incoming, 503, "", Some(1));
        }
        self.queue.push_back(client.connection.token());
        client.arm(net, limits.queue_time);
        client.state = State::Queued(incoming);
        Fate::Wait
    }

    /// Gives a turn back.
    pub(crate) fn release(&mut self) {
        self.turns = self.turns.saturating_sub(1);
    }

    /// Gives free turns to those that wait the longest.
    fn give_turns(&mut self, net: &mut Net) {
        while self.turns < self.options.limits.concurrency {
            let Some(token) = self.queue.pop_front() else { return };
            let Some(mut client) = self.clients.remove(&token) else { continue };
            match std::mem::replace(&mut client.state, State::Ending) {
                State::Queued(incoming) => {
                    self.turns += 1;
                    let fate = self.begin(net, &mut client, *incoming);
                    self.put_back(net, token, client, fate);
                }
                state => {
                    client.state = state;
                    self.clients.insert(token, client);
                }
            }
        }
    }
}

fn request_of(incoming: &Incoming) -> Request<'_> {
    let Incoming { head, body, client, id, .. } = incoming;
    Request { head, body, client: *client, id }
}
