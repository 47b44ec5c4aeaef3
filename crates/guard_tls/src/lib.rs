//! A blocking connection to a server, with or without TLS.
//!
//! The guard makes few calls of its own: to the service that keeps secrets, to the store of a shared
//! rate. Both happen on threads of their own, so a blocking stream with time limits is enough.
//! Certificates are checked against the authorities in the program; the machine's are never looked
//! for, which would cost tens of milliseconds at each cold start.

use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

/// Whose certificates are believed. Cheap to clone; sessions are resumed between its connections.
#[derive(Debug, Clone)]
pub struct Trust {
    config: Arc<ClientConfig>,
}

impl Trust {
    /// The authorities of the web, and those of `extra_roots` (PEM, any number of certificates;
    /// empty for none).
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidData`] when `extra_roots` holds something that is no certificate.
    pub fn new(extra_roots: &[u8]) -> io::Result<Self> {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        for certificate in CertificateDer::pem_slice_iter(extra_roots) {
            let certificate = certificate.map_err(|error| invalid(&error))?;
            roots.add(certificate).map_err(|error| invalid(&error))?;
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| invalid(&error))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { config: Arc::new(config) })
    }
}

fn invalid(error: &dyn std::fmt::Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error.to_string())
}

/// A connection to a server.
#[derive(Debug)]
pub enum Stream {
    /// Bytes as they are.
    Plain(TcpStream),
    /// Encrypted, the server's certificate checked.
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
}

impl Stream {
    /// Connects to `host` (a name or an address, without brackets) within `limit`, which also holds
    /// for each later read and write until [`Stream::set_limit`]. With `tls` the handshake is done
    /// before this returns.
    ///
    /// Resolving a name asks the system, whose own time limit then comes on top.
    ///
    /// # Errors
    /// What the system says, or why the certificate of the server is not believed.
    pub fn connect(
        host: &str,
        port: u16,
        tls: Option<&Trust>,
        limit: Duration,
    ) -> io::Result<Self> {
        let until = Instant::now() + limit;
        let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
        for address in (host, port).to_socket_addrs()? {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            match TcpStream::connect_timeout(&address, left) {
                Ok(socket) => return Self::over(socket, host, tls, limit),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    fn over(
        mut socket: TcpStream,
        host: &str,
        tls: Option<&Trust>,
        limit: Duration,
    ) -> io::Result<Self> {
        socket.set_nodelay(true)?;
        socket.set_read_timeout(Some(limit))?;
        socket.set_write_timeout(Some(limit))?;
        let Some(trust) = tls else { return Ok(Self::Plain(socket)) };
        let name = ServerName::try_from(host.to_owned()).map_err(|error| invalid(&error))?;
        let mut connection = ClientConnection::new(Arc::clone(&trust.config), name)
            .map_err(|error| invalid(&error))?;
        let until = Instant::now() + limit;
        while connection.is_handshaking() {
            connection.complete_io(&mut socket)?;
            // A server that sends one byte at a time keeps each read below its own limit.
            if Instant::now() > until {
                return Err(io::ErrorKind::TimedOut.into());
            }
        }
        Ok(Self::Tls(Box::new(StreamOwned::new(connection, socket))))
    }

    /// The longest that each later read and write may take; not zero.
    ///
    /// # Errors
    /// What the system says.
    pub fn set_limit(&self, limit: Duration) -> io::Result<()> {
        let socket = self.socket();
        socket.set_read_timeout(Some(limit))?;
        socket.set_write_timeout(Some(limit))
    }

    /// The socket below, for `peer_addr` and `shutdown`.
    #[must_use]
    pub fn socket(&self) -> &TcpStream {
        match self {
            Self::Plain(socket) => socket,
            Self::Tls(stream) => &stream.sock,
        }
    }
}

impl Read for Stream {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.read(into),
            Self::Tls(stream) => stream.read(into),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.write(bytes),
            Self::Tls(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(socket) => socket.flush(),
            Self::Tls(stream) => stream.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::sync::Arc;
    use std::time::Duration;

    use rustls::pki_types::PrivateKeyDer;
    use rustls::{ServerConfig, ServerConnection, StreamOwned};

    use super::{Stream, Trust};

    /// A server for one connection that sends back what it gets, once; its certificate as PEM.
    fn echo_server() -> (u16, String) {
        let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let key = PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certified.cert.der().clone()], key)
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                let connection = ServerConnection::new(Arc::new(config.clone())).unwrap();
                let mut stream = StreamOwned::new(connection, socket);
                let mut bytes = [0; 64];
                if let Ok(count) = stream.read(&mut bytes) {
                    stream.write_all(&bytes[..count]).ok();
                }
            }
        });
        (port, certified.cert.pem())
    }

    #[test]
    fn a_server_is_believed_with_its_root_and_refused_without() {
        let (port, pem) = echo_server();
        let limit = Duration::from_secs(20);
        let stranger = Trust::new(b"").unwrap();
        let error = Stream::connect("localhost", port, Some(&stranger), limit).unwrap_err();
        assert!(error.to_string().contains("certificate"), "{error}");

        let trust = Trust::new(pem.as_bytes()).unwrap();
        let mut stream = Stream::connect("localhost", port, Some(&trust), limit).unwrap();
        stream.write_all(b"hello").unwrap();
        let mut bytes = [0; 5];
        stream.read_exact(&mut bytes).unwrap();
        assert_eq!(&bytes, b"hello");
    }

    #[test]
    fn a_certificate_for_another_name_is_refused() {
        let (port, pem) = echo_server();
        let trust = Trust::new(pem.as_bytes()).unwrap();
        let limit = Duration::from_secs(20);
        assert!(Stream::connect("127.0.0.1", port, Some(&trust), limit).is_err());
    }

    #[test]
    fn a_server_that_says_nothing_ends_at_the_limit() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let trust = Trust::new(b"").unwrap();
        let limit = Duration::from_millis(50);
        assert!(Stream::connect("localhost", port, Some(&trust), limit).is_err());
    }

    #[test]
    fn what_is_no_certificate_is_named() {
        let pem = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assert!(Trust::new(pem).is_err());
    }
}
