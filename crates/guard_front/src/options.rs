//! What the command line says.

use std::net::{SocketAddr, ToSocketAddrs};
use std::time::Duration;

/// Where requests go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upstream {
    /// All addresses of the host; at least one.
    pub addresses: Vec<SocketAddr>,
    /// As it was written: `127.0.0.1:8080`.
    pub authority: String,
}

/// Why a text is no upstream.
#[derive(Debug, thiserror::Error)]
#[error("`{url}` is no upstream: {reason}; write `http://127.0.0.1:8080`")]
pub struct UpstreamError {
    /// The text.
    pub url: String,
    /// What is wrong.
    pub reason: String,
}

impl Upstream {
    /// Reads `http://host:port` (port 80 when it has none) and looks the host up, which may ask the
    /// system's resolver.
    ///
    /// # Errors
    /// [`UpstreamError`] for another scheme (TLS to the application is not spoken), a path, or a
    /// host without an address.
    pub fn resolve(url: &str) -> Result<Self, UpstreamError> {
        let fault = |reason: &str| UpstreamError { url: url.to_owned(), reason: reason.to_owned() };
        let Some(authority) = url.strip_prefix("http://") else {
            return Err(fault("it does not begin with `http://`"));
        };
        let authority = authority.strip_suffix('/').unwrap_or(authority);
        if authority.is_empty() || authority.contains(['/', '?', '#', '@']) {
            return Err(fault("it is more or less than a host and a port"));
        }
        let has_port =
            authority.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
        let with_port = if has_port { authority.to_owned() } else { format!("{authority}:80") };
        let addresses: Vec<_> =
            with_port.to_socket_addrs().map_err(|error| fault(&error.to_string()))?.collect();
        if addresses.is_empty() {
            return Err(fault("the host has no address"));
        }
        Ok(Self { addresses, authority: authority.to_owned() })
    }
}

/// How much and how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a body that is looked at; a larger one is refused (`block`) or passed on unseen
    /// (`monitor`, `off`).
    pub body_bytes: usize,
    /// Bytes of all bodies that are held at the same time.
    pub held_bytes: usize,
    /// Bytes of an answer that is looked at; a larger one passes unseen.
    pub answer_bytes: usize,
    /// Requests that the application works on at the same time.
    pub concurrency: usize,
    /// Requests that wait for their turn; more are refused with 503.
    pub queue: usize,
    /// Connections of clients.
    pub connections: usize,
    /// For the head of a request, from its first byte.
    pub head_time: Duration,
    /// For its body.
    pub body_time: Duration,
    /// For a kept connection without a request.
    pub idle_time: Duration,
    /// For a turn.
    pub queue_time: Duration,
    /// For the head of the answer.
    pub answer_time: Duration,
    /// Without a byte in either direction while an answer or a tunnel runs.
    pub stall_time: Duration,
    /// Without a byte taken by a client that has an answer to read.
    pub client_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 6_291_456,
            held_bytes: 64 << 20,
            answer_bytes: 1 << 20,
            concurrency: 256,
            queue: 1024,
            connections: 4096,
            head_time: Duration::from_secs(10),
            body_time: Duration::from_mins(1),
            idle_time: Duration::from_mins(1),
            queue_time: Duration::from_secs(10),
            answer_time: Duration::from_mins(1),
            stall_time: Duration::from_mins(5),
            client_time: Duration::from_secs(30),
        }
    }
}

/// Everything that the front is told at start.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Where requests go.
    pub upstream: Upstream,
    /// How many proxies before the front are ours and tell the truth in `X-Forwarded-For`.
    pub trusted_proxies: usize,
    /// A path that the front answers itself: 200 while it serves.
    pub health: Option<String>,
    /// Connections wait, unrefused, until [`crate::Front::open`]: the application is not there yet.
    pub is_held: bool,
    /// How much and how long.
    pub limits: Limits,
}

impl Options {
    /// The defaults for `listen` and `upstream`.
    #[must_use]
    pub fn new(listen: SocketAddr, upstream: Upstream) -> Self {
        Self {
            listen,
            upstream,
            trusted_proxies: 0,
            health: None,
            is_held: false,
            limits: Limits::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Upstream;

    #[test]
    fn an_upstream_is_a_host_and_a_port() {
        let upstream = Upstream::resolve("http://127.0.0.1:8080/").unwrap();
        assert_eq!(upstream.addresses, ["127.0.0.1:8080".parse().unwrap()]);
        assert_eq!(
            Upstream::resolve("http://[::1]").unwrap().addresses,
            ["[::1]:80".parse().unwrap()]
        );
        for url in
            ["", "127.0.0.1", "https://a", "http://", "http://127.0.0.1/x", "http://u@127.0.0.1"]
        {
            assert!(Upstream::resolve(url).is_err(), "{url}");
        }
    }
}
