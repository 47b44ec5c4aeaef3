//! What the settings and the environment say.

use std::fmt;
use std::time::Duration;

use guard_tls::Trust;
use zeroize::Zeroizing;

use crate::ask::Key;

/// Looks a variable of the environment up.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Why the cache cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Neither variable with a token for the header is there.
    #[error(
        "secrets: no `AWS_SESSION_TOKEN`, so nobody could prove to be the function; set `FAASGUARD_SECRETS_TOKEN`"
    )]
    NoToken,
    /// No region.
    #[error("secrets: `AWS_REGION` is missing or no name of a region")]
    Region,
    /// An endpoint that cannot be used.
    #[error("secrets: `{variable}` is no endpoint: {reason}")]
    Endpoint {
        /// The variable of the environment.
        variable: &'static str,
        /// What is wrong.
        reason: &'static str,
    },
    /// The port is taken, or there can be no thread.
    #[error("secrets: port {port}: {error}")]
    Listen {
        /// The port.
        port: u16,
        /// What the system says; `AddrInUse` where another process serves already.
        error: std::io::Error,
    },
    /// The extra root is no certificate.
    #[error("secrets: `FAASGUARD_SECRETS_CA`: {0}")]
    Root(std::io::Error),
}

/// Where a service is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Endpoint {
    pub(crate) tls: bool,
    pub(crate) host: String,
    pub(crate) port: u16,
}

impl Endpoint {
    /// `https://host:port`; `http://` only for the loopback, since what comes back is secret.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        let (tls, rest) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
            (Some(rest), _) => (true, rest),
            (_, Some(rest)) => (false, rest),
            _ => return Err("it begins with neither `https://` nor `http://`"),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (host, port) = match rest.strip_prefix('[') {
            Some(rest) => {
                let (host, after) = rest.split_once(']').ok_or("a bracket is not closed")?;
                (host, after.strip_prefix(':'))
            }
            None => match rest.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (rest, None),
            },
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
        if host.is_empty() || !host.chars().all(plain) {
            return Err("the host is missing or has letters that no host has");
        }
        let port = match port {
            Some(port) => port.parse().map_err(|_| "the port is no number up to 65535")?,
            None if tls => 443,
            None => 80,
        };
        let loopback = host == "localhost"
            || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
        if !tls && !loopback {
            return Err("`http://` is for the loopback only: secrets would go unencrypted");
        }
        Ok(Self { tls, host: host.to_owned(), port })
    }

    /// The value of the header `Host`.
    pub(crate) fn authority(&self) -> String {
        let (open, close) = if self.host.contains(':') { ("[", "]") } else { ("", "") };
        let default = if self.tls { 443 } else { 80 };
        if self.port == default {
            format!("{open}{}{close}", self.host)
        } else {
            format!("{open}{}{close}:{}", self.host, self.port)
        }
    }
}

/// Everything that does not change while the cache runs.
pub(crate) struct Setup {
    pub(crate) port: u16,
    pub(crate) secret_ttl: Duration,
    pub(crate) parameter_ttl: Duration,
    pub(crate) capacity: usize,
    pub(crate) prefetch: Vec<Key>,
    pub(crate) region: String,
    pub(crate) secrets_manager: Endpoint,
    pub(crate) parameter_store: Endpoint,
    pub(crate) tokens: Vec<Zeroizing<String>>,
    pub(crate) trust: Trust,
    /// The longest that one call to a service may take.
    pub(crate) call_limit: Duration,
}

impl fmt::Debug for Setup {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("Setup").field("port", &self.port).finish_non_exhaustive()
    }
}

/// As AWS's extension has it.
const MOST_VALUES: usize = 1000;

impl Setup {
    /// Variables of AWS's extension hold where they are set, so that a function which changes over
    /// keeps its tuning.
    pub(crate) fn read(
        settings: &guard_settings::Secrets,
        environment: Environment<'_>,
    ) -> Result<Self, StartError> {
        let text = |name: &str| environment(name).filter(|text| !text.is_empty());
        let number = |name: &str| text(name).and_then(|text| text.parse::<u64>().ok());
        let region = text("AWS_REGION")
            .or_else(|| text("AWS_DEFAULT_REGION"))
            .filter(|name| {
                name.len() <= 32
                    && name
                        .bytes()
                        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            })
            .ok_or(StartError::Region)?;
        let endpoint = |own: &'static str, service: &str| {
            for variable in [own, "AWS_ENDPOINT_URL"] {
                if let Some(url) = text(variable) {
                    return Endpoint::parse(&url)
                        .map_err(|reason| StartError::Endpoint { variable, reason });
                }
            }
            let suffix =
                if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
            Ok(Endpoint { tls: true, host: format!("{service}.{region}.{suffix}"), port: 443 })
        };
        let tokens: Vec<_> = match text("FAASGUARD_SECRETS_TOKEN") {
            Some(own) => vec![Zeroizing::new(own)],
            None => ["AWS_SESSION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN"]
                .into_iter()
                .filter_map(|name| text(name).map(Zeroizing::new))
                .collect(),
        };
        if tokens.is_empty() {
            return Err(StartError::NoToken);
        }
        let root = text("FAASGUARD_SECRETS_CA").map(std::fs::read).transpose();
        let root = root.map_err(StartError::Root)?.unwrap_or_default();
        let enabled =
            text("PARAMETERS_SECRETS_EXTENSION_CACHE_ENABLED").as_deref() != Some("false");
        let ttl = |name| {
            let seconds = number(name).map_or(settings.ttl_s, |seconds| seconds.min(300));
            Duration::from_secs(if enabled { seconds } else { 0 })
        };
        let limit = ["SECRETS_MANAGER_TIMEOUT_MILLIS", "SSM_PARAMETER_STORE_TIMEOUT_MILLIS"]
            .into_iter()
            .filter_map(number)
            .find(|milliseconds| *milliseconds > 0)
            .map_or(Duration::from_secs(5), Duration::from_millis);
        let capacity = number("PARAMETERS_SECRETS_EXTENSION_CACHE_SIZE")
            .and_then(|size| usize::try_from(size).ok())
            .filter(|size| (1..=MOST_VALUES).contains(size))
            .unwrap_or(MOST_VALUES);
        Ok(Self {
            port: number("PARAMETERS_SECRETS_EXTENSION_HTTP_PORT")
                .and_then(|port| u16::try_from(port).ok())
                .unwrap_or(settings.port),
            secret_ttl: ttl("SECRETS_MANAGER_TTL"),
            parameter_ttl: ttl("SSM_PARAMETER_STORE_TTL"),
            capacity,
            prefetch: settings.prefetch.iter().take(capacity).map(|n| Key::of_setting(n)).collect(),
            secrets_manager: endpoint("AWS_ENDPOINT_URL_SECRETS_MANAGER", "secretsmanager")?,
            parameter_store: endpoint("AWS_ENDPOINT_URL_SSM", "ssm")?,
            region,
            tokens,
            trust: Trust::new(&root).map_err(StartError::Root)?,
            call_limit: limit,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Endpoint, Setup, StartError};

    fn read(variables: &[(&str, &str)]) -> Result<Setup, StartError> {
        let environment = |name: &str| {
            variables.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned())
        };
        Setup::read(&guard_settings::Secrets::default(), &environment)
    }

    #[test]
    fn a_region_names_the_endpoints() {
        let setup = read(&[("AWS_REGION", "eu-west-1"), ("AWS_SESSION_TOKEN", "t")]).unwrap();
        assert_eq!(setup.secrets_manager.authority(), "secretsmanager.eu-west-1.amazonaws.com");
        assert_eq!(setup.parameter_store.authority(), "ssm.eu-west-1.amazonaws.com");
        let setup = read(&[("AWS_REGION", "cn-north-1"), ("AWS_SESSION_TOKEN", "t")]).unwrap();
        assert_eq!(setup.parameter_store.host, "ssm.cn-north-1.amazonaws.com.cn");
        let evil = read(&[("AWS_REGION", "x.evil.example/"), ("AWS_SESSION_TOKEN", "t")]);
        assert!(matches!(evil, Err(StartError::Region)));
    }

    #[test]
    fn without_a_token_nothing_starts() {
        assert!(matches!(read(&[("AWS_REGION", "eu-west-1")]), Err(StartError::NoToken)));
    }

    #[test]
    fn an_unencrypted_endpoint_is_for_the_loopback() {
        assert_eq!(Endpoint::parse("http://127.0.0.1:5000").unwrap().authority(), "127.0.0.1:5000");
        assert_eq!(Endpoint::parse("http://[::1]:5000/").unwrap().authority(), "[::1]:5000");
        assert_eq!(Endpoint::parse("https://vpce.example").unwrap().port, 443);
        for text in [
            "http://10.0.0.1",
            "http://localhost.evil.example",
            "ftp://a",
            "https://a/b",
            "https://u@h",
            "http://",
            "https://h:x",
        ] {
            assert!(Endpoint::parse(text).is_err(), "{text}");
        }
    }
}
