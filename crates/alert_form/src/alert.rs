//! One alert, as `trail detect --format jsonl` prints it.

use std::collections::BTreeMap;

use audit_event::Time;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use sigma::Severity;

/// Longest line that is read as an alert, in bytes.
pub const MAX_LINE: usize = 1 << 20;

/// Schema of an alert in an envelope: a body of a webhook, a line of the file of dead letters.
pub(crate) const ENVELOPE: &str = "faasguard-alert/1";

/// An alert: who did what, when, and which rule speaks of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// Id of the rule, else its name or title.
    pub rule_id: String,
    /// Title of the rule.
    pub rule: String,
    /// How critical.
    #[serde(serialize_with = "write_level", deserialize_with = "read_level")]
    pub level: Severity,
    /// `eventID`; of a correlation that of the event with which it came to hold.
    #[serde(default)]
    pub event_id: Option<String>,
    /// `2026-01-31T10:00:00Z`
    #[serde(default)]
    pub time: Option<String>,
    /// ARN of who made the request, else another name of theirs.
    #[serde(default)]
    pub actor: Option<String>,
    /// Whose trail has the record: twelve digits.
    #[serde(default)]
    pub account: Option<String>,
    /// `eu-west-1`
    #[serde(default)]
    pub region: Option<String>,
    /// `eventName`
    #[serde(default)]
    pub event_name: String,
    /// The Lambda function that the event is about, or whose code made the request.
    #[serde(default)]
    pub function: Option<String>,
    /// The incident that it belongs to.
    #[serde(default)]
    pub incident: Option<String>,
    /// Who wrote the rule.
    #[serde(default)]
    pub author: Option<String>,
    /// Licence of the rule, an SPDX expression, when it says one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub license: Option<String>,
    /// The cloud, as OCSF names it (`Azure`, `GCP`); none is AWS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// Techniques of ATT&CK: `T1078.004`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub techniques: Vec<String>,
    /// Why, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explanation: Option<String>,
    /// Fields of a correlation's group and their values.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub group: BTreeMap<String, String>,
    /// Ids of the last events of a correlation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<String>,
    /// Members of later versions, handed on as they are.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

/// Tells one alert from another: the same event and rule give the same key, in every run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(pub u128);

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl Key {
    /// Reads the 32 hexadecimal digits that a key is shown as.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_key = text.len() == 32 && text.bytes().all(|it| it.is_ascii_hexdigit());
        is_key.then(|| u128::from_str_radix(text, 16).ok().map(Self))?
    }
}

/// Why a line is no alert.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AlertError {
    /// It is longer than [`MAX_LINE`].
    #[error("it has {length} bytes, an alert at most {MAX_LINE}")]
    TooLong {
        /// Bytes of the line.
        length: usize,
    },
    /// It is no JSON object with the members of an alert.
    #[error("it is no alert of `faasguard trail detect --format jsonl`: {reason}")]
    NoAlert {
        /// In the words of the reader of JSON.
        reason: String,
    },
}

impl Alert {
    /// Reads a line: an alert, or one in the envelope in which webhooks and dead letters have it.
    ///
    /// # Errors
    /// [`AlertError`] when it is too long or something else.
    pub fn parse(line: &[u8]) -> Result<Self, AlertError> {
        if line.len() > MAX_LINE {
            return Err(AlertError::TooLong { length: line.len() });
        }
        let no_alert = |error: serde_json::Error| AlertError::NoAlert { reason: error.to_string() };
        let mut value: Value = serde_json::from_slice(line).map_err(no_alert)?;
        // Also out of an envelope in another one, so that an alert never looks like one.
        while value.get("schema").and_then(Value::as_str) == Some(ENVELOPE)
            && let Some(inner) = value.get_mut("alert")
        {
            value = inner.take();
        }
        serde_json::from_value(value).map_err(no_alert)
    }

    /// The alert as one line of JSON, without its end.
    #[must_use]
    pub fn to_line(&self) -> String {
        // An alert is texts and JSON, which can always be written.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// What tells it from other alerts: rule, event and group, not the words around them.
    #[must_use]
    pub fn key(&self) -> Key {
        let mut digest = Sha256::new();
        let mut add = |text: Option<&str>| {
            // A length before each, so that no two alerts run into the same bytes.
            let length = text.map_or(u64::MAX, |it| it.len() as u64);
            digest.update(length.to_be_bytes());
            digest.update(text.unwrap_or_default());
        };
        let texts = [&self.event_id, &self.time, &self.actor, &self.account, &self.region];
        add(Some(&self.rule_id));
        for text in texts {
            add(text.as_deref());
        }
        add(Some(&self.event_name));
        add(self.function.as_deref());
        for (name, value) in &self.group {
            add(Some(name));
            add(Some(value));
        }
        let bytes = digest.finalize();
        Key(bytes.first_chunk().map_or(0, |it| u128::from_be_bytes(*it)))
    }

    /// What several alerts of one matter have in common: the incident, else rule and actor.
    #[must_use]
    pub fn matter(&self) -> String {
        self.incident.clone().unwrap_or_else(|| {
            format!("{}/{}", self.rule_id, self.actor.as_deref().unwrap_or("unknown"))
        })
    }

    /// Seconds since 1970 of the event, when its time is one.
    #[must_use]
    pub fn moment(&self) -> Option<i64> {
        self.time.as_deref().and_then(|it| Time::parse(it.as_bytes())).map(|it| it.0)
    }

    /// One sentence for people: what, where, who. Characters that a terminal obeys are made visible.
    #[must_use]
    pub fn sentence(&self) -> String {
        let mut text = format!("{}: {}", self.rule, self.event_name);
        let parts = [
            (" of function ", &self.function),
            (" by ", &self.actor),
            (" in ", &self.region),
            (" of account ", &self.account),
            ("; ", &self.explanation),
        ];
        for (before, value) in parts {
            if let Some(value) = value {
                text.extend([before, value]);
            }
        }
        report::visible(&text).into_owned()
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn write_level<S: Serializer>(level: &Severity, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(level.word())
}

fn read_level<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Severity, D::Error> {
    let word = String::deserialize(deserializer)?;
    Severity::of(&word).ok_or_else(|| {
        serde::de::Error::custom("`level` is not one of informational, low, medium, high, critical")
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::Alert;

    /// An alert as the program prints it.
    pub(crate) const LINE: &str = r#"{"rule_id":"8d1487f1-0000-4000-8000-000000000001","rule":"Function URL created","level":"medium","event_id":"e1","time":"2026-01-31T10:00:00Z","actor":"arn:aws:iam::111122223333:user/ana","account":"111122223333","region":"eu-west-1","event_name":"CreateFunctionUrlConfig20210831","function":"orders","incident":"inc-3f0d5c0a9be1d2f4","author":"bo"}"#;

    pub(crate) fn alert() -> Alert {
        Alert::parse(LINE.as_bytes()).unwrap()
    }

    #[test]
    fn a_line_comes_back_as_it_was() {
        assert_eq!(alert().to_line(), LINE);
        let later = LINE.replace("\"author\"", "\"colour\":{\"a\":[1]},\"author\"");
        let later = Alert::parse(later.as_bytes()).unwrap();
        assert!(later.to_line().ends_with(r#","colour":{"a":[1]}}"#), "{}", later.to_line());
        assert_eq!(later.key(), alert().key(), "words around it do not matter");
    }

    #[test]
    fn an_alert_in_an_envelope_is_read() {
        let line = format!("{{\"schema\":\"faasguard-alert/1\",\"id\":\"x\",\"alert\":{LINE}}}");
        assert_eq!(Alert::parse(line.as_bytes()).unwrap(), alert());
        let line = format!("{{\"schema\":\"faasguard-alert/1\",\"id\":\"y\",\"alert\":{line}}}");
        assert_eq!(Alert::parse(line.as_bytes()).unwrap(), alert());
    }

    #[test]
    fn other_events_have_other_keys() {
        let mut other = alert();
        other.event_id = Some("e2".to_owned());
        assert_ne!(other.key(), alert().key());
        let mut moved = alert();
        (moved.account, moved.region) = (moved.region, moved.account);
        assert_ne!(moved.key(), alert().key());
        assert_eq!(super::Key::parse(&alert().key().to_string()), Some(alert().key()));
    }

    #[test]
    fn what_is_no_alert_is_told() {
        for line in ["", "{}", "[]", "{\"rule_id\":1}", &LINE.replace("medium", "odd")] {
            assert!(Alert::parse(line.as_bytes()).is_err(), "{line}");
        }
        assert!(Alert::parse(&vec![b' '; super::MAX_LINE + 1]).is_err());
    }
}
