//! Connections of clients as they come, wait, run out of time and go.

use std::hash::BuildHasher;
use std::time::{Duration, Instant};

use guard_net::{Connection, Net, TimerId, Token};

use crate::client::{Client, Fate, Incoming, State};
use crate::front::{Front, Kept};
use crate::judge::Judge;
use crate::refusal;

/// For a client to take the last bytes of an answer, and to close.
pub(crate) const LAST_BYTES: Duration = Duration::from_secs(5);
/// Until connections are accepted again that no descriptor was left for.
const ACCEPT_AGAIN: Duration = Duration::from_millis(50);
/// For a connection to say something before another takes its place, where there are too many.
const PATIENCE: Duration = Duration::from_secs(1);
/// Connections to the application that are kept.
const MOST_KEPT: usize = 256;

impl<J: Judge> Front<J> {
    /// Takes the connections that wait.
    pub(crate) fn accept(&mut self, net: &mut Net) {
        while let Some(listener) = self.listener.as_ref().filter(|_| !self.options.is_held) {
            let is_full = self.clients.len() >= self.options.limits.connections;
            // A connection that waits between requests goes for one that has something to say.
            let evicted = if is_full { self.longest_waiting(net.now()) } else { None };
            if is_full && evicted.is_none() {
                self.is_full = true;
                self.accept_in(net, PATIENCE);
                return;
            }
            match listener.accept(net) {
                Ok(Some(connection)) => {
                    if let Some(mut client) = evicted.and_then(|token| self.clients.remove(&token))
                    {
                        self.release_all(net, &mut client);
                    }
                    self.welcome(net, connection);
                }
                Ok(None) => return,
                Err(error) => {
                    self.judge.fault(&format!("connections cannot be accepted: {error}"), None);
                    self.accept_in(net, ACCEPT_AGAIN);
                    return;
                }
            }
        }
    }

    fn welcome(&mut self, net: &mut Net, connection: Connection) {
        let Some(peer) = connection.peer() else { return };
        self.stats.connections += 1;
        let token = connection.token();
        let mut client = Box::new(Client::new(connection, peer.ip().to_canonical(), net.now()));
        client.arm(net, self.options.limits.idle_time);
        self.clients.insert(token, client);
        self.touched.push_back(token);
    }

    fn longest_waiting(&self, now: Instant) -> Option<Token> {
        // One that has just come has a request on its way, which would be lost.
        let waits = |client: &Client| {
            matches!(client.state, State::Waiting | State::Lingering(_))
                && now.duration_since(client.progress) >= PATIENCE
        };
        self.clients
            .iter()
            .filter(|(_, client)| waits(client))
            .min_by_key(|(_, client)| client.progress)
            .map(|(token, _)| *token)
    }

    /// What becomes of a client whose time is over.
    pub(crate) fn expired(&mut self, net: &mut Net, client: &mut Client) -> Fate {
        let limits = self.options.limits;
        match std::mem::replace(&mut client.state, State::Ending) {
            State::Waiting | State::Ending | State::Lingering(_) => Fate::Gone,
            State::Head => {
                client.close = true;
                let id = self.new_id();
                client.connection.queue_with(|out| {
                    refusal::write(out, 408, "", &id, None, true, false);
                });
                Fate::Again
            }
            State::Body(incoming) => {
                client.close = true;
                self.refuse(net, client, &incoming, 408, "", None)
            }
            State::Queued(incoming) => {
                let token = client.connection.token();
                self.queue.retain(|queued| *queued != token);
                self.stats.crowded += 1;
                client.close |= !incoming.is_whole;
                self.refuse(net, client, &incoming, 503, "", Some(1))
            }
            State::Rate(incoming, ticket) => {
                // The buckets decide within milliseconds.
                client.state = State::Rate(incoming, ticket);
                Fate::Wait
            }
            State::Exchange(exchange) if exchange.is_unanswered() && !exchange.is_uploading() => {
                self.upstreams.remove(&exchange.upstream.token());
                self.release();
                self.stats.unreachable += 1;
                let detail = "the application did not answer in time";
                self.judge.fault(detail, Some(&exchange.incoming.id));
                self.refuse(net, client, &exchange.incoming, 504, "", None)
            }
            state @ (State::Exchange(_) | State::Tunnel(_)) => {
                client.state = state;
                let stalled = net.now().duration_since(client.progress);
                let limit = if client.connection.queued() > 0 {
                    limits.client_time
                } else {
                    limits.stall_time
                };
                match limit.checked_sub(stalled) {
                    Some(left) if !left.is_zero() => {
                        // Who waits for whom may change meanwhile.
                        client.arm(net, left.min(limits.client_time));
                        Fate::Wait
                    }
                    _ => Fate::Gone,
                }
            }
        }
    }

    /// Answers in the place of the application.
    pub(crate) fn refuse(
        &mut self,
        net: &mut Net,
        client: &mut Client,
        incoming: &Incoming,
        status: u16,
        message: &str,
        retry_after: Option<u64>,
    ) -> Fate {
        let (close, to_head) = (client.close, incoming.is_head());
        client.connection.queue_with(|out| {
            refusal::write(out, status, message, &incoming.id, retry_after, close, to_head);
        });
        self.next_request(net, client)
    }

    /// The answer is written: on to the next request, or to the end.
    pub(crate) fn next_request(&mut self, net: &mut Net, client: &mut Client) -> Fate {
        self.let_go(client);
        if client.close {
            client.state = State::Ending;
        } else {
            client.arm(net, self.options.limits.idle_time);
            client.state = State::Waiting;
        }
        Fate::Again
    }

    /// The bodies of a client are held no longer.
    pub(crate) fn let_go(&mut self, client: &mut Client) {
        self.held = self.held.saturating_sub(std::mem::take(&mut client.held));
    }

    /// Keeps a connection to the application for the next request.
    pub(crate) fn keep(&mut self, net: &mut Net, connection: Connection) {
        if self.idle.len() < MOST_KEPT && !self.is_draining {
            self.idle.push(Kept { connection, since: net.now() });
            self.sweep_in(net, Self::KEPT_FOR);
        }
    }

    /// A kept connection is ready: it closed, or sent something unasked, and is of no more use either
    /// way. It may also be old news of the answer before, which was read already.
    pub(crate) fn look_at_kept(&mut self, token: Token) {
        self.idle.retain_mut(|kept| kept.connection.token() != token || kept.is_quiet());
    }

    /// Ends a client's connection, and gives back all that it had.
    pub(crate) fn forget(&mut self, net: &mut Net, client: &mut Client) {
        self.release_all(net, client);
        if std::mem::take(&mut self.is_full) {
            self.accept(net);
        }
    }

    fn release_all(&mut self, net: &mut Net, client: &mut Client) {
        self.let_go(client);
        if let Some(timer) = client.timer.take() {
            net.cancel(timer);
        }
        match &client.state {
            State::Rate(_, ticket) => {
                self.tickets.remove(ticket);
            }
            State::Queued(_) => {
                let token = client.connection.token();
                self.queue.retain(|queued| *queued != token);
            }
            State::Exchange(exchange) => {
                self.upstreams.remove(&exchange.upstream.token());
                self.release();
            }
            State::Tunnel(upstream) => {
                self.upstreams.remove(&upstream.token());
                self.release();
            }
            _ => {}
        }
    }

    /// Takes over what the store decided, and looks when it must have.
    pub(crate) fn settle_rates(&mut self, net: &mut Net) {
        for settled in self.callers.settle() {
            let Some(token) = self.tickets.remove(&settled.ticket) else { continue };
            let Some(mut client) = self.clients.remove(&token) else { continue };
            let fate = match std::mem::replace(&mut client.state, State::Ending) {
                State::Rate(incoming, _) => {
                    match self.rated(net, &mut client, incoming, settled.decision) {
                        // There may be something to send.
                        Fate::Wait => Fate::Again,
                        fate => fate,
                    }
                }
                state => {
                    client.state = state;
                    Fate::Wait
                }
            };
            self.put_back(net, token, client, fate);
        }
        if let Some(fault) = self.callers.take_fault() {
            self.judge.fault(&fault, None);
        }
        self.watch_rates(net);
    }

    /// Sets the timer for the store.
    pub(crate) fn watch_rates(&mut self, net: &mut Net) {
        if self.rate_timer.is_none()
            && let Some(limit) = self.callers.next_deadline()
        {
            // A millisecond more: so that it is over when the timer goes off.
            let limit = limit + Duration::from_millis(1);
            self.rate_timer = Some(net.after(limit, self.token));
        }
    }

    /// Looks at what the front itself has to do in so long.
    fn sweep_in(&mut self, net: &mut Net, limit: Duration) {
        if self.sweep_timer.is_none() {
            self.sweep_timer = Some(net.after(limit, self.token));
        }
    }

    /// Accepts connections again in so long, whether or not others come or go by then.
    fn accept_in(&mut self, net: &mut Net, limit: Duration) {
        if self.accept_timer.is_none() {
            self.accept_timer = Some(net.after(limit, self.token));
        }
    }

    /// A timer of the front itself went off.
    pub(crate) fn own_timer(&mut self, net: &mut Net, timer: TimerId) {
        if self.rate_timer == Some(timer) {
            self.rate_timer = None;
            self.settle_rates(net);
        } else if self.sweep_timer == Some(timer) {
            self.sweep_timer = None;
            let now = net.now();
            self.idle.retain(|kept| now.duration_since(kept.since) < Self::KEPT_FOR);
            if !self.idle.is_empty() {
                self.sweep_in(net, Self::KEPT_FOR);
            }
        } else if self.accept_timer == Some(timer) {
            self.accept_timer = None;
            self.accept(net);
        }
    }

    /// A name for a request that nobody has named: random, and never twice in one process.
    pub(crate) fn new_id(&mut self) -> String {
        let (state, count) = &mut self.ids;
        *count += 1;
        format!("{:016x}{:016x}", state.hash_one(*count), state.hash_one(!*count))
    }

    pub(crate) fn put_back(
        &mut self,
        net: &mut Net,
        token: Token,
        mut client: Box<Client>,
        fate: Fate,
    ) {
        match fate {
            Fate::Gone => self.forget(net, &mut client),
            Fate::Again => {
                self.touched.push_back(token);
                self.clients.insert(token, client);
            }
            Fate::Wait => {
                self.clients.insert(token, client);
            }
        }
    }
}
