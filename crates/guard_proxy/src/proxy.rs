//! The proxy: its listener, its sessions, and the platform behind it.

use std::collections::HashMap;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use guard_net::{Listener, Net, Ready, Token};

use crate::pool::Pool;
use crate::session::{Context, Session};
use crate::watch::Watch;

/// The Runtime API of the platform, or another proxy before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upstream {
    /// As it was written: `127.0.0.1:9001`. Goes into the header `Host`.
    pub host: String,
    /// Where it is.
    pub address: SocketAddr,
}

impl Upstream {
    /// Reads the value of `AWS_LAMBDA_RUNTIME_API`: `host:port`, the port 80 where it is absent.
    ///
    /// # Errors
    /// When the name of the host is not known.
    pub fn resolve(text: &str) -> io::Result<Self> {
        let host = text.trim().trim_start_matches("http://").trim_end_matches('/');
        let mut found = host.to_socket_addrs();
        if found.is_err() {
            found = (host, 80).to_socket_addrs();
        }
        let address = found?.next().ok_or(io::ErrorKind::NotFound)?;
        Ok(Self { host: host.to_owned(), address })
    }
}

/// A listener for the runtime, and all that goes on behind it.
#[derive(Debug)]
pub struct Proxy<W> {
    listener: Listener,
    pool: Pool,
    watch: W,
    sessions: HashMap<Token, Session>,
    /// Which session a connection to the platform serves.
    serves: HashMap<Token, Token>,
}

/// What a proxy waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Awaits {
    /// The rest of a message that has begun, or an answer that the platform gives at once.
    Rest,
    /// The platform's next event.
    Event,
    /// A request of the runtime.
    Runtime,
}

/// When no descriptor is left, connections that wait are taken after this time.
const ACCEPT_AGAIN: Duration = Duration::from_millis(20);

impl<W: Watch> Proxy<W> {
    /// Listens on `address`; connections are taken from this moment on, and served with
    /// [`Proxy::handle`].
    ///
    /// # Errors
    /// When the address cannot be bound.
    pub fn bind(
        net: &mut Net,
        address: SocketAddr,
        upstream: Upstream,
        watch: W,
    ) -> io::Result<Self> {
        let listener = Listener::bind(net, address)?;
        let pool = Pool::new(upstream.address, upstream.host);
        Ok(Self { listener, pool, watch, sessions: HashMap::new(), serves: HashMap::new() })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// Those of the kernel.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.address()
    }

    /// The watch, to hand it what it waits for.
    pub fn watch(&mut self) -> &mut W {
        &mut self.watch
    }

    /// What is next to come, as far as is known.
    #[must_use]
    pub fn awaits(&self) -> Awaits {
        let states = || self.sessions.values().map(Session::awaits);
        if states().any(|state| state == Awaits::Rest) {
            Awaits::Rest
        } else if states().any(|state| state == Awaits::Event) {
            Awaits::Event
        } else {
            Awaits::Runtime
        }
    }

    /// Serves what is ready; whether it was the proxy's.
    pub fn handle(&mut self, net: &mut Net, ready: Ready) -> bool {
        match ready {
            Ready::Io { token, .. } | Ready::Timer { token, .. }
                if token == self.listener.token() =>
            {
                self.accept(net);
                true
            }
            Ready::Io { token, readable, .. } => {
                let owner = self.serves.get(&token).copied().unwrap_or(token);
                if self.sessions.contains_key(&owner) {
                    self.with_session(net, owner, |session, cx| {
                        if readable {
                            session.note_readable(token);
                        }
                        session.advance(cx);
                    });
                    return true;
                }
                self.pool.look_at_idle(token)
            }
            Ready::Timer { token, .. } => {
                self.sessions.contains_key(&token) && self.with_session(net, token, Session::retry)
            }
            Ready::Woken => false,
        }
    }

    /// Takes every connection that waits.
    fn accept(&mut self, net: &mut Net) {
        loop {
            match self.listener.accept(net) {
                Ok(Some(connection)) => {
                    let token = connection.token();
                    self.sessions.insert(token, Session::new(connection));
                    // The request mostly came with the connection.
                    self.with_session(net, token, Session::advance);
                }
                Ok(None) => return,
                Err(error) => {
                    let detail = format!("no connection can be taken: {error}");
                    self.watch.fault(None, &detail);
                    net.after(ACCEPT_AGAIN, self.listener.token());
                    return;
                }
            }
        }
    }

    /// Lets a session act, and notes which connection serves it afterwards.
    fn with_session(
        &mut self,
        net: &mut Net,
        owner: Token,
        act: impl FnOnce(&mut Session, &mut Context<'_, W>),
    ) -> bool {
        let Some(session) = self.sessions.get_mut(&owner) else { return false };
        let before = session.server_token();
        // A fault of our own ends one connection, not the function: a runtime connects again.
        let result = catch_unwind(AssertUnwindSafe(|| {
            act(session, &mut Context { net, pool: &mut self.pool, watch: &mut self.watch });
        }));
        if result.is_err() {
            session.abandon();
            self.watch
                .fault(None, "the proxy itself failed; a connection of the runtime is closed");
        }
        let after = session.server_token();
        if before != after {
            if let Some(token) = before {
                self.serves.remove(&token);
            }
            if let Some(token) = after {
                self.serves.insert(token, owner);
            }
        }
        if session.is_dead() {
            if let Some(token) = after {
                self.serves.remove(&token);
            }
            self.sessions.remove(&owner);
        }
        true
    }
}
