//! The listener that the platform brings its events to.

use std::{
    io::{self, Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream, ToSocketAddrs},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use guard_http::{Decoder, Framing, Limits, Part, RequestHead, ResponseHead};

use crate::platform::Platform;

/// Largest batch: the API's own limit is 1 MiB and one record.
const MAX_BATCH: usize = 4 * 1024 * 1024;
/// How long a connection may be silent while it sends.
const PATIENCE: Duration = Duration::from_secs(30);
/// Most connections at once; the platform needs one.
const MOST_CONNECTIONS: usize = 8;

/// Listens and folds what comes, on threads of its own, until the process ends.
#[derive(Debug)]
pub struct Listener {
    platform: Arc<Mutex<Platform>>,
    port: u16,
}

impl Listener {
    /// Listens at `sandbox.localdomain`, which is this environment, or at 127.0.0.1 where there is
    /// no such name.
    ///
    /// # Errors
    /// When no port can be had or no thread can be started.
    pub fn start() -> io::Result<Self> {
        let sandbox =
            ("sandbox.localdomain", 0).to_socket_addrs().ok().and_then(|mut all| all.next());
        let listener = sandbox.and_then(|address| TcpListener::bind(address).ok());
        let listener = listener.map_or_else(|| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)), Ok)?;
        let port = listener.local_addr()?.port();
        let platform: Arc<Mutex<Platform>> = Arc::default();
        let into = Arc::clone(&platform);
        thread::Builder::new().name("listener".to_owned()).stack_size(128 * 1024).spawn(
            move || {
                let count = Arc::new(AtomicUsize::new(0));
                for stream in listener.incoming().flatten() {
                    if count.fetch_add(1, Ordering::AcqRel) >= MOST_CONNECTIONS {
                        count.fetch_sub(1, Ordering::AcqRel);
                        continue;
                    }
                    let (into, count) = (Arc::clone(&into), Arc::clone(&count));
                    let counter = Arc::clone(&count);
                    let started = thread::Builder::new().stack_size(128 * 1024).spawn(move || {
                        let _ = serve(stream, &into);
                        count.fetch_sub(1, Ordering::AcqRel);
                    });
                    if started.is_err() {
                        counter.fetch_sub(1, Ordering::AcqRel);
                    }
                }
            },
        )?;
        Ok(Self { platform, port })
    }

    /// Where it listens.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// All reports so far, those that were taken too.
    #[must_use]
    pub fn seen(&self) -> u64 {
        self.lock().seen
    }

    /// Takes what has come since the last time.
    #[must_use]
    pub fn take(&self) -> Platform {
        let mut platform = self.lock();
        let seen = platform.seen;
        std::mem::replace(&mut *platform, Platform { seen, ..Platform::default() })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Platform> {
        self.platform.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn serve(mut stream: TcpStream, into: &Mutex<Platform>) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut decoder: Decoder<RequestHead> = Decoder::new(Limits::default());
    let (mut input, mut body) = (Vec::new(), Vec::new());
    let mut room = [0; 16 * 1024];
    let invalid = |error| io::Error::new(io::ErrorKind::InvalidData, error);
    loop {
        let step = decoder.step(&input).map_err(invalid)?;
        match step.part {
            Part::Head(_, Framing::Length(length)) if length > MAX_BATCH as u64 => return Ok(()),
            Part::Head(..) => body.clear(),
            Part::Data(range) => {
                body.extend_from_slice(input.get(range).unwrap_or_default());
                if body.len() > MAX_BATCH {
                    return Ok(());
                }
            }
            Part::End(_) => {
                // First the answer, then the work: a slow listener loses events.
                let mut out = Vec::new();
                ResponseHead::new(200).with("Content-Length", "0").write(&mut out);
                stream.write_all(&out)?;
                into.lock().unwrap_or_else(PoisonError::into_inner).add(&body);
            }
            Part::Pending => {
                input.drain(..step.consumed);
                let count = stream.read(&mut room)?;
                if count == 0 {
                    return Ok(());
                }
                input.extend_from_slice(room.get(..count).unwrap_or_default());
                continue;
            }
        }
        input.drain(..step.consumed);
    }
}
