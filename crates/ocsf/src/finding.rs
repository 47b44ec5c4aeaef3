//! Class 2004: an alert.

use serde_json::{Map, Value, json};

use crate::{class::Class, schema};

/// Ids of events that a finding names; more are only counted.
const MOST_EVENTS: usize = 100;

/// How bad an alert is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingLevel {
    /// Enriches; no alert of its own.
    #[default]
    Informational,
    /// Seldom an incident.
    Low,
    /// To be looked at.
    Medium,
    /// To be looked at promptly.
    High,
    /// To be looked at immediately.
    Critical,
}

impl FindingLevel {
    /// The level of a word: `informational`, `low`, `medium`, `high`, `critical`.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Some(match word {
            "informational" => Self::Informational,
            "low" => Self::Low,
            "medium" => Self::Medium,
            "high" => Self::High,
            "critical" => Self::Critical,
            _ => return None,
        })
    }

    /// `severity_id` and `severity`
    #[must_use]
    pub fn severity(self) -> (i64, &'static str) {
        match self {
            Self::Informational => (1, "Informational"),
            Self::Low => (2, "Low"),
            Self::Medium => (3, "Medium"),
            Self::High => (4, "High"),
            Self::Critical => (5, "Critical"),
        }
    }
}

/// An alert, as `trail detect` tells it. Empty texts are left out of the finding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FindingInput {
    /// What names the finding: the same alert told again has the same.
    pub uid: String,
    /// Id of the rule.
    pub rule_id: String,
    /// Title of the rule.
    pub rule: String,
    /// Who wrote the rule.
    pub author: String,
    /// How bad it is.
    pub level: FindingLevel,
    /// Seconds since 1970 of the event that made it.
    pub time: Option<i64>,
    /// Seconds since 1970 at which the finding was made, when that is another time.
    pub created: Option<i64>,
    /// Who did it: an ARN or another name.
    pub actor: String,
    /// Account, subscription or project.
    pub account: String,
    /// Region of the cloud.
    pub region: String,
    /// `AWS`, `Azure`, `GCP`; empty: `AWS`.
    pub provider: String,
    /// Name of the event: `GetSecretValue`.
    pub event_name: String,
    /// Name of the function that it is about.
    pub function: String,
    /// Techniques of ATT&CK: `T1078.004`.
    pub techniques: Vec<String>,
    /// Ids of the events behind it.
    pub event_ids: Vec<String>,
    /// Why, in words.
    pub explanation: String,
    /// The incident that it belongs to.
    pub incident: String,
}

/// A Detection Finding (2004) of OCSF 1.5.0, with the profile `cloud`.
///
/// `version` is that of the program. Without any time `time` is 0.
#[must_use]
pub fn detection_finding(input: &FindingInput, version: &str) -> Value {
    let class = Class::DetectionFinding;
    let (category_uid, category_name) = class.category();
    let (severity_id, severity) = input.level.severity();
    let milliseconds = |seconds: i64| seconds.saturating_mul(1_000);
    let seen = input.time.map(milliseconds);
    let made = input.created.map(milliseconds).or(seen).unwrap_or_default();
    let message = if input.explanation.is_empty() { &input.rule } else { &input.explanation };
    let is_alert = input.level > FindingLevel::Informational;
    let mut event = object(json!({
        "activity_id": 1, "activity_name": "Create",
        "category_uid": category_uid, "category_name": category_name,
        "class_uid": class.uid(), "class_name": class.name(),
        "type_uid": class.uid() * 100 + 1, "type_name": "Detection Finding: Create",
        "severity_id": severity_id, "severity": severity,
        "status_id": 1, "status": "New",
        "time": made,
        "metadata": {
            "version": schema::VERSION,
            "product": {"name": "faasguard", "vendor_name": "faasguard", "version": version},
            "profiles": ["cloud"],
            "uid": or_none(&input.uid),
            "correlation_uid": or_none(&input.incident),
        },
        "cloud": {
            "provider": or_else(&input.provider, "AWS"),
            "region": or_none(&input.region),
            "account": account(input),
        },
        "is_alert": is_alert,
        "message": or_none(message),
        "finding_info": finding_info(input, seen),
        "evidences": evidences(input),
        "resources": resources(input),
    }));
    prune(&mut event);
    Value::Object(event)
}

fn finding_info(input: &FindingInput, seen: Option<i64>) -> Value {
    let attacks: Vec<Value> = input.techniques.iter().map(|it| attack(it)).collect();
    let events: Vec<Value> =
        input.event_ids.iter().take(MOST_EVENTS).map(|uid| json!({"uid": uid})).collect();
    json!({
        "uid": or_else(&input.uid, or_else(&input.rule_id, "unknown")),
        "title": or_none(&input.rule),
        "desc": or_none(&input.explanation),
        "first_seen_time": seen, "last_seen_time": seen, "created_time": seen,
        "analytic": {
            "type_id": 1, "type": "Rule",
            "uid": or_else(&input.rule_id, "unknown"), "name": or_none(&input.rule),
            "desc": (!input.author.is_empty()).then(|| format!("written by {}", input.author)),
        },
        "attacks": attacks,
        "related_events": events,
        "related_events_count": (!input.event_ids.is_empty()).then_some(input.event_ids.len()),
    })
}

/// `T1078` is a technique, `T1078.004` one below it.
fn attack(technique: &str) -> Value {
    let url = |path: &str| format!("https://attack.mitre.org/techniques/{path}/");
    match technique.split_once('.') {
        Some((above, below)) => json!({
            "technique": {"uid": above, "src_url": url(above)},
            "sub_technique": {"uid": technique, "src_url": url(&format!("{above}/{below}"))},
        }),
        None => json!({"technique": {"uid": technique, "src_url": url(technique)}}),
    }
}

fn evidences(input: &FindingInput) -> Vec<Value> {
    let mut evidence = Map::new();
    if !input.actor.is_empty() {
        let is_arn = input.actor.starts_with("arn:");
        let user = if is_arn { json!({"uid": input.actor}) } else { json!({"name": input.actor}) };
        evidence.insert("actor".to_owned(), json!({"user": user}));
    }
    if !input.event_name.is_empty() {
        evidence.insert("api".to_owned(), json!({"operation": input.event_name}));
    }
    if evidence.is_empty() { Vec::new() } else { vec![Value::Object(evidence)] }
}

fn resources(input: &FindingInput) -> Vec<Value> {
    if input.function.is_empty() {
        return Vec::new();
    }
    vec![json!({"name": input.function, "type": "Function", "region": or_none(&input.region)})]
}

fn account(input: &FindingInput) -> Option<Value> {
    let (id, name) = match input.provider.as_str() {
        "Azure" => (13, "Azure Subscription"),
        "GCP" => (11, "GCP Project"),
        _ => (10, "AWS Account"),
    };
    let uid = or_none(&input.account)?;
    Some(json!({"uid": uid, "type_id": id, "type": name}))
}

pub(crate) fn or_none(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

fn or_else<'t>(text: &'t str, other: &'t str) -> &'t str {
    if text.is_empty() { other } else { text }
}

pub(crate) fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// Removes `null` and what is empty.
pub(crate) fn prune(map: &mut Map<String, Value>) {
    for value in map.values_mut() {
        match value {
            Value::Object(inner) => prune(inner),
            Value::Array(list) => {
                for inner in list.iter_mut().filter_map(Value::as_object_mut) {
                    prune(inner);
                }
            }
            _ => {}
        }
    }
    map.retain(|_, value| match value {
        Value::Null => false,
        Value::Array(list) => !list.is_empty(),
        Value::Object(inner) => !inner.is_empty(),
        _ => true,
    });
}

#[cfg(test)]
mod tests {
    use super::{FindingInput, FindingLevel, detection_finding};
    use crate::schema::faults;

    #[test]
    fn a_finding_holds_against_the_schema_however_little_is_known() {
        let bare = detection_finding(&FindingInput::default(), "0.1.0");
        assert_eq!(faults(&bare), []);
        let full = FindingInput {
            uid: "f-1".to_owned(),
            rule_id: "c7a3ba41".to_owned(),
            rule: "Lambda function may be invoked by everyone".to_owned(),
            author: "ana".to_owned(),
            level: FindingLevel::Critical,
            time: Some(1_769_853_600),
            actor: "arn:aws:iam::111122223333:user/ana".to_owned(),
            account: "111122223333".to_owned(),
            region: "eu-west-1".to_owned(),
            event_name: "AddPermission20150331v2".to_owned(),
            function: "orders".to_owned(),
            techniques: vec!["T1098".to_owned(), "T1078.004".to_owned()],
            event_ids: vec!["1".to_owned(); 200],
            explanation: "the principal is everybody".to_owned(),
            incident: "inc-1".to_owned(),
            ..FindingInput::default()
        };
        let finding = detection_finding(&full, "0.1.0");
        assert_eq!(faults(&finding), []);
        assert_eq!(finding["severity_id"], 5);
        assert_eq!(finding["time"], 1_769_853_600_000_i64);
        assert_eq!(finding["finding_info"]["related_events_count"], 200);
        assert_eq!(finding["finding_info"]["attacks"][1]["sub_technique"]["uid"], "T1078.004");
        assert_eq!(finding["evidences"][0]["actor"]["user"]["uid"], full.actor);
    }
}
