//! Sinks out of their settings: secrets looked up, addresses judged, the companion found.

use std::{path::PathBuf, time::Duration};

use alert_form::{Secret, SinkKind, SinkSettings};

use crate::{
    companion::{self, Companion},
    post::Poster,
    sink::{FileForm, Sink, Target},
};

/// What holds for all sinks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SinkPolicy {
    /// How long one delivery may take.
    pub timeout: Duration,
    /// Whether addresses without TLS may be used that are not on this machine.
    pub allow_http: bool,
}

impl Default for SinkPolicy {
    fn default() -> Self {
        Self { timeout: Duration::from_secs(10), allow_http: false }
    }
}

/// Why a sink cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SinkError {
    /// An environment variable is not set, or empty.
    #[error("sink `{sink}`: the environment variable `{variable}` is not set")]
    NoVariable {
        /// Which sink.
        sink: String,
        /// Which variable.
        variable: String,
    },
    /// An address without TLS.
    #[error(
        "sink `{sink}`: the address is not `https://`; alerts would be readable on their way (--allow-http takes it)"
    )]
    NotSafe {
        /// Which sink.
        sink: String,
    },
    /// An address that is none.
    #[error("sink `{sink}`: the address is not `https://HOST/…`")]
    NoAddress {
        /// Which sink.
        sink: String,
    },
    /// The program for clouds is missing.
    #[error(
        "sink `{sink}`: `faasguard-cloud`, which sends to AWS, stands neither beside this program nor on the PATH; build or install it, or use another sink"
    )]
    NoCompanion {
        /// Which sink.
        sink: String,
    },
}

/// Makes a sink ready. `variable` looks up environment variables.
///
/// # Errors
/// [`SinkError`] when a secret, a safe address or the companion is missing.
pub fn resolve(
    settings: &SinkSettings,
    policy: SinkPolicy,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<Sink, SinkError> {
    let sink = || settings.name.clone();
    let secret = |secret: &Secret| match secret {
        Secret::Value(value) => Ok(value.clone()),
        Secret::Variable(name) => variable(name)
            .filter(|it| !it.is_empty())
            .ok_or_else(|| SinkError::NoVariable { sink: sink(), variable: name.clone() }),
    };
    let poster = |url: &str| {
        let is_https = judge(url, policy.allow_http, &settings.name)?;
        Ok(Poster::new(policy.timeout, is_https))
    };
    let companion = || {
        let program = companion::find().ok_or_else(|| SinkError::NoCompanion { sink: sink() })?;
        Ok(Companion { program, timeout: policy.timeout.max(Duration::from_secs(30)) })
    };
    let file = |path: &str, form| Target::File { path: PathBuf::from(path), form };
    let target = match &settings.kind {
        SinkKind::JsonLines { file: path } => file(path, FileForm::JsonLines),
        SinkKind::Ocsf { file: path } => file(path, FileForm::Ocsf),
        SinkKind::Asff { file: path, home } => file(path, FileForm::Asff(home.clone())),
        SinkKind::Webhook { url, key } => Target::Webhook {
            poster: poster(url)?,
            url: url.clone(),
            key: key.as_ref().map(secret).transpose()?.map(String::into_bytes),
        },
        SinkKind::Slack { url } => {
            let url = secret(url)?;
            Target::Slack { poster: poster(&url)?, url }
        }
        SinkKind::PagerDuty { url, routing_key } => Target::PagerDuty {
            poster: poster(url)?,
            url: url.clone(),
            routing_key: secret(routing_key)?,
        },
        SinkKind::Sns { topic } => Target::Sns { companion: companion()?, topic: topic.clone() },
        SinkKind::EventBridge { bus } => {
            Target::EventBridge { companion: companion()?, bus: bus.clone() }
        }
    };
    Ok(Sink { name: settings.name.clone(), level: settings.level, target })
}

/// Whether an address has TLS; one without must be on this machine, or be allowed.
fn judge(url: &str, allow_http: bool, sink: &str) -> Result<bool, SinkError> {
    let host = |rest: &str| rest.split(['/', '?', '#']).next().unwrap_or_default().to_owned();
    let no_address = || SinkError::NoAddress { sink: sink.to_owned() };
    if let Some(rest) = url.strip_prefix("https://") {
        return if host(rest).is_empty() { Err(no_address()) } else { Ok(true) };
    }
    let host = host(url.strip_prefix("http://").ok_or_else(no_address)?);
    if host.is_empty() {
        return Err(no_address());
    }
    let is_here = ["127.0.0.1", "localhost", "[::1]"].iter().any(|here| {
        host.strip_prefix(here).is_some_and(|port| port.is_empty() || port.starts_with(':'))
    });
    // `127.0.0.1:80@evil.example` is another host.
    if (is_here && !host.contains('@')) || allow_http {
        return Ok(false);
    }
    Err(SinkError::NotSafe { sink: sink.to_owned() })
}

#[cfg(test)]
mod tests {
    use alert_form::SinkSettings;

    use super::{SinkError, SinkPolicy, judge, resolve};

    #[test]
    fn only_addresses_on_this_machine_may_be_without_tls() {
        let of = |url, allow| judge(url, allow, "s").ok();
        assert_eq!(of("https://a.example/x", false), Some(true));
        assert_eq!(of("http://127.0.0.1:8080/x", false), Some(false));
        assert_eq!(of("http://[::1]:8080/x", false), Some(false));
        for odd in [
            "http://a.example",
            "http://localhost.evil.example",
            "http://127.0.0.1:80@b",
            "ftp://a",
            "https:///x",
            "a",
        ] {
            assert_eq!(of(odd, false), None, "{odd}");
        }
        assert_eq!(of("http://a.example", true), Some(false));
    }

    #[test]
    fn a_secret_that_is_not_there_is_told_by_its_variable() {
        let settings = SinkSettings::parse("slack=env:HOOK").unwrap();
        let told = resolve(&settings, SinkPolicy::default(), &|_| None).unwrap_err();
        assert!(matches!(told, SinkError::NoVariable { .. }), "{told}");
        let found = |_: &str| Some("https://hooks.example/secret".to_owned());
        let sink = resolve(&settings, SinkPolicy::default(), &found).unwrap();
        assert!(!format!("{sink:?}").contains("secret"));
    }
}
