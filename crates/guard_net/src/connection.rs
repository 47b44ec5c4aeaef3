//! Sockets with their buffers.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr};

use mio::net::{TcpListener, TcpStream};

use crate::buffer::Buffer;
use crate::net::{Net, Token};

/// A socket that others connect to.
#[derive(Debug)]
pub struct Listener {
    socket: TcpListener,
    token: Token,
}

impl Listener {
    /// Binds `address` (port 0: any that is free) and listens.
    ///
    /// # Errors
    /// When the address is taken or not this machine's.
    pub fn bind(net: &mut Net, address: SocketAddr) -> io::Result<Self> {
        let mut socket = TcpListener::bind(address)?;
        let token = net.register_listener(&mut socket)?;
        Ok(Self { socket, token })
    }

    /// Under which it is told to be ready.
    #[must_use]
    pub fn token(&self) -> Token {
        self.token
    }

    /// The address with the port that was given.
    ///
    /// # Errors
    /// Those of the kernel.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// The next connection that waits; call until `None`.
    ///
    /// # Errors
    /// When the process has no descriptor left: readiness is not told again for those that wait
    /// already, so the caller tries again later, by a timer.
    pub fn accept(&self, net: &mut Net) -> io::Result<Option<Connection>> {
        loop {
            match self.socket.accept() {
                Ok((stream, peer)) => {
                    let mut connection = Connection::over(net, stream)?;
                    connection.is_connected = true;
                    connection.peer = Some(peer);
                    return Ok(Some(connection));
                }
                Err(error) => match error.kind() {
                    io::ErrorKind::WouldBlock => return Ok(None),
                    // The client was gone before it was its turn.
                    io::ErrorKind::ConnectionAborted | io::ErrorKind::Interrupted => {}
                    _ => return Err(error),
                },
            }
        }
    }
}

/// What reading gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filled {
    /// All that had come is in the buffer; readiness is told when more comes.
    Empty,
    /// The buffer is as full as the limit allows, and more may wait: fill again after
    /// [`Connection::consume`].
    Full,
    /// The peer sends no more. What it had sent is in the buffer.
    Closed,
}

/// A connection with what came and is not yet used, and what is to go and did not yet fit.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    token: Token,
    peer: Option<SocketAddr>,
    input: Buffer,
    output: Buffer,
    is_connected: bool,
    inbound: Inbound,
    is_corked: bool,
}

/// What is known of bytes that the kernel may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inbound {
    /// None; a new edge tells of more.
    Drained,
    /// Perhaps some.
    Unknown,
    /// None, and none will come.
    Closed,
}

/// Bytes read by one call of the kernel.
const READ: usize = 16_384;

impl Connection {
    /// Begins to connect. Bytes may be queued at once; they go when the connection stands, which is
    /// told as writable.
    ///
    /// # Errors
    /// When the kernel refuses at once.
    pub fn connect(net: &mut Net, address: SocketAddr) -> io::Result<Self> {
        let mut connection = Self::over(net, TcpStream::connect(address)?)?;
        connection.peer = Some(address);
        Ok(connection)
    }

    fn over(net: &mut Net, mut stream: TcpStream) -> io::Result<Self> {
        // Messages are short and each is waited for: a delayed last segment is pure loss. A peer
        // that is gone already fails here; that is told by the next read.
        let _ = stream.set_nodelay(true);
        let token = net.register(&mut stream)?;
        Ok(Self {
            stream,
            token,
            peer: None,
            input: Buffer::default(),
            output: Buffer::default(),
            is_connected: false,
            inbound: Inbound::Unknown,
            is_corked: false,
        })
    }

    /// Under which it is told to be ready.
    #[must_use]
    pub fn token(&self) -> Token {
        self.token
    }

    /// The other end.
    #[must_use]
    pub fn peer(&self) -> Option<SocketAddr> {
        self.peer
    }

    /// Reads all that has come, until the buffer holds `limit` bytes.
    ///
    /// # Errors
    /// Those of the connection: reset, timed out.
    pub fn fill(&mut self, limit: usize) -> io::Result<Filled> {
        self.fill_up_to(limit, false)
    }

    fn fill_up_to(&mut self, limit: usize, is_once: bool) -> io::Result<Filled> {
        if self.is_closed() {
            return Ok(Filled::Closed);
        }
        self.inbound = Inbound::Unknown;
        loop {
            let room = limit.saturating_sub(self.input.len());
            if room == 0 {
                return Ok(Filled::Full);
            }
            let into = self.input.room(READ.min(room));
            let size = into.len().min(room);
            let into = into.get_mut(..size).unwrap_or_default();
            match self.stream.read(into) {
                Ok(0) => {
                    self.inbound = Inbound::Closed;
                    return Ok(Filled::Closed);
                }
                // A short read does not end this: the same edge may have told of an end, too.
                Ok(count) => {
                    self.input.filled(count);
                    if is_once {
                        return Ok(Filled::Empty);
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.inbound = Inbound::Drained;
                    return Ok(Filled::Empty);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Reads once, so that what came can be acted on before it is known whether more waits:
    /// [`Filled::Full`] where some may.
    ///
    /// # Errors
    /// Those of the connection: reset, timed out.
    pub fn fill_once(&mut self, limit: usize) -> io::Result<Filled> {
        let before = self.input.len();
        let step = (before + READ).min(limit);
        match self.fill_up_to(step, true)? {
            Filled::Empty if self.input.len() > before => {
                self.inbound = Inbound::Unknown;
                Ok(Filled::Full)
            }
            filled => Ok(filled),
        }
    }

    /// Notes that the socket was told to be readable, for an owner that reads later.
    pub fn note_readable(&mut self) {
        if self.inbound == Inbound::Drained {
            self.inbound = Inbound::Unknown;
        }
    }

    /// Whether bytes may wait that nobody will be told of again: readiness was noted, or the last
    /// [`Connection::fill`] ended at its limit.
    #[must_use]
    pub fn may_have_input(&self) -> bool {
        self.inbound == Inbound::Unknown
    }

    /// Whether the peer sends no more.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.inbound == Inbound::Closed
    }

    /// What came and was not yet consumed.
    #[must_use]
    pub fn input(&self) -> &[u8] {
        self.input.bytes()
    }

    /// Takes bytes off the input.
    pub fn consume(&mut self, count: usize) {
        self.input.consume(count);
    }

    /// Queues bytes; [`Connection::flush`] sends them.
    pub fn queue(&mut self, bytes: &[u8]) {
        self.output.push(bytes);
    }

    /// Queues what `write` adds at the end of a vector.
    pub fn queue_with(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        self.output.write_with(write);
    }

    /// Bytes that are queued and not yet sent. The owner reads no more from where they come while
    /// these are many.
    #[must_use]
    pub fn queued(&self) -> usize {
        self.output.len()
    }

    /// Takes what is queued and not sent, to send it on another connection.
    #[must_use]
    pub fn take_queued(&mut self) -> Vec<u8> {
        let queued = self.output.bytes().to_vec();
        self.output.consume(queued.len());
        queued
    }

    /// Whether the last flush found no room: readiness to write will be told.
    #[must_use]
    pub fn is_corked(&self) -> bool {
        self.is_corked
    }

    /// Sends what fits now; how many bytes went.
    ///
    /// # Errors
    /// Those of the connection, also why it could not be made.
    pub fn flush(&mut self) -> io::Result<usize> {
        let mut sent = 0;
        while !self.output.is_empty() {
            match self.stream.write(self.output.bytes()) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => {
                    self.output.consume(count);
                    self.is_connected = true;
                    sent += count;
                }
                Err(error) => match error.kind() {
                    io::ErrorKind::WouldBlock => {
                        self.is_corked = true;
                        return Ok(sent);
                    }
                    // Still connecting: told as writable when it stands.
                    io::ErrorKind::NotConnected if !self.is_connected => {
                        self.is_corked = true;
                        return match self.stream.take_error()? {
                            Some(error) => Err(error),
                            None => Ok(sent),
                        };
                    }
                    io::ErrorKind::Interrupted => {}
                    _ => return Err(error),
                },
            }
        }
        self.is_corked = false;
        Ok(sent)
    }

    /// Says to the peer that no more comes.
    pub fn finish(&mut self) {
        // A peer that is gone needs no farewell.
        let _ = self.stream.shutdown(Shutdown::Write);
    }
}
