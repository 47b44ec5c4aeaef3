//! Calls of the two services.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use guard_http::RequestHead;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::ask::Key;
use crate::credentials::Source;
use crate::http::{Line, Reply};
use crate::setup::Setup;
use crate::sigv4::{Scope, authorization, format_time};

/// What is answered for a key.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// JSON: the service's own.
    pub(crate) body: Zeroizing<Vec<u8>>,
    /// Whether asking again may help: no connection, a fault of the service, too many calls.
    pub(crate) transient: bool,
}

impl Answer {
    /// An error that is not the service's, in its form.
    pub(crate) fn fault(status: u16, kind: &str, message: &str) -> Self {
        let body = json!({"__type": kind, "message": message}).to_string().into_bytes();
        Self { status, body: Zeroizing::new(body), transient: status >= 500 }
    }
}

impl Answer {
    /// What an error is, in the service's own word: `AccessDeniedException`.
    pub(crate) fn kind(&self) -> String {
        let body: serde_json::Value = serde_json::from_slice(&self.body).unwrap_or_default();
        let kind = body.get("__type").and_then(serde_json::Value::as_str).unwrap_or_default();
        // `com.amazonaws…#AccessDeniedException`
        let kind = kind.rsplit('#').next().unwrap_or_default();
        let is_word = !kind.is_empty() && kind.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if is_word { kind.to_owned() } else { format!("status {}", self.status) }
    }
}

/// One who calls: its connections are its own, the credentials are shared.
pub(crate) struct Caller {
    setup: Arc<Setup>,
    source: Arc<Mutex<Source>>,
    secrets_manager: Line,
    parameter_store: Line,
}

/// Pauses between the tries of a call that may go better.
const PAUSES: [Duration; 2] = [Duration::from_millis(100), Duration::from_millis(400)];

impl Caller {
    pub(crate) fn new(setup: Arc<Setup>, source: Arc<Mutex<Source>>) -> Self {
        let line = |endpoint: &crate::setup::Endpoint| {
            Line::new(endpoint.clone(), &setup.trust, setup.call_limit)
        };
        let (secrets_manager, parameter_store) =
            (line(&setup.secrets_manager), line(&setup.parameter_store));
        Self { setup, source, secrets_manager, parameter_store }
    }

    /// Fetches a value, trying again where that may help.
    pub(crate) fn fetch(&mut self, key: &Key) -> Answer {
        let mut pauses = PAUSES.iter();
        loop {
            let answer = self.fetch_signed(key);
            if !answer.transient {
                return answer;
            }
            let Some(pause) = pauses.next() else { return answer };
            std::thread::sleep(*pause);
        }
    }

    fn fetch_signed(&mut self, key: &Key) -> Answer {
        let answer = self.call(key, false);
        // Credentials end while the function sleeps, and rights are given late: once more with others.
        if matches!(answer.status, 400 | 401 | 403) && concerns_credentials(&answer.body) {
            let may_change =
                self.source.lock().unwrap_or_else(PoisonError::into_inner).can_change();
            if may_change {
                return self.call(key, true);
            }
        }
        answer
    }

    fn call(&mut self, key: &Key, again: bool) -> Answer {
        let credentials = self.source.lock().unwrap_or_else(PoisonError::into_inner).get(again);
        let credentials = match credentials {
            Ok(credentials) => credentials,
            Err(message) => return Answer::fault(502, "CredentialsUnavailable", &message),
        };
        let (line, service, operation) = match key {
            Key::Secret { .. } => {
                (&mut self.secrets_manager, "secretsmanager", "secretsmanager.GetSecretValue")
            }
            Key::Parameter { .. } => (&mut self.parameter_store, "ssm", "AmazonSSM.GetParameter"),
        };
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let time = format_time(now.as_secs());
        let body = key.body();
        let host = line.authority();
        let mut headers = vec![
            ("content-type", "application/x-amz-json-1.1"),
            ("host", host.as_str()),
            ("x-amz-date", time.as_str()),
        ];
        if let Some(token) = &credentials.session_token {
            headers.push(("x-amz-security-token", token.as_str()));
        }
        headers.push(("x-amz-target", operation));
        let scope = Scope { method: "POST", region: &self.setup.region, service, time: &time };
        let signature = authorization(&credentials, &scope, &headers, body.as_bytes());
        let mut head = RequestHead::new("POST", "/");
        for (name, value) in headers {
            head = head.with(name, value);
        }
        head = head.with("authorization", signature).with("content-length", body.len().to_string());
        match line.call(&head, body.as_bytes()) {
            Ok(Reply { status, body }) => {
                let throttled = status == 429 || (status == 400 && is_throttled(&body));
                let transient = status >= 500 || throttled;
                Answer { status, body, transient }
            }
            Err(error) => Answer::fault(502, "ServiceUnavailable", &format!("{service}: {error}")),
        }
    }
}

/// The type of an error of the service, without its namespace.
fn error_type(body: &[u8]) -> Option<String> {
    let value: Value = serde_json::from_slice(body).ok()?;
    let kind = value.get("__type")?.as_str()?;
    Some(kind.rsplit('#').next().unwrap_or(kind).to_owned())
}

fn concerns_credentials(body: &[u8]) -> bool {
    const TYPES: [&str; 7] = [
        "AccessDeniedException",
        "ExpiredTokenException",
        "ExpiredToken",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "MissingAuthenticationTokenException",
        "UnrecognizedClientException",
    ];
    error_type(body).is_some_and(|kind| TYPES.contains(&kind.as_str()))
}

fn is_throttled(body: &[u8]) -> bool {
    error_type(body)
        .is_some_and(|kind| kind.contains("Throttl") || kind == "TooManyRequestsException")
}

#[cfg(test)]
mod tests {
    use super::{concerns_credentials, is_throttled};

    #[test]
    fn errors_of_the_services_are_told_apart() {
        assert!(concerns_credentials(br#"{"__type":"com.amazon#ExpiredTokenException"}"#));
        assert!(!concerns_credentials(br#"{"__type":"ResourceNotFoundException"}"#));
        assert!(!concerns_credentials(b"<html>"));
        assert!(is_throttled(br#"{"__type":"ThrottlingException"}"#));
    }
}
