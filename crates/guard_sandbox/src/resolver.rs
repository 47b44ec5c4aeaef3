//! A resolver on the loopback, between the function and its own resolver.
//!
//! A rule names hosts, a connection names an address. The supervisor sends connections to the
//! function's resolver here instead; what is listed is asked on, and the addresses of the answer
//! are remembered under the name before the function gets them. What is not listed does not exist,
//! so that names carry no data out either.

use std::collections::HashSet;
use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use guard_settings::EventKind;

use crate::dns;
use crate::egress::AllowList;
use crate::incident::{Incident, TELLING_STACK};
use crate::names::Names;
use crate::supervisor::Shared;

/// How long one of the function's resolvers may take before the next is asked.
const PATIENCE: Duration = Duration::from_millis(1500);
/// Most questions under way.
const MOST_QUESTIONS: usize = 64;
/// Largest message over UDP.
const LARGEST: usize = 4096;
/// Most refused names that are remembered as told.
const MOST_TOLD: usize = 1024;

/// Where names are asked for, by `/etc/resolv.conf`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Upstream {
    /// At most three, as the C library has it.
    pub(crate) servers: Vec<SocketAddr>,
    /// What is tried behind a name.
    pub(crate) search: Vec<String>,
}

impl Upstream {
    pub(crate) fn parse(text: &str) -> Self {
        let mut upstream = Self::default();
        for line in text.lines() {
            let mut words = line.split_ascii_whitespace();
            match words.next() {
                Some("nameserver") => {
                    let address = words.next().and_then(|word| word.split('%').next());
                    let address = address.and_then(|address| address.parse::<IpAddr>().ok());
                    if upstream.servers.len() < 3 {
                        upstream
                            .servers
                            .extend(address.map(|address| SocketAddr::new(address, 53)));
                    }
                }
                Some("search" | "domain") => {
                    upstream.search = words.map(crate::egress::lowered).collect();
                }
                _ => {}
            }
        }
        upstream
    }
}

/// The resolver; its threads hold it.
#[derive(Debug)]
pub(crate) struct Resolver {
    upstream: Upstream,
    list: AllowList,
    names: Arc<Names>,
    refuses: bool,
    shared: Arc<Shared>,
    datagrams: UdpSocket,
    streams: TcpListener,
    address: SocketAddr,
    under_way: AtomicUsize,
    told: Mutex<HashSet<String>>,
}

impl Resolver {
    /// Binds a port for UDP and TCP on the loopback.
    pub(crate) fn bind(
        upstream: Upstream,
        list: AllowList,
        names: Arc<Names>,
        refuses: bool,
        shared: Arc<Shared>,
    ) -> std::io::Result<Self> {
        let mut refusal = std::io::Error::from(std::io::ErrorKind::AddrInUse);
        // The port of the one may be taken for the other.
        for _ in 0..16 {
            let datagrams = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
            let address = datagrams.local_addr()?;
            match TcpListener::bind(address) {
                Ok(streams) => {
                    let (under_way, told) = Default::default();
                    return Ok(Self {
                        upstream,
                        list,
                        names,
                        refuses,
                        shared,
                        datagrams,
                        streams,
                        address,
                        under_way,
                        told,
                    });
                }
                Err(error) => refusal = error,
            }
        }
        Err(refusal)
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Whether an address is one of the function's own resolvers.
    pub(crate) fn answers_for(&self, address: SocketAddr) -> bool {
        let address = SocketAddr::new(address.ip().to_canonical(), address.port());
        self.upstream.servers.contains(&address)
    }

    /// Starts to answer, for as long as the process lives.
    pub(crate) fn start(self: &Arc<Self>) -> std::io::Result<()> {
        let thread = || std::thread::Builder::new().stack_size(TELLING_STACK);
        let (datagrams, streams) = (Arc::clone(self), Arc::clone(self));
        thread().spawn(move || datagrams.serve_datagrams())?;
        thread().spawn(move || streams.serve_streams())?;
        Ok(())
    }

    /// Whether a question may be asked; what may not is told.
    pub(crate) fn may_ask(&self, query: &[u8]) -> bool {
        let Some(question) = dns::question(query) else { return false };
        if self.list.names(&question.name) || self.list.names(self.without_search(&question.name)) {
            return true;
        }
        // Names of addresses are asked for by loggers; nothing is lost without them.
        if question.name.ends_with(".in-addr.arpa") || question.name.ends_with(".ip6.arpa") {
            return !self.refuses;
        }
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.len() < MOST_TOLD && told.insert(question.name.clone()) {
            let verb = if self.refuses { "refused to look up" } else { "looked up" };
            let name: String = question.name.chars().take(100).collect();
            let detail = format!("{verb} `{name}`, which `egress.allow` does not list");
            let incident = Incident::new(EventKind::EgressDenied, self.refuses, detail);
            self.shared.tell(incident.to(name));
        }
        !self.refuses
    }

    /// A name without what the resolver's configuration tries behind it.
    fn without_search<'a>(&self, name: &'a str) -> &'a str {
        let mut ends = self.upstream.search.iter();
        ends.find_map(|end| name.strip_suffix(end.as_str())?.strip_suffix('.')).unwrap_or(name)
    }

    fn learn(&self, answer: &[u8]) {
        let Some(question) = dns::question(answer) else { return };
        let short = self.without_search(&question.name);
        for address in dns::addresses(answer) {
            for name in [question.name.as_str(), short] {
                if self.list.names(name) {
                    self.names.learn(name, address);
                }
            }
        }
    }

    /// Asks what the function is about to ask `server`, and remembers the answer.
    pub(crate) fn ask_first(&self, query: &[u8], server: SocketAddr) {
        if let Some(answer) = ask(query, server) {
            self.learn(&answer);
        }
    }

    /// The answer to a query: of the function's resolvers, or that there is no such name.
    fn answer(&self, query: &[u8]) -> Option<Vec<u8>> {
        if !self.may_ask(query) {
            return dns::no_such_name(query);
        }
        let answer = self.upstream.servers.iter().find_map(|server| ask(query, *server))?;
        self.learn(&answer);
        Some(answer)
    }

    fn serve_datagrams(self: Arc<Self>) {
        let mut query = [0; LARGEST];
        loop {
            // Errors are those of earlier answers that nobody waited for.
            let Ok((length, from)) = self.datagrams.recv_from(&mut query) else { continue };
            let query = query.get(..length).unwrap_or_default().to_vec();
            self.beside(move |this| {
                if let Some(answer) = this.answer(&query) {
                    let _ = this.datagrams.send_to(&answer, from);
                }
            });
        }
    }

    fn serve_streams(self: Arc<Self>) {
        loop {
            let Ok((stream, _)) = self.streams.accept() else {
                // Out of descriptors, perhaps: not at once again.
                std::thread::sleep(Duration::from_millis(10));
                continue;
            };
            self.beside(move |this| {
                let _ = this.serve_stream(stream);
            });
        }
    }

    fn serve_stream(&self, mut stream: TcpStream) -> std::io::Result<()> {
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        // A client asks a few questions on one connection, such as A and AAAA.
        for _ in 0..16 {
            let query = read_framed(&mut stream)?;
            let answer = if self.may_ask(&query) {
                let mut servers = self.upstream.servers.iter();
                servers.find_map(|server| ask_stream(&query, *server).ok())
            } else {
                dns::no_such_name(&query)
            };
            let Some(answer) = answer else { return Ok(()) };
            self.learn(&answer);
            write_framed(&mut stream, &answer)?;
        }
        Ok(())
    }

    /// Runs something on a thread of its own, unless too much is under way: the client asks again.
    fn beside(self: &Arc<Self>, what: impl FnOnce(&Self) + Send + 'static) {
        if self.under_way.fetch_add(1, Ordering::Relaxed) >= MOST_QUESTIONS {
            self.under_way.fetch_sub(1, Ordering::Relaxed);
            return;
        }
        let this = Arc::clone(self);
        let spawned = std::thread::Builder::new().stack_size(TELLING_STACK).spawn(move || {
            what(&this);
            this.under_way.fetch_sub(1, Ordering::Relaxed);
        });
        if spawned.is_err() {
            self.under_way.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// Asks a server over UDP; `None` when it does not answer in time.
fn ask(query: &[u8], server: SocketAddr) -> Option<Vec<u8>> {
    let unspecified: IpAddr = match server {
        SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => std::net::Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = UdpSocket::bind((unspecified, 0)).ok()?;
    socket.connect(server).ok()?;
    socket.set_read_timeout(Some(PATIENCE)).ok()?;
    socket.send(query).ok()?;
    let mut answer = vec![0; LARGEST];
    // Stray answers are passed over, a few.
    for _ in 0..8 {
        let length = socket.recv(&mut answer).ok()?;
        let read = answer.get(..length)?;
        if read.get(..2) == query.get(..2) && dns::question(read) == dns::question(query) {
            return Some(read.to_vec());
        }
    }
    None
}

fn ask_stream(query: &[u8], server: SocketAddr) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect_timeout(&server, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write_framed(&mut stream, query)?;
    read_framed(&mut stream)
}

fn read_framed(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut length = [0; 2];
    stream.read_exact(&mut length)?;
    let mut message = vec![0; usize::from(u16::from_be_bytes(length))];
    stream.read_exact(&mut message)?;
    Ok(message)
}

fn write_framed(stream: &mut TcpStream, message: &[u8]) -> std::io::Result<()> {
    let length = u16::try_from(message.len()).unwrap_or(u16::MAX);
    let mut framed = length.to_be_bytes().to_vec();
    framed.extend_from_slice(message);
    stream.write_all(&framed)
}

#[cfg(test)]
mod tests {
    use super::{Resolver, Upstream};
    use crate::dns::tests::{answer, query};
    use crate::dns::{addresses, question};
    use crate::egress::AllowList;
    use crate::names::Names;
    use crate::supervisor::Shared;
    use std::net::{IpAddr, UdpSocket};
    use std::sync::Arc;
    use std::time::Duration;

    #[test]
    fn the_configuration_of_the_c_library_is_read() {
        let text = "# comment\nnameserver 169.254.78.1\nnameserver fe80::1%eth0\noptions ndots:5\n\
                    search a.local b.local.\nnameserver nonsense\n";
        let upstream = Upstream::parse(text);
        assert_eq!(
            upstream.servers,
            ["169.254.78.1:53".parse().unwrap(), "[fe80::1]:53".parse().unwrap()]
        );
        assert_eq!(upstream.search, ["a.local", "b.local"]);
    }

    /// A server that knows one address for everything, and counts.
    fn server(found: IpAddr) -> std::net::SocketAddr {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap();
        std::thread::spawn(move || {
            let mut bytes = [0; 512];
            while let Ok((length, from)) = socket.recv_from(&mut bytes) {
                let _ = socket.send_to(&answer(&bytes[..length], &[found]), from);
            }
        });
        address
    }

    #[test]
    fn listed_names_are_asked_on_and_learned_and_others_do_not_exist() {
        let found: IpAddr = "192.0.2.9".parse().unwrap();
        let upstream = Upstream { servers: vec![server(found)], search: vec!["corp.local".into()] };
        let list =
            AllowList::parse(&["*.example.com:443".to_owned(), "db:5432".to_owned()]).unwrap();
        let names = Arc::new(Names::default());
        let shared = Arc::new(Shared::new().unwrap());
        let resolver =
            Arc::new(Resolver::bind(upstream, list, Arc::clone(&names), true, shared).unwrap());
        resolver.start().unwrap();
        let client = UdpSocket::bind("127.0.0.1:0").unwrap();
        client.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        let ask = |name: &str| {
            client.send_to(&query(name, 1), resolver.address()).unwrap();
            let mut bytes = [0; 512];
            let length = client.recv(&mut bytes).unwrap();
            bytes[..length].to_vec()
        };
        assert_eq!(addresses(&ask("api.example.com")), [found]);
        assert_eq!(addresses(&ask("db.corp.local")), [found]);
        assert_eq!(names.of(found), ["api.example.com", "db"]);
        let refused = ask("evil.example.org");
        assert_eq!(refused[3] & 0xf, 3);
        assert_eq!(question(&refused).unwrap().name, "evil.example.org");
        assert!(!resolver.may_ask(b"nonsense"));
    }
}
