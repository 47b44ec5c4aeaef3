//! Connections to the platform.

use std::io;
use std::net::SocketAddr;

use guard_http::{Decoder, Limits, ResponseHead};
use guard_net::{Connection, Filled, Net, Token};

/// One connection to the platform.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) connection: Connection,
    pub(crate) answers: Decoder<ResponseHead>,
    /// It has carried a request before: the platform may have closed it in the meantime.
    pub(crate) is_reused: bool,
    /// Bytes of the request at hand that the kernel took.
    pub(crate) sent: usize,
}

/// Connections that carry no request now, and where new ones go.
#[derive(Debug)]
pub(crate) struct Pool {
    pub(crate) address: SocketAddr,
    pub(crate) host: String,
    idle: Vec<Server>,
}

/// More idle connections than this are closed: they serve a runtime that had many invocations in
/// flight at once and has no longer.
const MOST_IDLE: usize = 64;

impl Pool {
    pub(crate) fn new(address: SocketAddr, host: String) -> Self {
        Self { address, host, idle: Vec::new() }
    }

    /// A connection that stands, as far as anybody can know, or a new one.
    pub(crate) fn acquire(&mut self, net: &mut Net) -> io::Result<Server> {
        while let Some(mut server) = self.idle.pop() {
            // One look at the socket is cheaper than a request that may be lost.
            if matches!(server.connection.fill(1), Ok(Filled::Empty))
                && server.connection.input().is_empty()
            {
                server.is_reused = true;
                server.sent = 0;
                return Ok(server);
            }
        }
        self.connect(net)
    }

    /// A new connection.
    pub(crate) fn connect(&self, net: &mut Net) -> io::Result<Server> {
        Ok(Server {
            connection: Connection::connect(net, self.address)?,
            answers: Decoder::new(Limits::default()),
            is_reused: false,
            sent: 0,
        })
    }

    /// Keeps a connection for later.
    pub(crate) fn release(&mut self, server: Server) {
        if self.idle.len() < MOST_IDLE {
            self.idle.push(server);
        }
    }

    /// Something is ready on a connection; when it is an idle one, the platform mostly closed it.
    /// Whether it is an idle one.
    pub(crate) fn look_at_idle(&mut self, token: Token) -> bool {
        let Some(at) = self.idle.iter().position(|server| server.connection.token() == token)
        else {
            return false;
        };
        if let Some(server) = self.idle.get_mut(at)
            && (!matches!(server.connection.fill(1), Ok(Filled::Empty))
                || !server.connection.input().is_empty())
        {
            self.idle.swap_remove(at);
        }
        true
    }
}
