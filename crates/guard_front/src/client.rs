//! A client's connection, and where its request stands.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use guard_http::{Decoder, Framing, RequestHead};
use guard_net::{Connection, Net, TimerId};

use crate::exchange::Exchange;

/// Bytes of input that a connection may hold before somebody uses them.
pub(crate) const INPUT: usize = 64 * 1024;
/// Bytes of output from which on nothing more is read for it.
pub(crate) const OUTPUT: usize = 256 * 1024;
/// Bytes of a head. Most servers take 8 KiB, some 64.
const HEAD: guard_http::Limits =
    guard_http::Limits { head_bytes: 32 * 1024, headers: 128, extension_bytes: 16 * 1024 };

/// One connection of a client.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) connection: Connection,
    pub(crate) decoder: Decoder<RequestHead>,
    pub(crate) peer: IpAddr,
    pub(crate) state: State,
    pub(crate) timer: Option<TimerId>,
    /// When the last byte moved.
    pub(crate) progress: Instant,
    /// Bytes of bodies that are held for it.
    pub(crate) held: usize,
    /// No request follows the present one.
    pub(crate) close: bool,
}

/// Where its request stands.
#[derive(Debug)]
pub(crate) enum State {
    /// Between requests.
    Waiting,
    /// Some of a head is here.
    Head,
    /// The store is asked whether the caller may go on.
    Rate(Box<Incoming>, u64),
    /// The body comes.
    Body(Box<Incoming>),
    /// It waits for its turn.
    Queued(Box<Incoming>),
    /// The application has it.
    Exchange(Box<Exchange>),
    /// The answer is on its way, and is the last.
    Ending,
    /// All is sent. What the client still sends is thrown away: a connection that is closed with
    /// bytes unread is reset, and the client might never see the answer.
    Lingering(usize),
    /// Both ends talk to each other.
    Tunnel(Box<Connection>),
}

/// A request on its way through the gates.
#[derive(Debug)]
pub(crate) struct Incoming {
    pub(crate) head: RequestHead,
    /// Where its body ends as the client sends it.
    pub(crate) framing: Framing,
    /// What is here of the body.
    pub(crate) body: Vec<u8>,
    /// Whether that is all of it.
    pub(crate) is_whole: bool,
    pub(crate) id: String,
    pub(crate) client: IpAddr,
}

impl Incoming {
    pub(crate) fn is_head(&self) -> bool {
        self.head.method == "HEAD"
    }
}

/// What comes next for a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Its state changed: look again.
    Again,
    /// Something must happen first.
    Wait,
    /// It is over.
    Gone,
}

impl Client {
    pub(crate) fn new(connection: Connection, peer: IpAddr, now: Instant) -> Self {
        Self {
            connection,
            decoder: Decoder::new(HEAD),
            peer,
            state: State::Waiting,
            timer: None,
            progress: now,
            held: 0,
            close: false,
        }
    }

    /// Sets the time limit of what it does now.
    pub(crate) fn arm(&mut self, net: &mut Net, limit: Duration) {
        if let Some(timer) = self.timer.take() {
            net.cancel(timer);
        }
        self.timer = Some(net.after(limit, self.connection.token()));
    }

    /// Sends what is left of the last answer, then waits for the client to close.
    pub(crate) fn end(&mut self) -> Fate {
        if self.connection.flush().is_err() {
            return Fate::Gone;
        }
        if self.connection.queued() > 0 {
            self.state = State::Ending;
            return Fate::Wait;
        }
        self.connection.finish();
        self.state = State::Lingering(0);
        Fate::Again
    }

    /// Throws away what still comes.
    pub(crate) fn linger(&mut self, so_far: usize) -> Fate {
        const MOST: usize = 8 << 20;
        let mut thrown = so_far;
        loop {
            if self.connection.fill(INPUT).is_err() || thrown > MOST {
                return Fate::Gone;
            }
            let count = self.connection.input().len();
            self.connection.consume(count);
            thrown += count;
            if self.connection.is_closed() {
                return Fate::Gone;
            }
            if count == 0 || !self.connection.may_have_input() {
                self.state = State::Lingering(thrown);
                return Fate::Wait;
            }
        }
    }
}

/// Moves what `from` got to `to`; false when that direction has ended and the end was passed on.
pub(crate) fn pump(from: &mut Connection, to: &mut Connection) -> std::io::Result<bool> {
    loop {
        to.flush()?;
        if to.queued() > OUTPUT {
            return Ok(true);
        }
        from.fill(INPUT)?;
        let count = from.input().len();
        if count == 0 {
            break;
        }
        to.queue(from.input());
        from.consume(count);
    }
    if from.is_closed() && to.queued() == 0 {
        to.finish();
        return Ok(false);
    }
    Ok(true)
}
