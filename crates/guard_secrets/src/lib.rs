//! A cache of secrets on the loopback, compatible with AWS's Parameters and Secrets extension.
//!
//! A function asks `http://localhost:2773/secretsmanager/get?secretId=…` and gets the service's own
//! answer, from memory where it is known. What differs from AWS's extension: a request that comes
//! before the cache is ready is held and not refused, values are fetched while the function starts,
//! an old value is served while it is fetched anew (for as long again as it lives, and said so), and
//! a right that was taken away takes the value along.

mod ask;
mod cache;
mod credentials;
mod http;
mod server;
mod service;
mod setup;
mod sigv4;

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

pub use ask::{Ask, AskError, Key};
pub use cache::Stats;
pub use setup::{Environment, StartError};

use cache::{Cache, Lifetimes};
use credentials::Source;
use server::Server;
use service::Caller;
use setup::Setup;

/// Threads that call the services: so many values are fetched at once.
const FETCHERS: usize = 3;

/// The cache while it runs; dropped, it ends.
pub struct Handle {
    port: u16,
    server: Arc<Server>,
    faults: Receiver<String>,
}

impl std::fmt::Debug for Handle {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.debug_struct("Handle").field("port", &self.port).finish_non_exhaustive()
    }
}

impl Handle {
    /// The port that it listens at.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What of `prefetch` could not be fetched, since the last call: a name that nobody has or a
    /// right that is missing would otherwise be seen by the first caller only.
    #[must_use]
    pub fn take_faults(&self) -> Vec<String> {
        self.faults.try_iter().collect()
    }

    /// How often what happened.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.server.cache.stats()
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.server.stopped.store(true, Ordering::Relaxed);
        // Each listener wakes for a connection.
        for address in [
            SocketAddr::from((Ipv4Addr::LOCALHOST, self.port)),
            SocketAddr::from((Ipv6Addr::LOCALHOST, self.port)),
        ] {
            let _ = TcpStream::connect_timeout(&address, Duration::from_millis(100));
        }
    }
}

/// Starts the cache: it listens before this returns, and fetches `prefetch` beside.
///
/// Everything happens on threads of its own. Port 0 in the settings takes a free one.
///
/// # Errors
/// [`StartError`]; [`StartError::Listen`] with `AddrInUse` where another process (the wrapper, the
/// extension, AWS's own) serves already.
pub fn start(
    settings: &guard_settings::Secrets,
    environment: Environment<'_>,
) -> Result<Handle, StartError> {
    let setup = Arc::new(Setup::read(settings, environment)?);
    let failed = |error| StartError::Listen { port: setup.port, error };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, setup.port)).map_err(failed)?;
    let port = listener.local_addr().map_err(failed)?.port();
    let mut listeners = vec![listener];
    // Clients that take `localhost` for `::1` first would wait otherwise. No IPv6 is no fault.
    listeners.extend(TcpListener::bind((Ipv6Addr::LOCALHOST, port)).ok());

    let (fetch, fetched) = channel();
    let lifetimes = Lifetimes { secret: setup.secret_ttl, parameter: setup.parameter_ttl };
    let cache = Arc::new(Cache::new(lifetimes, setup.capacity, fetch));
    let source = Arc::new(Mutex::new(Source::read(environment, &setup.trust)));
    let (tell, faults) = channel();
    start_fetchers(&setup, &source, &cache, fetched, &tell).map_err(failed)?;
    for key in &setup.prefetch {
        cache.prefetch(key);
    }
    let server = Arc::new(Server::new(cache, setup.tokens.clone()));
    for listener in listeners {
        let server = Arc::clone(&server);
        thread("secrets-listen", move || server.listen(&listener)).map_err(failed)?;
    }
    Ok(Handle { port, server, faults })
}

fn start_fetchers(
    setup: &Arc<Setup>,
    source: &Arc<Mutex<Source>>,
    cache: &Arc<Cache>,
    fetched: Receiver<Key>,
    tell: &Sender<String>,
) -> io::Result<()> {
    let fetched = Arc::new(Mutex::new(fetched));
    let untold = Arc::new(Mutex::new(setup.prefetch.clone()));
    for _ in 0..FETCHERS {
        let mut caller = Caller::new(Arc::clone(setup), Arc::clone(source));
        // The cache holds the sending end: with its last owner the threads end.
        let (cache, fetched) = (Arc::downgrade(cache), Arc::clone(&fetched));
        let (untold, tell) = (Arc::clone(&untold), tell.clone());
        thread("secrets-fetch", move || {
            loop {
                let next = fetched.lock().unwrap_or_else(PoisonError::into_inner).recv();
                let Ok(key) = next else { return };
                let answer = caller.fetch(&key);
                let mut first = untold.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(at) = first.iter().position(|other| *other == key) {
                    first.swap_remove(at);
                    if answer.status != 200 {
                        // Nobody listens any more when the program ends.
                        let _ = tell.send(format!(
                            "secrets: `{}` could not be fetched at the start: {}",
                            key.name(),
                            answer.kind()
                        ));
                    }
                }
                drop(first);
                let Some(cache) = cache.upgrade() else { return };
                cache.put(&key, answer);
            }
        })?;
    }
    Ok(())
}

fn thread(name: &str, run: impl FnOnce() + Send + 'static) -> io::Result<()> {
    // The handshake of TLS is the deepest that any of them goes.
    std::thread::Builder::new().name(name.to_owned()).stack_size(256 * 1024).spawn(run).map(drop)
}
