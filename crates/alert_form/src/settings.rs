//! Where alerts go: what the command line and a settings file say.

use serde::Deserialize;
use sigma::Severity;

use crate::asff::Home;

/// Schema of a settings file.
const SCHEMA: &str = "faasguard-sinks/1";

/// Where `PagerDuty` takes events.
const PAGER_DUTY: &str = "https://events.pagerduty.com/v2/enqueue";

/// Longest name of a sink.
const LONGEST_NAME: usize = 64;

/// A secret, or the environment variable that has it. Never shown.
#[derive(Clone, PartialEq, Eq)]
pub enum Secret {
    /// Itself, from a settings file.
    Value(String),
    /// The name of an environment variable.
    Variable(String),
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Value(_) => f.write_str("Value(…)"),
            Self::Variable(name) => write!(f, "Variable({name:?})"),
        }
    }
}

/// What kind of sink.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SinkKind {
    /// A file, a line an alert as `trail detect` prints it.
    JsonLines {
        /// Its path.
        file: String,
    },
    /// A file, a line a Detection Finding.
    Ocsf {
        /// Its path.
        file: String,
    },
    /// A file, a line a finding of Security Hub.
    Asff {
        /// Its path.
        file: String,
        /// Whose Security Hub is told of other clouds.
        home: Option<Home>,
    },
    /// A web address that takes a signed body.
    Webhook {
        /// Where.
        url: String,
        /// Key of the signature; without one there is none.
        key: Option<Secret>,
    },
    /// An incoming webhook of Slack, whose address is a secret.
    Slack {
        /// Where.
        url: Secret,
    },
    /// The Events API.
    PagerDuty {
        /// Where.
        url: String,
        /// Which service is told.
        routing_key: Secret,
    },
    /// A topic of SNS, through the companion for clouds.
    Sns {
        /// Its ARN.
        topic: String,
    },
    /// A bus of `EventBridge`, through the companion for clouds.
    EventBridge {
        /// Its name or ARN.
        bus: String,
    },
}

/// A sink.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SinkSettings {
    /// Its name: the same over runs, since the queue knows it by this.
    pub name: String,
    /// What it is.
    pub kind: SinkKind,
    /// Alerts from this level on.
    pub level: Severity,
}

/// Why a sink cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// The word before `=` is none that is known.
    #[error(
        "`{kind}` is no sink; write one of jsonl=FILE, ocsf=FILE, asff=FILE, webhook=URL, slack=env:NAME, pagerduty=env:NAME, sns=ARN, eventbridge=BUS"
    )]
    UnknownKind {
        /// The word.
        kind: String,
    },
    /// A value is missing or odd.
    #[error("sink `{kind}` needs {wanted}")]
    Wanted {
        /// Which kind.
        kind: &'static str,
        /// What it needs.
        wanted: &'static str,
    },
    /// The settings file is of another form.
    #[error("line {line}: {reason}")]
    Malformed {
        /// Where.
        line: usize,
        /// What.
        reason: String,
    },
    /// A name of the settings file is empty, too long or not unique.
    #[error(
        "the name `{name}` of a sink is empty, longer than {LONGEST_NAME} characters, or given twice"
    )]
    Name {
        /// The name.
        name: String,
    },
}

impl SinkSettings {
    /// Reads `KIND=VALUE` of the command line. Secrets stand in environment variables: `env:NAME`.
    ///
    /// # Errors
    /// [`SettingsError`] when the kind is unknown or the value is none of its.
    pub fn parse(text: &str) -> Result<Self, SettingsError> {
        let (kind, value) = text.split_once('=').unwrap_or((text, ""));
        let text_of = |kind, wanted| match value {
            "" => Err(SettingsError::Wanted { kind, wanted }),
            _ => Ok(value.to_owned()),
        };
        let variable = |kind, wanted| match value.strip_prefix("env:") {
            Some(name) if !name.is_empty() => Ok(Secret::Variable(name.to_owned())),
            _ => Err(SettingsError::Wanted { kind, wanted }),
        };
        let file = "a file: `KIND=FILE`";
        let kind = match kind {
            "jsonl" => SinkKind::JsonLines { file: text_of("jsonl", file)? },
            "ocsf" => SinkKind::Ocsf { file: text_of("ocsf", file)? },
            "asff" => SinkKind::Asff { file: text_of("asff", file)?, home: None },
            "webhook" => {
                let url = text_of("webhook", "an address: `webhook=https://…`")?;
                SinkKind::Webhook { url, key: None }
            }
            "slack" => SinkKind::Slack {
                url: variable(
                    "slack",
                    "an environment variable that has the address, which is a secret: `slack=env:NAME`",
                )?,
            },
            "pagerduty" => SinkKind::PagerDuty {
                url: PAGER_DUTY.to_owned(),
                routing_key: variable(
                    "pagerduty",
                    "an environment variable that has the routing key: `pagerduty=env:NAME`",
                )?,
            },
            "sns" => {
                let topic = text_of("sns", "the ARN of a topic")?;
                if !topic.starts_with("arn:") {
                    return Err(SettingsError::Wanted {
                        kind: "sns",
                        wanted: "the ARN of a topic",
                    });
                }
                SinkKind::Sns { topic }
            }
            "eventbridge" => {
                SinkKind::EventBridge { bus: text_of("eventbridge", "the name of a bus")? }
            }
            other => return Err(SettingsError::UnknownKind { kind: other.to_owned() }),
        };
        let name = name_of(&kind);
        Ok(Self { name, kind, level: Severity::Informational })
    }

    /// The word of its kind.
    #[must_use]
    pub fn word(&self) -> &'static str {
        word(&self.kind)
    }
}

fn word(kind: &SinkKind) -> &'static str {
    match kind {
        SinkKind::JsonLines { .. } => "jsonl",
        SinkKind::Ocsf { .. } => "ocsf",
        SinkKind::Asff { .. } => "asff",
        SinkKind::Webhook { .. } => "webhook",
        SinkKind::Slack { .. } => "slack",
        SinkKind::PagerDuty { .. } => "pagerduty",
        SinkKind::Sns { .. } => "sns",
        SinkKind::EventBridge { .. } => "eventbridge",
    }
}

/// A name that is the same over runs and shows no address: the kind, and for several of one kind the
/// start of a digest.
fn name_of(kind: &SinkKind) -> String {
    use sha2::Digest as _;
    let target = match kind {
        SinkKind::JsonLines { file } | SinkKind::Ocsf { file } | SinkKind::Asff { file, .. } => {
            file
        }
        SinkKind::Webhook { url, .. } => url,
        SinkKind::Slack { url: secret } | SinkKind::PagerDuty { routing_key: secret, .. } => {
            match secret {
                Secret::Variable(name) | Secret::Value(name) => name,
            }
        }
        SinkKind::Sns { topic } => topic,
        SinkKind::EventBridge { bus } => bus,
    };
    let digest = sha2::Sha256::digest(target.as_bytes());
    let start = digest.first_chunk().map_or(0, |it| u32::from_be_bytes(*it));
    format!("{}-{start:08x}", word(kind))
}

/// A settings file: `{"schema": "faasguard-sinks/1", "sinks": […]}`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SinksFile {
    /// The sinks, in the order of the file.
    pub sinks: Vec<SinkSettings>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    schema: String,
    sinks: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    kind: String,
    level: Option<String>,
    file: Option<String>,
    account: Option<String>,
    region: Option<String>,
    url: Option<String>,
    url_env: Option<String>,
    key: Option<String>,
    key_env: Option<String>,
    routing_key: Option<String>,
    routing_key_env: Option<String>,
    topic: Option<String>,
    bus: Option<String>,
}

impl SinksFile {
    /// Reads a settings file. What it does not know is an error, so that a slip is not silence.
    ///
    /// # Errors
    /// [`SettingsError`] with the line.
    pub fn parse(text: &str) -> Result<Self, SettingsError> {
        let document: Document = serde_json::from_str(text).map_err(|error| {
            // The words of the reader may repeat a value, which may be a secret.
            let reason = if error.is_data() && !error.to_string().contains("invalid") {
                error.to_string()
            } else {
                "this is not the JSON of a settings file for sinks".to_owned()
            };
            SettingsError::Malformed { line: error.line(), reason }
        })?;
        if document.schema != SCHEMA {
            let reason = format!("`schema` is not `{SCHEMA}`");
            return Err(SettingsError::Malformed { line: 1, reason });
        }
        let mut sinks: Vec<SinkSettings> = Vec::new();
        for entry in document.sinks {
            let name = entry.name.clone();
            let is_odd = name.is_empty() || name.chars().count() > LONGEST_NAME;
            if is_odd || sinks.iter().any(|it| it.name == name) {
                return Err(SettingsError::Name { name });
            }
            sinks.push(entry.sink()?);
        }
        Ok(Self { sinks })
    }
}

impl Entry {
    fn sink(self) -> Result<SinkSettings, SettingsError> {
        let level = match &self.level {
            None => Severity::Informational,
            Some(word) => Severity::of(word).ok_or(SettingsError::Wanted {
                kind: "level",
                wanted: "one of informational, low, medium, high, critical",
            })?,
        };
        let secret = |value: Option<String>, variable: Option<String>| {
            value.map(Secret::Value).or(variable.map(Secret::Variable))
        };
        let want = |kind, wanted| SettingsError::Wanted { kind, wanted };
        let kind = match self.kind.as_str() {
            "jsonl" => SinkKind::JsonLines { file: self.file.ok_or(want("jsonl", "`file`"))? },
            "ocsf" => SinkKind::Ocsf { file: self.file.ok_or(want("ocsf", "`file`"))? },
            "asff" => SinkKind::Asff {
                file: self.file.ok_or(want("asff", "`file`"))?,
                home: home(self.account.as_deref(), self.region.as_deref())?,
            },
            "webhook" => SinkKind::Webhook {
                url: self.url.ok_or(want("webhook", "`url`"))?,
                key: secret(self.key, self.key_env),
            },
            "slack" => SinkKind::Slack {
                url: secret(self.url, self.url_env).ok_or(want("slack", "`url` or `url_env`"))?,
            },
            "pagerduty" => SinkKind::PagerDuty {
                url: self.url.unwrap_or_else(|| PAGER_DUTY.to_owned()),
                routing_key: secret(self.routing_key, self.routing_key_env)
                    .ok_or(want("pagerduty", "`routing_key` or `routing_key_env`"))?,
            },
            "sns" => SinkKind::Sns { topic: self.topic.ok_or(want("sns", "`topic`"))? },
            "eventbridge" => {
                SinkKind::EventBridge { bus: self.bus.ok_or(want("eventbridge", "`bus`"))? }
            }
            other => return Err(SettingsError::UnknownKind { kind: other.to_owned() }),
        };
        Ok(SinkSettings { name: self.name, kind, level })
    }
}

/// Account and region for alerts of other clouds: both or none.
fn home(account: Option<&str>, region: Option<&str>) -> Result<Option<Home>, SettingsError> {
    let wanted = "`account` of twelve digits and `region`, or neither of them";
    match (account, region) {
        (None, None) => Ok(None),
        (Some(account), Some(region)) => Home::new(account, region)
            .map(Some)
            .ok_or(SettingsError::Wanted { kind: "asff", wanted }),
        _ => Err(SettingsError::Wanted { kind: "asff", wanted }),
    }
}

#[cfg(test)]
mod tests {
    use super::{Secret, SettingsError, SinkKind, SinkSettings, SinksFile};

    #[test]
    fn sinks_of_the_command_line_name_their_secrets_only() {
        let slack = SinkSettings::parse("slack=env:HOOK").unwrap();
        assert_eq!(slack.kind, SinkKind::Slack { url: Secret::Variable("HOOK".to_owned()) });
        let hook = SinkSettings::parse("webhook=https://a.example/?x=1").unwrap();
        assert!(hook.name.starts_with("webhook-") && !hook.name.contains("example"));
        for odd in ["slack=https://hooks.example/x", "jsonl", "sns=alerts", "email=a", "pagerduty"]
        {
            assert!(SinkSettings::parse(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn security_hub_is_told_of_other_clouds_in_an_account_that_can_be_one() {
        let of = |more: &str| {
            SinksFile::parse(&format!(
                r#"{{"schema": "faasguard-sinks/1", "sinks": [{{"name": "hub", "kind": "asff", "file": "f"{more}}}]}}"#
            ))
        };
        assert!(of("").is_ok());
        let whole = r#", "account": "111122223333", "region": "eu-west-1""#;
        assert!(matches!(of(whole).unwrap().sinks[0].kind, SinkKind::Asff { home: Some(_), .. }));
        for odd in [r#", "account": "111122223333""#, r#", "account": "1", "region": "eu-west-1""#]
        {
            assert!(matches!(of(odd), Err(SettingsError::Wanted { kind: "asff", .. })), "{odd}");
        }
    }

    #[test]
    fn a_settings_file_is_read_or_told() {
        let text = r#"{"schema": "faasguard-sinks/1", "sinks": [
            {"name": "ops", "kind": "pagerduty", "routing_key": "R0", "level": "high"},
            {"name": "hook", "kind": "webhook", "url": "https://a.example", "key_env": "KEY"}]}"#;
        let file = SinksFile::parse(text).unwrap();
        assert_eq!(file.sinks.len(), 2);
        assert!(!format!("{file:?}").contains("R0"), "secrets are not shown");
        let slip = text.replace("\"level\"", "\"leven\"");
        let told = SinksFile::parse(&slip).unwrap_err().to_string();
        assert!(told.starts_with("line 2: unknown field `leven`"), "{told}");
        let twice = text.replace("\"hook\"", "\"ops\"");
        assert_eq!(SinksFile::parse(&twice), Err(SettingsError::Name { name: "ops".to_owned() }));
        let secret = text.replace("\"R0\"", "[\"R0\"]");
        assert!(!SinksFile::parse(&secret).unwrap_err().to_string().contains("R0"));
    }
}
