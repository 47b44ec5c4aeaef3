//! One place where alerts go.

use std::{path::PathBuf, time::Duration};

use alert_form::{
    Alert, AsffError, Home, detection_finding, event_bus_entry, pager_duty_event,
    security_hub_finding, signature, slack_message, topic_message, webhook_body,
};
use audit_event::Time;
use serde_json::{Value, json};
use sigma::Severity;

use crate::{
    companion::{self, Companion},
    file,
    post::Poster,
    queue::Waiting,
};

/// Deliveries that go out together.
const FILE_BATCH: usize = 1_000;
const COMPANION_BATCH: usize = 10;

/// A sink whose secrets are known.
#[derive(Debug)]
pub struct Sink {
    pub(crate) name: String,
    pub(crate) level: Severity,
    pub(crate) target: Target,
}

/// Where it sends.
pub(crate) enum Target {
    File { path: PathBuf, form: FileForm },
    Webhook { poster: Poster, url: String, key: Option<Vec<u8>> },
    Slack { poster: Poster, url: String },
    PagerDuty { poster: Poster, url: String, routing_key: String },
    Sns { companion: Companion, topic: String },
    EventBridge { companion: Companion, bus: String },
}

impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Addresses and keys may be secrets.
        f.write_str(match self {
            Self::File { .. } => "File",
            Self::Webhook { .. } => "Webhook",
            Self::Slack { .. } => "Slack",
            Self::PagerDuty { .. } => "PagerDuty",
            Self::Sns { .. } => "Sns",
            Self::EventBridge { .. } => "EventBridge",
        })
    }
}

/// Forms of lines in files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FileForm {
    JsonLines,
    Ocsf,
    /// With the account that is told of other clouds.
    Asff(Option<Home>),
}

/// What became of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It arrived.
    Sent,
    /// It may arrive later.
    Again {
        /// Why not now.
        reason: String,
        /// How long the server asks to wait.
        after: Option<Duration>,
    },
    /// It will never arrive.
    Refused {
        /// Why.
        reason: String,
    },
}

impl Fate {
    pub(crate) fn again(reason: impl Into<String>) -> Self {
        Self::Again { reason: reason.into(), after: None }
    }
}

/// What would be sent, without secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// Where: a file, an address without what may be secret in it, a topic, a bus.
    pub to: String,
    /// Headers of a request that matter.
    pub headers: Vec<(&'static str, String)>,
    /// The body, as JSON.
    pub body: Value,
}

impl Sink {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it takes alerts of this level.
    #[must_use]
    pub fn takes(&self, level: Severity) -> bool {
        level >= self.level
    }

    /// How many deliveries go out together.
    pub(crate) fn batch(&self) -> usize {
        match &self.target {
            Target::File { .. } => FILE_BATCH,
            Target::Sns { .. } | Target::EventBridge { .. } => COMPANION_BATCH,
            Target::Webhook { .. } | Target::Slack { .. } | Target::PagerDuty { .. } => 1,
        }
    }

    /// Makes good what a run that was killed left behind: a torn line, and lines that are written but not
    /// noted as sent. Gives the deliveries that arrived after all.
    pub(crate) fn recover(&self, waiting: &[Waiting]) -> std::io::Result<Vec<u64>> {
        match &self.target {
            Target::File { path, form } => file::recover(path, waiting, |it| line(form, it)),
            _ => Ok(Vec::new()),
        }
    }

    /// Sends; gives a fate for each. `now` in seconds since 1970.
    pub(crate) fn deliver(&self, batch: &[Waiting], now: i64) -> Vec<Fate> {
        match &self.target {
            Target::File { path, form } => file::append(path, batch, |it| line(form, it)),
            Target::Sns { companion, topic } => {
                let arguments = ["sns", "--topic", topic];
                companion.send(&arguments, &messages(batch, |it| topic_message(it, topic)))
            }
            Target::EventBridge { companion, bus } => {
                let arguments = ["eventbridge", "--bus", bus];
                companion.send(&arguments, &messages(batch, |it| event_bus_entry(it, bus)))
            }
            Target::Webhook { poster, url, key } => batch
                .iter()
                .map(|it| post_signed(poster, url, key.as_deref(), &it.alert, now))
                .collect(),
            Target::Slack { poster, url } => batch
                .iter()
                .map(|it| poster.post(url, &slack_message(&it.alert).to_string(), &[]))
                .collect(),
            Target::PagerDuty { poster, url, routing_key } => batch
                .iter()
                .map(|it| {
                    let event = pager_duty_event(&it.alert, routing_key);
                    poster.post(url, &event.to_string(), &[])
                })
                .collect(),
        }
    }

    /// What would be sent for an alert.
    ///
    /// # Errors
    /// What keeps the alert from being sent at all.
    pub fn plan(&self, alert: &Alert, now: i64) -> Result<Planned, String> {
        let plain = |to: &str, body| Planned { to: to.to_owned(), headers: Vec::new(), body };
        Ok(match &self.target {
            Target::File { path, form } => {
                let text = line_for(form, alert, now).map_err(|error| error.to_string())?;
                plain(&path.display().to_string(), serde_json::from_str(&text).unwrap_or_default())
            }
            Target::Webhook { url, key, .. } => Planned {
                to: masked(url),
                headers: headers(alert, key.as_ref().map(|_| format!("t={now},v1=…"))),
                body: serde_json::from_str(&webhook_body(alert)).unwrap_or_default(),
            },
            Target::Slack { url, .. } => plain(&masked(url), slack_message(alert)),
            Target::PagerDuty { url, .. } => plain(&masked(url), pager_duty_event(alert, "…")),
            Target::Sns { topic, .. } => plain(topic, topic_message(alert, topic)),
            Target::EventBridge { bus, .. } => plain(bus, event_bus_entry(alert, bus)),
        })
    }
}

fn post_signed(poster: &Poster, url: &str, key: Option<&[u8]>, alert: &Alert, now: i64) -> Fate {
    let body = webhook_body(alert);
    let signed = key.map(|key| signature(key, now, body.as_bytes()));
    poster.post(url, &body, &headers(alert, signed))
}

fn headers(alert: &Alert, signature: Option<String>) -> Vec<(&'static str, String)> {
    let mut headers = vec![("idempotency-key", alert.key().to_string())];
    headers.extend(signature.map(|it| ("x-faasguard-signature", it)));
    headers
}

fn messages(batch: &[Waiting], form: impl Fn(&Alert) -> Value) -> Vec<companion::Message> {
    batch
        .iter()
        .map(|it| {
            let id = it.alert.key().to_string();
            companion::Message { line: json!({"id": id, "message": form(&it.alert)}), id }
        })
        .collect()
}

fn line(form: &FileForm, waiting: &Waiting) -> Result<String, AsffError> {
    line_for(form, &waiting.alert, waiting.at)
}

/// The line of an alert that was received then: always the same, so that it is known when it is met.
fn line_for(form: &FileForm, alert: &Alert, received: i64) -> Result<String, AsffError> {
    Ok(match form {
        FileForm::JsonLines => alert.to_line(),
        FileForm::Ocsf => detection_finding(alert, Time(received)).to_string(),
        FileForm::Asff(home) => {
            security_hub_finding(alert, Time(received), home.as_ref())?.to_string()
        }
    })
}

/// An address with its scheme and host only: paths and queries may hold secrets.
pub(crate) fn masked(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    // What stands before an `@` is a name and a password.
    let host = host.rsplit('@').next().unwrap_or_default();
    let tail = if rest.len() > host.len() { "/…" } else { "" };
    format!("{scheme}://{host}{tail}")
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn an_address_is_shown_without_what_may_be_secret() {
        assert_eq!(masked("https://hooks.example/services/T0/B0/xyz"), "https://hooks.example/…");
        assert_eq!(masked("https://a:b@hooks.example:8443?k=v"), "https://hooks.example:8443/…");
        assert_eq!(masked("http://127.0.0.1:80"), "http://127.0.0.1:80");
    }
}
