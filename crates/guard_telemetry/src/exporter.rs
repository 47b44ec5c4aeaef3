//! The thread that brings traces and metrics to a collector. Nobody waits for it: what finds no
//! room in its queue waits with its sender, and what the collector does not take is counted.

use std::{
    fmt, io,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use guard_http::RequestHead;
use guard_tls::{Stream, Trust};

use crate::client::exchange;

/// How long one call to the collector may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// Where a collector listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Collector {
    tls: bool,
    host: String,
    port: u16,
    /// What stands before `/v1/traces`; empty or with its first slash.
    path: String,
}

/// An address that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("telemetry.otlp: `{address}` is no address of a collector; write http://127.0.0.1:4318")]
pub struct CollectorError {
    /// What was written.
    pub address: String,
}

impl Collector {
    /// Reads `http://127.0.0.1:4318` or `https://host/path`.
    pub(crate) fn parse(address: &str) -> Result<Self, CollectorError> {
        let fault = || CollectorError { address: address.to_owned() };
        let (scheme, rest) = address.split_once("://").ok_or_else(fault)?;
        let tls = match scheme {
            "http" => false,
            "https" => true,
            _ => return Err(fault()),
        };
        let (authority, path) =
            rest.split_once('/').map_or((rest, ""), |(host, path)| (host, path));
        let default = if tls { 443 } else { 4318 };
        // `[::1]:4318`: the colon of the port is the one behind the bracket.
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, port.parse().map_err(|_| fault())?),
            _ => (authority, default),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        if host.is_empty() || host.contains(['@', ' ', '?', '#']) {
            return Err(fault());
        }
        let path = path.trim_end_matches('/');
        let path = if path.is_empty() { String::new() } else { format!("/{path}") };
        Ok(Self { tls, host: host.to_owned(), port, path })
    }
}

/// What is sent at once.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    pub(crate) traces: Option<Vec<u8>>,
    pub(crate) metrics: Option<Vec<u8>>,
}

/// The thread and its queue.
pub(crate) struct Exporter {
    queue: Option<Sender<Batch>>,
    thread: Option<JoinHandle<()>>,
    /// A batch is under way: there is at most one, and the last one besides.
    busy: Arc<AtomicBool>,
    dropped: Arc<AtomicU64>,
}

impl fmt::Debug for Exporter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exporter").field("dropped", &self.dropped).finish_non_exhaustive()
    }
}

impl Exporter {
    pub(crate) fn start(collector: Collector) -> io::Result<Self> {
        let (queue, batches) = channel();
        let dropped = Arc::new(AtomicU64::new(0));
        let busy = Arc::new(AtomicBool::new(false));
        let (counter, done) = (Arc::clone(&dropped), Arc::clone(&busy));
        let thread = thread::Builder::new()
            .name("otlp".to_owned())
            .stack_size(256 * 1024)
            .spawn(move || bring(&batches, &collector, &counter, &done))?;
        Ok(Self { queue: Some(queue), thread: Some(thread), busy, dropped })
    }

    /// Hands a batch over. `false`, and none is made, while the last one is still under way.
    pub(crate) fn offer(&self, make: impl FnOnce() -> Batch) -> bool {
        let Some(queue) = &self.queue else { return false };
        if self.busy.swap(true, Ordering::AcqRel) {
            return false;
        }
        queue.send(make()).is_ok()
    }

    /// Calls of the collector that failed since the last time.
    pub(crate) fn take_dropped(&self) -> u64 {
        self.dropped.swap(0, Ordering::Relaxed)
    }

    /// Waits until all is sent, at most as long as `limit` says.
    pub(crate) fn close(&mut self, last: Option<Batch>, limit: Duration) {
        let until = Instant::now() + limit;
        if let (Some(queue), Some(batch)) = (&self.queue, last) {
            // A thread that has ended takes nothing more; nobody is left to be told.
            let _ = queue.send(batch);
        }
        self.queue = None;
        let Some(thread) = self.thread.take() else { return };
        while !thread.is_finished() && Instant::now() < until {
            thread::sleep(Duration::from_millis(2));
        }
        if thread.is_finished() {
            let _ = thread.join();
        }
    }
}

fn bring(batches: &Receiver<Batch>, collector: &Collector, dropped: &AtomicU64, busy: &AtomicBool) {
    // The authorities are read once, and only where they are needed.
    let trust = collector.tls.then(|| Trust::new(&[]));
    let Ok(trust) = trust.transpose() else { return };
    for batch in batches {
        let parts = [("/v1/traces", batch.traces), ("/v1/metrics", batch.metrics)];
        let parts: Vec<_> =
            parts.into_iter().filter_map(|(path, body)| Some((path, body?))).collect();
        // A collector that is restarted is there again a moment later: every part has two tries.
        let left = send(&parts, collector, trust.as_ref());
        let left = if left == 0 {
            0
        } else {
            let from = parts.len().saturating_sub(left);
            send(parts.get(from..).unwrap_or_default(), collector, trust.as_ref())
        };
        dropped.fetch_add(left as u64, Ordering::Relaxed);
        busy.store(false, Ordering::Release);
    }
}

/// Sends the parts over one connection; how many were not taken, from the end.
fn send(parts: &[(&str, Vec<u8>)], collector: &Collector, trust: Option<&Trust>) -> usize {
    let connected = Stream::connect(&collector.host, collector.port, trust, PATIENCE);
    let Ok(mut stream) = connected else { return parts.len() };
    for (at, (path, body)) in parts.iter().enumerate() {
        let head = RequestHead::new("POST", &format!("{}{path}", collector.path))
            .with("Host", format!("{}:{}", collector.host, collector.port))
            .with("Content-Type", "application/x-protobuf")
            .with("User-Agent", concat!("faasguard-guard/", env!("CARGO_PKG_VERSION")));
        match exchange(&mut stream, head, body) {
            Ok(answer) if (200..300).contains(&answer.status) => {}
            // What it refuses for good is not tried again.
            Ok(answer) if (400..429).contains(&answer.status) => {}
            Ok(_) | Err(_) => return parts.len() - at,
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use super::Collector;

    #[test]
    fn addresses_are_read_and_others_refused() {
        let read = |address: &str| {
            Collector::parse(address).map(|one| (one.tls, one.host, one.port, one.path)).ok()
        };
        let own =
            |tls, host: &str, port, path: &str| Some((tls, host.to_owned(), port, path.to_owned()));
        assert_eq!(read("http://127.0.0.1:4318"), own(false, "127.0.0.1", 4318, ""));
        assert_eq!(read("https://otlp.example/in/"), own(true, "otlp.example", 443, "/in"));
        assert_eq!(read("http://[::1]:80/"), own(false, "::1", 80, ""));
        for address in ["127.0.0.1:4318", "ftp://a", "http://", "http://a:b", "http://u@h"] {
            assert_eq!(read(address), None, "{address}");
        }
    }
}
