//! The settings file, its defaults, and what is wrong with one.

use std::collections::BTreeMap;

use payload::Classes;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::field::FieldPath;
use crate::{lists, object};

/// The value of `schema` in a settings file.
pub const SCHEMA: &str = "faasguard-guard/1";

/// Everything that the guard enforces.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The format of the file: [`SCHEMA`].
    pub schema: String,
    /// Logical name of the function in its template; in logs and metrics. The name that the
    /// platform gives holds where this is absent.
    pub function: Option<String>,
    /// Whether what is found is refused, only told, or not looked for.
    pub mode: Mode,
    /// What happens to an event when the guard itself has a fault.
    pub on_fault: OnFault,
    /// How a bad record of a batch is answered.
    pub batch: BatchAnswer,
    /// Which attacks are looked for, and where.
    #[serde(deserialize_with = "object::required")]
    pub inspect: Inspect,
    /// What events must look like.
    #[serde(deserialize_with = "object::required")]
    pub validate: Validate,
    /// What is masked.
    #[serde(deserialize_with = "object::required")]
    pub redact: Redact,
    /// How the log is written.
    #[serde(deserialize_with = "object::required")]
    pub logs: Logs,
    /// What errors tell callers.
    #[serde(deserialize_with = "object::required")]
    pub errors: Errors,
    /// What happens to files that an invocation left in `/tmp`.
    pub tmp: TmpFiles,
    /// Where the function may connect to; anywhere when absent.
    #[serde(deserialize_with = "object::optional")]
    pub egress: Option<Egress>,
    /// Which programs the function may start; any when absent.
    #[serde(deserialize_with = "object::optional")]
    pub processes: Option<Processes>,
    /// Which files the function may touch; any when absent.
    #[serde(deserialize_with = "object::optional")]
    pub files: Option<Files>,
    /// How often each caller may call; unlimited when absent (the HTTP front has a default).
    #[serde(deserialize_with = "object::optional")]
    pub rate: Option<Rate>,
    /// The cache of secrets on the loopback; not started when absent.
    #[serde(deserialize_with = "object::optional")]
    pub secrets: Option<Secrets>,
    /// Where metrics and traces go.
    #[serde(deserialize_with = "object::required")]
    pub telemetry: Telemetry,
}

/// Whether what is found is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Refused, and told.
    #[default]
    Block,
    /// Told only; the handler sees every event.
    Monitor,
    /// Not looked for.
    Off,
}

/// What happens to an event when the guard itself has a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnFault {
    /// It goes to the handler; the fault is told.
    #[default]
    Open,
    /// It is refused.
    Closed,
}

/// How a bad record of a batch is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BatchAnswer {
    /// The good records go to the handler, the bad ones are reported as `batchItemFailures`. Only
    /// right where the event source mapping has `ReportBatchItemFailures`.
    #[default]
    Report,
    /// The whole batch fails.
    Fail,
}

/// Which attacks are looked for, and where.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Inspect {
    /// Classes looked for in every field; every class when absent.
    #[serde(with = "lists::optional_classes", skip_serializing_if = "Option::is_none")]
    pub default_classes: Option<Classes>,
    /// Fields of which the sink is known: these classes are looked for at the sharper threshold of a
    /// known sink, beside the default ones at theirs. An empty list: the field is not looked at. A
    /// path holds for everything below it, the longest that fits wins, and the letter case of members
    /// does not matter.
    #[serde(with = "lists::fields")]
    pub fields: BTreeMap<FieldPath, Classes>,
    /// What happens to an event of which a part cannot be looked at.
    #[serde(skip_serializing_if = "is_default")]
    pub uninspected: Uninspected,
}

/// What happens to an event of which a part cannot be looked at: a content coding that is not
/// followed, more layers of encoding than are followed, compressed data that breaks off. Who sends
/// an event chooses this, so it is no fault of the guard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Uninspected {
    /// It is refused like an attack.
    #[default]
    Refuse,
    /// It goes to the handler, and is told.
    Pass,
}

/// What events must look like.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Validate {
    /// JSON Schema of the whole event.
    pub event: Option<Value>,
    /// JSON Schemas of the bodies of HTTP requests, the first route that fits.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "object::list")]
    pub routes: Vec<Route>,
    /// JSON Schema of the body (data, message, detail) of each record of a batch or envelope.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<Value>,
    /// Whether the shape of what passes is learned and told in the log.
    pub learn: bool,
    /// Largest event, in bytes.
    pub max_bytes: u64,
    /// Deepest nesting, nested JSON texts not counted.
    pub max_depth: u32,
}

impl Default for Validate {
    fn default() -> Self {
        Self {
            event: None,
            routes: Vec::new(),
            record: None,
            learn: false,
            max_bytes: 6_291_456,
            max_depth: 64,
        }
    }
}

/// What the body of the requests of one route must look like.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// `POST /orders/{id}`; `ANY` for every method.
    pub route: String,
    /// JSON Schema of the body.
    pub body: Value,
}

/// What is masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Redact {
    /// Secrets and personal data in the log of the function.
    pub logs: bool,
    /// Secrets and personal data in its answers.
    pub responses: bool,
    /// Names of fields of JSON whose values are always masked, in any letter case, or paths
    /// (`user.address.street`).
    #[serde(deserialize_with = "lists::masked_fields")]
    pub fields: Vec<String>,
}

impl Default for Redact {
    fn default() -> Self {
        Self { logs: true, responses: false, fields: Vec::new() }
    }
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Logs {
    /// As the function wrote it, or as JSON.
    pub format: LogFormat,
}

/// How lines of a log are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    /// As the function wrote them.
    #[default]
    AsIs,
    /// One JSON object a line, with the request, its trace, whether it started cold and how long it
    /// has been running.
    Json,
}

/// What errors tell callers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Errors {
    /// Stack traces and texts of exceptions are taken out of answers; the status stays.
    pub hide_details: bool,
}

/// What happens to files that an invocation left in `/tmp`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TmpFiles {
    /// Nothing.
    #[default]
    Keep,
    /// They are told.
    Report,
    /// They are told and removed.
    Clean,
}

/// Where the function may connect to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Egress {
    /// `host:port`; the host may begin with `*.`, may be an address or a network (`10.0.0.0/8`);
    /// the port may be `*`.
    pub allow: Vec<String>,
}

/// Which programs the function may start.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Processes {
    /// Absolute paths of programs; `*` stands for any part of one name.
    #[serde(deserialize_with = "lists::absolute_paths")]
    pub allow: Vec<String>,
}

/// Which files the function may touch, besides those that its runtime needs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Files {
    /// Folders and files that may be read, besides the code, the layers and the runtime; absolute.
    #[serde(deserialize_with = "lists::absolute_paths")]
    pub read: Vec<String>,
    /// Folders and files that may be written, besides `/tmp`; absolute.
    #[serde(deserialize_with = "lists::absolute_paths")]
    pub write: Vec<String>,
}

/// How often each caller may call: a token bucket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rate {
    /// Requests per second in the long run.
    pub per_second: f64,
    /// Requests at once.
    pub burst: u32,
    /// Who a caller is.
    pub key: RateKey,
    /// `redis://…`: one bucket for all environments. Without it each execution environment counts
    /// for itself.
    pub store: Option<String>,
}

impl Default for Rate {
    fn default() -> Self {
        Self { per_second: 1000.0, burst: 5000, key: RateKey::Ip, store: None }
    }
}

/// Who a caller is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RateKey {
    /// The address that the request came from.
    #[default]
    Ip,
    /// The key of an API's usage plan.
    ApiKey,
    /// The identity that the authorizer found.
    Principal,
}

/// The cache of secrets on the loopback.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Secrets {
    /// Port on 127.0.0.1.
    pub port: u16,
    /// Seconds that a value is served without asking again.
    pub ttl_s: u64,
    /// What is fetched while the function starts.
    pub prefetch: Vec<Secret>,
}

impl Default for Secrets {
    fn default() -> Self {
        Self { port: 2773, ttl_s: 300, prefetch: Vec::new() }
    }
}

/// A secret by its name or ARN: `prod/db`, `ssm:/prod/db/password`.
pub type Secret = String;

/// Where metrics and traces go.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Telemetry {
    /// CloudWatch embedded metrics in the log.
    pub emf: bool,
    /// Segments to the X-Ray daemon that the platform names.
    pub xray: bool,
    /// Address of an OTLP/HTTP collector: `http://127.0.0.1:4318`.
    pub otlp: Option<String>,
}

/// What is wrong with a settings file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// Not JSON, an unknown key, or a value of another kind.
    #[error("line {line}, column {column}: {message}")]
    Malformed {
        /// 1-based.
        line: usize,
        /// 1-based.
        column: usize,
        /// What is wrong.
        message: String,
    },
    /// A file for another program or a later version.
    #[error("schema is `{found}`; this guard reads `{SCHEMA}`")]
    Schema {
        /// What `schema` says.
        found: String,
    },
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            function: None,
            mode: Mode::default(),
            on_fault: OnFault::default(),
            batch: BatchAnswer::default(),
            inspect: Inspect::default(),
            validate: Validate::default(),
            redact: Redact::default(),
            logs: Logs::default(),
            errors: Errors::default(),
            tmp: TmpFiles::default(),
            egress: None,
            processes: None,
            files: None,
            rate: None,
            secrets: None,
            telemetry: Telemetry::default(),
        }
    }
}

impl Settings {
    /// Reads a settings file.
    ///
    /// # Errors
    /// [`SettingsError::Malformed`] with the line of what is not understood, an unknown key too;
    /// [`SettingsError::Schema`] when the file is for another program.
    pub fn parse(text: &str) -> Result<Self, SettingsError> {
        // Editors of Windows begin a file with the mark of byte order.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = serde_json::Deserializer::from_str(text);
        let read =
            object::required(&mut reader).and_then(|settings| reader.end().map(|()| settings));
        let settings: Self = read.map_err(|error| {
            let message = error.to_string();
            // The place is told apart from the message, once.
            let message = message.split(" at line ").next().unwrap_or_default().to_owned();
            SettingsError::Malformed { line: error.line(), column: error.column(), message }
        })?;
        if settings.schema != SCHEMA {
            return Err(SettingsError::Schema { found: settings.schema });
        }
        Ok(settings)
    }

    /// The file that [`Settings::parse`] reads, indented.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

#[cfg(test)]
mod tests {
    use super::{Mode, Settings, SettingsError};
    use payload::{Class, Classes};

    #[test]
    fn an_empty_file_is_the_defaults() {
        assert_eq!(Settings::parse("{}").unwrap(), Settings::default());
    }

    #[test]
    fn what_is_written_is_read_back() {
        let mut settings = Settings { mode: Mode::Monitor, ..Settings::default() };
        let path = "Records[*].s3.object.key".parse().unwrap();
        settings.inspect.fields.insert(path, Classes::NONE.with(Class::Path));
        settings.rate = Some(super::Rate::default());
        assert_eq!(Settings::parse(&settings.to_json()).unwrap(), settings);
    }

    #[test]
    fn an_unknown_key_is_an_error_with_its_line() {
        let error = Settings::parse("{\n  \"mode\": \"block\",\n  \"redakt\": {}\n}").unwrap_err();
        let SettingsError::Malformed { line, message, .. } = error else { panic!("{error}") };
        assert_eq!(line, 3);
        assert!(message.starts_with("unknown field `redakt`"), "{message}");
    }

    #[test]
    fn an_unknown_class_is_an_error() {
        let error = Settings::parse(r#"{"inspect": {"default_classes": ["sqli"]}}"#).unwrap_err();
        assert!(error.to_string().contains("unknown class `sqli`"), "{error}");
    }

    #[test]
    fn a_mark_of_byte_order_is_passed_over() {
        let settings = Settings::parse("\u{feff}{\"mode\": \"monitor\"}").unwrap();
        assert_eq!(settings.mode, Mode::Monitor);
    }

    #[test]
    fn a_list_is_no_group_of_settings() {
        let told = |text: &str| Settings::parse(text).unwrap_err().to_string();
        let expected = "invalid type: sequence, expected an object, `{…}`";
        assert!(told("\n []").starts_with("line 2, ") && told("\n []").contains(expected));
        assert!(told("{\n\n\"redact\": [false]}").starts_with("line 3, "));
        for text in [
            r#"{"inspect": []}"#,
            r#"{"validate": []}"#,
            r#"{"redact": [false]}"#,
            r#"{"logs": ["json"]}"#,
            r#"{"errors": [true]}"#,
            r#"{"egress": []}"#,
            r#"{"processes": []}"#,
            r#"{"files": []}"#,
            r#"{"rate": [5]}"#,
            r#"{"secrets": []}"#,
            r#"{"telemetry": []}"#,
            r#"{"validate": {"routes": [["POST /o", {}]]}}"#,
        ] {
            assert!(told(text).contains(expected), "{text}: {}", told(text));
        }
        let absent =
            r#"{"egress": null, "processes": null, "files": null, "rate": null, "secrets": null}"#;
        assert_eq!(Settings::parse(absent).unwrap(), Settings::default());
        assert!(told("{} {}").contains("trailing characters"));
    }

    #[test]
    fn programs_and_files_are_named_from_the_root() {
        for text in [
            r#"{"processes": {"allow": ["/usr/bin/git", "git"]}}"#,
            r#"{"files": {"read": [""]}}"#,
            r#"{"files": {"write": ["./data"]}}"#,
        ] {
            let error = Settings::parse(text).unwrap_err().to_string();
            assert!(error.contains("is no path from the root"), "{error}");
        }
    }

    #[test]
    fn a_field_stands_there_once() {
        let text = r#"{"inspect": {"fields": {"body.id": ["sql"], "body[\"id\"]": []}}}"#;
        let error = Settings::parse(text).unwrap_err().to_string();
        assert!(error.contains("is given twice"), "{error}");
    }

    #[test]
    fn a_field_that_would_mask_nothing_is_an_error() {
        for (field, what) in [("", "has no name"), ("a..b", "without a name"), ("a[", "not closed")]
        {
            let error = Settings::parse(&format!(r#"{{"redact": {{"fields": ["{field}"]}}}}"#));
            let error = error.unwrap_err().to_string();
            assert!(error.contains(what), "{error}");
        }
    }

    #[test]
    fn what_is_wrong_within_a_group_has_its_line() {
        let error = Settings::parse("{\n\"redact\": {\n\"logs\": true,\n\"log\": 1}}").unwrap_err();
        let SettingsError::Malformed { line, message, .. } = error else { panic!("{error}") };
        assert_eq!(line, 4);
        assert!(message.starts_with("unknown field `log`"), "{message}");
    }

    #[test]
    fn a_file_for_another_program_is_refused() {
        let error = Settings::parse(r#"{"schema": "faasguard-guard/2"}"#).unwrap_err();
        assert_eq!(error, SettingsError::Schema { found: "faasguard-guard/2".to_owned() });
    }
}
