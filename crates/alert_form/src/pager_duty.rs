//! An alert as an event of `PagerDuty`.

use serde_json::{Value, json};
use sigma::Severity;

use crate::{
    alert::Alert,
    bound::{cut, set},
};

/// The event, for version 2 of the Events API. Alerts of one incident, else of one rule and actor, have
/// the same `dedup_key`, so that they are one alert there.
///
/// Bounds: summary 1,024 characters, `dedup_key` 255.
///
/// Source: `PagerDuty` Developer Documentation, "Send an event" (read 2026-11-27).
#[must_use]
pub fn pager_duty_event(alert: &Alert, routing_key: &str) -> Value {
    let source = alert.function.as_deref().or(alert.account.as_deref()).unwrap_or("faasguard");
    let mut payload = json!({
        "summary": cut(&format!("{}: {}", alert.level.word(), alert.sentence()), 1_024),
        "source": cut(source, 255),
        "severity": severity(alert.level),
        "component": cut(alert.function.as_deref().unwrap_or(&alert.event_name), 255),
        "group": cut(alert.account.as_deref().unwrap_or("unknown"), 255),
        "class": cut(&alert.rule, 255),
        "custom_details": details(alert),
    });
    if let Some(time) = alert.moment() {
        set(&mut payload, "timestamp", audit_event::Time(time).to_string());
    }
    json!({
        "routing_key": routing_key,
        "event_action": "trigger",
        "dedup_key": dedup_key(alert),
        "client": "faasguard",
        "payload": payload,
    })
}

/// A name of the matter that is at most 255 bytes.
fn dedup_key(alert: &Alert) -> String {
    let matter = alert.matter();
    let is_short = matter.len() <= 255 && matter.bytes().all(|it| it.is_ascii_graphic());
    if is_short { matter } else { format!("faasguard-{}", digest(&matter)) }
}

fn digest(text: &str) -> String {
    use sha2::Digest as _;
    let bytes = sha2::Sha256::digest(text.as_bytes());
    bytes.first_chunk().map_or_else(String::new, |it| format!("{:032x}", u128::from_be_bytes(*it)))
}

fn severity(level: Severity) -> &'static str {
    match level {
        Severity::Critical => "critical",
        Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Informational => "info",
    }
}

/// The alert, each text bounded, so that the whole stays below the 512 KB of an event.
fn details(alert: &Alert) -> Value {
    let text = |value: &Option<String>| value.as_deref().map(|it| cut(it, 2_048));
    json!({
        "rule_id": cut(&alert.rule_id, 512),
        "event_id": text(&alert.event_id),
        "event_name": cut(&alert.event_name, 512),
        "actor": text(&alert.actor),
        "account": text(&alert.account),
        "region": text(&alert.region),
        "function": text(&alert.function),
        "incident": text(&alert.incident),
        "explanation": text(&alert.explanation),
        "techniques": alert.techniques.iter().take(32).map(|it| cut(it, 32)).collect::<Vec<_>>(),
        "author": text(&alert.author),
    })
}

#[cfg(test)]
mod tests {
    use super::pager_duty_event;
    use crate::alert::tests::alert;

    #[test]
    fn alerts_of_one_incident_have_one_key() {
        let event = pager_duty_event(&alert(), "secret");
        assert_eq!(event["dedup_key"], "inc-3f0d5c0a9be1d2f4");
        assert_eq!(event["payload"]["severity"], "warning");
        assert_eq!(event["payload"]["timestamp"], "2026-01-31T10:00:00Z");
        let mut alone = alert();
        alone.incident = None;
        alone.actor = Some("é".repeat(400));
        let key = pager_duty_event(&alone, "secret")["dedup_key"].as_str().unwrap().to_owned();
        assert!(key.len() <= 255 && key.starts_with("faasguard-"), "{key}");
    }
}
