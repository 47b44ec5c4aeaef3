//! The thread that talks to the store, so that the loop never waits for it.

use std::fmt::Write as _;
use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{
    Receiver, RecvTimeoutError, Sender, SyncSender, TryRecvError, channel, sync_channel,
};
use std::time::{Duration, Instant};

use guard_tls::{Stream, Trust};
use sha2::{Digest, Sha256};

use super::address::Address;
use super::resp::{Reply, ReplyError, parse_reply, write_command};
use crate::bucket::{Decision, Limits};

const SCRIPT: &str = include_str!("take_token.lua");
/// Requests in one round trip.
const BATCH: usize = 64;
/// Requests that may wait for the thread; more are decided by the local buckets at once.
const QUEUE: usize = 1024;
const SHORTEST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// A connection may take longer than an answer: it is made beside the requests.
const CONNECT_LIMIT: Duration = Duration::from_secs(2);

/// The store takes no more requests now: it fails, or too many wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Busy;

/// What the store decided about one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// The number that the request was asked with.
    pub ticket: u64,
    /// `None` when the store could not tell.
    pub decision: Option<Decision>,
}

/// What the thread tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// About one request.
    Answer(Answer),
    /// The store failed; in words, without credentials.
    Failed(String),
    /// It answers again.
    Back,
}

struct Ask {
    ticket: u64,
    key: String,
}

/// A store, and the thread that talks to it. The thread ends when this is dropped.
#[derive(Debug)]
pub struct Store {
    asks: SyncSender<Ask>,
    told: Receiver<Told>,
    failing: Arc<AtomicBool>,
    prefix: String,
}

impl Store {
    /// Starts the thread. It connects at once; until it has, the store takes no requests.
    ///
    /// Buckets are named `faasguard:rate:NAMESPACE:` and a digest of the caller: what the store
    /// keeps tells nothing about callers, and expires when a bucket is full again. `deadline` is
    /// the longest that a round trip may take before the connection counts as lost. `wake` is
    /// called (from the thread) after something was told.
    ///
    /// # Errors
    /// What the system says when there can be no thread; when the roots of TLS cannot be read.
    pub fn start(
        address: Address,
        limits: Limits,
        namespace: &str,
        deadline: Duration,
        wake: impl Fn() + Send + 'static,
    ) -> io::Result<Self> {
        let trust = address.tls.then(|| Trust::new(b"")).transpose()?;
        let (asks, asked) = sync_channel(QUEUE);
        let (tell, told) = channel();
        let failing = Arc::new(AtomicBool::new(true));
        let mut worker = Worker {
            address,
            trust,
            arguments: [format!("{:.3}", 1e6 / limits.per_second()), limits.burst().to_string()],
            deadline,
            asked,
            tell,
            wake: Box::new(wake),
            failing: Arc::clone(&failing),
        };
        std::thread::Builder::new()
            .name("rate-store".to_owned())
            .stack_size(256 * 1024)
            .spawn(move || worker.run())?;
        Ok(Self { asks, told, failing, prefix: format!("faasguard:rate:{namespace}:") })
    }

    /// Asks about one request of `caller`; the answer comes by [`Store::told`] with the same
    /// `ticket`.
    ///
    /// # Errors
    /// [`Busy`] when nothing was asked.
    pub fn ask(&self, ticket: u64, caller: &[u8]) -> Result<(), Busy> {
        if self.failing.load(Ordering::Relaxed) {
            return Err(Busy);
        }
        let digest = Sha256::digest(caller);
        let mut key = self.prefix.clone();
        // Half of the digest: two callers share a bucket once in 2^64.
        for byte in digest.iter().take(16) {
            let _ = write!(key, "{byte:02x}");
        }
        self.asks.try_send(Ask { ticket, key }).map_err(|_| Busy)
    }

    /// What was told since the last call; never waits.
    pub fn told(&self) -> impl Iterator<Item = Told> + '_ {
        self.told.try_iter()
    }

    /// The next thing that is told, waited for at most `limit`.
    #[must_use]
    pub fn wait(&self, limit: Duration) -> Option<Told> {
        self.told.recv_timeout(limit).ok()
    }
}

struct Worker {
    address: Address,
    trust: Option<Trust>,
    arguments: [String; 2],
    deadline: Duration,
    asked: Receiver<Ask>,
    tell: Sender<Told>,
    wake: Box<dyn Fn() + Send>,
    failing: Arc<AtomicBool>,
}

/// Why a connection is given up.
#[derive(Debug, thiserror::Error)]
enum Lost {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("{0}")]
    Reply(#[from] ReplyError),
    #[error("the server says `{0}`")]
    Refused(String),
}

struct Connection {
    stream: Stream,
    bytes: Vec<u8>,
    /// By which the server knows the script.
    script: Vec<u8>,
}

impl Worker {
    fn run(&mut self) {
        let mut pause = SHORTEST_PAUSE;
        loop {
            let lost = match self.connect() {
                Ok(mut connection) => {
                    self.failing.store(false, Ordering::Relaxed);
                    self.tell(Told::Back);
                    match self.serve(&mut connection, &mut pause) {
                        Ok(()) => return,
                        Err(lost) => lost,
                    }
                }
                Err(lost) => lost,
            };
            self.failing.store(true, Ordering::Relaxed);
            self.tell(Told::Failed(format!("rate store {}: {lost}", self.address)));
            if !self.drain_for(pause) {
                return;
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    fn tell(&self, told: Told) {
        // Nobody listens only when the store was dropped; the queue then ends the thread.
        let _ = self.tell.send(told);
        (self.wake)();
    }

    /// Answers what was asked before the failure was known; false when nobody will ask again.
    fn drain_for(&self, pause: Duration) -> bool {
        let until = Instant::now() + pause;
        loop {
            match self.asked.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(ask) => self.tell(Told::Answer(Answer { ticket: ask.ticket, decision: None })),
                Err(RecvTimeoutError::Timeout) => return true,
                Err(RecvTimeoutError::Disconnected) => return false,
            }
        }
    }

    fn connect(&self) -> Result<Connection, Lost> {
        let Address { host, port, user, password, database, .. } = &self.address;
        let stream = Stream::connect(host, *port, self.trust.as_ref(), CONNECT_LIMIT)?;
        let mut connection = Connection { stream, bytes: Vec::new(), script: Vec::new() };
        let mut commands = Vec::new();
        let mut count = 1;
        if let Some(password) = password {
            let (user, password) = (user.as_bytes(), password.as_bytes());
            match user {
                b"" => write_command(&[b"AUTH", password], &mut commands),
                user => write_command(&[b"AUTH", user, password], &mut commands),
            }
            count += 1;
        }
        if *database != 0 {
            write_command(&[b"SELECT", database.to_string().as_bytes()], &mut commands);
            count += 1;
        }
        write_command(&[b"SCRIPT", b"LOAD", SCRIPT.as_bytes()], &mut commands);
        connection.stream.write_all(&commands)?;
        for _ in 0..count {
            connection.script = connection.read(|reply| match reply {
                Reply::Error(text) => Err(Lost::Refused(clean(text))),
                Reply::Text(Some(id)) => Ok(id.to_vec()),
                _ => Ok(Vec::new()),
            })??;
        }
        connection.stream.set_limit(self.deadline)?;
        Ok(connection)
    }

    /// Serves until the store is dropped. A round trip that worked makes the next pause short again.
    fn serve(&self, connection: &mut Connection, pause: &mut Duration) -> Result<(), Lost> {
        let mut batch: Vec<Ask> = Vec::with_capacity(BATCH);
        loop {
            batch.clear();
            match self.asked.recv() {
                Ok(ask) => batch.push(ask),
                Err(_) => return Ok(()),
            }
            while batch.len() < BATCH {
                match self.asked.try_recv() {
                    Ok(ask) => batch.push(ask),
                    Err(TryRecvError::Empty | TryRecvError::Disconnected) => break,
                }
            }
            if let Err(lost) = self.round_trip(connection, &mut batch) {
                for ask in &batch {
                    let answer = Answer { ticket: ask.ticket, decision: None };
                    let _ = self.tell.send(Told::Answer(answer));
                }
                return Err(lost);
            }
            *pause = SHORTEST_PAUSE;
            (self.wake)();
        }
    }

    /// Asks about a whole batch at once; answered requests leave it.
    fn round_trip(&self, connection: &mut Connection, batch: &mut Vec<Ask>) -> Result<(), Lost> {
        let mut forgotten = Vec::new();
        let script = connection.script.clone();
        self.write(connection, b"EVALSHA", &script, batch)?;
        while !batch.is_empty() {
            let reply = connection.read(|reply| decision(&reply))?;
            let ask = batch.remove(0);
            match reply {
                Ok(decision) => self.answer(&ask, decision),
                // The server was restarted or its scripts were flushed: nothing was counted.
                Err(text) if text.starts_with("NOSCRIPT") => forgotten.push(ask),
                Err(text) => {
                    batch.push(ask);
                    batch.append(&mut forgotten);
                    return Err(Lost::Refused(text));
                }
            }
        }
        std::mem::swap(batch, &mut forgotten);
        if batch.is_empty() {
            return Ok(());
        }
        self.write(connection, b"EVAL", SCRIPT.as_bytes(), batch)?;
        while !batch.is_empty() {
            let decision = connection.read(|reply| decision(&reply))?.map_err(Lost::Refused)?;
            let ask = batch.remove(0);
            self.answer(&ask, decision);
        }
        Ok(())
    }

    fn answer(&self, ask: &Ask, decision: Decision) {
        let _ =
            self.tell.send(Told::Answer(Answer { ticket: ask.ticket, decision: Some(decision) }));
    }

    fn write(
        &self,
        connection: &mut Connection,
        command: &[u8],
        script: &[u8],
        batch: &[Ask],
    ) -> io::Result<()> {
        let [interval, burst] = &self.arguments;
        let mut commands = Vec::new();
        for ask in batch {
            let parts =
                [command, script, b"1", ask.key.as_bytes(), interval.as_bytes(), burst.as_bytes()];
            write_command(&parts, &mut commands);
        }
        connection.stream.write_all(&commands)
    }
}

/// What the script answered, or the text of the server's error.
fn decision(reply: &Reply<'_>) -> Result<Decision, String> {
    match reply {
        Reply::Number(0) => Ok(Decision::Allowed),
        Reply::Number(wait) => match u64::try_from(*wait) {
            Ok(wait) => Ok(Decision::Refused { retry_after: Duration::from_micros(wait) }),
            Err(_) => Err(format!("a wait of {wait} microseconds")),
        },
        Reply::Error(text) => Err(clean(text)),
        Reply::Status(_) | Reply::Text(_) => {
            Err("an answer that the script never gives".to_owned())
        }
    }
}

/// The error of a server, short enough for a line of the log and without control characters.
fn clean(text: &str) -> String {
    text.chars().take(120).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

impl Connection {
    fn read<T>(&mut self, take: impl FnOnce(Reply<'_>) -> T) -> Result<T, Lost> {
        let started = Instant::now();
        loop {
            if let Some((reply, length)) = parse_reply(&self.bytes)? {
                let taken = take(reply);
                self.bytes.drain(..length);
                return Ok(taken);
            }
            let mut chunk = [0; 4096];
            let count = self.stream.read(&mut chunk).map_err(|error| match error.kind() {
                io::ErrorKind::WouldBlock => io::ErrorKind::TimedOut.into(),
                _ => error,
            })?;
            // One byte at a time keeps each read short; the reply as a whole has a limit, too.
            if count == 0 || started.elapsed() > CONNECT_LIMIT {
                return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
            }
            self.bytes.extend_from_slice(chunk.get(..count).unwrap_or_default());
        }
    }
}
