//! Records of CloudTrail, and rules about them, as several tests of trails want them.

use serde_json::{Value, json};

use crate::folder::{Folder, Run};

/// A record: `ana` of account 111122223333 asks a service in eu-west-1.
#[derive(Clone, Debug)]
pub(crate) struct Record(Value);

impl Record {
    /// Of a service such as `secretsmanager`, at `2026-01-31T10:00:00Z`.
    pub(crate) fn new(id: u32, service: &str, name: &str, time: &str) -> Self {
        Self(json!({
            "eventVersion": "1.08", "eventID": id.to_string(), "eventTime": time,
            "eventSource": format!("{service}.amazonaws.com"), "eventName": name,
            "awsRegion": "eu-west-1", "recipientAccountId": "111122223333",
            "sourceIPAddress": "198.51.100.7",
            "userIdentity": {
                "type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/ana", "userName": "ana",
            },
        }))
    }

    /// `ana` reads the value of a secret.
    pub(crate) fn secret_read(id: u32, time: &str) -> Self {
        Self::new(id, "secretsmanager", "GetSecretValue", time)
    }

    /// Another member, or another value of one.
    pub(crate) fn with(mut self, member: &str, value: Value) -> Self {
        self.0[member] = value;
        self
    }

    /// Another one asks: `IAMUser`, `Root`, and the ARN.
    pub(crate) fn by(self, kind: &str, arn: &str) -> Self {
        self.with("userIdentity", json!({"type": kind, "arn": arn}))
    }

    pub(crate) fn value(&self) -> &Value {
        &self.0
    }
}

impl std::fmt::Display for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Records as CloudTrail delivers them.
pub(crate) fn delivered(records: &[Record]) -> Value {
    let values: Vec<_> = records.iter().map(Record::value).collect();
    json!({ "Records": values })
}

/// `Secret Read`, and `Many Secrets` when an actor reads as many within a time; `more` are further members
/// of the correlation.
pub(crate) fn secret_rules(timespan: &str, condition: &str, more: &str) -> String {
    format!(
        "title: Secret Read
id: 11111111-2222-4333-8444-666666666666
name: read
level: high
logsource: {{product: aws, service: cloudtrail}}
detection: {{a: {{eventName: GetSecretValue}}, condition: a}}
---
title: Many Secrets
level: medium
correlation:
  type: event_count
  rules: [read]
  group-by: [userIdentity.arn]
  timespan: {timespan}
  condition: {condition}
{more}"
    )
}

/// `trail detect` on `trail` with the rules of `rules` alone, a line a match.
pub(crate) const DETECT: [&str; 8] =
    ["trail", "detect", "trail", "--rules", "rules", "--no-builtin", "--format", "jsonl"];

/// Runs it, with more arguments.
pub(crate) fn detect(folder: &Folder, more: &[&str]) -> Run {
    folder.run(&[&DETECT, more].concat())
}

/// The lines of standard output as JSON.
pub(crate) fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The summary: the last line on standard error.
#[track_caller]
pub(crate) fn summary(run: &Run) -> Value {
    serde_json::from_str(run.err.lines().last().unwrap()).unwrap()
}
