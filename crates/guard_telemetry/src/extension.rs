//! The Extensions API as an extension calls it.

use std::{
    io,
    net::{Shutdown, TcpStream, ToSocketAddrs},
    time::Duration,
};

use guard_http::RequestHead;
use serde_json::{Value, json};

use crate::client::{Answer, exchange};

/// How long the platform may take to answer anything but `event/next`.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why the platform and the extension do not come together.
#[derive(Debug, thiserror::Error)]
pub enum ExtensionError {
    /// The connection failed.
    #[error("the Runtime API at `{address}` does not answer: {error}")]
    Connection {
        /// What `AWS_LAMBDA_RUNTIME_API` says.
        address: String,
        /// Why.
        error: io::Error,
    },
    /// The platform said no.
    #[error("{call} was refused with status {status}: {body}")]
    Refused {
        /// What was asked: `register`, `event/next`, `telemetry`.
        call: &'static str,
        /// The status.
        status: u16,
        /// The beginning of the answer.
        body: String,
    },
    /// The answer lacks what it must have.
    #[error("{call}: the answer has no {what}")]
    Incomplete {
        /// What was asked.
        call: &'static str,
        /// What is missing.
        what: &'static str,
    },
}

/// What the platform tells an extension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// An invocation began.
    Invoke {
        /// Its request id.
        request_id: String,
    },
    /// The environment ends.
    Shutdown {
        /// `spindown`, `timeout` or `failure`.
        reason: String,
        /// Milliseconds since 1970 at which the process is ended.
        deadline_ms: u64,
    },
}

/// An extension that is registered.
#[derive(Debug)]
pub struct Extension {
    address: String,
    stream: TcpStream,
    identifier: String,
    /// Name of the function that the platform gave.
    pub function: String,
    /// Its version.
    pub version: String,
}

impl Extension {
    /// Registers for every event under `name`, which must be the name of the executable file.
    ///
    /// `address` is what `AWS_LAMBDA_RUNTIME_API` said when the process was started: that of the
    /// platform, never that of a proxy.
    ///
    /// # Errors
    /// [`ExtensionError`] when the platform is not there or does not want the extension.
    pub fn register(address: &str, name: &str) -> Result<Self, ExtensionError> {
        let failed = |error| ExtensionError::Connection { address: address.to_owned(), error };
        let mut stream = connect(address).map_err(failed)?;
        let head = RequestHead::new("POST", "/2020-01-01/extension/register")
            .with("Host", address)
            .with("Content-Type", "application/json")
            .with("Lambda-Extension-Name", name);
        let body = json!({ "events": ["INVOKE", "SHUTDOWN"] }).to_string();
        let answer = exchange(&mut stream, head, body.as_bytes()).map_err(failed)?;
        let answer = accepted("register", answer)?;
        let missing =
            ExtensionError::Incomplete { call: "register", what: "Lambda-Extension-Identifier" };
        let identifier = answer.headers.text("lambda-extension-identifier").ok_or(missing)?;
        let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let text =
            |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(Self {
            address: address.to_owned(),
            identifier: identifier.to_owned(),
            function: text("functionName"),
            version: text("functionVersion"),
            stream,
        })
    }

    /// Asks the platform to send what it measures to `http://sandbox.localdomain:port`.
    ///
    /// # Errors
    /// [`ExtensionError`] when it does not do so.
    pub fn subscribe(&mut self, port: u16) -> Result<(), ExtensionError> {
        let wish = json!({
            "schemaVersion": "2022-12-13",
            "types": ["platform"],
            "buffering": { "maxItems": 1000, "maxBytes": 262_144, "timeoutMs": 25 },
            "destination": {
                "protocol": "HTTP",
                "URI": format!("http://sandbox.localdomain:{port}/"),
            },
        });
        let head =
            self.head("PUT", "/2022-07-01/telemetry").with("Content-Type", "application/json");
        let answer = exchange(&mut self.stream, head, wish.to_string().as_bytes());
        let answer = answer.map_err(|error| self.failed(error))?;
        accepted("telemetry", answer).map(drop)
    }

    /// Waits for the next event, as long as it takes. Tells the platform at the same time that the
    /// last one is done with.
    ///
    /// # Errors
    /// [`ExtensionError`] when the connection breaks or the answer is no event.
    pub fn next_event(&mut self) -> Result<Event, ExtensionError> {
        // The environment may be frozen for hours between two events.
        let forever = self.stream.set_read_timeout(None);
        forever.map_err(|error| self.failed(error))?;
        let head = self.head("GET", "/2020-01-01/extension/event/next");
        let answer = exchange(&mut self.stream, head, b"").map_err(|error| self.failed(error))?;
        let answer = accepted("event/next", answer)?;
        let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let text =
            |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        match text("eventType").as_str() {
            "INVOKE" => Ok(Event::Invoke { request_id: text("requestId") }),
            "SHUTDOWN" => Ok(Event::Shutdown {
                reason: text("shutdownReason"),
                deadline_ms: body.get("deadlineMs").and_then(Value::as_u64).unwrap_or_default(),
            }),
            _ => Err(ExtensionError::Incomplete { call: "event/next", what: "known eventType" }),
        }
    }

    fn head(&self, method: &str, path: &str) -> RequestHead {
        RequestHead::new(method, path)
            .with("Host", &self.address)
            .with("Lambda-Extension-Identifier", &self.identifier)
    }

    fn failed(&self, error: io::Error) -> ExtensionError {
        ExtensionError::Connection { address: self.address.clone(), error }
    }
}

impl Drop for Extension {
    fn drop(&mut self) {
        let _ = self.stream.shutdown(Shutdown::Both);
    }
}

fn connect(address: &str) -> io::Result<TcpStream> {
    let mut last = io::Error::new(io::ErrorKind::NotFound, "no address");
    for one in address.to_socket_addrs()? {
        match TcpStream::connect_timeout(&one, PATIENCE) {
            Ok(stream) => {
                stream.set_read_timeout(Some(PATIENCE))?;
                stream.set_write_timeout(Some(PATIENCE))?;
                stream.set_nodelay(true)?;
                return Ok(stream);
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn accepted(call: &'static str, answer: Answer) -> Result<Answer, ExtensionError> {
    if (200..300).contains(&answer.status) {
        return Ok(answer);
    }
    let body: String = String::from_utf8_lossy(&answer.body).chars().take(300).collect();
    Err(ExtensionError::Refused { call, status: answer.status, body })
}
