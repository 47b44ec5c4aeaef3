//! The loopback side: one thread a connection, since a function has few of them and keeps them.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use guard_http::{Decoder, Limits, Part, RequestHead, ResponseHead};
use zeroize::Zeroizing;

use crate::ask::{Ask, AskError};
use crate::cache::{Cache, Served};
use crate::service::Answer;

/// Connections at once. More are held in the backlog of the system, not refused.
const MOST_CONNECTIONS: usize = 128;
/// How often an idle connection looks whether it should end.
const TICK: Duration = Duration::from_secs(1);
const LONGEST_IDLE: Duration = Duration::from_mins(5);
/// How long a request may take to arrive.
const LONGEST_REQUEST: Duration = Duration::from_secs(10);

pub(crate) struct Server {
    pub(crate) cache: Arc<Cache>,
    pub(crate) tokens: Vec<Zeroizing<String>>,
    pub(crate) stopped: AtomicBool,
    live: Mutex<usize>,
    left: Condvar,
    /// The same number, for connections that ask themselves whether they are in the way.
    crowd: AtomicUsize,
}

impl Server {
    pub(crate) fn new(cache: Arc<Cache>, tokens: Vec<Zeroizing<String>>) -> Self {
        Self {
            cache,
            tokens,
            stopped: AtomicBool::new(false),
            live: Mutex::new(0),
            left: Condvar::new(),
            crowd: AtomicUsize::new(0),
        }
    }

    /// Accepts until stopped.
    pub(crate) fn listen(self: &Arc<Self>, listener: &TcpListener) {
        for socket in listener.incoming() {
            if self.stopped.load(Ordering::Relaxed) {
                return;
            }
            let Ok(socket) = socket else {
                // No descriptor left, mostly: others may close theirs.
                std::thread::sleep(Duration::from_millis(20));
                continue;
            };
            self.enter();
            let server = Arc::clone(self);
            let started = std::thread::Builder::new()
                .name("secrets".to_owned())
                .stack_size(128 * 1024)
                .spawn(move || {
                    let place = Place(&server);
                    // The client went away, or spoke no HTTP: nobody is there to be told.
                    let _ = server.serve(socket);
                    drop(place);
                });
            if started.is_err() {
                self.leave();
            }
        }
    }

    fn enter(&self) {
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        while *live >= MOST_CONNECTIONS {
            live = self.left.wait(live).unwrap_or_else(PoisonError::into_inner);
        }
        *live += 1;
        self.crowd.store(*live, Ordering::Relaxed);
    }

    fn leave(&self) {
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        *live = live.saturating_sub(1);
        self.crowd.store(*live, Ordering::Relaxed);
        self.left.notify_one();
    }

    fn is_crowded(&self) -> bool {
        self.crowd.load(Ordering::Relaxed) > MOST_CONNECTIONS / 2
    }

    fn serve(&self, mut socket: TcpStream) -> io::Result<()> {
        socket.set_nodelay(true)?;
        socket.set_read_timeout(Some(TICK))?;
        socket.set_write_timeout(Some(LONGEST_REQUEST))?;
        let limits = Limits { head_bytes: 16 * 1024, headers: 64, extension_bytes: 1024 };
        let mut decoder = Decoder::<RequestHead>::new(limits);
        let mut input = Vec::with_capacity(2048);
        let mut out = Zeroizing::new(Vec::with_capacity(4096));
        loop {
            let Some(head) = self.read_request(&mut socket, &mut decoder, &mut input, &mut out)?
            else {
                return Ok(());
            };
            let keep = head.keeps_alive() && !self.is_crowded();
            self.answer(&head, keep, &mut out);
            socket.write_all(&out)?;
            if !keep {
                return Ok(());
            }
        }
    }

    /// The next request, its body read and thrown away; `None` when the connection is over.
    fn read_request(
        &self,
        socket: &mut TcpStream,
        decoder: &mut Decoder<RequestHead>,
        input: &mut Vec<u8>,
        out: &mut Zeroizing<Vec<u8>>,
    ) -> io::Result<Option<RequestHead>> {
        let started = Instant::now();
        let mut head = None;
        let mut body = 0;
        loop {
            match decoder.step(input) {
                Ok(step) => {
                    let pending = matches!(step.part, Part::Pending);
                    match step.part {
                        Part::Head(found, _) => head = Some(found),
                        Part::End(_) => {
                            input.drain(..step.consumed);
                            return Ok(head);
                        }
                        Part::Data(data) => body += data.len(),
                        Part::Pending => {}
                    }
                    input.drain(..step.consumed);
                    if body > 64 * 1024 {
                        return Ok(None);
                    }
                    if !pending {
                        continue;
                    }
                }
                Err(error) => {
                    let answer = Answer::fault(error.status(), "BadRequest", &error.to_string());
                    write(&answer, &ResponseHead::new(error.status()), false, out);
                    socket.write_all(out)?;
                    return Ok(None);
                }
            }
            let mut chunk = [0; 2048];
            match socket.read(&mut chunk) {
                Ok(0) => return Ok(None),
                Ok(count) => input.extend_from_slice(chunk.get(..count).unwrap_or_default()),
                Err(error)
                    if matches!(
                        error.kind(),
                        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
                    ) =>
                {
                    let idle = head.is_none() && input.is_empty();
                    let limit = if idle { LONGEST_IDLE } else { LONGEST_REQUEST };
                    let in_the_way = idle && self.is_crowded();
                    if in_the_way
                        || started.elapsed() > limit
                        || self.stopped.load(Ordering::Relaxed)
                    {
                        return Ok(None);
                    }
                }
                Err(error) => return Err(error),
            }
            // One byte at a time never waits for the limit of a read.
            if !(head.is_none() && input.is_empty()) && started.elapsed() > LONGEST_IDLE {
                return Ok(None);
            }
        }
    }

    /// Writes the whole answer to a request into `out`.
    fn answer(&self, head: &RequestHead, keep: bool, out: &mut Zeroizing<Vec<u8>>) {
        let refusal = |status, kind: &str, message: &str| {
            (Arc::new(Answer::fault(status, kind, message)), None)
        };
        let (answer, stale) = match self.permit(head) {
            Err((status @ (401 | 403), message)) => refusal(status, "Unauthorized", message),
            Err((405, message)) => refusal(405, "MethodNotAllowed", message),
            Err((status, message)) => refusal(status, "BadRequest", message),
            Ok(()) => match Ask::parse(&head.target) {
                Err(AskError::UnknownPath) => refusal(404, "NotFound", "unknown path"),
                Err(AskError::Bad(message)) => refusal(400, "BadRequest", message),
                Ok(ask) => match self.cache.get(&ask) {
                    Served::Answer(answer, stale) => (answer, stale),
                    Served::Late => refusal(504, "Timeout", "the service did not answer in time"),
                },
            },
        };
        let mut response = ResponseHead::new(answer.status);
        if answer.status == 405 {
            response = response.with("Allow", "GET");
        }
        if let Some(age) = stale {
            // HTTP's own word for it (RFC 9111, section 5.1).
            response = response.with("Age", age.as_secs().to_string());
            response = response.with("X-Faasguard-Stale", "true");
        }
        write(&answer, &response, keep, out);
    }

    /// Whether the one who asks is the function itself, in words where not.
    fn permit(&self, head: &RequestHead) -> Result<(), (u16, &'static str)> {
        let headers = &head.headers;
        // A request that somebody else had the function make: through a proxy, or by a page whose
        // name was bound to the loopback.
        for name in ["x-forwarded-for", "forwarded", "via"] {
            if headers.get(name).is_some() {
                return Err((400, "a request that was passed on is not answered"));
            }
        }
        if !headers.text("host").is_some_and(is_loopback) || headers.all("host").count() != 1 {
            return Err((400, "the host must be localhost or 127.0.0.1"));
        }
        let mut tokens = headers.all("x-aws-parameters-secrets-token");
        let Some(token) = tokens.next() else {
            return Err((401, "the header X-Aws-Parameters-Secrets-Token is missing"));
        };
        // Every token is compared, and every byte of each.
        let matches = self.tokens.iter().fold(false, |any, own| any | equal(own.as_bytes(), token));
        if !matches || tokens.next().is_some() {
            return Err((403, "the header X-Aws-Parameters-Secrets-Token has another value"));
        }
        if head.method != "GET" {
            return Err((405, "only GET is answered"));
        }
        Ok(())
    }
}

/// Gives the place of a connection back, however its thread ends.
struct Place<'a>(&'a Server);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.leave();
    }
}

fn write(answer: &Answer, head: &ResponseHead, keep: bool, out: &mut Zeroizing<Vec<u8>>) {
    let connection = if keep { "keep-alive" } else { "close" };
    let head = head
        .clone()
        .with("Content-Type", "application/json")
        .with("Cache-Control", "no-store")
        .with("Connection", connection)
        .with("Content-Length", answer.body.len().to_string());
    let needed = 1024 + answer.body.len();
    if out.capacity() < needed {
        *out = Zeroizing::new(Vec::with_capacity(needed.next_power_of_two()));
    }
    out.clear();
    head.write(out);
    out.extend_from_slice(&answer.body);
}

fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    name.eq_ignore_ascii_case("localhost") || name == "127.0.0.1" || name == "[::1]"
}

/// Compares in a time that depends on the lengths alone.
fn equal(left: &[u8], right: &[u8]) -> bool {
    let difference = left.iter().zip(right).fold(0, |sum, (a, b)| sum | (a ^ b));
    std::hint::black_box(difference) == 0 && left.len() == right.len()
}

#[cfg(test)]
mod tests {
    use super::{equal, is_loopback};

    #[test]
    fn only_names_of_the_loopback_are_its_host() {
        for host in ["localhost", "LocalHost:2773", "127.0.0.1:2773", "[::1]:2773", "[::1]"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.nip.io:2773",
            "::1",
            "localhost:x",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }

    #[test]
    fn a_part_of_a_token_is_none() {
        assert!(equal(b"abc", b"abc"));
        assert!(!equal(b"abc", b"ab") && !equal(b"", b"a") && !equal(b"abc", b"abd"));
    }
}
