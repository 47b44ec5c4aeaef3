//! Incidents for people and for programs.

use std::fmt::Write as _;

use audit_event::Time;
use detection::Incident;
use serde_json::{Value, json};

/// Entries of a timeline that are shown to people.
const MOST_SHOWN: usize = 20;

/// An incident with its timeline, as lines.
pub(super) fn words(incident: &Incident) -> String {
    let techniques: Vec<&str> = incident.techniques.iter().map(String::as_str).collect();
    let mut text = format!(
        "{} {:<8} {} {} by {}, {} to {}",
        incident.id,
        incident.level().word(),
        incident.alerts,
        if incident.alerts == 1 { "alert" } else { "alerts" },
        incident.actor,
        Time(incident.first),
        Time(incident.last),
    );
    // Writing to a text can not fail, here and below.
    if !techniques.is_empty() {
        let _ = write!(text, "; {}", techniques.join(" "));
    }
    for entry in incident.timeline.iter().take(MOST_SHOWN) {
        let _ = write!(
            text,
            "\n  {} {:<8} {} ({})",
            Time(entry.time),
            entry.level,
            entry.rule,
            entry.event_name,
        );
        if entry.count > 1 {
            let _ = write!(text, " {} times", entry.count);
        }
    }
    let more = incident.timeline.len().saturating_sub(MOST_SHOWN);
    if more > 0 {
        let _ = write!(text, "\n  … {more} more");
    }
    text
}

/// An incident as JSON.
pub(super) fn json(incident: &Incident) -> Value {
    let timeline = incident.timeline.iter().map(|entry| {
        json!({
            "time": Time(entry.time).to_string(), "level": entry.level, "rule": entry.rule,
            "rule_id": entry.rule_id, "event_name": entry.event_name, "event_id": entry.event_id,
            "count": entry.count,
        })
    });
    json!({
        "id": incident.id.to_string(), "level": incident.level().word(), "actor": incident.actor,
        "accounts": incident.accounts, "first": Time(incident.first).to_string(),
        "last": Time(incident.last).to_string(), "techniques": incident.techniques,
        "alerts": incident.alerts, "timeline": timeline.collect::<Vec<_>>(),
    })
}
