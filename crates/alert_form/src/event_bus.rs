//! An alert as an entry for a bus of `EventBridge`.

use audit_event::Time;
use serde_json::{Value, json};

use crate::{
    alert::Alert,
    bound::{cut, set},
};

/// Bytes of the detail: an entry may have 256 KiB with its other members.
const MOST_DETAIL: usize = 240_000;

/// An entry of `PutEvents`. `Detail` is the alert as text; of one that is too large, what tells it.
///
/// Source: `EventBridge` API Reference, "`PutEventsRequestEntry`" (read 2026-11-27).
#[must_use]
pub fn event_bus_entry(alert: &Alert, bus: &str) -> Value {
    let mut entry = json!({
        "EventBusName": bus,
        "Source": "faasguard",
        "DetailType": "Faasguard Alert",
        "Detail": detail(alert, MOST_DETAIL),
    });
    if let Some(time) = alert.moment() {
        set(&mut entry, "Time", Time(time).to_string());
    }
    if let Some(actor) = alert.actor.as_deref().filter(|it| it.starts_with("arn:")) {
        set(&mut entry, "Resources", json!([cut(actor, 2_048)]));
    }
    entry
}

/// The alert as text of at most so many bytes: of one that is larger the parts that name it.
pub(crate) fn detail(alert: &Alert, most: usize) -> String {
    let whole = alert.to_line();
    if whole.len() <= most {
        return whole;
    }
    let short = |text: &Option<String>| text.as_deref().map(|it| cut(it, 2_048));
    Alert {
        rule_id: cut(&alert.rule_id, 512),
        rule: cut(&alert.rule, 512),
        level: alert.level,
        event_id: short(&alert.event_id),
        time: short(&alert.time),
        actor: short(&alert.actor),
        account: short(&alert.account),
        region: short(&alert.region),
        event_name: cut(&alert.event_name, 512),
        function: short(&alert.function),
        incident: short(&alert.incident),
        author: short(&alert.author),
        license: short(&alert.license),
        provider: short(&alert.provider),
        techniques: alert.techniques.iter().take(32).map(|it| cut(it, 32)).collect(),
        explanation: short(&alert.explanation),
        group: std::collections::BTreeMap::new(),
        events: Vec::new(),
        more: serde_json::Map::new(),
    }
    .to_line()
}

#[cfg(test)]
mod tests {
    use super::event_bus_entry;
    use crate::alert::{Alert, tests::alert};

    #[test]
    fn a_detail_is_the_alert_and_never_too_large() {
        let entry = event_bus_entry(&alert(), "default");
        assert_eq!(Alert::parse(entry["Detail"].as_str().unwrap().as_bytes()), Ok(alert()));
        assert_eq!(entry["Time"], "2026-01-31T10:00:00Z");
        let mut large = alert();
        large.group.insert("a".to_owned(), "é".repeat(300_000));
        large.explanation = Some("é".repeat(300_000));
        let entry = event_bus_entry(&large, "default").to_string();
        assert!(entry.len() < 256 << 10, "{}", entry.len());
    }
}
